import {
  CLASSES_OF_ROLE, COLUMNS, COLUMN_OF_CLASS, KEEP, LAYOUT_CLASSES, type LayoutClassName,
} from '../model/layout-classes.js';
import type { SourceContext } from '../model/source-context.js';
import type { GapRole } from '../tokenize/index.js';
import type { WeighedChange } from './decide-gap.js';
import { unitMass } from './decide-steps.js';
import type { EditClass } from './edit-classes.js';
import { formatGaps, type DecidedGap } from './format-gaps.js';
import type { FormatPolicy } from './format-policy.js';
import type { GroupKind } from './groups/verdict.js';
import { withTail, type Pins } from './pins.js';
import { restyleGaps } from './restyle-gaps.js';
import { mayChange } from './restyled-share.js';

/** One way to fill a gap, and what the model gives to it. */
export interface Alternative {
  /** With LF line ends. */
  readonly text: string;
  /** Layout classes that render this text here, likeliest first. */
  readonly classes: readonly LayoutClassName[];
  readonly probability: number;
}

/** What the model thinks of one gap of the input. */
export interface Judgement {
  /** Likeliest first; none where every class is illegal or has no meaning. */
  readonly alternatives: readonly Alternative[];
  /** Least share at which an edit of a class is made in this file. */
  readonly threshold: (edit: EditClass) => number;
  /** The change that was weighed, whether or not it is made; null without one. */
  readonly change: WeighedChange | null;
  /** The kind of group that decided the gap together with others; null where it was decided alone. */
  readonly group: GroupKind | null;
}

/** Classes below this are noise. */
const LEAST_PROBABILITY = 0.0005;

/** A layout, and the gaps of it that are asked for. */
export interface JudgedLayout {
  readonly context: SourceContext;
  readonly gaps: readonly string[];
  readonly pins: Pins;
  readonly policy: FormatPolicy;
  readonly wanted: (gap: number) => boolean;
}

/**
 * Runs one pass over a layout and hands out what the model thought of the gaps asked for.
 * A block whose indentation step would change makes all its lines doubtful, not only its first.
 */
export function judgeGaps(options: JudgedLayout): Map<number, Judgement> {
  const { context, gaps, pins, policy, wanted } = options;
  const judgements = new Map<number, Judgement>();
  formatGaps(context, gaps, pins, policy, (visit) => {
    if (!wanted(visit.gap)) return;
    judgements.set(visit.gap, {
      alternatives: listAlternatives(context, gaps[visit.gap], visit),
      threshold: visit.threshold,
      change: visit.change(),
      group: visit.verdict?.group ?? null,
    });
  });
  return judgements;
}

/** The same of a layout that is laid out anew, without the gaps that are left as they are. */
export function judgeAnew({ context, gaps, pins, policy, wanted }: JudgedLayout): Map<number, Judgement> {
  const judgements = new Map<number, Judgement>();
  restyleGaps(context, gaps, pins, policy, mayChange(pins), { leavesOwn: true, visit: (visit) => {
    if (!wanted(visit.gap)) return;
    const alternatives = listAlternatives(context, gaps[visit.gap], visit);
    judgements.set(visit.gap, { alternatives, threshold: () => 0, change: null, group: null });
  } });
  return judgements;
}

/** The texts that were considered for a gap, likeliest first. */
export function listAlternatives(context: SourceContext, input: string, visit: DecidedGap): Alternative[] {
  const { gap, kept, holdsTail, walker, probabilities } = visit;
  const role = context.structured.structure.role[gap] as GapRole;
  const byText = new Map<string, { index: number; probability: number }[]>();
  for (const index of CLASSES_OF_ROLE[role]) {
    const probability = probabilities[gap * COLUMNS + COLUMN_OF_CLASS[index]];
    if (probability < LEAST_PROBABILITY) continue;
    const rendered = index === KEEP ? kept : walker.render(gap, index);
    if (rendered === null) continue;
    const text = holdsTail ? withTail(kept, rendered) : rendered;
    const known = byText.get(text);
    if (known === undefined) byText.set(text, [{ index, probability }]);
    else known.push({ index, probability });
  }
  // The line is moved by its block: as sure as the new step of the block is.
  const moved = kept !== input && !byText.has(input) ? stepCertainty(context, visit) : 1;
  const alternatives = [...byText].map(([text, classes]) => ({
    text,
    classes: classes.sort((a, b) => b.probability - a.probability).map(({ index }) => LAYOUT_CLASSES[index]),
    probability: moved * classes.reduce((sum, { probability }) => sum + probability, 0),
  }));
  if (moved < 1) alternatives.push({ text: input, classes: ['keep'], probability: 1 - moved });
  return alternatives.sort((a, b) => b.probability - a.probability);
}

/** Probability of the least sure new step among the blocks around a gap. */
function stepCertainty(context: SourceContext, { gap, probabilities, observed }: DecidedGap): number {
  const { source, structure } = context.structured;
  const code = gap < source.tokenCount ? structure.nextCode[gap] : source.tokenCount;
  if (code >= source.tokenCount) return 1;
  const blockAt = new Map(context.blocks.map(({ node }, k) => [node, k]));
  let least = 1;
  for (let node = structure.blockNode[code]; node > 0; node = source.tree.parent[node]) {
    const k = blockAt.get(node);
    if (k === undefined || observed.steps[k] === null || observed.steps[k] === observed.unit) continue;
    const toUnit = unitMass(probabilities, context.blocks[k].gap);
    if (toUnit > 0) least = Math.min(least, toUnit);
  }
  return least;
}
