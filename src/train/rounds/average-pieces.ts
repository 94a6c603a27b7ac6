import { ModelFileError } from '../../errors.js';
import { readStoredParts, type StoredPart } from '../training-context.js';
import { gapsUpTo, type ReplicaStates } from './round-plan.js';

type Parts = Readonly<Record<string, StoredPart>>;

/** Weights that all replicas have in common after a round. */
export interface CommonWeights {
  /** Of a checkpoint that each replica can begin the next round from. */
  readonly parts: Parts;
  /** Rounds that are done. */
  readonly finished: number;
  /** What all replicas learned on together. */
  readonly gaps: number;
  /** The running average of the weights, averaged: those of a model. */
  readonly values: Float32Array;
  /** What the run may not change: seed, sizes, the plan of its rounds. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** Parts whose arrays are averaged. Adam's moments are: begun anew, they would take a round to grow again. */
const AVERAGED = ['weights', 'average', 'optimizer'] as const;

interface Piece {
  readonly path: string;
  readonly parts: Parts;
  readonly round: number;
  readonly replica: number;
}

/**
 * Averages what all replicas made of a round. Sums run over replicas in their order, in double precision, whatever
 * order the checkpoints come in: the same pieces give the same bits.
 *
 * @param paths checkpoints, one of each replica
 * @throws ModelFileError for a checkpoint that is damaged, of no replica, of another run, network or round than the
 *   others, there twice, or missing
 */
export function averagePieces(paths: readonly string[]): CommonWeights {
  const pieces = paths.map(readPiece).sort((a, b) => a.replica - b.replica);
  const [first] = pieces;
  for (const piece of pieces) refuseOther(piece, first);
  const configuration = (first.parts['configuration'].json ?? {}) as Readonly<Record<string, unknown>>;
  const replicas = Number(configuration['replicas']);
  const missing = Array.from({ length: replicas }, (_, k) => k).filter((k) => pieces[k]?.replica !== k);
  if (missing.length > 0 || pieces.length !== replicas) {
    const there = pieces.map(({ replica }) => replica).join(', ');
    refuse(first, `of ${replicas} replicas, counted from 0, there are ${there}: each has to be there once`);
  }
  const averaged = Object.fromEntries(AVERAGED.map((name) => [name, {
    json: first.parts[name].json, arrays: meansOf(pieces.map(({ parts }) => parts[name].arrays)),
  }]));
  const progress = first.parts['progress'].json as Readonly<Record<string, unknown>>;
  const finished = first.round + 1;
  return {
    finished, configuration,
    gaps: pieces.reduce((sum, piece) => sum + examplesOf(piece), 0),
    values: averaged['average'].arrays['values'],
    parts: {
      ...first.parts, ...averaged,
      // Time is nobody's in common, and epochs are those of each share.
      progress: { json: { ...progress, epochs: 0, elapsedMs: 0 }, arrays: {} },
      best: { json: false, arrays: {} },
      source: {
        json: { replicas: pieces.map(({ parts }) => parts['source'].json) } satisfies ReplicaStates, arrays: {},
      },
      metrics: { json: [], arrays: {} },
      piece: { json: { finished }, arrays: {} },
    },
  };
}

function refuse({ path }: Pick<Piece, 'path'>, reason: string): never {
  throw new ModelFileError({ path, reason, advice: 'Average the checkpoints of one round of one run.' });
}

function readPiece(path: string): Piece {
  const parts = readStoredParts(path);
  const { round, replica } = (parts['piece']?.json ?? {}) as { readonly round?: number; readonly replica?: number };
  const lacks = [...AVERAGED, 'progress', 'source', 'configuration'].find((name) => parts[name] === undefined);
  if (round === undefined || replica === undefined || lacks !== undefined) {
    return refuse({ path }, 'the checkpoint is of no replica in a round');
  }
  return { path, parts, round, replica };
}

function refuseOther(piece: Piece, first: Piece): void {
  const told = (of: Piece, name: string): string => JSON.stringify(of.parts[name]?.json ?? null);
  for (const name of ['configuration', 'tokenizer']) {
    if (told(piece, name) !== told(first, name)) refuse(piece, `it is of another network or run than ${first.path}`);
  }
  if (piece.round !== first.round) {
    refuse(piece, `it is of round ${piece.round}, and ${first.path} of round ${first.round}`);
  }
  const { rounds, replicas, plannedGaps } = piece.parts['configuration'].json as Readonly<Record<string, number>>;
  if (examplesOf(piece) < gapsUpTo({ rounds, replicas, gaps: plannedGaps }, piece.round)) {
    refuse(piece, 'its round is not over: it was interrupted, say');
  }
  if (examplesOf(piece) !== examplesOf(first) || told(piece, 'optimizer') !== told(first, 'optimizer')) {
    refuse(piece, `it has not learned as long as ${first.path}`);
  }
  for (const name of AVERAGED) {
    for (const [array, values] of Object.entries(first.parts[name].arrays)) {
      if (piece.parts[name].arrays[array]?.length === values.length) continue;
      refuse(piece, 'it is of a network of another size');
    }
  }
}

const examplesOf = ({ parts }: Piece): number =>
  (parts['progress'].json as { readonly examples: number }).examples;

function meansOf(arrays: readonly StoredPart['arrays'][]): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(arrays[0]).map(([name, { length }]) => [
    name,
    Float32Array.from({ length }, (_, k) => {
      let sum = 0;
      for (const each of arrays) sum += each[name][k];
      return sum / arrays.length;
    }),
  ]));
}
