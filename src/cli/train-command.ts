import { BadOptionError } from '../errors.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { loadBaseModel } from '../format/index.js';
import { LAYOUT_CLASSES } from '../model/layout-classes.js';
import { DEFAULT_NETWORK_SIZES, type NetworkSizes } from '../model/network-weights.js';
import type { OptionsFor } from '../options/index.js';
import { createTokenizer } from '../tokenize/index.js';
import { checkPrecision } from '../train/backends.js';
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
  options: OptionsFor<'train --base'>,
  context: CliContext,
): Promise<number> {
  const sizes = networkSizes(options);
  checkPrecision(options.backend, options.precision);
  const { training, heldOut, basics, finish } = await setUpTraining('train --base', roots, options, context);
  const tokenizer = await createTokenizer();
  const { batch: batchSize, filesPerProject, authorStyleShare, restyleShare: hiddenShare, seed } = options;
  const batches = {
    ...DEFAULT_GAP_BATCHES, batchSize, filesPerProject, authorStyleShare, seed,
    // Of the files whose layout is hidden, a quarter shows it but for some stretches of lines.
    restyleShare: 0.75 * hiddenShare, foreignLinesShare: 0.25 * hiddenShare,
  };
  const start = options.init === null ? null : loadBaseModel({ modelPath: options.init }).weights;
  return finish(await runTraining({
    ...basics(),
    ...(start === null ? {} : { start }),
    config: {
      ...DEFAULT_TRAINING,
      ...(start === null ? {} : { optimizer: { ...DEFAULT_OPTIMIZER, frozen: SHARED_PARAMETERS } }),
      backend: options.backend,
      precision: options.precision,
      sizes: start?.sizes ?? sizes,
      schedule: {
        ...DEFAULT_TRAINING.schedule,
        ...(options.learningRate === null ? {} : { learningRate: options.learningRate }),
      },
      plannedMinutes: options.minutes,
      plannedExamples: options.gaps ?? (options.minutes === null ? 20_000_000 : null),
      patience: options.patience,
      evaluateEvery: 4_000_000,
    },
    shape: FEATURE_SHAPE,
    labelNames: LAYOUT_CLASSES,
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

/** @throws BadOptionError for sizes that cannot be, and for those that a model to begin from has already */
function networkSizes({ backboneSize, hiddenSizes, init }: OptionsFor<'train --base'>): NetworkSizes {
  for (const [option, given] of [['--backbone-size', backboneSize], ['--hidden-sizes', hiddenSizes]] as const) {
    if (init !== null && given !== null) throw new BadOptionError({ option, reason: 'is told by the model of --init' });
  }
  const { backbone, hidden1, hidden2 } = DEFAULT_NETWORK_SIZES;
  const widths = hiddenSizes ?? [hidden1, hidden2];
  if (widths.length !== 2) throw new BadOptionError({ option: '--hidden-sizes', reason: 'takes two widths' });
  return { backbone: backboneSize ?? backbone, hidden1: widths[0], hidden2: widths[1] };
}
