import { type Worker } from 'node:worker_threads';
import { createRandom } from '../../shared/random.js';
import { startWorker } from '../../shared/start-worker.js';
import { type CompletionSizes } from './completion-layout.js';
import { createCompletionTrainer, type CompletionTrainer } from './completion-trainer.js';
import { carriedWidths, copyCarried, lanesOf, splitLanes, type LanePart } from './lane-parts.js';
import { type PieceBatch, type PieceBatchResult, type TrainingShape } from './trainer/training-workspace.js';

/**
 * Training in several threads: the sequences of a batch are split among them, this thread
 * computes the first part and workers the others. Weights, gradients and carried states go
 * through shared memory; the gradient is that of the mean loss over the whole batch, as one
 * thread computes it up to the order of sums, and the same bits in each run with so many threads.
 */
export interface ParallelTrainer extends CompletionTrainer {
  /** Ends the threads. */
  close(): Promise<void>;
}

/** What a worker is started with. */
export interface TrainingThread {
  readonly sizes: CompletionSizes;
  readonly steps: number;
  readonly sequences: number;
  readonly dropout: number;
  readonly shared: {
    /** All threads read these weights. */
    readonly values: Float32Array;
    /** Of this thread alone. */
    readonly gradient: Float32Array;
    /** Of this thread alone, as `saveStates` gives them; read before each task and written after it. */
    readonly carried: Float32Array;
  };
}

/** To a worker. */
export interface TrainingTask {
  readonly batch: PieceBatch;
  readonly training: boolean;
  /** For dropout; null without it. */
  readonly randomState: readonly number[] | null;
}

/** From a worker. */
export type TrainingReply = PieceBatchResult;

const WORKER = import.meta.url.endsWith('.ts') ? './training-worker.ts' : './training-worker.js';

/**
 * @param options.threads at most one for each sequence; 1 starts none
 * @param options.workerUrl only for tests
 * @throws RangeError as `createCompletionTrainer`, and for more threads than sequences or for
 *   products other than the kernel's
 */
