import { BadOptionError } from '../errors.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { loadBaseModel } from '../format/index.js';
import { LABELS } from '../model/labels.js';
import type { OptionsFor } from '../options.js';
import { createTokenizer } from '../tokenize/index.js';
import { SHARED_PARAMETERS } from '../train/fine-tune.js';
import { DEFAULT_GAP_BATCHES, GapBatches } from '../train/gap-batches.js';
import { DEFAULT_OPTIMIZER } from '../train/optimizer.js';
import { DEFAULT_TRAINING, runTraining } from '../train/train-run.js';
import type { CliContext } from './context.js';
import { setUpTraining } from './training-set-up.js';

/** Gaps of held-out projects that the validation loss is measured on, at most. */
const VALIDATION_FILES_PER_PROJECT = 3;

/** `nnfmt train --base CORPORA…`: learns layout from the projects in some folders. */
export async function runTrain(
  roots: readonly string[],
  options: OptionsFor<'train'>,
  context: CliContext,
): Promise<number> {
  const { training, heldOut, basics, finish } = setUpTraining(roots, options, context);
  const tokenizer = await createTokenizer();
  const batches = { ...DEFAULT_GAP_BATCHES, batchSize: options.batch, filesPerProject: options.filesPerProject, authorStyleShare: options.authorStyleShare, seed: options.seed };
  const [hidden1, hidden2] = options.hiddenSizes;
  if (options.hiddenSizes.length !== 2) {
    throw new BadOptionError({ option: '--hidden-sizes', reason: 'takes two widths' });
  }
  const start = options.init === null ? null : loadBaseModel({ modelPath: options.init }).weights;
  return finish(await runTraining({
    ...basics(),
    ...(start === null ? {} : { start }),
    config: {
      ...DEFAULT_TRAINING,
      ...(start === null ? {} : { optimizer: { ...DEFAULT_OPTIMIZER, frozen: SHARED_PARAMETERS } }),
      backend: options.backend,
      sizes: start?.sizes ?? { backbone: options.backboneSize, hidden1, hidden2 },
      schedule: { ...DEFAULT_TRAINING.schedule, ...(options.learningRate === null ? {} : { learningRate: options.learningRate }) },
      plannedMinutes: options.minutes,
      plannedGaps: options.gaps ?? (options.minutes === null ? 20_000_000 : null),
      patience: options.patience,
      evaluateEveryGaps: 4_000_000,
    },
    shape: FEATURE_SHAPE,
    labelNames: LABELS,
    vocabularyDigest: FEATURE_DIGEST,
    source: new GapBatches(tokenizer, training, batches),
    ...(heldOut.length === 0
      ? {}
      : {
          validation: new GapBatches(tokenizer, heldOut, {
            ...batches, seed: `validation-${options.seed}`, filesPerProject: VALIDATION_FILES_PER_PROJECT,
          }),
        }),
    maxBatch: options.batch,
  }));
}
