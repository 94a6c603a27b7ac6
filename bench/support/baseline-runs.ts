/**
 * The networks that the completion baselines compare, and their training: by the product's own
 * code, on the same projects, for the same processor time of the process, so that what else the
 * machine does decides nothing. Neither the vocabulary nor reading the corpora counts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeRevision, type CorpusProjects } from '../../src/cli/corpus-projects.js';
import { loadBaseModel } from '../../src/format/index.js';
import { createBackboneVectors } from '../../src/model/completion/backbone-vectors.js';
import { completionLayout, initialCompletionWeights, type CompletionSizes } from '../../src/model/completion/completion-layout.js';
import { createRandom } from '../../src/shared/random.js';
import { writeAtomically } from '../../src/shared/write-atomically.js';
import type { Progress } from '../../src/shared/progress.js';
import { KEY_WIDTH, runCompletionTraining } from '../../src/train/completion/completion-run.js';
import { DEFAULT_PIECE_LEARNING, learnPieces } from '../../src/train/completion/learn-pieces.js';
import { PRESETS, type CompletionConfig } from '../../src/train/completion/presets.js';
import { charReader, learnCharacters, pieceReader, type TextReader } from '../../src/train/completion/text-reader.js';
import type { WarmStart } from '../../src/train/completion/warm-start.js';

/** One row of the comparison. */
export interface Variant {
  readonly config: CompletionConfig;
  /** Times the starting weights of the backbone's projection. */
  readonly backboneScale?: number;
}

/** Presets, and the nnfmt preset with one thing changed. */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  ...Object.fromEntries(Object.entries(PRESETS).map(([name, config]) => [name, { config }])),
  'nnfmt-no-backbone': { config: { ...PRESETS.nnfmt, backbone: false } },
  'nnfmt-small-backbone': { config: PRESETS.nnfmt, backboneScale: 0.2 },
  'nnfmt-no-pointer': { config: { ...PRESETS.nnfmt, window: 0 } },
};

/** What a finished run leaves beside its model. */
export interface RunRecord {
  readonly minutes: number;
  /** Pieces or characters. */
  readonly seen: number;
  readonly steps: number;
}

const recordPath = (folder: string): string => join(folder, 'done.json');

/** The record of a finished run; null for one that is not. */
export function readRecord(folder: string): RunRecord | null {
  return existsSync(recordPath(folder)) ? (JSON.parse(readFileSync(recordPath(folder), 'utf8')) as RunRecord) : null;
}

/** Milliseconds of processor time that this process has used, all its threads together. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export interface TrainingPlan {
  readonly corpora: CorpusProjects;
  readonly minutes: number;
  readonly seed: number;
  readonly filesPerProject: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Makes readers; a vocabulary is learnt once for all runs. */
export function createReaders({ corpora, seed }: Pick<TrainingPlan, 'corpora' | 'seed'>): (config: CompletionConfig) => { reader: TextReader; backboneDigest: string | null } {
  const backbone = createBackboneVectors(loadBaseModel().weights);
  let pieces: ReturnType<typeof learnPieces> | undefined;
  let characters: string | undefined;
  return (config) => {
    if (config.unit === 'char') {
      characters ??= learnCharacters(corpora.training, createRandom(`pieces ${seed}`));
      return { reader: charReader(characters), backboneDigest: null };
    }
    pieces ??= learnPieces(corpora.training, DEFAULT_PIECE_LEARNING, createRandom(`pieces ${seed}`));
    const used = config.backbone ? backbone : null;
    return { reader: pieceReader(pieces, used), backboneDigest: used?.digest ?? null };
  };
}

/** Trains a variant in a folder, or continues there; true when it is done. */
export async function trainVariant(
  folder: string, variant: Variant, { reader, backboneDigest }: { reader: TextReader; backboneDigest: string | null }, plan: TrainingPlan,
): Promise<boolean> {
  const { corpora, minutes, seed, filesPerProject, progress, signal } = plan;
  const { config } = variant;
  const { end, state } = await runCompletionTraining({
    folder, config, backend: 'wasm', threads: 1, seed, plannedPieces: null, plannedMinutes: minutes, patience: 0, filesPerProject,
    training: corpora.training,
    // Measured afterwards, for all alike.
    heldOut: [],
    reader, init: startOf(variant, { reader, backboneDigest, seed }), backboneDigest, corpusDigest: corpora.corpusDigest,
    codeRevision: codeRevision(), resume: existsSync(join(folder, 'checkpoint.bin')), progress, now: processorMs, signal,
  });
  if (end === 'interrupted') return false;
  const record: RunRecord = { minutes, seen: state.gaps, steps: state.steps };
  writeAtomically(recordPath(folder), `${JSON.stringify(record)}\n`);
  return true;
}

/** The usual random weights with the backbone's projection scaled; null where nothing is. */
function startOf(
  { config, backboneScale }: Variant, { reader, backboneDigest, seed }: { reader: TextReader; backboneDigest: string | null; seed: number },
): WarmStart | null {
  if (backboneScale === undefined) return null;
  const sizes: CompletionSizes = {
    pieces: (reader.size + 7) & ~7, embedding: config.embedding, units: config.units, layers: config.layers, backbone: reader.backboneWidth,
    key: config.window > 0 ? KEY_WIDTH : 0, window: config.window,
  };
  const layout = completionLayout(sizes);
  const values = initialCompletionWeights(layout, createRandom(`weights ${seed}`));
  const { offset, length } = layout.places['backbone.projection'];
  for (let at = offset; at < offset + length; at++) values[at] *= backboneScale;
  return {
    path: `backbone x ${backboneScale}`, digest: `backbone x ${backboneScale}`,
    model: { sizes, values, vocabulary: reader.vocabulary, unit: config.unit, backboneDigest, training: {} },
  };
}
