import {
  BLOCK_CLASSES, CLASSES_OF_ROLE, CLASS_COUNT, DECISIONS, KEEP, NONE, SPACE, TWO_SPACES, UNDECIDED,
} from '../model/layout-classes.js';
import { createFeatureBatch, FEATURE_SHAPE, GapDescriber } from '../model/features.js';
import type { FeatureBatch } from '../model/feature-batch.js';
import { resolveIndents, type FileUnits } from '../model/block-indents.js';
import type { Predictor } from '../model/kernel/predictor.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { countLayout } from '../model/count-layout.js';
import { decisionAt, observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { GapRole } from '../tokenize/index.js';
import { checkEstimate, checkTime } from '../shared/budget.js';
import { damageLevel, editClass, thresholdAt, type Thresholds } from './confidence.js';
import type { EditClass } from './edit-classes.js';
import { columnText, decideGroups } from './groups/decide-groups.js';
import { weighByProject } from './groups/project-prior.js';
import type { Verdict } from './groups/verdict.js';
import { isBinaryOperator, isPrefixOperator, spacesPrefixes } from './operator-gaps.js';
import { keptText, mayBreak } from './kept-text.js';
import { withTail, type Pins } from './pins.js';

export interface FormatPolicy {
  readonly predictor: Pick<Predictor, 'probabilities'>;
  readonly thresholds: Thresholds;
  /** Least probability of every edit; null takes the thresholds. */
  readonly confidence: number | null;
  /** Layout of other files of the project, when a profile brings it. */
  readonly project: StyleCounts | null;
  /** What a block adds to the indentation in that project, where a profile says it. */
  readonly unit?: string | null;
  /** What most brackets add that break at once, where a profile says it. */
  readonly hang?: string | null;
  /** Of the project's own files, the largest share of layout decisions that the others mostly take differently. */
  readonly oddest?: number | null;
  /** Of the gaps of the project's own files, the share that laying them out anew changes. */
  readonly drift?: number | null;
}

/** One pass over a layout. */
export interface FormattedGaps {
  /** `tokenCount + 1` texts with LF line ends. */
  readonly gaps: string[];
  readonly changed: boolean;
}

/** What a pass knew when it decided one gap; for those who explain its decisions. */
export interface GapVisit {
  readonly gap: number;
  /** The text that stands for leaving the gap as it is. */
  readonly kept: string;
  /** Whether every text for the gap begins as it did, up to the first line break. */
  readonly holdsTail: boolean;
  /** Stands before the gap, with the layout chosen so far. */
  readonly walker: LayoutWalker;
  /** `[gaps, classes]` for the whole file. */
  readonly probabilities: Float32Array;
  readonly observed: ObservedLayout;
  /** How damaged the file looks, in [0, 1]. */
  readonly damage: number;
  readonly threshold: (edit: keyof Thresholds) => number;
  /** What the gap's group has decided; undefined where it is in none. */
  readonly verdict: Verdict | undefined;
}

const CHUNK = 1024;
/** Of the gaps of a result: their texts, the key of the pass, the output, and what proving it takes. */
const BYTES_PER_CHARACTER = 10;
const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;

/**
 * Decides every gap once: predicts all of them from the input layout, then walks from left
 * to right and renders the chosen class of each under the layout chosen so far.
 *
 * @param gaps the input layout, with LF line ends
 * @param visit called at each gap before it is decided
 */
export function formatGaps(
  context: SourceContext,
  gaps: readonly string[],
  pins: Pins,
  policy: FormatPolicy,
  visit?: (visit: GapVisit) => void,
): FormattedGaps {
  const observed = observeLayout(context, gaps, policy.unit);
  const probabilities = predict(context, observed, policy);
  if (policy.project !== null) weighByProject(context, observed, policy.project, probabilities);
  const damage = damageLevel(spacingShare(context, observed, probabilities));
  const threshold = (edit: keyof Thresholds): number =>
    thresholdAt(policy.thresholds[edit], damage, policy.confidence);

  const { structured, ancestry, blocks } = context;
  const { structure, source } = structured;
  const target = targetUnits(observed, pins, policy.unit ?? null);
  const steps = decideSteps(context, observed, probabilities, pins, threshold('step'))
    .map((step) => (step === observed.unit ? target.unit : step));
  const indents = resolveIndents(source.tree.nodeCount, blocks, steps, target.unit, (k) => {
    const text = gaps[blocks[k].gap];
    return pins.step[k] && text.includes('\n') ? text.slice(text.lastIndexOf('\n') + 1) : null;
  });
  const walker = new LayoutWalker(
    structured, ancestry, { gaps, blocks: observed.blocks }, indents, target.unit, target.hang,
  );
  // In a file that nobody spoilt, the lines of a bracket are arranged together or not at all.
  const agreement = damage === 0 ? bracketAgreement(context, observed, probabilities) : null;
  const verdicts = decideGroups(
    { context, observed, probabilities, pins, threshold, damage, project: policy.project }, walker,
  );
  const result = new Array<string>(source.tokenCount + 1);
  let changed = false;
  let inlineBlock = -1;
  let length = 0;
  const spacesBehindPrefix = spacesPrefixes(context, gaps);
  /** What the model makes of a gap, given the layout chosen so far. */
  const choose = (i: number, role: GapRole, kept: string): string => {
    const best = mostProbableText(walker, i, role, probabilities, kept, pins.tail[i] === 1);
    if (best.text === kept) return kept;
    // Blank lines between the comment at the top of a file and its first statement are its author's.
    if (damage === 0 && role === GapRole.Statement && structure.previousCode[i - 1] < 0) return kept;
    if (kept === '' && isInlineText(best.text) && !spacesBehindPrefix && i > 0 && isPrefixOperator(context, i - 1)) return kept;
    const edit = editClass(role, kept, best.text);
    const share = agreement !== null && ARRANGING.has(edit) ? Math.min(best.share, agreement[structure.openBracket[i]] ?? 1) : best.share;
    const needed = removesTrailingBlanks(kept, best.text) ? Math.min(TRAILING_BLANKS, threshold(edit)) : threshold(edit);
    return share >= needed ? best.text : kept;
  };
  /** Column of the first token of the line. */
  let lineStart = 0;
  for (let i = 0; i <= source.tokenCount; i++) {
    if (i % CHUNK === 0) {
      checkTime();
      // Lines that hang on a bracket far to the right can make a short file a long one.
      checkEstimate({ bytes: BYTES_PER_CHARACTER * length, seconds: 0 });
    }
    const role = structure.role[i] as GapRole;
    const verdict = verdicts[i];
    if (visit === undefined && verdict === undefined && staysInline(observed, probabilities, i)) {
      if (role === GapRole.BlockStart) inlineBlock = structure.blockNode[i];
      result[i] = gaps[i];
      length += gaps[i].length;
      walker.advance(i, gaps[i]);
      continue;
    }
    const kept = pins.gap[i] ? gaps[i] : keptText(observed, walker, i, role);
    visit?.({ gap: i, kept, holdsTail: pins.tail[i] === 1, walker, probabilities, observed, damage, threshold, verdict });
    let text = kept;
    if (!pins.gap[i]) {
      if (verdict === undefined) text = choose(i, role, kept);
      else if (verdict.offset === undefined) text = verdict.text ?? kept;
      else text = columnText(kept, lineStart + verdict.offset, walker.currentColumn);
      if (verdict === undefined && i > 0 && standsBetween(context, i - 1)) {
        text = likeLeftSide(walker, i, { left: result[i - 1], wasLeft: gaps[i - 1], kept, text });
      }
      if (damage === 0 && !text.includes('\n') && kept.includes('\n') && overflows(context, observed, walker, i, text)) text = kept;
      if (pins.breaks[i] && !mayBreak(pins.breaks[i], kept, text)) text = kept;
      if (role === GapRole.BlockStart && !text.includes('\n') && holdsBoundBreak(context, gaps, pins, i)) text = kept;
      // Statements of a suite on the colon's line stay on that line, and a line never comes to end with a semicolon.
      if (role === GapRole.AfterSemicolon && text.includes('\n')) {
        if (structure.blockNode[i] === inlineBlock || !kept.includes('\n')) text = ' ';
      }
      if (pins.tail[i]) text = withTail(gaps[i], text);
    }
    if (role === GapRole.BlockStart) inlineBlock = text.includes('\n') ? -1 : structure.blockNode[i];
    if (text !== gaps[i]) changed = true;
    result[i] = text;
    length += text.length;
    walker.advance(i, text);
    if ((i === 0 || text.includes('\n')) && i < source.tokenCount) lineStart = walker.column[i];
  }
  return { gaps: result, changed };
}

const isInlineText = (text: string): boolean => !text.includes('\n');

/** True for an operator between operands that has no comment beside it. */
function standsBetween(context: SourceContext, i: number): boolean {
  const { role } = context.structured.structure;
  const isWithinLine = (gap: number): boolean => role[gap] === (GapRole.Line as number) || role[gap] === (GapRole.Bracket as number);
  return i + 1 < context.structured.source.tokenCount && isWithinLine(i) && isWithinLine(i + 1) && isBinaryOperator(context, i);
}

/** The right side of an operator whose left side was decided alone: where one of them changes within the line, they become alike. */
function likeLeftSide(
  walker: LayoutWalker, i: number, { left, wasLeft, kept, text }: { left: string; wasLeft: string; kept: string; text: string },
): string {
  if (![left, kept, text].every(isInlineText) || (left === '') === (text === '') || (left === wasLeft && text === kept)) return text;
  const like = left === '' ? '' : ' ';
  return walker.isLegal(i, like === '' ? NONE : SPACE) ? like : text;
}

/** True when a line break between the statements of the block that starts at gap `i` has to stay, so that they cannot share a line. */
function holdsBoundBreak({ structured: { source, structure } }: SourceContext, gaps: readonly string[], pins: Pins, i: number): boolean {
  const last = source.tree.lastToken[structure.blockNode[i]];
  for (let k = i + 1; k <= last; k++) {
    if (structure.role[k] === (GapRole.AfterSemicolon as number) && (pins.gap[k] || pins.breaks[k]) && gaps[k].includes('\n')) return true;
  }
  return false;
}

/** Share of its blocks that have to take a file's unit before the whole file is moved to the project's. */
const CONSISTENT = 0.9;

/**
 * The unit that a file is laid out in, and its hanging step: the file's own, or the project's where
 * the file keeps to another one throughout, as after an editor has re-indented it. A file of mixed steps
 * is mended by the model, block by block; one of which a part must stay keeps its unit.
 */
function targetUnits(observed: ObservedLayout, pins: Pins, projectUnit: string | null): FileUnits {
  const { unit, hang, steps } = observed;
  const own = { unit, hang };
  if (projectUnit === null || projectUnit === unit || pins.step.includes(1)) return own;
  const blocks = steps.filter((step) => step !== null);
  if (blocks.length === 0 || blocks.filter((step) => step === unit).length < CONSISTENT * blocks.length) return own;
  return { unit: projectUnit, hang: hang === unit ? projectUnit : hang === unit + unit ? projectUnit + projectUnit : hang };
}

/** Least share for taking out blanks at the ends of lines, which nobody misses. */
const TRAILING_BLANKS = 0.7;

/** True when `after` is `before` without the blanks at the ends of its lines; linear in their length, however long they are. */
function removesTrailingBlanks(before: string, after: string): boolean {
  if (after.length >= before.length) return false;
  const lines = before.split('\n');
  const last = lines.pop()!;
  return [...lines.map((line) => line.trimEnd()), last].join('\n') === after;
}

/** Edits that move lines within brackets. */
const ARRANGING: ReadonlySet<EditClass> = new Set<EditClass>(['break', 'join', 'continuation']);

/** Per opening bracket: the least share among the changes that the model would make to the lines in it; 1 without any. */
function bracketAgreement(context: SourceContext, observed: ObservedLayout, probabilities: Float32Array): Float32Array {
  const { structured, ancestry } = context;
  const { source, structure } = structured;
  const least = new Float32Array(source.tokenCount).fill(1);
  const walker = new LayoutWalker(
    structured, ancestry, { gaps: observed.gaps, blocks: observed.blocks }, observed.blocks, observed.unit, observed.hang,
  );
  for (let i = 0; i < source.tokenCount; i++) {
    const kept = observed.gaps[i];
    const open = structure.openBracket[i];
    if (open >= 0 && !staysInline(observed, probabilities, i)) {
      const role = structure.role[i] as GapRole;
      const best = mostProbableText(walker, i, role, probabilities, kept);
      if (best.text !== kept && ARRANGING.has(editClass(role, kept, best.text))) least[open] = Math.min(least[open], best.share);
    }
    walker.advance(i, kept);
  }
  return least;
}

/** True when `text` in gap `i` makes a line longer than every line of the input, as far as its other gaps stay. */
function overflows({ structured: { source } }: SourceContext, observed: ObservedLayout, walker: LayoutWalker, i: number, text: string): boolean {
  const widest = observed.lineLengths.at(-1) ?? 0;
  let column = walker.currentColumn + text.length;
  for (let token = i; token < source.tokenCount; token++) {
    if (token > i && observed.lineBreaks[token] > 0) break;
    if (token > i) column += observed.gaps[token].length;
    const width = source.text.slice(source.start[token], source.end[token]).search(/[\r\n]/u);
    if (width >= 0) return column + width > widest;
    column += source.end[token] - source.start[token];
  }
  return column > widest;
}

/** True for a gap of no or one space that has most of the probability: no other text can win there. */
function staysInline(observed: ObservedLayout, probabilities: Float32Array, i: number): boolean {
  const text = observed.gaps[i];
  if (text !== '' && text !== ' ') return false;
  const at = i * CLASS_COUNT;
  return probabilities[at + (text === '' ? NONE : SPACE)] + probabilities[at + KEEP] > 0.51;
}

/**
 * `[gaps, classes]` probabilities for all gaps of a layout. The first round knows nothing but
 * the input; each later one tells the gaps that were left in doubt what their neighbours have
 * settled on, surest first, so that the breaks of one list come out of one mind.
 */
export function predict(context: SourceContext, observed: ObservedLayout, policy: FormatPolicy): Float32Array {
  const file = new StyleCounts();
  countLayout(context, observed, file);
  const evidence = { file, project: policy.project };
  const count = context.structured.source.tokenCount + 1;
  const out = new Float32Array(count * CLASS_COUNT);
  const decisions = new Uint8Array(count).fill(UNDECIDED);
  const describer = new GapDescriber(context, observed, evidence, decisions);
  scoreAll(describer, policy, out);
  const masses = new Float32Array(DECISIONS);
  const { role } = context.structured.structure;
  for (const sure of SURE_BY_ROUND) {
    const doubtful: number[] = [];
    for (let i = 1; i < count - 1; i++) {
      const decision = likeliestDecision(observed, out, i, role[i], masses);
      const mass = masses[decision];
      decisions[i] = mass >= sure ? decision : UNDECIDED;
      if (mass < DOUBTFUL && isArranged(role[i])) doubtful.push(i);
    }
    if (doubtful.length === 0) break;
    score(describer, doubtful, policy, out);
  }
  return out;
}

/** How sure a decision has to be to be told to its neighbours, round by round. */
const SURE_BY_ROUND = [0.9, 0.75];
/** A gap is asked again while its likeliest decision has less than this. */
const DOUBTFUL = 0.98;

/** True for gaps whose layout depends on their neighbours': breaks in brackets, and blank lines. */
function isArranged(role: GapRole): boolean {
  return role !== GapRole.Line && role !== GapRole.TrailingComment && role !== GapRole.AfterSemicolon;
}

/** The decision with most probability; `masses` then holds that of each decision. */
function likeliestDecision(
  observed: ObservedLayout,
  probabilities: Float32Array,
  i: number,
  role: GapRole,
  masses: Float32Array,
): number {
  masses.fill(0);
  const at = i * CLASS_COUNT;
  // Most gaps are sure to stay what they are.
  const current = observed.classOf[i];
  if (probabilities[at + current] >= DOUBTFUL) {
    const decision = decisionAt(observed, current, i);
    masses[decision] = probabilities[at + current];
    return decision;
  }
  for (const k of CLASSES_OF_ROLE[role]) {
    const probability = probabilities[at + k];
    if (probability > 0) masses[decisionAt(observed, k, i)] += probability;
  }
  let best = 0;
  for (let k = 1; k < DECISIONS; k++) if (masses[k] > masses[best]) best = k;
  return best;
}

/** Describes and scores all gaps. */
function scoreAll(describer: GapDescriber, policy: FormatPolicy, out: Float32Array): void {
  const count = out.length / CLASS_COUNT;
  const batch = createFeatureBatch(Math.min(CHUNK, count));
  for (let from = 0; from < count; from += CHUNK) {
    checkTime();
    const size = Math.min(CHUNK, count - from);
    for (let row = 0; row < size; row++) describer.describe(from + row, row, batch);
    policy.predictor.probabilities(firstRows(batch, size), out.subarray(from * CLASS_COUNT, (from + size) * CLASS_COUNT));
  }
}

function firstRows(batch: FeatureBatch, size: number): FeatureBatch {
  return size === batch.size ? batch : {
    size,
    slots: batch.slots.subarray(0, size * SLOTS),
    numbers: batch.numbers.subarray(0, size * NUMBERS),
    legal: batch.legal.subarray(0, size * CLASS_COUNT),
  };
}

/** Describes and scores the given gaps into their rows of `out`. */
function score(describer: GapDescriber, gaps: readonly number[], policy: FormatPolicy, out: Float32Array): void {
  const batch = createFeatureBatch(Math.min(CHUNK, gaps.length));
  const scores = new Float32Array(Math.min(CHUNK, gaps.length) * CLASS_COUNT);
  for (let from = 0; from < gaps.length; from += CHUNK) {
    checkTime();
    const size = Math.min(CHUNK, gaps.length - from);
    for (let row = 0; row < size; row++) describer.describe(gaps[from + row], row, batch);
    policy.predictor.probabilities(firstRows(batch, size), scores);
    for (let row = 0; row < size; row++) {
      out.set(scores.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT), gaps[from + row] * CLASS_COUNT);
    }
  }
}

