import { LABEL_COUNT, KEEP, LABELS_OF_ROLE, LINES_1, OWN_STEP_1, breaks } from '../model/labels.js';
import { createFeatureBatch, FEATURE_SHAPE, GapDescriber } from '../model/features.js';
import type { FeatureBatch } from '../model/feature-batch.js';
import { resolveIndents } from '../model/block-indents.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { countLayout, observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { GapRole } from '../tokenize/index.js';
import { damageLevel, editClass, thresholdAt, type Thresholds } from './confidence.js';
import type { Pins } from './pins.js';

/** Scores described gaps: `[size, labels]` probabilities over the legal classes into `out`. */
export interface Scorer {
  probabilities(batch: FeatureBatch, out: Float32Array): void;
}

export interface FormatPolicy {
  readonly scorer: Scorer;
  readonly thresholds: Thresholds;
  /** Least probability of every edit; null takes the thresholds. */
  readonly confidence: number | null;
  /** Layout of other files of the project, when a profile brings it. */
  readonly project: StyleCounts | null;
}

/** One pass over a layout. */
export interface FormattedGaps {
  /** `tokenCount + 1` texts with LF line ends. */
  readonly gaps: string[];
  readonly changed: boolean;
}

const CHUNK = 1024;
const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;

/**
 * Decides every gap once: predicts all of them from the input layout, then walks from left
 * to right and renders the chosen class of each under the layout chosen so far.
 *
 * @param gaps the input layout, with LF line ends
 */
export function formatGaps(
  context: SourceContext,
  gaps: readonly string[],
  pins: Pins,
  policy: FormatPolicy,
): FormattedGaps {
  const observed = observeLayout(context, gaps);
  const probabilities = predict(context, observed, policy);
  const damage = damageLevel(changeShare(context, observed, probabilities));
  const threshold = (edit: keyof Thresholds): number =>
    thresholdAt(policy.thresholds[edit], damage, policy.confidence);

  const { structured, ancestry, blocks } = context;
  const { structure, source } = structured;
  const steps = decideSteps(context, observed, probabilities, pins, threshold('step'));
  const indents = resolveIndents(source.tree.nodeCount, blocks, steps, observed.unit);
  const walker = new LayoutWalker(
    structured, ancestry, { gaps, blocks: observed.blocks }, indents, observed.unit,
  );
  const result = new Array<string>(source.tokenCount + 1);
  let changed = false;
  let inlineBlock = -1;
  for (let i = 0; i <= source.tokenCount; i++) {
    const kept = walker.render(i, KEEP)!;
    let text = kept;
    const role = structure.role[i] as GapRole;
    if (!pins.gap[i]) {
      const best = mostProbableText(walker, i, role, probabilities, kept);
      if (best.text !== kept && best.share >= threshold(editClass(role, kept, best.text))) text = best.text;
      if (pins.breaks[i] && text.includes('\n') !== kept.includes('\n')) text = kept;
      // Statements of a suite on the colon's line stay on that line.
      if (role === GapRole.AfterSemicolon && structure.blockNode[i] === inlineBlock && text.includes('\n')) text = ' ';
    }
    if (role === GapRole.BlockStart) inlineBlock = text.includes('\n') ? -1 : structure.blockNode[i];
    if (text !== gaps[i]) changed = true;
    result[i] = text;
    walker.advance(i, text);
  }
  return { gaps: result, changed };
}

/** `[gaps, labels]` probabilities for all gaps of a layout. */
export function predict(context: SourceContext, observed: ObservedLayout, policy: FormatPolicy): Float32Array {
  const file = new StyleCounts();
  countLayout(context, observed, file);
  const describer = new GapDescriber(context, observed, { file, project: policy.project });
  const count = context.structured.source.tokenCount + 1;
  const out = new Float32Array(count * LABEL_COUNT);
  const batch = createFeatureBatch(Math.min(CHUNK, count));
  for (let from = 0; from < count; from += CHUNK) {
    const size = Math.min(CHUNK, count - from);
    for (let row = 0; row < size; row++) describer.describe(from + row, row, batch);
    const part: FeatureBatch = {
      size,
      slots: batch.slots.subarray(0, size * SLOTS),
      numbers: batch.numbers.subarray(0, size * NUMBERS),
      legal: batch.legal.subarray(0, size * LABEL_COUNT),
    };
    policy.scorer.probabilities(part, out.subarray(from * LABEL_COUNT, (from + size) * LABEL_COUNT));
  }
  return out;
}

/** Share of gaps between tokens whose most probable class differs from the input's. */
function changeShare(context: SourceContext, observed: ObservedLayout, probabilities: Float32Array): number {
  const { tokenCount } = context.structured.source;
  let changes = 0;
  let filled = 0;
  for (let i = 1; i < tokenCount; i++) {
    if (observed.gaps[i] !== '') filled++;
    let best = KEEP;
    for (let k = 0; k < LABEL_COUNT; k++) {
      if (probabilities[i * LABEL_COUNT + k] > probabilities[i * LABEL_COUNT + best]) best = k;
    }
    if (best === KEEP || best === observed.label[i]) continue;
    if (observed.walker.render(i, best) === null) continue;
    // Classes of the same kind of break often render alike; count what certainly differs.
    if (breaks(best) && observed.lineBreaks[i] > 0 && best >= OWN_STEP_1) continue;
    changes++;
  }
  return filled === 0 ? 0 : changes / filled;
}

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
    for (let n = 0; n < 4; n++) toUnit += probabilities[gap * LABEL_COUNT + LINES_1 + n];
    return toUnit >= threshold ? observed.unit : step;
  });
}

/** The likeliest text, with probabilities summed over classes that render alike, and its share against the input's. */
function mostProbableText(
  walker: LayoutWalker,
  i: number,
  role: GapRole,
  probabilities: Float32Array,
  kept: string,
): { text: string; share: number } {
  const at = i * LABEL_COUNT;
  const texts: string[] = [];
  const sums: number[] = [];
  for (const candidate of LABELS_OF_ROLE[role]) {
    const probability = probabilities[at + candidate];
    if (probability < 0.004) continue;
    const text = candidate === KEEP ? kept : walker.render(i, candidate);
    if (text === null) continue;
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
