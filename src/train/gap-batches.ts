import { CLASS_COUNT } from '../model/layout-classes.js';
import { createFeatureBatch, FEATURE_SHAPE } from '../model/features.js';
import type { TrainingBatch } from '../model/feature-batch.js';
import { countLayout } from '../model/count-layout.js';
import { sourceContext, type SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { mutateLayout } from '../mutate/index.js';
import { createRandom, type Random } from '../shared/random.js';
import type { ExampleFile, ExampleFiles } from './example-files.js';
import { originalLayout } from './example-job.js';
import { describeHidden, everyGap, foreignGaps, someLines } from './hidden-examples.js';
import { describeRepairs } from './repair-examples.js';
import { drawAuthorStyle, layOutInStyle, type AuthorStyle } from './author-styles.js';
import { findDifference, withStructure, type Tokenizer } from '../tokenize/index.js';

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
  /** Gaps that a pool has left make a batch though they are fewer: for figures, of which no gap may be missing. */
  readonly yieldsRest?: boolean;
  /** Gaps held in the pool from which batches are drawn. */
  readonly poolSize: number;
  readonly seed: number | string;
  /** Tokens of files that are kept in memory for the next epoch, at most. */
  readonly keptTokens: number;
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
  keptTokens: 0,
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
 * Holds one file and one pool at a time, so memory does not grow with the number of files. The
 * state names a pool and a position in it, so that a restored source continues with exactly the
 * next batch.
 */
export class GapBatches {
  private epoch = 0;
  private file = 0;
  private emitted = 0;
  /** Files of the epoch. */
  private count: number;
  private readonly random: Random;
  private poolState: GapBatchState;
  private pool: TrainingBatch | null = null;
  private poolOrder: number[] = [];
  /** Where pools lie, one at a time. */
  private room: TrainingBatch | null = null;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly files: ExampleFiles,
    private readonly options: GapBatchOptions,
  ) {
    this.random = createRandom(`gaps-${options.seed}`);
    this.count = files.begin(0);
    this.poolState = this.snapshot();
  }

  /** The next batch; null at the end of an epoch, after which the next epoch starts. */
  async next(): Promise<TrainingBatch | null> {
    const { batchSize, yieldsRest = false } = this.options;
    const fewest = yieldsRest ? 1 : batchSize;
    // Restored in the middle of a pool.
    if (this.pool === null && this.emitted > 0) await this.fillPool(this.emitted);
    if (this.pool === null || this.poolOrder.length - this.emitted * batchSize < fewest) {
      if (this.file >= this.count) {
        this.epoch++;
        this.file = 0;
        this.emitted = 0;
        this.pool = null;
        this.count = this.files.begin(this.epoch);
        this.poolState = this.snapshot();
        return null;
      }
      await this.fillPool(0);
      if (this.poolOrder.length < fewest) return this.next();
    }
    const rows = this.poolOrder.slice(this.emitted * batchSize, (this.emitted + 1) * batchSize);
    this.emitted++;
    return selectRows(this.pool!, rows);
  }

  /** Share of the epoch's files that have been read. */
  progress(): number {
    return this.count === 0 ? 1 : this.file / this.count;
  }

  state(): GapBatchState {
    return { ...this.poolState, emitted: this.emitted };
  }

  restore(state: unknown): void {
    const saved = state as GapBatchState;
    this.epoch = saved.epoch;
    this.count = this.files.begin(saved.epoch);
    this.file = saved.file;
    this.random.restore(saved.random);
    this.pool = null;
    this.emitted = saved.emitted;
    this.poolState = this.snapshot();
  }

  private snapshot(): GapBatchState {
    return { epoch: this.epoch, file: this.file, emitted: 0, random: this.random.state() };
  }

  /** @param emitted batches of the new pool that are out already */
  private async fillPool(emitted: number): Promise<void> {
    this.poolState = this.snapshot();
    // Every row of a pool is written whole, so that nothing of the one before is left in it.
    const pool = (this.room ??= createExamples(this.options.poolSize + 4096));
    let size = 0;
    while (size < this.options.poolSize && this.file < this.count) {
      size = this.addFile(await this.files.read(this.file++), pool, size);
    }
    this.pool = { ...pool, size };
    this.poolOrder = this.random.shuffle(Array.from({ length: size }, (_, k) => k));
    this.emitted = emitted;
  }

  private addFile(file: ExampleFile, pool: TrainingBatch, size: number): number {
    const rate = this.random.pick(this.options.rates);
    const showProject = this.random.next() < this.options.projectShare;
    const random = createRandom(this.random.int(0x7fffffff));
    const { authorStyleShare } = this.options;
    const style = authorStyleShare > 0 && random.next() < authorStyleShare ? drawAuthorStyle(random) : null;
    const own = file.context;
    const context = own === null || style === null ? own : inStyle(this.tokenizer, own, style);
    if (context === null) return size;
    const drawn = random.next();
    const { restyleShare, foreignLinesShare } = this.options;
    const hidden = drawn < restyleShare ? everyGap(context)
      : drawn < restyleShare + foreignLinesShare ? someLines(context, random) : null;
    const isWhole = drawn < restyleShare;
    const counts = !showProject && !isWhole ? null
      : style === null ? file.projectCounts()
      : this.countsInStyle(file, style, random, isWhole);
    if (hidden !== null) {
      const input = foreignGaps(context, hidden, random);
      return describeHidden({ context, input, hidden, counts, pool, size, random, options: this.options });
    }
    const noisy = mutateLayout(context.structured, { rate, random });
    return describeRepairs({ context, noisy, counts, pool, size, random, options: this.options });
  }

  /** Counts over a few other files in the style of the file at hand. */
  private countsInStyle(
    file: ExampleFile, style: AuthorStyle, random: Random, isNeeded: boolean,
  ): StyleCounts | null {
    if (!isNeeded && random.next() < 0.5) return null;
    const counts = new StyleCounts();
    for (const own of file.neighbours(random, STYLED_NEIGHBOURS)) {
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
  for (let k = 0; k < rows.length; k++) {
    const [from, to] = [rows[k], first + k];
    batch.slots.set(pool.slots.subarray(from * SLOTS, (from + 1) * SLOTS), to * SLOTS);
    batch.numbers.set(pool.numbers.subarray(from * NUMBERS, (from + 1) * NUMBERS), to * NUMBERS);
    batch.legal.set(pool.legal.subarray(from * CLASS_COUNT, (from + 1) * CLASS_COUNT), to * CLASS_COUNT);
    batch.target.set(pool.target.subarray(from * CLASS_COUNT, (from + 1) * CLASS_COUNT), to * CLASS_COUNT);
    batch.weight[to] = pool.weight[from];
  }
}

/** Copies all of a batch to the beginning of a larger one. */
export function copyBatch({ slots, numbers, legal, target, weight }: TrainingBatch, into: TrainingBatch): void {
  into.slots.set(slots);
  into.numbers.set(numbers);
  into.legal.set(legal);
  into.target.set(target);
  into.weight.set(weight);
}
