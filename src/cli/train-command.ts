import { BadOptionError } from '../errors.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { loadBaseModel } from '../format/index.js';
import { LAYOUT_CLASSES } from '../model/layout-classes.js';
import { DEFAULT_NETWORK_SIZES, type NetworkSizes, type NetworkWeights } from '../model/network-weights.js';
import type { OptionsFor } from '../options/index.js';
import { isShardFolder } from '../shards/is-shard-folder.js';
import { ShardSet } from '../shards/shard-set.js';
import { createTokenizer, type Tokenizer } from '../tokenize/index.js';
import { checkPrecision } from '../train/backends.js';
import { ProjectFiles, type ExampleFiles } from '../train/example-files.js';
import { SHARED_PARAMETERS } from '../train/fine-tune.js';
import { DEFAULT_GAP_BATCHES, GapBatches, type GapBatchOptions } from '../train/gap-batches.js';
import { DEFAULT_OPTIMIZER } from '../train/optimizer.js';
import { ShardFiles } from '../train/shard-files.js';
import { DEFAULT_TRAINING, runTraining, type TrainingConfig, type TrainingRun } from '../train/train-run.js';
import type { CliContext } from './context.js';
import { setUpRun, setUpTraining, type RunSetUp } from './training-set-up.js';

type Options = OptionsFor<'train --base'>;

/** Gaps of held-out projects that the validation loss is measured on, at most. */
const VALIDATION_FILES_PER_PROJECT = 3;
/** Files of shards that the validation loss is measured on, at most: they stay in memory. */
const VALIDATION_FILES = 1000;
const HOLD_OUT = 0.1;
export const DEFAULT_GAPS = 20_000_000;
const EVALUATE_EVERY = 4_000_000;

/** `nnfmt train --base CORPORA…`: learns layout from the projects in some folders, or from shards. */
export async function runTrain(roots: readonly string[], options: Options, context: CliContext): Promise<number> {
  for (const name of ['round', 'replica', 'common'] as const) {
    if (options[name] !== null) throw new BadOptionError({ option: `--${name}`, reason: 'needs --rounds' });
  }
  if (options.replicas !== 1) throw new BadOptionError({ option: '--replicas', reason: 'needs --rounds' });
  const sizes = networkSizes(options);
  checkPrecision(options.backend, options.precision);
  const tokenizer = await createTokenizer();
  const { files, heldOut, basics, finish } = roots.some(isShardFolder)
    ? await filesOfShards(roots, options, context, tokenizer)
    : await filesOfCorpora(roots, options, context, tokenizer);
  const start = options.init === null ? null : loadBaseModel({ modelPath: options.init }).weights;
  return finish(await runTraining({
    ...basics(),
    ...baseTraining(options, sizes, start),
    source: new GapBatches(tokenizer, files, batchOptions(options)),
    ...(heldOut === null
      ? {}
      : { validation: new GapBatches(tokenizer, heldOut, validationOptions(options)) }),
  }));
}

/** What a base training is, apart from where it reads and writes. */
export function baseTraining(
  options: Options, sizes: NetworkSizes, start: NetworkWeights | null,
): Pick<TrainingRun, 'config' | 'shape' | 'labelNames' | 'vocabularyDigest' | 'maxBatch' | 'start'> {
  const config: TrainingConfig = {
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
    plannedExamples: options.gaps ?? (options.minutes === null ? DEFAULT_GAPS : null),
    patience: options.patience,
    evaluateEvery: EVALUATE_EVERY,
  };
  return {
    ...(start === null ? {} : { start }),
    config, shape: FEATURE_SHAPE, labelNames: LAYOUT_CLASSES, vocabularyDigest: FEATURE_DIGEST, maxBatch: options.batch,
  };
}

export function batchOptions(options: Options): GapBatchOptions {
  const { batch: batchSize, filesPerProject, authorStyleShare, restyleShare: hiddenShare, seed } = options;
  return {
    ...DEFAULT_GAP_BATCHES, batchSize, filesPerProject, authorStyleShare, seed,
    // Of the files whose layout is hidden, a quarter shows it but for some stretches of lines.
    restyleShare: 0.75 * hiddenShare, foreignLinesShare: 0.25 * hiddenShare,
  };
}