/**
 * Share of the gaps within lines whose spaces the model would change. Damage shows there
 * first: an author may break lines and leave blanks in many ways, but hardly ever leaves
 * two spaces or a tab between two words.
 */
function spacingShare(context: SourceContext, observed: ObservedLayout, probabilities: Float32Array): number {
  const { source, structure } = context.structured;
  let changes = 0;
  let compared = SPACING_PRIOR;
  for (let i = 1; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    if (role !== GapRole.Line && role !== GapRole.Bracket) continue;
    if (observed.lineBreaks[i] > 0) continue;
    compared++;
    const at = i * CLASS_COUNT;
    const spaces = Math.max(probabilities[at + NONE], probabilities[at + SPACE], probabilities[at + TWO_SPACES]);
    if (spaces < 0.5) continue;
    const best = probabilities[at + NONE] === spaces ? NONE : probabilities[at + SPACE] === spaces ? SPACE : TWO_SPACES;
    if (best !== observed.classOf[i]) changes++;
  }
  return changes / compared;
}

/** Gaps that every file is taken to have on top, so that one odd space does not damn a short file. */
const SPACING_PRIOR = 40;

/** The indentation step of each block: the file's unit where the model is sure, else its own. */
function decideSteps(
  context: SourceContext,
  observed: ObservedLayout,
  probabilities: Float32Array,
  pins: Pins,
  threshold: number,
): (string | null)[] {
  return context.blocks.map(({ gap }, k) => {
    const step = observed.steps[k];
    if (step === null || step === observed.unit || pins.step[k] || pins.gap[gap]) return step;
    let toUnit = 0;
    for (const index of BLOCK_CLASSES) toUnit += probabilities[gap * CLASS_COUNT + index];
    // At least as likely as not, however little the user asks for.
    return toUnit >= Math.max(threshold, 0.5) ? observed.unit : step;
  });
}