export function createParallelTrainer(
  options: TrainingShape & { readonly threads: number; readonly workerUrl?: URL },
): ParallelTrainer {
  const { threads, layout, steps, sequences, random } = options;
  if (threads > sequences) throw new RangeError(`${threads} threads cannot share ${sequences} sequences`);
  if (threads > 1 && options.products !== undefined) {
    throw new RangeError('only the products of the kernel are done in threads');
  }
  const [ownPart, ...parts] = splitLanes(sequences, threads) as [LanePart, ...LanePart[]];
  const own = createCompletionTrainer({ ...options, sequences: ownPart.to });
  if (threads === 1) return { ...own, close: () => Promise.resolve() };

  const dropout = options.dropout ?? 0;
  const { sizes, total } = layout;
  const widths = carriedWidths(sizes, steps);
  const widthOfAll = widths.reduce((sum, width) => sum + width, 0);
  const { gradient } = own.kernel.floats;
  const values = sharedFloats(total);
  const workerUrl = options.workerUrl ?? new URL(WORKER, import.meta.url);
  const workers = parts.map((lanes) => {
    const count = lanes.to - lanes.from;
    const shared = { values, gradient: sharedFloats(total), carried: sharedFloats(count * widthOfAll) };
    // The last block, the pieces that the pointer remembers: none so far.
    if (sizes.key > 0) shared.carried.fill(-1, count * (widthOfAll - widths.at(-1)!));
    const thread: TrainingThread = { sizes, steps, sequences: count, dropout, shared };
    return { lanes, shared, ask: connect(startWorker(workerUrl, thread)) };
  });

  /** Own part and those of the workers, at once. */
  const compute = async (
    batch: PieceBatch, weights: Float32Array, training: boolean,
  ): Promise<readonly PieceBatchResult[]> => {
    if (batch.steps !== steps || batch.sequences !== sequences) {
      throw new RangeError(
        `a chunk of ${batch.steps} x ${batch.sequences} does not fit a trainer for ${steps} x ${sequences}`,
      );
    }
    values.set(weights);
    const asked = workers.map(({ lanes, ask }) => ask.reply({
      batch: lanesOf(batch, lanes), training,
      // Drawn here, so that a run continues with the same units dropped.
      randomState: dropout > 0 && training ? createRandom(random.int(0x1_0000_0000)).state() : null,
    }));
    const ownBatch = lanesOf(batch, ownPart);
    const computed = training ? own.lossAndGradient(ownBatch) : own.loss(ownBatch, weights);
    return Promise.all([computed, ...asked]);
  };

  const carriedParts = (ofOwn: Float32Array): { lanes: LanePart; part: Float32Array }[] =>
    [{ lanes: ownPart, part: ofOwn }, ...workers.map(({ lanes, shared }) => ({ lanes, part: shared.carried }))];

  return {
    layout, kernel: own.kernel,
    async lossAndGradient(batch) {
      const results = await compute(batch, own.kernel.floats.values, true);
      const result = meanOf(results);
      const shareOf = (part: number): number => (result.weight === 0 ? 0 : results[part]!.weight / result.weight);
      const ownShare = shareOf(0);
      for (let k = 0; k < total; k++) gradient[k] = ownShare * gradient[k]!;
      workers.forEach(({ shared }, worker) => {
        const share = shareOf(worker + 1);
        const other = shared.gradient;
        for (let k = 0; k < total; k++) gradient[k] = gradient[k]! + share * other[k]!;
      });
      return result;
    },
    async loss(batch, weights) {
      return meanOf(await compute(batch, weights, false));
    },
    saveStates() {
      const all = new Float32Array(sequences * widthOfAll);
      for (const { lanes, part } of carriedParts(own.saveStates())) {
        copyCarried({ all, part, lanes, sequences, widths, direction: 'join' });
      }
      return all;
    },
    restoreStates(all) {
      const ofOwn = new Float32Array(ownPart.to * widthOfAll);
      for (const { lanes, part } of carriedParts(ofOwn)) {
        copyCarried({ all, part, lanes, sequences, widths, direction: 'split' });
      }
      own.restoreStates(ofOwn);
    },
    async close() {
      await Promise.all(workers.map(({ ask }) => ask.close()));
    },
  };
}

const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));

/** The mean over all targets. */
function meanOf(results: readonly PieceBatchResult[]): PieceBatchResult {
  const weight = results.reduce((sum, result) => sum + result.weight, 0);
  const mean = (of: (result: PieceBatchResult) => number): number =>
    weight === 0 ? 0 : results.reduce((sum, result) => sum + result.weight * of(result), 0) / weight;
  return { weight, lossNats: mean(({ lossNats }) => lossNats), accuracy: mean(({ accuracy }) => accuracy) };
}

/** One question at a time; a thread that ends before it is closed fails the question at hand and all later ones. */
function connect(worker: Worker): { reply(task: TrainingTask): Promise<TrainingReply>; close(): Promise<unknown> } {
  let fault: Error | null = null;
  let waiting: { resolve(reply: TrainingReply): void; reject(fault: Error): void } | null = null;
  const fail = (cause: unknown): void => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    fault ??= new Error(`a training thread ended: ${reason}`, { cause });
    waiting?.reject(fault);
    waiting = null;
  };
  worker.on('message', (reply: TrainingReply) => {
    waiting?.resolve(reply);
    waiting = null;
  });
  worker.on('error', fail);
  worker.on('messageerror', fail);
  worker.on('exit', (code) => fail(`exit code ${code}`));
  return {
    reply(task) {
      const answer = new Promise<TrainingReply>((resolve, reject) => {
        if (fault !== null) reject(fault);
        else waiting = { resolve, reject };
      });
      // Whoever computes beside it hears of a fault when it is done.
      answer.catch(() => undefined);
      if (fault === null) worker.postMessage(task);
      return answer;
    },
    close: () => worker.terminate(),
  };
}
