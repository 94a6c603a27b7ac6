import { readSource, type Project } from '../corpus/index.js';
import {
  CLASS_COUNT, KEEP, OWN_STEP_CLASSES, UNDECIDED, keepSteadiest,
} from '../model/layout-classes.js';
import { createFeatureBatch, FEATURE_SHAPE, GapDescriber } from '../model/features.js';
import type { TrainingBatch } from '../model/feature-batch.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { countLayout } from '../model/count-layout.js';
import { decisionAt, observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import { resolveIndents } from '../model/block-indents.js';
import { sourceContext, type SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { levelOf, wholeBelow } from '../model/assumed-layout.js';
import { mutateLayout } from '../mutate/index.js';
import { createRandom, type Random } from '../shared/random.js';
import { applyLineRules, drawLineRules } from './foreign-lines.js';
import { drawAuthorStyle, layOutInStyle, type AuthorStyle } from './author-styles.js';
import { findDifference, findLayoutFault, GapRole, toLf, withStructure, type Tokenizer } from '../tokenize/index.js';

export interface GapBatchOptions {
  readonly batchSize: number;
  /** A file draws its share of mutated gaps from these. */
  readonly rates: readonly number[];
  /** At most this many files of a project in an epoch, drawn anew each epoch. */
  readonly filesPerProject: number;
  /** Gaps whose input and original are the same plain space or nothing are kept with this probability. */
  readonly trivialShare: number;
  /** Weight of the gaps between logical lines in the loss. */
  readonly statementWeight: number;
  /** Probability that a file is shown the counts of other files of its project. */
  readonly projectShare: number;
  /** Probability that a file shows some of its right decisions, as later passes of the formatter do. */
  readonly revealShare: number;
  /** Share of files that are laid out anew in a style of nobody's before they are mutated. */
  readonly authorStyleShare: number;
  /** Share of files of which nothing but the places of comments and blank lines is shown: the project decides. */
  readonly restyleShare: number;
  /** Share of files in which the same holds for some stretches of lines. */
  readonly foreignLinesShare: number;
  /** Gaps held in the pool from which batches are drawn. */
  readonly poolSize: number;
  readonly seed: number | string;
}

export const DEFAULT_GAP_BATCHES: GapBatchOptions = {
  batchSize: 1024,
  rates: [0, 0, 0.02, 0.02, 0.05, 0.2, 0.2, 0.5, 1, 1],
  filesPerProject: 60,
  trivialShare: 0.25,
  statementWeight: 1.5,
  projectShare: 0.5,
  revealShare: 0.55,
  authorStyleShare: 0,
  restyleShare: 0,
  foreignLinesShare: 0,
  poolSize: 49152,
  seed: 1,
};

interface GapBatchState {
  readonly epoch: number;
  readonly file: number;
  readonly emitted: number;
  readonly random: number[];
}

const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;

/**
 * Streams training batches from source files: read, tokenize, mutate, describe, pool, shuffle.
 * Holds one file, one pool and the counts of the projects seen (0.8 MB each) at a time, so
 * memory does not grow with the number of files. The state names a pool and a position in it,
 * so that a restored source continues with exactly the next batch.
 */
export class GapBatches {
  private epoch = 0;
  private file = 0;
  private emitted = 0;
  private order: { path: string; project: number }[] = [];
  private readonly random: Random;
  private poolState: GapBatchState;
  private pool: TrainingBatch | null = null;
  private poolOrder: number[] = [];
  private readonly counts = new Map<string, StyleCounts>();

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly projects: readonly Project[],
    private readonly options: GapBatchOptions,
    /** The counts that a file is shown, instead of those drawn from its project. */
    private readonly countsFor?: (path: string) => StyleCounts,
  ) {
    this.random = createRandom(`gaps-${options.seed}`);
    this.order = this.drawOrder(0);
    this.poolState = this.snapshot();
  }

  /** The next batch; null at the end of an epoch, after which the next epoch starts. */
  async next(): Promise<TrainingBatch | null> {
    const { batchSize } = this.options;
    if (this.pool === null || (this.emitted + 1) * batchSize > this.poolOrder.length) {
      if (this.file >= this.order.length) {
        this.epoch++;
        this.file = 0;
        this.emitted = 0;
        this.pool = null;
        this.order = this.drawOrder(this.epoch);
        this.poolState = this.snapshot();
        return null;
      }
      this.fillPool();
      if (this.poolOrder.length < batchSize) return this.next();
    }
    const rows = this.poolOrder.slice(this.emitted * batchSize, (this.emitted + 1) * batchSize);
    this.emitted++;
    return selectRows(this.pool!, rows);
  }

  /** Share of the epoch's files that have been read. */
  progress(): number {
    return this.order.length === 0 ? 1 : this.file / this.order.length;
  }

  state(): GapBatchState {
    return { ...this.poolState, emitted: this.emitted };
  }

  restore(state: unknown): void {
    const saved = state as GapBatchState;
    this.epoch = saved.epoch;
    this.order = this.drawOrder(saved.epoch);
    this.file = saved.file;
    this.random.restore(saved.random);
    this.pool = null;
    this.emitted = 0;
    this.poolState = this.snapshot();
    if (saved.emitted > 0) {
      this.fillPool();
      this.emitted = saved.emitted;
    }
  }

  private snapshot(): GapBatchState {
    return { epoch: this.epoch, file: this.file, emitted: 0, random: this.random.state() };
  }

  /** Files of one epoch in random order, the same for every run with this seed. */
  private drawOrder(epoch: number): { path: string; project: number }[] {
    const random = createRandom(`order-${this.options.seed}-${epoch}`);
    const order = this.projects.flatMap((project, index) =>
      random.shuffle([...project.files]).slice(0, this.options.filesPerProject).map((path) =>
        ({ path, project: index })),
    );
    return random.shuffle(order);
  }

  private fillPool(): void {
    this.poolState = this.snapshot();
    this.emitted = 0;
    const pool = createExamples(this.options.poolSize + 4096);
    let size = 0;
    while (size < this.options.poolSize && this.file < this.order.length) {
      const { path, project } = this.order[this.file++];
      size = this.addFile(path, this.projects[project], pool, size);
    }
    this.pool = { ...pool, size };
    this.poolOrder = this.random.shuffle(Array.from({ length: size }, (_, k) => k));
  }

  private addFile(path: string, project: Project, pool: TrainingBatch, size: number): number {
    const rate = this.random.pick(this.options.rates);
    const showProject = this.random.next() < this.options.projectShare;
    const random = createRandom(this.random.int(0x7fffffff));
    const { authorStyleShare } = this.options;
    const style = authorStyleShare > 0 && random.next() < authorStyleShare ? drawAuthorStyle(random) : null;
    const own = readContext(this.tokenizer, path);
    const context = own === null || style === null ? own : inStyle(this.tokenizer, own, style);
    if (context === null) return size;
    const drawn = random.next();
    const { restyleShare, foreignLinesShare } = this.options;
    const hidden = drawn < restyleShare ? everyGap(context)
      : drawn < restyleShare + foreignLinesShare ? someLines(context, random) : null;
    const isWhole = drawn < restyleShare;
    const counts = !showProject && !isWhole ? null
      : style === null ? (this.countsFor?.(path) ?? this.projectCounts(project, path))
      : this.countsInStyle(project, path, style, random, isWhole);
    if (hidden !== null) {
      const input = foreignGaps(context, hidden, random);
      return describeHidden({ context, input, hidden, counts, pool, size, random, options: this.options });
    }
    const noisy = mutateLayout(context.structured, { rate, random });
    return describeExamples({ context, noisy, counts, pool, size, random, options: this.options });
  }

  /** Counts over up to 16 other files of the project: of the half that the file is not in. */
  private projectCounts(project: Project, path: string): StyleCounts {
    const half = halfOf(path);
    const key = `${project.name}:${half}`;
    let counts = this.counts.get(key);
    if (counts) return counts;
    counts = new StyleCounts();
    const others = project.files.filter((other) => halfOf(other) !== half);
    for (const other of createRandom(key).shuffle(others).slice(0, 16)) {
      const context = readContext(this.tokenizer, other);
      if (context) countLayout(context, originalLayout(context), counts);
    }
    this.counts.set(key, counts);
    return counts;
  }

  /** Counts over a few other files of the project in the style of the file at hand. */
  private countsInStyle(
    project: Project, path: string, style: AuthorStyle, random: Random, isNeeded: boolean,
  ): StyleCounts | null {
    if (!isNeeded && random.next() < 0.5) return null;
    const counts = new StyleCounts();
    const others = project.files.filter((other) => halfOf(other) !== halfOf(path));
    for (const other of random.shuffle(others).slice(0, STYLED_NEIGHBOURS)) {
      const own = readContext(this.tokenizer, other);
      const context = own === null ? null : inStyle(this.tokenizer, own, style);
      if (context) countLayout(context, originalLayout(context), counts);
    }
    return counts;
  }
}

const STYLED_NEIGHBOURS = 4;

/** The program of a context in an author's style; null where that is not proven to be the same program. */
function inStyle(tokenizer: Tokenizer, context: SourceContext, style: AuthorStyle): SourceContext | null {
  try {
    const structured = withStructure(tokenizer.tokenize(layOutInStyle(context, style)));
    return findDifference(context.structured, structured) === null ? sourceContext(structured) : null;
  } catch {
    return null;
  }
}

function halfOf(path: string): number {
  let hash = 7;
  for (let k = 0; k < path.length; k++) hash = (Math.imul(hash, 31) + path.charCodeAt(k)) | 0;
  return (hash >>> 4) & 1;
}

/** Reads and tokenizes a file; null when it cannot be used, or holds what the grammar does not know. */
export function readContext(tokenizer: Tokenizer, path: string): SourceContext | null {
  try {
    const structured = withStructure(tokenizer.tokenize(toLf(readSource(path).text), path, { strict: true }));
    if (structured.source.tokenCount < 8 || findLayoutFault(structured.source, structured.structure)) return null;
    return sourceContext(structured);
  } catch {
    return null;
  }
}

const originalLayout = (context: SourceContext): ObservedLayout =>
  observeLayout(context, context.structured.source.gaps);

/** A random share of a layout's decisions, the others undecided; null for none. */
function revealSome(answer: ObservedLayout, options: GapBatchOptions, random: Random): Uint8Array | null {
  if (random.next() >= options.revealShare) return null;
  const share = 0.2 + 0.8 * random.next();
  return Uint8Array.from(answer.classOf, (index, i) =>
    random.next() >= share ? UNDECIDED : decisionAt(answer, index, i),
  );
}

interface ExampleJob {
  readonly context: SourceContext;
  readonly counts: StyleCounts | null;
  readonly pool: TrainingBatch;
  readonly size: number;
  readonly random: Random;
  readonly options: GapBatchOptions;
}

/** Hides the layout of every gap. */
function everyGap({ structured }: SourceContext): Uint8Array {
  return new Uint8Array(structured.source.tokenCount + 1).fill(1);
}

/** Hides the layout of one or two stretches of logical lines. */
function someLines({ structured, lineFirst }: SourceContext, random: Random): Uint8Array {
  const { tokenCount } = structured.source;
  const { structure } = structured;
  const starts: number[] = [];
  for (let i = 0; i < tokenCount; i++) if (structure.startsLine[i] && lineFirst[i] === i) starts.push(i);
  const hidden = new Uint8Array(tokenCount + 1);
  for (let stretches = 1 + random.int(2); stretches > 0 && starts.length > 0; stretches--) {
    const first = random.int(starts.length);
    const last = Math.min(starts.length - 1, first + random.int(Math.max(2, Math.min(40, starts.length >> 1))));
    // The comments above a line are in the stretch, too.
    const from = structure.previousCode[Math.max(0, starts[first] - 1)] + 1;
    const to = last + 1 < starts.length ? structure.previousCode[starts[last + 1] - 1] : tokenCount - 1;
    hidden.fill(1, starts[first] === 0 ? 0 : from, to + 1);
  }
  return hidden;
}

/** The original with its hidden gaps as somebody else might have left blank lines there. */
function foreignGaps(context: SourceContext, hidden: Uint8Array, random: Random): string[] {
  const { structured } = context;
  const original = structured.source.gaps;
  const gaps = original.slice();
  const drawn = random.next();
  if (drawn < 0.65) applyLineRules(context, gaps, drawLineRules(random));
  if (drawn > 0.55 && drawn < 0.8) {
    const damaged = mutateLayout(structured, { rate: random.pick([0.05, 0.2, 0.5]), random });
    for (let i = 0; i < gaps.length; i++) if (isLinesGap(structured.structure.role[i])) gaps[i] = damaged[i];
  }
  const mixed = gaps.map((text, i) => (hidden[i] === 1 ? text : original[i]));
  return findLayoutFault(structured.source, structured.structure, mixed) === null ? mixed : original.slice();
}

const isLinesGap = (role: number): boolean =>
  role === (GapRole.Statement as number) || role === (GapRole.BlockStart as number) ||
    role === (GapRole.OwnLineComment as number);

/**
 * Appends the gaps of one source whose hidden ones the project decides: level by level, each seen as when
 * everything further out and to its left is laid out as in the original, and what is deeper is whole.
 */
function describeHidden(job: ExampleJob & { readonly input: readonly string[]; readonly hidden: Uint8Array }): number {
  const { context, input, hidden, counts, pool, random, options } = job;
  const { source, structure } = context.structured;
  const original = source.gaps;
  const observedInput = observeLayout(context, input);
  const file = new StyleCounts();
  countLayout(context, observedInput, file, hidden);
  const answer = originalLayout(context);
  let deepest = 0;
  for (let i = 0; i <= source.tokenCount; i++) if (hidden[i] === 1) deepest = Math.max(deepest, levelOf(context, i));
  const mask = new Uint8Array(CLASS_COUNT);
  let row = job.size;
  // The gaps shown in the input, outside the hidden lines, are described with the outermost level.
  for (let level = 0; level <= deepest; level++) {
    const assumed = wholeBelow(context, original, hidden, level);
    const observed = observeLayout(context, assumed, null, answer);
    const describer = new GapDescriber(
      context, observed, { file, project: counts }, null, { hidden, input: observedInput },
    );
    const walker = new LayoutWalker(
      context.structured, context.ancestry, { gaps: input, blocks: observedInput.blocks }, answer.blocks, answer.unit,
      answer.hang,
    );
    for (let i = 0; i <= source.tokenCount && row < pool.weight.length; i++) {
      if (hidden[i] === 1 ? levelOf(context, i) === level : level === 0) {
        const isPlain = original[i] === '' || original[i] === ' ';
        const keepProbability = isPlain ? options.trivialShare * (hidden[i] === 1 && level > 0 ? 2 : 1) : 1;
        if (random.next() < keepProbability) {
          mask.fill(0);
          walker.match(i, original[i], mask);
          keepSteadiest(mask);
          describer.describe(i, row, pool);
          if (hidden[i] === 1) dropHiddenSteps(mask, structure.role[i]);
          for (let k = 0; k < CLASS_COUNT; k++) mask[k] &= pool.legal[row * CLASS_COUNT + k];
          if (mask.includes(1)) {
            pool.target.set(mask, row * CLASS_COUNT);
            pool.weight[row] = (isLinesGap(structure.role[i]) ? options.statementWeight : 1) / keepProbability;
            row++;
          }
        }
      }
      walker.advance(i, original[i]);
    }
  }
  return row;
}

/** The unit of hidden blocks is not asked of the network. */
function dropHiddenSteps(mask: Uint8Array, role: number): void {
  if (role !== (GapRole.BlockStart as number)) return;
  for (const index of OWN_STEP_CLASSES) mask[index] = 0;
}

/** Appends one mutant's gaps to the pool and returns the new size; stops when the pool is full. */
function describeExamples(job: ExampleJob & { readonly noisy: readonly string[] }): number {
  const { context, noisy, counts, pool, random, options } = job;
  const { source, structure } = context.structured;
  const observed = observeLayout(context, noisy);
  const file = new StyleCounts();
  countLayout(context, observed, file);
  const answer = originalLayout(context);
  const describer = new GapDescriber(context, observed, { file, project: counts }, revealSome(answer, options, random));
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
        describer.describe(i, row, pool);
        pool.target.set(mask, row * CLASS_COUNT);
        pool.weight[row] = (isLines ? options.statementWeight : 1) / keepProbability;
        row++;
      }
    }
    walker.advance(i, original[i]);
  }
  return row;
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

