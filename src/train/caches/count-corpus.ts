/**
 * Counts what follows what over whole corpora and keeps what is worth its bytes. Projects
 * count, not occurrences: what one project repeats a thousand times is no habit of the
 * language, so a pair must be found in several of them.
 */
import {
  PIECE_CONTEXT_COUNT, pieceContextKeys, CORPUS_PIECE_CONTEXTS, CORPUS_PARENTS, type PieceShape,
} from '../../complete/piece-contexts.js';
import { MAX_FOLLOWERS, type CorpusContext } from '../../complete/corpus-table.js';

export interface CountingConfig {
  /** Projects in which a pair must occur. */
  readonly minProjects: number;
  /** Bytes of the packed table, about. */
  readonly budget: number;
  /** log2 of the slots that tell frequent pairs from rare ones in the first pass; two bytes each. */
  readonly sketchBits: number;
}

export const DEFAULT_COUNTING: CountingConfig = { minProjects: 3, budget: 4_500_000, sketchBits: 29 };


/** @param projects at most 255, each a stream of pieces */
export function countCorpus(
  shape: PieceShape,
  projects: readonly Uint16Array[],
  config: CountingConfig,
): CorpusContext[] {
  const frequent = findFrequent(shape, projects, config);
  const counts = new PairCounts();
  const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
  projects.forEach((pieces) => {
    for (let at = 0; at < pieces.length; at++) {
      pieceContextKeys(shape, pieces, at, keys);
      let known = -1;
      const contexts: number[] = [];
      CORPUS_PIECE_CONTEXTS.forEach((context, k) => {
        const key = keys[context];
        const isFrequent = key !== 0 && frequent(key, pieces[at]);
        // The total of a context counts what is too rare to be kept, too.
        known = key === 0
          ? -1
          : counts.context(key, isFrequent, CORPUS_PARENTS[k] < 0 ? -1 : contexts[CORPUS_PARENTS[k]]);
        contexts.push(known);
        if (known >= 0) counts.occurs(known, isFrequent ? pieces[at] : -1);
      });
    }
    counts.endProject();
  });
  return counts.choose(config);
}

/** First pass: a test whether a pair is found in enough projects; it errs, if at all, by saying yes. */
function findFrequent(
  shape: PieceShape, projects: readonly Uint16Array[], { sketchBits, minProjects }: CountingConfig,
): (key: number, piece: number) => boolean {
  const found = new Uint8Array(2 ** sketchBits);
  const latest = new Uint8Array(2 ** sketchBits);
  const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
  const slotOf = (key: number, piece: number): number => pairHash(key, piece) >>> (32 - sketchBits);
  projects.forEach((pieces, project) => {
    for (let at = 0; at < pieces.length; at++) {
      pieceContextKeys(shape, pieces, at, keys);
      for (const context of CORPUS_PIECE_CONTEXTS) {
        if (keys[context] === 0) continue;
        const slot = slotOf(keys[context], pieces[at]);
        if (latest[slot] === project + 1) continue;
        latest[slot] = project + 1;
        if (found[slot] < 255) found[slot]++;
      }
    }
  });
  return (key, piece) => found[slotOf(key, piece)] >= minProjects;
}

