import { LayoutWalker } from '../model/layout-walker.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { checkEstimate, checkTime } from '../shared/budget.js';
import { GapRole } from '../tokenize/index.js';
import {
  bracketAgreement, holdsBoundBreak, joinsComments, likeClauses, likeLeftSide, overflows, standsBetween,
} from './agree-gaps.js';
import { BracketColumns } from './bracket-columns.js';
import { Consistency } from './certainty/consistency.js';
import { EditJudge } from './certainty/edit-judge.js';
import {
  WRECKED, damageLevel, editClass, thresholdAt, thresholdWeights, type ThresholdWeights, type Thresholds,
} from './confidence.js';
import { countedLayout, dropLayout } from './counted-layout.js';
import { isSure, weighChange, type Choices, type WeighedChange } from './decide-gap.js';
import { decideIndents } from './decide-steps.js';
import { presumedUnit, type FormatPolicy } from './format-policy.js';
import { findBlanksInRows, findColumns } from './groups/columns.js';
import { findAlignedWords } from './groups/aligned-words.js';
import { columnText, decideGroups, groupedGaps } from './groups/decide-groups.js';
import { findHabits, wordsOf } from './groups/habits.js';
import { weighByProject } from './groups/project-prior.js';
import { spoilsSlice } from './groups/slice-colons.js';
import { breaksCustoms, weighByCustoms } from './groups/usual-spacing.js';
import type { Verdict } from './groups/verdict.js';
import { keptText, mayBreak } from './kept-text.js';
import { staysInline } from './most-probable-text.js';
import { spacesPrefixes, touchesColons } from './operator-gaps.js';
import { withTail, type Pins } from './pins.js';
import { predictGaps, spacingShare } from './predict-gaps.js';
import type { RememberedRows } from './remembered-rows.js';

/** One pass over a layout. */
export interface FormattedGaps {
  /** `tokenCount + 1` texts with LF line ends. */
  readonly gaps: string[];
  readonly changed: boolean;
  /** What the file does throughout and the network would not, in words; it was left so. */
  readonly habits?: readonly string[];
  /** Whether the file looked wrecked. */
  readonly isWrecked?: boolean;
}

/** A gap, and what the network says of it, as decided in a walk. */
export interface DecidedGap {
  readonly gap: number;
  /** The text that stands for leaving the gap as it is. */
  readonly kept: string;
  /** Whether every text for the gap begins as it did, up to the first line break. */
  readonly holdsTail: boolean;
  /** Stands before the gap, with the layout chosen so far. */
  readonly walker: LayoutWalker;
  /** `[gaps, COLUMNS]` for the whole file. */
  readonly probabilities: Float32Array;
  readonly observed: ObservedLayout;
}

/** What a pass knew when it decided one gap; for those who explain its decisions. */
export interface GapVisit extends DecidedGap {
  /** How damaged the file looks, in [0, 1]. */
  readonly damage: number;
  /** How much the thresholds for clean, lightly and heavily damaged files count. */
  readonly weights: ThresholdWeights;
  readonly threshold: (edit: keyof Thresholds) => number;
  /** What the gap's group has decided; undefined where it is in none. */
  readonly verdict: Verdict | undefined;
  readonly choices: Choices;
  /** What the model would change about the gap, by its group or alone, and how sure that is. */
  readonly change: () => WeighedChange | null;
}

/** However little the user asks for: what is less likely than not would be taken back in the next pass. */
const LEAST_SURE = 0.5;
/** Of the odd spaces of an author with habits of his own, one in so many is damage. */
const OWN_WAY = 5;
/**
 * What remains of the doubt that a change may leave, where an author has habits that no network would have: it knows
 * such people less well.
 */
const UNUSUAL_AUTHOR = 0.5;
/** Gaps between two looks at the clock. */
const CHUNK = 1024;
/** Of the gaps of a result: their texts, the key of the pass, the output, and what proving it takes. */
const BYTES_PER_CHARACTER = 10;

/**
 * Decides every gap once: predicts all of them from the input layout, then walks from left
 * to right and renders the chosen class of each under the layout chosen so far.
 *
 * @param gaps the input layout, with LF line ends
 * @param visit called at each gap before it is decided
 * @param wasWrecked whether an earlier pass found so: what looks like an author's hand is chance then
 * @param remembered what earlier passes over the file have asked the network
 */
