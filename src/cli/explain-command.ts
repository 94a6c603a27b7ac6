import { readSource } from '../corpus/read-source.js';
import { BadOptionError, FileWriteError } from '../errors.js';
import type { GapExplanation, Explanation } from '../format/explain-source.js';
import type { GapHabit } from '../format/gap-habits.js';
import type { OptionsFor } from '../options/index.js';
import { indexLines } from '../shared/positions.js';
import type { LineRange } from '../shared/line-ranges.js';
import { isThere } from '../shared/look-at-path.js';
import { shownJson, shownName } from '../shared/quote-name.js';
import { isPage, writeAtomically } from '../shared/write-atomically.js';
import { percent } from './check-report.js';
import { EXIT_FINE, wantsColor, type CliContext } from './context.js';
import { explainHtml } from './explain-html.js';
import { formatterOptions } from './formatter.js';
import { notUnderstoodLines } from './not-understood.js';
import { nearbySources } from './nearby-sources.js';

/**
 * `nnfmt explain FILE[:LINE]`: why formatting would change what it would change, or what
 * the model thinks of each gap of some lines.
 */
export async function runExplain(place: string, options: OptionsFor<'explain'>, context: CliContext): Promise<number> {
  const { path, lines } = readPlace(place);
  if (options.html !== null && options.json) {
    throw new BadOptionError({ option: '--html', reason: 'cannot be combined with --json' });
  }
  const { text } = readSource(path);
  const explainer = await context.createExplainer(formatterOptions(options));
  const examples = nearbySources(path);
  const tellNotUnderstood = ({ notUnderstood }: Explanation): void => {
    for (const line of notUnderstoodLines(path, notUnderstood)) context.stderr.write(`${line}\n`);
  };
  if (options.html !== null) {
    const explanation = explainer.explain(text, { path, gaps: 'all', examples });
    tellNotUnderstood(explanation);
    const page = explainHtml(text, explanation);
    writePage(options.html, page);
    context.stderr.write(`wrote ${shownName(options.html)}\n`);
    return EXIT_FINE;
  }
  const explanation = explainer.explain(text, { path, gaps: lines === null ? 'changes' : [lines], examples });
  tellNotUnderstood(explanation);
  if (lines !== null && lines.first > explanation.lineCount) {
    throw new BadOptionError({ option: place, reason: `the file has ${explanation.lineCount} lines` });
  }
  if (options.json) context.stdout.write(`${shownJson(inCharacters(explanation, text))}\n`);
  else context.stdout.write(explainText(explanation, { lines, color: wantsColor(context.stdout, context.env) }));
  return EXIT_FINE;
}

/** Offsets count code points, as columns do: other languages know nothing of UTF-16. */
function inCharacters(explanation: Explanation, text: string): object {
  const { charactersBefore } = indexLines(text);
  const gaps =
    explanation.gaps.map((gap) => ({ ...gap, from: charactersBefore(gap.from), to: charactersBefore(gap.to) }));
  return { ...explanation, positionEncoding: 'utf-32', gaps };
}

/**
 * `a.py`, `a.py:12`, `a.py:12-20`, or a place as messages name it, `a.py:12:5`; a file that is really called so wins.
 */
export function readPlace(place: string): { path: string; lines: LineRange | null } {
  const match = /^(.+?):(\d{1,9})(?:-(\d{1,9})|:\d{1,9})?$/u.exec(place);
  if (match === null || isThere(place)) return { path: place, lines: null };
  const first = Number(match[2]);
  const last = Number(match[3] ?? match[2]);
  if (first < 1 || last < first) {
    throw new BadOptionError({ option: place, reason: 'lines count from 1, and the first comes first' });
  }
  return { path: match[1], lines: { first, last } };
}

function writePage(path: string, page: string): void {
  try {
    writeAtomically(path, page, { replaces: isPage, kind: 'a page (HTML)' });
  } catch (cause) {
    if (!(cause instanceof FileWriteError)) throw cause;
    throw new BadOptionError({ option: '--html', reason: `${path}: ${cause.clause}`, cause });
  }
}

/** Explanations as text for a terminal. */
export function explainText(explanation: Explanation, options: { lines: LineRange | null; color: boolean }): string {
  const { path, gaps, gapCount, changeCount } = explanation;
  const paint = (code: string, text: string): string => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const blocks = gaps.map((gap) => {
    const place = paint('1', `${shownName(path)}:${gap.line}:${gap.column}`);
    return [`${place}  ${between(gap)}`, ...explainGap(gap).map((line) => `  ${line}`)].join('\n');
  });
  const summary = changeCount === 0
    ? `Formatting would change none of ${gapCount} gaps.`
    : `Formatting would change ${changeCount} of ${gapCount} gaps${options.lines === null ? '' : ' of the file'}.`;
  return [...blocks, summary].join('\n\n') + '\n';
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
      `proposed  ${gap.afterWords}, ${percent(gap.confidence)} sure (needed: ${percent(gap.threshold)})${gap.group === null ? '' : `, with ${GROUP_WORDS[gap.group]}`}`,
    ]
    : [`stays     ${gap.beforeWords}${abstentionWords(gap)}`];
  for (const { words, classes, probability } of gap.alternatives) {
    lines.push(`${percent(probability).padStart(9)} ${words}  [${classes.join(', ')}]`);
  }
  lines.push(...gap.habits.map(habitLine));
  return lines;
}

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
