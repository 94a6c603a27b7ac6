import { BadOptionError } from '../errors.js';
import type { PieceList } from '../complete/pieces.js';
import { loadBaseModel } from '../format/load-policy.js';
import { createBackboneVectors } from '../model/completion/backbone-vectors.js';
import type { CompletionSizes } from '../model/completion/completion-layout.js';
import type { OptionsFor } from '../options/index.js';
import { createRandom } from '../shared/random.js';
import { checkPrecision } from '../train/backends.js';
import { runCompletionTraining } from '../train/completion/completion-run.js';
import { DEFAULT_PIECE_LEARNING, learnPieces } from '../train/completion/learn-pieces.js';
import { PRESETS, type CompletionConfig } from '../train/completion/presets.js';
import { charReader, learnCharacters, pieceReader } from '../train/completion/text-reader.js';
import { readWarmStart } from '../train/completion/warm-start.js';
import type { CliContext } from './context.js';
import { setUpTraining } from './training-set-up.js';

const DEFAULT_PIECES = 20_000_000;

/** `nnfmt train --task complete CORPORA…`: trains a completion network on the projects in some folders. */
export async function runTrainCompletion(
  roots: readonly string[],
  options: OptionsFor<'train --task complete'>,
  context: CliContext,
): Promise<number> {
  const init = options.init === null ? null : readWarmStart(options.init, unitOf(options));
  const config = completionConfig(options, init?.model.sizes);
  checkThreads(options, config);
  checkPrecision(options.backend, options.precision);
  const { training, heldOut, note, basics, finish } = await setUpTraining(
    'train --task complete', roots, { ...options, ...optionsOf(config) }, context,
  );
  const backbone = config.backbone
    ? createBackboneVectors(loadBaseModel(options.model === null ? {} : { modelPath: options.model }).weights)
    : null;
  const random = createRandom(`pieces ${options.seed}`);
  const vocabulary = init?.model.vocabulary;
  const reader = config.unit === 'char'
    ? charReader((vocabulary as string | undefined) ?? learnCharacters(training, random))
    : pieceReader(
      (vocabulary as PieceList | undefined) ?? learnPieces(training, DEFAULT_PIECE_LEARNING, random), backbone,
    );
  note(`${reader.size} ${config.unit === 'char' ? 'characters' : 'pieces'} in the vocabulary`);
  return finish(await runCompletionTraining({
    ...basics(), config, backend: options.backend, precision: options.precision, threads: options.threads,
    plannedMinutes: options.minutes,
    plannedPieces: options.pieces ?? (options.minutes === null ? DEFAULT_PIECES : null),
    patience: options.patience, filesPerProject: options.filesPerProject, training, heldOut, reader, init,
    backboneDigest: backbone?.digest ?? null,
  }));
}

function checkThreads(
  { threads, backend }: OptionsFor<'train --task complete'>,
  { sequences }: CompletionConfig,
): void {
  if (threads > sequences) {
    throw new BadOptionError({
      option: '--threads',
      reason: `takes at most one thread for each of the ${sequences} texts (--texts), not ${threads}`,
    });
  }
  if (threads > 1 && backend !== 'wasm') {
    throw new BadOptionError({
      option: '--threads', reason: `more than one thread needs --backend wasm, not ${backend}`,
    });
  }
}

/** A configuration as options, none of which is left to a preset. */
function optionsOf({ sequences, backbone, ...config }: CompletionConfig): Readonly<Record<string, unknown>> {
  return {
    ...config, texts: sequences, sharedBackbone: backbone ? 'yes' : 'no',
    // By characters there is nothing to normalise, and saying so is refused.
    ...(config.unit === 'char' ? { normalisedShare: null } : {}),
  };
}

const unitOf = (options: OptionsFor<'train --task complete'>): CompletionConfig['unit'] =>
  options.unit === 'preset' ? PRESETS[options.preset].unit : options.unit;

/**
 * The preset with what the options change of it.
 *
 * @param sizes of the model to begin from, in place of the preset's
 */
export function completionConfig(
  options: OptionsFor<'train --task complete'>,
  sizes?: CompletionSizes,
): CompletionConfig {
  const ofPreset: CompletionConfig = PRESETS[options.preset];
  const preset: CompletionConfig = sizes === undefined
    ? ofPreset
    : {
        ...ofPreset, layers: sizes.layers, units: sizes.units, embedding: sizes.embedding, window: sizes.window,
        backbone: sizes.backbone > 0,
      };
  const unit = unitOf(options);
  const isChar = unit === 'char';
  const config: CompletionConfig = {
    unit,
    layers: options.layers ?? preset.layers,
    units: options.units ?? preset.units,
    embedding: options.embedding ?? preset.embedding,
    context: options.context ?? preset.context,
    sequences: options.texts ?? preset.sequences,
    // Backbone and normalised literals belong to tokens.
    window: options.window ?? (isChar && sizes === undefined ? 0 : preset.window),
    backbone: options.sharedBackbone === 'preset' ? preset.backbone && !isChar : options.sharedBackbone === 'yes',
    normalisedShare: isChar ? 0 : options.normalisedShare ?? preset.normalisedShare,
    dropout: options.dropout ?? preset.dropout,
    clipNorm: options.clipNorm ?? preset.clipNorm,
    weightDecay: options.weightDecay ?? preset.weightDecay,
    learningRate: options.learningRate ?? preset.learningRate,
    warmUpChunks: options.warmUpChunks ?? preset.warmUpChunks,
    schedule: options.schedule === 'preset' ? preset.schedule : options.schedule,
  };
  const refuse = (option: string, reason: string): never => {
    throw new BadOptionError({ option, reason });
  };
  for (const [option, width] of [
    ['--units', config.units], ['--embedding', config.embedding], ['--window', config.window],
  ] as const) {
    if (width % 8 !== 0) refuse(option, `has to be a multiple of 8, not ${width}`);
  }
  if (config.context % (config.window > 0 ? 8 : 4) !== 0) {
    refuse(
      '--context', `has to be a multiple of ${config.window > 0 ? '8, with a pointer' : '4'}, not ${config.context}`,
    );
  }
  if (isChar && options.normalisedShare !== null) refuse('--normalised-share', 'is about tokens; the unit is char');
  if (isChar && config.backbone) refuse('--shared-backbone', 'is about tokens; the unit is char');
  return config;
}