export const validationOptions = (options: Options): GapBatchOptions => ({
  ...batchOptions(options), seed: `validation-${options.seed}`, filesPerProject: VALIDATION_FILES_PER_PROJECT,
  yieldsRest: true,
});

/** Where files to learn from, and files put aside, come from. */
interface FoundFiles extends RunSetUp {
  readonly files: ExampleFiles;
  readonly heldOut: ExampleFiles | null;
}

async function filesOfCorpora(
  roots: readonly string[], options: Options, context: CliContext, tokenizer: Tokenizer,
): Promise<FoundFiles> {
  const { training, heldOut, ...setUp } = await setUpTraining(
    'train --base', roots, { ...options, holdOut: options.holdOut ?? HOLD_OUT }, context);
  return {
    ...setUp, files: new ProjectFiles(tokenizer, training, batchOptions(options)),
    heldOut: heldOut.length === 0 ? null : new ProjectFiles(tokenizer, heldOut, validationOptions(options)),
  };
}

async function filesOfShards(
  roots: readonly string[], options: Options, context: CliContext, tokenizer: Tokenizer,
): Promise<FoundFiles> {
  const set = openShards(roots, options);
  const setUp = setUpRun('train --base', { roots, options, corpusDigest: set.digest, context });
  setUp.note('reading the shards');
  const files = await trainingFiles(tokenizer, set, options);
  const heldOut = await heldOutFiles(tokenizer, set, options);
  setUp.note(
    `${files.projects} projects with ${files.files} files to learn from, ` +
    `${heldOut?.projects ?? 0} with ${heldOut?.files ?? 0} held out`);
  return { ...setUp, files, heldOut };
}

/**
 * @throws BadOptionError for folders of which only some are shards, and for options that shards have settled;
 *   GatheringError for a manifest that cannot be used
 */
export function openShards(roots: readonly string[], { columns, holdOut, excludeCorpus }: Options): ShardSet {
  const other = roots.find((root) => !isShardFolder(root));
  if (other !== undefined) {
    throw new BadOptionError({
      option: 'CORPORA', reason: `${other} holds no shards (no manifest.json); shards and corpora do not mix`,
    });
  }
  const reason = 'is settled in shards, when they are prepared';
  if (columns !== null) throw new BadOptionError({ option: '--columns', reason });
  if (holdOut !== null) throw new BadOptionError({ option: '--hold-out', reason });
  if (excludeCorpus !== null) throw new BadOptionError({ option: '--exclude-corpus', reason });
  return ShardSet.open(roots);
}

/** @throws BadOptionError where there is nothing to learn from; GatheringError for other shards than the manifest's */
export async function trainingFiles(
  tokenizer: Tokenizer, set: ShardSet, { seed, filesPerProject }: Options,
  share?: { readonly index: number; readonly of: number },
): Promise<ShardFiles> {
  const files = await ShardFiles.open(tokenizer, set, {
    split: 'train', seed, filesPerProject, ...(share === undefined ? {} : { share }),
  });
  if (files.files > 0) return files;
  throw new BadOptionError({ option: 'CORPORA', reason: 'no row of the shards is there to learn from' });
}

/** Files that the validation loss is measured on; null where nothing was put aside. */
export async function heldOutFiles(
  tokenizer: Tokenizer, set: ShardSet, options: Options,
): Promise<ShardFiles | null> {
  const { seed, filesPerProject } = validationOptions(options);
  const files = await ShardFiles.open(tokenizer, set, { split: 'held', seed, filesPerProject, most: VALIDATION_FILES });
  return files.files === 0 ? null : files;
}

/** @throws BadOptionError for sizes that cannot be, and for those that a model to begin from has already */
export function networkSizes({ backboneSize, hiddenSizes, init }: Options): NetworkSizes {
  for (const [option, given] of [['--backbone-size', backboneSize], ['--hidden-sizes', hiddenSizes]] as const) {
    if (init !== null && given !== null) throw new BadOptionError({ option, reason: 'is told by the model of --init' });
  }
  const { backbone, hidden1, hidden2 } = DEFAULT_NETWORK_SIZES;
  const widths = hiddenSizes ?? [hidden1, hidden2];
  if (widths.length !== 2) throw new BadOptionError({ option: '--hidden-sizes', reason: 'takes two widths' });
  return { backbone: backboneSize ?? backbone, hidden1: widths[0], hidden2: widths[1] };
}