export function formatGaps(
  context: SourceContext,
  gaps: readonly string[],
  pins: Pins,
  policy: FormatPolicy,
  visit?: (visit: GapVisit) => void,
  wasWrecked = false,
  remembered: RememberedRows | null = null,
): FormattedGaps {
  const counted = countedLayout(context, gaps, presumedUnit(policy));
  const { observed } = counted;
  const probabilities = predictGaps(context, counted, policy, remembered);
  if (policy.project !== null) weighByProject(context, observed, policy.project, probabilities);
  const grouped = groupedGaps(context.structured);
  const habits = findHabits({ context, observed, ...grouped, probabilities, project: policy.project });
  const consistency = policy.certainty === undefined
    ? null
    : new Consistency(context, observed, grouped.conventions, grouped.pairs, probabilities);
  const columns = findColumns(context.structured, gaps);
  const blanksInRows = wasWrecked ? [] : findBlanksInRows(observed, columns, grouped.pairs);
  const alignedWords = wasWrecked ? [] : findAlignedWords(context.structured, gaps, observed.walker.column);
  /** Per gap: 1 where it stands as it does by a habit, or in a column. */
  const meant = new Uint8Array(gaps.length);
  const mark = (gap: number): unknown => (meant[gap] = 1);
  alignedWords.forEach(mark);
  blanksInRows.forEach(mark);
  for (const habit of habits) habit.gaps.forEach(mark);
  for (const column of columns) column.gaps.forEach((gap, row) => column.aligned[row] && mark(gap));
  const odd = spacingShare(context, observed, probabilities, (gap) =>
    meant[gap] === 1 || consistency?.isUsual(gap) === true);
  const isUnusual = habits.length > 0 ||
    (policy.project === null && breaksCustoms(context, observed, grouped.conventions));
  // What else looks spoilt in a file with clear habits of its own is mostly its author's way.
  const spoilt = isUnusual ? odd / OWN_WAY : odd;
  const damage = damageLevel(spoilt);
  const weights = thresholdWeights(spoilt);
  const doubt = isUnusual && damage === 0 ? UNUSUAL_AUTHOR : 1;
  const threshold = (edit: keyof Thresholds): number =>
    1 - doubt * (1 - Math.max(LEAST_SURE, thresholdAt(policy.thresholds[edit], weights, policy.confidence)));
  // Where the model brings what it learned of many projects beside the network.
  if (policy.certainty !== undefined && habits.length === 0) {
    weighByCustoms({ context, observed, ...grouped, probabilities, project: policy.project, damage });
  }
  const isWrecked = damage > WRECKED || wasWrecked;
  const judge = new EditJudge(policy.certainty ?? null, consistency, {
    doubts: consistency?.doubts ?? 0, damage,
  });
  const {
    units, indents,
  } = decideIndents(
    { context, observed, probabilities, pins, judge, isWrecked }, threshold('step'), policy.unit ?? null,
  );
  const walker = new LayoutWalker(
    context.structured, context.ancestry, { gaps, blocks: observed.blocks }, indents, units.unit, units.hang,
  );
  const choices: Choices = {
    context, probabilities, pins, damage, threshold, judge, isAsLeft: damage === 0 && !wasWrecked,
    // In a file that nobody spoilt, the lines of a bracket are arranged together or not at all.
    agreement: damage === 0 ? bracketAgreement(context, observed, probabilities) : null,
    spacesPrefixes: spacesPrefixes(context, gaps), touchesColons: touchesColons(context, gaps),
    likeClauses: likeClauses(context, observed, isWrecked),
  };
  const verdicts = decideGroups(
    {
      context, observed, ...grouped, habits, columns, blanksInRows, alignedWords, probabilities,
      pins, threshold, judge, damage,
      spoilt: odd, project: policy.project,
    },
    walker,
  );
  const walked = walkGaps({ observed, choices, verdicts, weights, walker, visit });
  // Whoever visits may ask for evidence later.
  if (visit === undefined) consistency?.drop();
  dropLayout(context, counted);
  return { ...walked, habits: wordsOf(habits), isWrecked: damage > WRECKED };
}

/** One walk over a file, with all that has been decided for the file as a whole. */
interface Walk {
  readonly observed: ObservedLayout;
  readonly choices: Choices;
  readonly verdicts: readonly (Verdict | undefined)[];
  readonly weights: ThresholdWeights;
  /** Stands at the start of the file. */
  readonly walker: LayoutWalker;
  readonly visit: ((visit: GapVisit) => void) | undefined;
}

function walkGaps(walk: Walk): FormattedGaps {
  const { observed, choices, verdicts, walker, visit } = walk;
  const { context, probabilities, pins, damage, judge } = choices;
  const { structure, source } = context.structured;
  const { gaps } = observed;
  const result = new Array<string>(source.tokenCount + 1);
  let changed = false;
  let inlineBlock = -1;
  let length = 0;
  /** Column of the first token of the line. */
  let lineStart = 0;
  const columns = new BracketColumns(context, observed);
  for (let i = 0; i <= source.tokenCount; i++) {
    if (i % CHUNK === 0) {
      checkTime();
      // Lines that hang on a bracket far to the right can make a short file a long one.
      checkEstimate({ bytes: BYTES_PER_CHARACTER * length, seconds: 0 });
    }
    const role = structure.role[i] as GapRole;
    const verdict = verdicts[i];
    let text = gaps[i];
    const isTightSuite = role === GapRole.BlockStart && text === '';
    if (
      visit !== undefined || verdict !== undefined || isTightSuite || !staysInline(observed, probabilities, i) ||
      judge.isOdd(i)
    ) {
      const kept = pins.gap[i] ? gaps[i] : keptText(observed, walker, i, role);
      if (visit !== undefined) visitGap(walk, i, kept, visit);
      const start = verdict?.start;
      const rowStart = start === undefined ? lineStart
        : start === 0 || result[start].includes('\n') ? walker.column[start] : -1;
      text = pins.gap[i] ? kept : decideText(walk, i, { kept, left: result[i - 1], rowStart, inlineBlock });
      if (damage === 0 && verdict === undefined && !pins.gap[i]) text = columns.settle(i, text);
      if (text !== gaps[i]) changed = true;
    }
    if (role === GapRole.BlockStart) inlineBlock = text.includes('\n') ? -1 : structure.blockNode[i];
    result[i] = text;
    length += text.length;
    walker.advance(i, text);
    if ((i === 0 || text.includes('\n')) && i < source.tokenCount) lineStart = walker.column[i];
  }
  return { gaps: result, changed };
}

