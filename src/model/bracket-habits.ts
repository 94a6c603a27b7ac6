import { BRACKET_FIELDS, bracketContexts, shapeIn, SHAPES } from './bracket-shapes.js';

/** Numbers that contexts are hashed to; a place is a number times `SHAPES` plus a shape. */
const CONTEXTS = 2 ** 20;
export const HABIT_PLACES = CONTEXTS * SHAPES;
/** Observations that a wider context counts for beside a narrower one. */
const WIDER = 6;

/**
 * How a project shapes its brackets: for each context, how often it takes each shape. Unlike the counts that
 * the network reads these are those of all files, and are asked where whole brackets are decided.
 */
export class BracketHabits {
  /** Counts by place; nothing is stored of places that never occurred. */
  readonly counts = new Map<number, number>();
  private readonly all = new Float64Array(SHAPES);

  /** The column that lines are kept within, by which brackets are told to fit. */
  constructor(readonly limit: number) {}

  /** Adds described brackets, see `describeBrackets`. */
  addRows(fields: Int16Array): void {
    for (let at = 0; at < fields.length; at += BRACKET_FIELDS) {
      const row = fields.subarray(at, at + BRACKET_FIELDS);
      for (const context of bracketContexts(row, this.limit)) this.add(numberOf(context) * SHAPES + shapeIn(row), 1);
    }
  }

  add(place: number, count: number): void {
    this.counts.set(place, (this.counts.get(place) ?? 0) + count);
    this.all[place % SHAPES] += count;
  }

  /** Share of each shape for a described bracket; contexts that were seen seldom lean on wider ones. */
  shares(row: Int16Array): Float64Array {
    const total = this.all.reduce((sum, count) => sum + count, 0);
    const shares = this.all.map((count) => (count + 1) / (total + SHAPES));
    const contexts = bracketContexts(row, this.limit);
    for (let level = contexts.length - 1; level >= 0; level--) {
      const from = numberOf(contexts[level]) * SHAPES;
      let seen = 0;
      for (let shape = 0; shape < SHAPES; shape++) seen += this.counts.get(from + shape) ?? 0;
      if (seen === 0) continue;
      for (let shape = 0; shape < SHAPES; shape++) {
        shares[shape] = ((this.counts.get(from + shape) ?? 0) + WIDER * shares[shape]) / (seen + WIDER);
      }
    }
    return shares;
  }
}

/** A hash of a context (FNV-1a over its numbers). */
function numberOf(context: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const value of context) {
    hash = Math.imul(hash ^ (value & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (value >> 8), 0x01000193);
  }
  hash ^= hash >>> 15;
  return (hash >>> 0) % CONTEXTS;
}
