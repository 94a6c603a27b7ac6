/**
 * The networks that the completion baselines compare, and their training: by the product's own
 * code, on the same projects, for the same processor time of the process, so that what else the
 * machine does decides nothing. Neither the vocabulary nor reading the corpora counts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeRevision, type CorpusProjects } from '../../src/cli/corpus-projects.js';
import type { PieceList } from '../../src/complete/pieces.js';
import { loadBaseModel } from '../../src/format/index.js';
import { createBackboneVectors } from '../../src/model/completion/backbone-vectors.js';
import { completionLayout, initialCompletionWeights, type CompletionSizes } from '../../src/model/completion/completion-layout.js';
import { createRandom, type Random } from '../../src/shared/random.js';
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
  /** Factors of the usual starting weights, by the name of a matrix. */
  readonly scales?: Readonly<Record<string, number>>;
}

/** Presets, and the nnfmt preset with one thing changed. */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  ...Object.fromEntries(Object.entries(PRESETS).map(([name, config]) => [name, { config }])),
  'nnfmt-no-backbone': { config: { ...PRESETS.nnfmt, backbone: false } },
  'nnfmt-small-backbone': { config: PRESETS.nnfmt, scales: { 'backbone.projection': 0.2 } },
  'nnfmt-small-embedding': { config: PRESETS.nnfmt, scales: { 'piece.embedding': 0.4 } },
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

/** Makes readers; a vocabulary is learnt once for all runs, or taken from one that is there. */
export function createReaders(
  { corpora, seed }: Pick<TrainingPlan, 'corpora' | 'seed'>, folders: readonly string[],
): (config: CompletionConfig) => { reader: TextReader; backboneDigest: string | null } {
  const backbone = createBackboneVectors(loadBaseModel().weights);
  const random = (): Random => createRandom(`pieces ${seed}`);
  const known = new Map<unknown, unknown>();
  for (const path of folders.map((folder) => join(folder, 'run.json')).filter(existsSync)) {
    const record = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    if (record['seed'] === seed && record['corpusDigest'] === corpora.corpusDigest) known.set(record['unit'], record['vocabulary']);
  }
  return ({ unit, backbone: isUsed }) => {
    if (!known.has(unit)) {
      known.set(unit, unit === 'char' ? learnCharacters(corpora.training, random()) : learnPieces(corpora.training, DEFAULT_PIECE_LEARNING, random()));
    }
    const vocabulary = known.get(unit);
    if (unit === 'char') return { reader: charReader(vocabulary as string), backboneDigest: null };
    const used = isUsed ? backbone : null;
    return { reader: pieceReader(vocabulary as PieceList, used), backboneDigest: used?.digest ?? null };
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
  const record: RunRecord = { minutes, seen: state.examples, steps: state.steps };
  writeAtomically(recordPath(folder), `${JSON.stringify(record)}\n`);
  return true;
}

/** The usual random weights with some matrices scaled; null where none is. */
function startOf(
  { config, scales }: Variant, { reader, backboneDigest, seed }: { reader: TextReader; backboneDigest: string | null; seed: number },
): WarmStart | null {
  if (scales === undefined) return null;
  const sizes: CompletionSizes = {
    pieces: (reader.size + 7) & ~7, embedding: config.embedding, units: config.units, layers: config.layers, backbone: reader.backboneWidth,
    key: config.window > 0 ? KEY_WIDTH : 0, window: config.window,
  };
  const layout = completionLayout(sizes);
  const values = initialCompletionWeights(layout, createRandom(`weights ${seed}`));
  for (const [name, scale] of Object.entries(scales)) {
    const { offset, length } = layout.places[name];
    for (let at = offset; at < offset + length; at++) values[at] *= scale;
  }
  const name = `start ${JSON.stringify(scales)}`;
  return { path: name, digest: name, model: { sizes, values, vocabulary: reader.vocabulary, unit: config.unit, backboneDigest, training: {} } };
}