function visitGap(walk: Walk, i: number, kept: string, visit: (visit: GapVisit) => void): void {
  const { observed, choices, verdicts, weights, walker } = walk;
  const { probabilities, pins, damage, threshold } = choices;
  visit({
    gap: i, kept, holdsTail: pins.tail[i] === 1, walker, probabilities, observed, damage, weights, threshold,
    verdict: verdicts[i], choices,
    change: () => changeAt(walk, i, kept),
  });
}

/** The change that is weighed for a gap. */
function changeAt({ choices, verdicts, walker }: Walk, i: number, kept: string): WeighedChange | null {
  const { context: { structured: { structure } } } = choices;
  const weighed = verdicts[i]?.weighed;
  if (weighed === undefined) return weighChange(choices, walker, i, kept);
  const { certainty, says, evidence } = weighed;
  const text = weighed.texts[weighed.gaps.indexOf(i)];
  return { text, edit: editClass(structure.role[i] as GapRole, kept, text), certainty, says, evidence };
}

/** True where a text in an empty gap spoils a slice: what is not decided yet is evidence where nobody spoilt it. */
function spoils(
  { context, isAsLeft }: Choices, i: number,
  { left, now, text }: { readonly left: string; readonly now: readonly string[]; readonly text: string },
): boolean {
  return spoilsSlice(context, i, text, (gap) => (gap < i ? left : isAsLeft ? now[gap] : text));
}

/** What a walk has come to before a gap. */
interface Standing {
  /** The text that stands for leaving the gap as it is. */
  readonly kept: string;
  /** The text chosen for the gap before. */
  readonly left: string;
  /** Column of the first token of the row that the gap is in; -1 where the row is not at the start of a line. */
  readonly rowStart: number;
  /** The block whose statements stand on the line of its colon; -1 without. */
  readonly inlineBlock: number;
}

/**
 * The text of a gap that no pin holds: what its group decides or the model chooses, as far as the gaps around it allow.
 */
function decideText(
  { observed, choices, verdicts, walker }: Walk, i: number, { kept, left, rowStart, inlineBlock }: Standing,
): string {
  const { context, pins, damage } = choices;
  const { structure } = context.structured;
  const { gaps } = observed;
  const role = structure.role[i] as GapRole;
  const verdict = verdicts[i]?.offset !== undefined && rowStart < 0 ? undefined : verdicts[i];
  let text: string;
  if (verdict === undefined) {
    const change = weighChange(choices, walker, i, kept);
    text = change !== null && isSure(change, kept, choices) ? change.text : kept;
  }
  else if (verdict.offset === undefined) text = verdict.text ?? kept;
  else text = columnText(kept, rowStart + verdict.offset, walker.currentColumn);
  if (verdict === undefined && i > 0 && standsBetween(context, i - 1)) {
    text = likeLeftSide(walker, i, { left, wasLeft: gaps[i - 1], kept, text });
  }
  if (damage === 0 && !text.includes('\n') && kept.includes('\n') && overflows(context, observed, walker, i, text)) {
    text = kept;
  }
  if (role === GapRole.BlockStart && text.includes('\n') && choices.likeClauses.has(i)) text = kept;
  if (choices.isAsLeft && joinsComments(context, i, kept, text)) text = kept;
  if (kept === '' && text !== '' && spoils(choices, i, { left, now: gaps, text })) text = kept;
  if (pins.breaks[i] && !mayBreak(pins.breaks[i], kept, text)) text = kept;
  if (role === GapRole.BlockStart && !text.includes('\n') && holdsBoundBreak(context, gaps, pins, i)) text = kept;
  // Statements of a suite on the colon's line stay on that line, and a line never comes to end with a semicolon.
  if (role === GapRole.AfterSemicolon && text.includes('\n')) {
    if (structure.blockNode[i] === inlineBlock || !kept.includes('\n')) text = ' ';
  }
  return pins.tail[i] ? withTail(gaps[i], text) : text;
}
