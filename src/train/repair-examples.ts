/** Examples of repairs: a mutant of a source, whose original layout is to be rebuilt. */
import { resolveIndents } from '../model/block-indents.js';
import { countHabits } from '../model/count-layout.js';
import type { FeatureBatch } from '../model/feature-batch.js';
import { MOST_ROWS, gapRows } from '../model/gap-rows.js';
import { CLASS_COUNT, KEEP, OWN_STEP_CLASSES, UNDECIDED, keepSteadiest } from '../model/layout-classes.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { decisionAt, observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import { StyleCounts } from '../model/style-counts.js';
import type { Random } from '../shared/random.js';
import { GapRole } from '../tokenize/index.js';
import { originalLayout, type ExampleJob } from './example-job.js';
import type { GapBatchOptions } from './gap-batches.js';

/** A random share of a layout's decisions, the others undecided; null for none. */
function revealSome(answer: ObservedLayout, options: GapBatchOptions, random: Random): Uint8Array | null {
  if (random.next() >= options.revealShare) return null;
  const share = 0.2 + 0.8 * random.next();
  return Uint8Array.from(answer.classOf, (index, i) =>
    random.next() >= share ? UNDECIDED : decisionAt(answer, index, i),
  );
}

/** Appends one mutant's gaps to the pool and returns the new size; stops when the pool is full. */
export function describeRepairs(job: ExampleJob & { readonly noisy: readonly string[] }): number {
  const { context, noisy, counts, pool, random, options } = job;
  const { source, structure } = context.structured;
  const observed = observeLayout(context, noisy);
  const file = new StyleCounts();
  countHabits(context, observed, file);
  const answer = originalLayout(context);
  const rows = gapRows({
    context, layout: observed, evidence: { file, project: counts }, decisions: revealSome(answer, options, random),
  });
  const chosen: number[] = [];
  const original = source.gaps;
  // Classes are encoded with the original's anchors, but `keep` refers to the mutant.
  const indents = resolveIndents(source.tree.nodeCount, context.blocks, answer.steps, observed.unit);
  const walker = new LayoutWalker(context.structured, context.ancestry, {
    gaps: noisy, blocks: observed.blocks,
  }, indents, observed.unit, observed.hang);
  const blockOfGap = new Map(context.blocks.map((block, k) => [block.gap, k]));
  const mask = new Uint8Array(CLASS_COUNT);
  const capacity = pool.weight.length;
  let row = job.size;
  // A stretch of the file when the pool has no room for all of it would favour file starts.
  for (let i = 0; i <= source.tokenCount && row < capacity; i++) {
    mask.fill(0);
    const role = structure.role[i] as GapRole;
    const isTrivial = noisy[i] === original[i] && original[i].length < 2 && (original[i] === '' || original[i] === ' ');
    const isLines = role === GapRole.Statement || role === GapRole.BlockStart || role === GapRole.OwnLineComment;
    const keepProbability = isTrivial ? options.trivialShare : 1;
    if (keepProbability === 1 || random.next() < keepProbability) {
      walker.match(i, original[i], mask);
      keepSteadiest(mask);
      if (role === GapRole.BlockStart) {
        const block = blockOfGap.get(i)!;
        dropFalseSteps(mask, answer.steps[block], observed.steps[block] ?? observed.unit, observed.unit);
      }
      if (mask.includes(1)) {
        chosen.push(i);
        pool.target.set(mask, row * CLASS_COUNT);
        pool.weight[row] = (isLines ? options.statementWeight : 1) / keepProbability;
        row++;
      }
    }
    walker.advance(i, original[i]);
  }
  for (let from = 0; from < chosen.length; from += MOST_ROWS) {
    const batch = rows.describe(chosen, from, Math.min(MOST_ROWS, chosen.length - from));
    placeRows(batch, pool, job.size + from);
  }
  return row;
}

/** Copies described gaps into the pool, from one of its rows on. */
function placeRows({ size, slots, numbers, legal }: FeatureBatch, pool: FeatureBatch, row: number): void {
  pool.slots.set(slots, row * (slots.length / size));
  pool.numbers.set(numbers, row * (numbers.length / size));
  pool.legal.set(legal, row * (legal.length / size));
}

/**
 * At the start of a block the number of line breaks and the choice of the step are one class:
 * "the file's unit" is right only where the original takes it, "its own" only where the input has it.
 */
function dropFalseSteps(mask: Uint8Array, answer: string | null, input: string, unit: string): void {
  if (answer === null) return;
  for (let classIndex = 0; classIndex < CLASS_COUNT; classIndex++) {
    if (!mask[classIndex]) continue;
    const keepsStep = classIndex === KEEP || OWN_STEP_CLASSES.includes(classIndex);
    if (answer !== (keepsStep ? input : unit)) mask[classIndex] = 0;
  }
}
