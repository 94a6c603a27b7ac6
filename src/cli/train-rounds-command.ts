import { join } from 'node:path';
import { BadOptionError } from '../errors.js';
import type { TrainingBatch } from '../model/feature-batch.js';
import { LAYOUT_CLASSES } from '../model/layout-classes.js';
import { optionTables, resolveOptions, type OptionsFor } from '../options/index.js';
import type { ShardSet } from '../shards/shard-set.js';
import { isThere } from '../shared/look-at-path.js';
import { appendText, makeFolder, writeAtomically } from '../shared/write-atomically.js';
import { createTokenizer, type Tokenizer } from '../tokenize/index.js';
import { GapBatches } from '../train/gap-batches.js';
import { averagePieces, type CommonWeights } from '../train/rounds/average-pieces.js';
import { commonModel, measureCommon, type CommonFigures } from '../train/rounds/common-model.js';
import {
  configOfReplica, piecePart, sourceOfReplica, type RoundPiece, type RoundPlan,
} from '../train/rounds/round-plan.js';
import { openRunFolder } from '../train/run-folder.js';
import type { ShardFiles } from '../train/shard-files.js';
import { runTraining } from '../train/train-run.js';
import { writeStoredParts } from '../train/training-context.js';
import { EXIT_FINE, type CliContext } from './context.js';
import { codeRevision } from './corpus-projects.js';
import {
  baseTraining, batchOptions, DEFAULT_GAPS, heldOutFiles, networkSizes, openShards, trainingFiles, validationOptions,
} from './train-command.js';
import { setUpRun, type RunBasics } from './training-set-up.js';

type Options = OptionsFor<'train --base'>;

export const COMMON_NAME = 'common.bin';

/** `nnfmt train --base SHARDS --rounds R`: all rounds in turn, or with `--round` a replica's part in one. */
export async function runTrainRounds(roots: readonly string[], options: Options, context: CliContext): Promise<number> {
  const plan = planOf(options);
  const tokenizer = await createTokenizer();
  const set = openShards(roots, options);
  const { basics, finish, note } = setUpRun('train --base', { roots, options, corpusDigest: set.digest, context });
  const { round, replica } = options;
  if (round !== null && replica !== null) {
    const files = await filesOf(tokenizer, set, plan, options, replica);
    const run = { ...basics(), tokenizer, plan, options, files, piece: { round, replica }, common: options.common };
    return finish(await runPiece(run));
  }
  const held = await heldOutFiles(tokenizer, set, options);
  const measure = async (common: CommonWeights): Promise<CommonFigures | null> => (held === null
    ? null
    : measureCommon(common, new GapBatches(tokenizer, held, validationOptions(options)), options.batch));
  const replicas = new Map<number, ShardFiles>();
  const filesFor = async (index: number): Promise<ShardFiles> => {
    const files = replicas.get(index) ?? await filesOf(tokenizer, set, plan, options, index);
    replicas.set(index, files);
    return files;
  };
  return finish(await runAllRounds({ basics: basics(), tokenizer, plan, options, filesFor, measure, note }));
}

/** @throws BadOptionError for options that do not go with rounds */
function planOf(options: Options): RoundPlan {
  const refuse = (option: string, reason: string): never => {
    throw new BadOptionError({ option, reason });
  };
  const { rounds, replicas, round, replica, common, gaps } = options;
  if (rounds === null) return refuse('--rounds', 'is needed');
  if (options.minutes !== null) refuse('--minutes', 'does not go with --rounds: ends would depend on the machine');
  if (options.patience > 0) refuse('--patience', 'does not go with --rounds');
  if (options.init !== null) refuse('--init', 'does not go with --rounds');
  if (options.backend === 'webgpu') refuse('--backend', 'webgpu does not go with --rounds');
  if ((round === null) !== (replica === null)) refuse('--round', 'and --replica go together');
  if (round !== null && round >= rounds) refuse('--round', `counts from 0 to ${rounds - 1}`);
  if (replica !== null && replica >= replicas) refuse('--replica', `counts from 0 to ${replicas - 1}`);
  if (round === null && common !== null) refuse('--common', 'needs --round and --replica');
  if (round === 0 && common !== null) refuse('--common', 'is of no use in round 0, which begins from the seed');
  if (round !== null && round > 0 && common === null) {
    refuse('--common', `is needed from round 1 on: ${COMMON_NAME} of the round before`);
  }
  return { rounds, replicas, gaps: gaps ?? DEFAULT_GAPS };
}

const filesOf = (
  tokenizer: Tokenizer, set: ShardSet, { replicas }: RoundPlan, options: Options, index: number,
): Promise<ShardFiles> => trainingFiles(tokenizer, set, options, { index, of: replicas });

/** What must be the same in all pieces, beside what must in every run. */
function fixedOf({ rounds, replicas, gaps }: RoundPlan, options: Options): Record<string, unknown> {
  const { batch, learningRate, filesPerProject, authorStyleShare, restyleShare } = options;
  return {
    rounds, replicas, plannedGaps: gaps, batch, learningRate, filesPerProject, authorStyleShare, restyleShare,
  };
}

