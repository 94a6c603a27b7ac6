import { type TrainingBatch } from '../model/feature-batch.js';

/** Where training batches come from. */
export interface BatchSource<Batch = TrainingBatch> {
  /** The next batch; null at the end of an epoch, after which the next epoch begins. */
  next(): Promise<Batch | null>;
  /** Plain JSON; `restore` continues from it with exactly the same batches. */
  state(): unknown;
  restore(state: unknown): void;
  /** Share of the current epoch that is done, in [0, 1]. */
  progress?(): number;
}
