import { BadOptionError } from '../errors.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { LABELS } from '../model/labels.js';
import type { OptionsFor } from '../options.js';
import { createProgress } from '../shared/progress.js';
import { createTokenizer } from '../tokenize/index.js';
import { DEFAULT_GAP_BATCHES, GapBatches } from '../train/gap-batches.js';
import { DEFAULT_TRAINING, runTraining } from '../train/train-run.js';
import { codeRevision, readCorpora } from './corpus-projects.js';
import { EXIT_FINE, EXIT_INTERRUPTED, type CliContext } from './context.js';

/** Gaps of held-out projects that the validation loss is measured on, at most. */
const VALIDATION_FILES_PER_PROJECT = 3;

/** `nnfmt train --base CORPORA…`: learns layout from the projects in some folders. */
export async function runTrain(
  roots: readonly string[],
  options: OptionsFor<'train'>,
  context: CliContext,
): Promise<number> {
  const note = (line: string): void => {
    if (!options.quiet) context.stderr.write(`${line}\n`);
  };
  const { training, heldOut, corpusDigest } = readCorpora(roots, options, note);
  const tokenizer = await createTokenizer();
  const batches = { ...DEFAULT_GAP_BATCHES, batchSize: options.batch, filesPerProject: options.filesPerProject, seed: options.seed };
  const [hidden1, hidden2] = options.hiddenSizes;
  if (options.hiddenSizes.length !== 2) {
    throw new BadOptionError({ option: '--hidden-sizes', reason: 'takes two widths' });
  }
  const outcome = await runTraining({
    folder: options.out,
    config: {
      ...DEFAULT_TRAINING,
      backend: options.backend,
      sizes: { backbone: options.backboneSize, hidden1, hidden2 },
      schedule: { ...DEFAULT_TRAINING.schedule, ...(options.learningRate === null ? {} : { learningRate: options.learningRate }) },
      plannedMinutes: options.minutes,
      plannedGaps: options.gaps ?? (options.minutes === null ? 20_000_000 : null),
      patience: options.patience,
      evaluateEveryGaps: 4_000_000,
    },
    seed: options.seed,
    shape: FEATURE_SHAPE,
    labelNames: LABELS,
    vocabularyDigest: FEATURE_DIGEST,
    corpusDigest,
    codeRevision: codeRevision(),
    source: new GapBatches(tokenizer, training, batches),
    ...(heldOut.length === 0
      ? {}
      : {
          validation: new GapBatches(tokenizer, heldOut, {
            ...batches, seed: `validation-${options.seed}`, filesPerProject: VALIDATION_FILES_PER_PROJECT,
          }),
        }),
    maxBatch: options.batch,
    resume: options.resume,
    progress: createProgress({ target: context.stderr, quiet: options.quiet, now: context.now }),
    now: context.now,
    signal: context.interruption(),
  });
  note(`${outcome.end === 'interrupted' ? 'interrupted; continue with --resume' : 'done'}: ${outcome.modelPath}`);
  return outcome.end === 'interrupted' ? EXIT_INTERRUPTED : EXIT_FINE;
}