function pairHash(key: number, piece: number): number {
  let h = Math.imul(key ^ Math.imul(piece + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const EMPTY = 0;

/**
 * Rows that are found by a key of two numbers, with growing columns of figures: for tens of
 * millions of rows, where objects in a Map would not fit.
 */
class RowTable {
  private slots = new Int32Array(1 << 20);
  private keys = new Uint32Array(1 << 19);
  private seconds = new Uint16Array(1 << 19);
  private readonly columns: Float32Array[];
  length = 0;

  constructor(columnCount: number) {
    this.columns = Array.from({ length: columnCount }, () => new Float32Array(1 << 19));
  }

  keyOf(row: number): number {
    return this.keys[row];
  }

  secondOf(row: number): number {
    return this.seconds[row];
  }

  column(index: number): Float32Array {
    return this.columns[index];
  }

  /** The row of a key; a new one of zeros when `add`, else -1. */
  find(key: number, second: number, add: boolean): number {
    const mask = this.slots.length - 1;
    let slot = pairHash(key, second) & mask;
    for (; this.slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const row = this.slots[slot] - 1;
      if (this.keys[row] === key && this.seconds[row] === second) return row;
    }
    if (!add) return -1;
    if (this.length === this.keys.length) this.grow();
    if (this.length > this.slots.length * 0.6) {
      this.rehash();
      return this.find(key, second, true);
    }
    this.keys[this.length] = key;
    this.seconds[this.length] = second;
    this.slots[slot] = ++this.length;
    return this.length - 1;
  }

  private grow(): void {
    const size = this.length * 2;
    const keys = new Uint32Array(size);
    keys.set(this.keys);
    this.keys = keys;
    const seconds = new Uint16Array(size);
    seconds.set(this.seconds);
    this.seconds = seconds;
    this.columns.forEach((column, k) => {
      this.columns[k] = new Float32Array(size);
      this.columns[k].set(column);
    });
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let row = 0; row < this.length; row++) {
      let slot = pairHash(this.keys[row], this.seconds[row]) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = row + 1;
    }
  }
}

/** Columns of a context: occurrences in the project at hand, weight over all projects, row of the parent + 1. */
const enum OfContext { Running, Weight, Parent }
/** Columns of a pair: the same, and the row of its context. */
const enum OfPair { Running, Weight, Context }

/** Second pass: what a frequent pair weighs, project by project. */
class PairCounts {
  private readonly contexts = new RowTable(3);
  private readonly pairs = new RowTable(3);
  private touchedContexts: number[] = [];
  private touchedPairs: number[] = [];

  /** The row of a context, or -1 when it has no frequent pair yet. */
  context(key: number, add: boolean, parent: number): number {
    const before = this.contexts.length;
    const row = this.contexts.find(key, 0, add);
    if (this.contexts.length > before) this.contexts.column(OfContext.Parent)[row] = parent + 1;
    return row;
  }

  /** Counts an occurrence of a context, and of `piece` after it unless that is -1. */
  occurs(context: number, piece: number): void {
    if (this.contexts.column(OfContext.Running)[context]++ === 0) this.touchedContexts.push(context);
    if (piece < 0) return;
    const row = this.pairs.find(this.contexts.keyOf(context), piece, true);
    this.pairs.column(OfPair.Context)[row] = context;
    if (this.pairs.column(OfPair.Running)[row]++ === 0) this.touchedPairs.push(row);
  }

  /** A project weighs by the square root of how often it has the context. */
  endProject(): void {
    const [running, weight] = [this.contexts.column(OfContext.Running), this.contexts.column(OfContext.Weight)];
    const [pairRunning, pairWeight] = [this.pairs.column(OfPair.Running), this.pairs.column(OfPair.Weight)];
    const contextOf = this.pairs.column(OfPair.Context);
    for (const pair of this.touchedPairs) {
      pairWeight[pair] += pairRunning[pair] / Math.sqrt(running[contextOf[pair]]);
      pairRunning[pair] = 0;
    }
    for (const context of this.touchedContexts) {
      weight[context] += Math.sqrt(running[context]);
      running[context] = 0;
    }
    this.touchedContexts = [];
    this.touchedPairs = [];
  }

  /** The contexts that gain most, for their bytes, over what their parents say. */
  choose({ budget }: CountingConfig): CorpusContext[] {
    const { contexts, pairs } = this;
    const weight = contexts.column(OfContext.Weight);
    const parent = contexts.column(OfContext.Parent);
    const pairWeight = pairs.column(OfPair.Weight);
    const contextOf = pairs.column(OfPair.Context);
    const byContext = groupBy(contextOf, pairs.length, contexts.length);
    const share = (pair: number): number => pairWeight[pair] / weight[contextOf[pair]];
    const chosen: { row: number; followers: number[]; worth: number }[] = [];
    for (let row = 0; row < contexts.length; row++) {
      const all = byContext(row).sort((a, b) => pairWeight[b] - pairWeight[a]);
      const followers = all.slice(0, MAX_FOLLOWERS).filter((pair) => share(pair) > LEAST_SHARE);
      if (followers.length === 0) continue;
      let gain = 0;
      for (const pair of followers) {
        const above = parent[row] === 0 ? -1 : pairs.find(contexts.keyOf(parent[row] - 1), pairs.secondOf(pair), false);
        gain += pairWeight[pair] * Math.log(share(pair) / (above < 0 ? UNKNOWN_SHARE : share(above)));
      }
      const bytes = 2 + 2 * followers.length;
      if (gain > 0) chosen.push({ row, followers, worth: gain / bytes });
    }
    chosen.sort((a, b) => b.worth - a.worth);
    let bytes = 0;
    const kept = chosen.filter(({ followers }) => (bytes += 2.2 + 2 * followers.length) <= budget);
    return kept.map(({ row, followers }) => ({
      key: contexts.keyOf(row),
      followers: followers.map((pair) => ({ piece: pairs.secondOf(pair), probability: Math.min(1, share(pair)) })),
    }));
  }
}

/** A follower rarer than this in its context is not worth its bytes. */
const LEAST_SHARE = 0.01;
/** What a context without parent is measured against. */
const UNKNOWN_SHARE = 0.002;

/** Rows of `of` with each value, without an array for each. */
function groupBy(of: Float32Array, length: number, groups: number): (group: number) => number[] {
  const starts = new Int32Array(groups + 1);
  for (let row = 0; row < length; row++) starts[of[row] + 1]++;
  for (let group = 0; group < groups; group++) starts[group + 1] += starts[group];
  const filled = starts.slice();
  const rows = new Int32Array(length);
  for (let row = 0; row < length; row++) rows[filled[of[row]]++] = row;
  return (group) => Array.from(rows.subarray(starts[group], starts[group + 1]));
}
