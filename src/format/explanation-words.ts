import type { LineRange } from '../shared/line-ranges.js';
import { percent } from '../shared/percent.js';
import { shownName } from '../shared/quote-name.js';
import type { Explanation, GapExplanation } from './explain-source.js';
import type { GapHabit } from './gap-habits.js';

export interface ExplanationLook {
  /** Those asked for. */
  readonly lines: LineRange | null;
  readonly color: boolean;
  /** Whether the source would be laid out anew. */
  readonly isAnew?: boolean;
}

/** Explanations as text for a terminal. */
export function explainText(explanation: Explanation, options: ExplanationLook): string {
  const { path, gaps, gapCount, changeCount } = explanation;
  const paint = (code: string, text: string): string => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const blocks = gaps.map((gap) => {
    const place = paint('1', `${shownName(path)}:${gap.line}:${gap.column}`);
    return [`${place}  ${between(gap)}`, ...explainGap(gap).map((line) => `  ${line}`)].join('\n');
  });
  const summary = changeCount === 0
    ? `Formatting would change none of ${gapCount} gaps.`
    : `Formatting would change ${changeCount} of ${gapCount} gaps${options.lines === null ? '' : ' of the file'}.`;
  return [...blocks, `${summary}\n${authorityWords(explanation, options.isAnew ?? false)}`].join('\n\n') + '\n';
}

/** Who decided. */
function authorityWords({ hasProfile }: Explanation, isAnew: boolean): string {
  if (isAnew) {
    return 'The project has authority: its profile decides, whatever stands here. ' +
      'Single blank lines in functions and the places of comments are the file\'s.';
  }
  return hasProfile
    ? 'The file has authority: its own layout comes first, the profile of the project speaks where that says little.'
    : 'The file has authority: its own layout comes first. No profile says what the project does.';
}

/** "between "=" and "1", in an assignment". */
export function between({ left, right, inside }: GapExplanation): string {
  if (left === null) return `before ${right ?? 'the end of the file'}`;
  if (right === null) return `after ${left}, at the end of the file`;
  return `between ${left} and ${right} (${inside})`;
}

/** What there is to say of a gap, a line each. */
export function explainGap(gap: GapExplanation): string[] {
  const lines = gap.changes
    ? [
      `today     ${gap.beforeWords}`,
      `proposed  ${gap.afterWords}, ${sureness(gap)}${gap.group === null ? '' : `, with ${GROUP_WORDS[gap.group]}`}`,
    ]
    : [`stays     ${gap.beforeWords}${abstentionWords(gap)}`];
  for (const { words, classes, probability } of gap.alternatives) {
    lines.push(`${percent(probability).padStart(9)} ${words}  [${classes.join(', ')}]`);
  }
  lines.push(...gap.habits.map(habitLine));
  return lines;
}

const sureness = ({ authority, confidence, threshold }: GapExplanation): string =>
  (authority === 'project' ? 'as the project does' : `${percent(confidence)} sure (needed: ${percent(threshold)})`);

function habitLine({ scope, total, counts }: GapHabit): string {
  const parts = counts.slice(0, 3).map(({ words, count, proposed, lines, places }, k) => {
    // A profile's counts are scaled: only their shares mean something.
    const many = scope === 'file' ? String(count) : percent(count / total);
    const first = scope === 'file' ? `${count} of ${total}` : count === total ? 'all' : `${many} of`;
    const examples = lines.length > 0
      ? [`line${lines.length === 1 ? '' : 's'} ${lines.join(', ')}`]
      : places.map(({ path, line }) => `${shownName(path)}:${line}`);
    const mark = proposed && examples.length > 0 ? ` (${examples.join(', ')})` : '';
    return `${k === 0 ? `${first} such gaps hold` : many} ${words}${mark}`;
  });
  return `${scope === 'file' ? 'elsewhere in this file' : 'in the project'}: ${parts.join(', ')}`;
}

/** What a gap was decided with. */
const GROUP_WORDS: Readonly<Record<NonNullable<GapExplanation['group']>, string>> = {
  operator: 'both sides of an operator',
  separator: 'both sides of a comma or colon',
  pads: 'both pads of a bracket',
  column: 'the rows of a column',
  table: 'the rows of a table',
  comments: 'the lines of a comment run',
  habit: 'what this file does in nearly all such places',
};

function abstentionWords({ abstention, group, confidence, threshold }: GapExplanation): string {
  switch (abstention) {
    case null:
      return '';
    case 'group':
      return group === null ? '' : `, because it changes together with others or not at all: ${GROUP_WORDS[group]}`;
    case 'pinned':
      return ', because a comment or its content forbids to touch it';
    case 'unsure':
      return `, because another layout is only ${percent(confidence)} sure (needed: ${percent(threshold)})`;
    case 'undone':
      return ', because the change did not last: a later pass or the proof took it back';
  }
}