/** Room for `size` examples. */
export function createExamples(size: number): TrainingBatch {
  return {
    ...createFeatureBatch(size),
    target: new Uint8Array(size * CLASS_COUNT),
    weight: new Float32Array(size),
  };
}

/** A new batch of the given rows of a pool. */
export function selectRows(pool: TrainingBatch, rows: readonly number[]): TrainingBatch {
  const batch = createExamples(rows.length);
  copyRows(pool, rows, batch, 0);
  return batch;
}

/** Copies rows of `pool` into `batch`, from its row `first` on. */
export function copyRows(pool: TrainingBatch, rows: readonly number[], batch: TrainingBatch, first: number): void {
  rows.forEach((from, k) => {
    const to = first + k;
    batch.slots.set(pool.slots.subarray(from * SLOTS, (from + 1) * SLOTS), to * SLOTS);
    batch.numbers.set(pool.numbers.subarray(from * NUMBERS, (from + 1) * NUMBERS), to * NUMBERS);
    batch.legal.set(pool.legal.subarray(from * CLASS_COUNT, (from + 1) * CLASS_COUNT), to * CLASS_COUNT);
    batch.target.set(pool.target.subarray(from * CLASS_COUNT, (from + 1) * CLASS_COUNT), to * CLASS_COUNT);
    batch.weight[to] = pool.weight[from];
  });
}