/** A replica's steps in one round. */
async function runPiece({ tokenizer, plan, options, files, piece, common, ...basics }: RunBasics & {
  readonly tokenizer: Tokenizer;
  readonly plan: RoundPlan;
  readonly options: Options;
  /** Of the replica's share. */
  readonly files: ShardFiles;
  readonly piece: RoundPiece;
  readonly common: string | null;
}): ReturnType<typeof runTraining> {
  const training = baseTraining(options, networkSizes(options), null);
  const batches = new GapBatches(tokenizer, files, batchOptions(options));
  return runTraining({
    ...basics, ...training,
    config: configOfReplica(training.config, plan, piece.round),
    source: sourceOfReplica<TrainingBatch>(batches, piece.replica),
    parts: { piece: piecePart(piece) }, fixed: fixedOf(plan, options),
    ...(common === null ? {} : { begin: common }),
  });
}

/** All rounds on this machine. A run that is continued does what is not done yet. */
async function runAllRounds({ basics, tokenizer, plan, options, filesFor, measure, note }: {
  readonly basics: RunBasics;
  readonly tokenizer: Tokenizer;
  readonly plan: RoundPlan;
  readonly options: Options;
  readonly filesFor: (replica: number) => Promise<ShardFiles>;
  readonly measure: (common: CommonWeights) => Promise<CommonFigures | null>;
  readonly note: (line: string) => void;
}): Promise<{ end: string; modelPath: string }> {
  const { folder, seed, corpusDigest, resume } = basics;
  const fixed = fixedOf(plan, options);
  const paths = openRunFolder({
    folder, resume: resume && isThere(join(folder, 'checkpoint.bin')), experiment: basics.experiment,
    fixed: ['seed', 'corpusDigest', ...Object.keys(fixed)],
    record: { seed, corpusDigest, codeRevision: basics.codeRevision, ...fixed },
  });
  let common: string | null = null;
  for (let round = 0; round < plan.rounds; round++) {
    const at = join(folder, `round-${String(round).padStart(4, '0')}`);
    const own = join(at, COMMON_NAME);
    if (!(resume && isThere(own))) {
      const checkpoints: string[] = [];
      for (let replica = 0; replica < plan.replicas; replica++) {
        const inFolder = join(at, `replica-${replica}`);
        const { end, modelPath, checkpointPath } = await runPiece({
          ...basics, folder: inFolder, resume: resume && isThere(join(inFolder, 'checkpoint.bin')),
          tokenizer, plan, options, files: await filesFor(replica), piece: { round, replica }, common,
        });
        if (end === 'interrupted') return { end, modelPath };
        checkpoints.push(checkpointPath);
      }
      const averaged = averagePieces(checkpoints);
      const figures = await measure(averaged);
      writeAtomically(paths.model, commonModel(averaged, {
        labelNames: LAYOUT_CLASSES, codeRevision: basics.codeRevision, figures,
      }));
      if (figures !== null) {
        const { gaps } = averaged;
        appendText(paths.metrics, `${JSON.stringify({ type: 'validation', round: round + 1, gaps, ...figures })}\n`);
        note(`round ${round + 1} of ${plan.rounds}, ${gaps} gaps: validation loss ${figures.lossNats.toFixed(4)}`);
      }
      writeStoredParts(paths.checkpoint, averaged.parts);
      // The last: what is there is done.
      writeStoredParts(own, averaged.parts);
    }
    common = own;
  }
  return { end: 'planned', modelPath: paths.model };
}

/** `nnfmt train --average RUNS… --out FOLDER`: what all replicas have in common after a round. */
export async function runTrainAverage(
  folders: readonly string[], options: OptionsFor<'train --average'>, context: CliContext,
): Promise<number> {
  if (folders.length === 0) {
    throw new BadOptionError({ option: '--average', reason: 'needs the folders that the replicas of a round left' });
  }
  const common = averagePieces(folders.map((folder) => join(folder, 'checkpoint.bin')));
  const { held, out } = options;
  const figures = held === null ? null : await measureOn(held, common);
  makeFolder(out);
  writeAtomically(join(out, 'model.bin'), commonModel(common, {
    labelNames: LAYOUT_CLASSES, codeRevision: codeRevision(), figures,
  }));
  writeStoredParts(join(out, COMMON_NAME), common.parts);
  const said = { finished: common.finished, gaps: common.gaps, ...figures };
  if (options.json) context.stdout.write(`${JSON.stringify(said)}\n`);
  else if (!options.quiet) {
    const loss = figures === null ? '' : `: validation loss ${figures.lossNats.toFixed(4)}`;
    context.stdout.write(`${common.finished} rounds, ${common.gaps} gaps${loss}\n`);
  }
  return EXIT_FINE;
}

/** By the batches and the seed that the run itself measures by. */
async function measureOn(shards: string, common: CommonWeights): Promise<CommonFigures> {
  const { seed, batch, authorStyleShare, restyleShare } = common.configuration as unknown as Options;
  const tokenizer = await createTokenizer();
  const options = { ...resolveOptions(optionTables['train --base'], {}), seed, batch, authorStyleShare, restyleShare };
  const files = await heldOutFiles(tokenizer, openShards([shards], options), options);
  if (files === null) throw new BadOptionError({ option: '--held', reason: `${shards} has no file that was put aside` });
  return measureCommon(common, new GapBatches(tokenizer, files, validationOptions(options)), batch);
}