/**
 * The likeliest text, with probabilities summed over classes that render alike, and its share against the input's.
 *
 * @param holdsTail whether every text begins as `kept` does, up to the first line break
 */
export function mostProbableText(
  walker: LayoutWalker,
  i: number,
  role: GapRole,
  probabilities: Float32Array,
  kept: string,
  holdsTail = false,
): { text: string; share: number } {
  const at = i * CLASS_COUNT;
  const texts: string[] = [];
  const sums: number[] = [];
  for (const candidate of CLASSES_OF_ROLE[role]) {
    const probability = probabilities[at + candidate];
    // What leaving the gap has against it is judged to the last thousandth.
    if (probability < 0.004 && candidate !== KEEP) continue;
    const rendered = candidate === KEEP ? kept : walker.render(i, candidate);
    if (rendered === null) continue;
    const text = holdsTail ? withTail(kept, rendered) : rendered;
    const known = texts.indexOf(text);
    if (known >= 0) sums[known] += probability;
    else {
      texts.push(text);
      sums.push(probability);
    }
  }
  let best = 0;
  for (let k = 1; k < sums.length; k++) if (sums[k] > sums[best]) best = k;
  if (texts.length === 0 || texts[best] === kept) return { text: kept, share: 1 };
  const stay = texts.indexOf(kept);
  return { text: texts[best], share: sums[best] / (sums[best] + (stay < 0 ? 0 : sums[stay])) };
}
