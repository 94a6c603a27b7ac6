/**
 * What came after a context, for every context of a text: the cache of a file or a project.
 * All positions that share a context are chained, the latest first, so that counts lean to
 * what is near and the text's end can be taken back: a keystroke costs its own pieces only. Its front
 * can be shortened, too: chains end with what is oldest, so that a place there is as good as gone.
 *
 * A cache that is asked a few times only, such as that of a project for one completion, need
 * not look at the contexts of its whole text: all contexts of a place end with the piece before it, so
 * that `prepare` reads the places behind one piece when it is asked about.
 */
import { CONTEXT_REACH, PIECE_CONTEXT_COUNT, pieceContextKeys, type PieceShape } from './piece-contexts.js';
import { MOST_PLACES, PieceKeys } from './piece-keys.js';

/** Occurrences of a context that are looked at, the latest first. */
const MAX_OCCURRENCES = 40;
/** Weight of an occurrence against the next later one. */
const RECENCY = 0.95;
/** Pieces from which on it pays to read their contexts by WebAssembly. */
const AT_ONCE = 128;

/** Slots of a table at first. That of a project which is asked once soon has so many contexts that it would grow. */
const FEW_SLOTS = 1 << 14;
const MANY_SLOTS = 1 << 18;

/** What followed one context, the latest first. */
export interface Followers {
  /** Different pieces. */
  readonly pieces: Int32Array;
  /** Their shares, which sum to 1. */
  readonly shares: Float32Array;
  /** Valid entries of both. */
  count: number;
  /** Occurrences looked at. */
  total: number;
}

export const createFollowers = (): Followers => ({
  pieces: new Int32Array(MAX_OCCURRENCES), shares: new Float32Array(MAX_OCCURRENCES), count: 0, total: 0,
});

export class NgramCache {
  private readonly shape: PieceShape;
  private text = new Int32Array(1024);
  /** Where the text begins and ends in `text`: what stands before is gone. */
  private first = 0;
  private length = 0;
  /** `[PIECE_CONTEXT_COUNT, capacity]`: the occurrence before this one with the same context, + 1; 0 for none. */
  private previous = new Int32Array(1024 * PIECE_CONTEXT_COUNT);
  private keys: Uint32Array;
  private heads: Int32Array;
  private used = 0;
  private readonly scratch = new Uint32Array(PIECE_CONTEXT_COUNT);
  /** Positions from `hiddenFrom` up to `hiddenTo` are passed over. */
  private hiddenFrom = 0;
  private hiddenTo = 0;
  private changes = 0;

  /** `[pieces]`: the place behind the latest piece like this one, + 1; null where all places are read at once. */
  private readonly latestBehind: Int32Array | null;
  /** Per place, of the place before it behind such a piece, + 1. */
  private previousBehind = new Int32Array(1024);
  /** Reads contexts of many places at once. */
  private reader: PieceKeys | null = null;
  /** Per piece, places before this one are read. */
  private readonly preparedTo: Int32Array | null;

  /** @param onDemand read the contexts of places only behind pieces that `prepare` names */
  constructor(shape: PieceShape, onDemand = false) {
    this.shape = shape;
    const slots = onDemand ? MANY_SLOTS : FEW_SLOTS;
    this.keys = new Uint32Array(slots);
    this.heads = new Int32Array(slots);
    this.latestBehind = onDemand ? new Int32Array(shape.count) : null;
    this.preparedTo = onDemand ? new Int32Array(shape.count) : null;
  }

  /** Pieces held. */
  get size(): number {
    return this.length - this.first;
  }

  /** The pieces held; a view, valid until the next change. */
  get pieces(): Int32Array {
    return this.text.subarray(this.first, this.length);
  }

  /** Another one whenever something was appended, taken back or hidden. */
  get revision(): number {
    return this.changes;
  }

  append(pieces: ArrayLike<number>): void {
    if (pieces.length > 0) this.changes++;
    if (this.latestBehind !== null) return this.appendUnread(pieces, this.latestBehind);
    if (pieces.length >= AT_ONCE) return this.appendMany(pieces);
    this.reserve(pieces.length);
    for (let k = 0; k < pieces.length; k++) {
      this.read(this.length);
      this.text[this.length++] = pieces[k];
    }
  }

  /** The same where contexts are read on demand. */
  private appendUnread(pieces: ArrayLike<number>, latestBehind: Int32Array): void {
    this.growText(this.length + pieces.length);
    const { text, previousBehind } = this;
    let at = this.length;
    for (let k = 0; k < pieces.length; k++, at++) {
      if (at > 0) {
        const before = text[at - 1];
        previousBehind[at] = latestBehind[before];
        latestBehind[before] = at + 1;
      }
      text[at] = pieces[k];
    }
    this.length = at;
  }

  /** The same, with the contexts of many places read at once. */
  private appendMany(pieces: ArrayLike<number>): void {
    this.growText(this.length + pieces.length);
    let from = this.size;
    for (let k = 0; k < pieces.length; k++) this.text[this.length++] = pieces[k];
    const reader = (this.reader ??= new PieceKeys(this.shape));
    const text = this.text.subarray(this.first);
    for (; from < this.size; from += MOST_PLACES) {
      const places = Int32Array.from({ length: Math.min(MOST_PLACES, this.size - from) }, (_, k) => from + k);
      this.reserveSlots(places.length);
      const keys = reader.of(text, this.size, places);
      for (let k = 0; k < places.length; k++) this.chain(this.first + places[k], keys, k * PIECE_CONTEXT_COUNT);
    }
  }

  /** Has to be called before looking up contexts that end with this piece, where a cache reads on demand. */
  prepare(piece: number): void {
    if (this.latestBehind === null || this.preparedTo === null) return;
    const places: number[] = [];
    for (let at = this.latestBehind[piece]; at > this.preparedTo[piece]; at = this.previousBehind[at - 1]) {
      places.push(at - 1);
    }
    this.preparedTo[piece] = this.latestBehind[piece];
    places.reverse();
    for (let from = 0; from < places.length; from += MOST_PLACES) {
      const some = places.slice(from, from + MOST_PLACES);
      this.reserveSlots(some.length);
      const keys = (this.reader ??= new PieceKeys(this.shape)).of(this.text, this.length, some);
      for (let k = 0; k < some.length; k++) this.chain(some[k], keys, k * PIECE_CONTEXT_COUNT);
    }
  }

  /** Chains a place to the earlier ones with the same contexts. */
  private read(at: number): void {
    pieceContextKeys(this.shape, this.text, at, this.scratch, this.first);
    this.chain(at, this.scratch, 0);
  }

  /** The same with the keys of its contexts, which stand at `from`. */
  private chain(at: number, contexts: Uint32Array, from: number): void {
    const { keys, heads, previous } = this;
    const mask = keys.length - 1;
    const row = at * PIECE_CONTEXT_COUNT;
    for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
      const key = contexts[from + context];
      if (key === 0) continue;
      let slot = key & mask;
      while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
      if (keys[slot] === 0) {
        keys[slot] = key;
        this.used++;
      }
      previous[row + context] = heads[slot];
      heads[slot] = at + 1;
    }
  }

  /** Forgets everything after the first `length` pieces. */
  rewind(length: number): void {
    if (this.latestBehind !== null) throw new Error('a cache that is read on demand only grows');
    if (length < this.size) this.changes++;
    this.reader?.forget(length);
    if (length < this.size / 2) {
      // Writing the rest again costs less than taking so much back.
      this.writeAnew(this.pieces.slice(0, length));
      return;
    }
    while (this.size > length) {
      const at = --this.length;
      pieceContextKeys(this.shape, this.text, at, this.scratch, this.first);
      for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
        const key = this.scratch[context];
        if (key !== 0) this.heads[this.slotOf(key)] = this.previous[at * PIECE_CONTEXT_COUNT + context];
      }
    }
  }

  private writeAnew(pieces: Int32Array): void {
    this.keys.fill(0);
    this.heads.fill(0);
    this.used = 0;
    this.first = 0;
    this.length = 0;
    this.reader?.forget(0);
    this.append(pieces);
  }

  /**
   * Puts `pieces` in place of the first `count` ones, of which there are as many at least. Only contexts that reach
   * as far are read again.
   */
  replaceFront(count: number, pieces: ArrayLike<number>): void {
    if (this.latestBehind !== null) throw new Error('a cache that is read on demand only grows');
    if (pieces.length > count) throw new RangeError(`${pieces.length} pieces in place of ${count}`);
    this.changes++;
    const kept = this.first + count;
    const first = kept - pieces.length;
    if (first > this.length / 2) {
      this.writeAnew(Int32Array.from([...Array.from(pieces), ...this.text.subarray(kept, this.length)]));
      return;
    }
    const to = Math.min(this.length, kept + CONTEXT_REACH);
    const before = new Uint32Array((to - first) * PIECE_CONTEXT_COUNT);
    const { scratch } = this;
    for (let at = first; at < to; at++) {
      pieceContextKeys(this.shape, this.text, at, scratch, this.first);
      before.set(scratch, (at - first) * PIECE_CONTEXT_COUNT);
    }
    this.text.set(pieces, first);
    this.first = first;
    this.reader?.forget(0);
    this.reserveSlots(to - first);
    for (let at = first; at < to; at++) {
      pieceContextKeys(this.shape, this.text, at, scratch, first);
      for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
        const old = before[(at - first) * PIECE_CONTEXT_COUNT + context];
        if (old === scratch[context]) continue;
        if (old !== 0) this.unchain(at, context, old);
        if (scratch[context] !== 0) this.insert(at, context, scratch[context]);
      }
    }
  }

  /** Takes a place out of the chain of a key. */
  private unchain(at: number, context: number, key: number): void {
    const { heads, previous } = this;
    const slot = this.slotOf(key);
    const next = previous[at * PIECE_CONTEXT_COUNT + context];
    let behind = heads[slot];
    if (behind === at + 1) {
      heads[slot] = next;
      return;
    }
    for (;;) {
      const row = (behind - 1) * PIECE_CONTEXT_COUNT + context;
      behind = previous[row];
      if (behind !== at + 1) continue;
      previous[row] = next;
      return;
    }
  }

  /** Puts a place into the chain of a key, behind the later ones. */
  private insert(at: number, context: number, key: number): void {
    const { keys, heads, previous } = this;
    const slot = this.slotOf(key);
    if (keys[slot] === 0) {
      keys[slot] = key;
      this.used++;
    }
    let row = -1;
    let next = heads[slot];
    while (next > at + 1) {
      row = (next - 1) * PIECE_CONTEXT_COUNT + context;
      next = previous[row];
    }
    previous[at * PIECE_CONTEXT_COUNT + context] = next;
    if (row < 0) heads[slot] = at + 1;
    else previous[row] = at + 1;
  }

  /** Passes over a part from now on, such as the file that is being completed; an empty range ends that. */
  hide(from: number, to: number): void {
    if (from !== this.hiddenFrom || to !== this.hiddenTo) this.changes++;
    this.hiddenFrom = from;
    this.hiddenTo = to;
  }

  /** What followed the context of this key. */
  lookUp(context: number, key: number, out: Followers): void {
    out.count = 0;
    out.total = 0;
    if (key === 0) return;
    const slot = this.slotOf(key);
    if (this.keys[slot] === 0) return;
    let weight = 1;
    let sum = 0;
    const { previous, first } = this;
    for (
      let at = this.heads[slot];
      at > first && out.total < MAX_OCCURRENCES;
      at = previous[(at - 1) * PIECE_CONTEXT_COUNT + context]
    ) {
      if (at > this.hiddenFrom && at <= this.hiddenTo) continue;
      const piece = this.text[at - 1];
      let k = 0;
      while (k < out.count && out.pieces[k] !== piece) k++;
      if (k === out.count) {
        out.pieces[k] = piece;
        out.shares[k] = 0;
        out.count++;
      }
      out.shares[k] += weight;
      sum += weight;
      weight *= RECENCY;
      out.total++;
    }
    for (let k = 0; k < out.count; k++) out.shares[k] /= sum;
  }

  private slotOf(key: number): number {
    const mask = this.keys.length - 1;
    let slot = key & mask;
    while (this.keys[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  /** Makes room for so many pieces more. */
  private reserve(count: number): void {
    this.growText(this.length + count);
    this.reserveSlots(count);
  }

  private growText(length: number): void {
    if (length <= this.text.length) return;
    const capacity = Math.max(length, this.text.length * 2);
    const grown = (array: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(size);
      larger.set(array);
      return larger;
    };
    this.text = grown(this.text, capacity);
    this.previous = grown(this.previous, capacity * PIECE_CONTEXT_COUNT);
    if (this.latestBehind !== null) this.previousBehind = grown(this.previousBehind, capacity);
  }

  /** Makes room for the contexts of so many places more. */
  private reserveSlots(count: number): void {
    let slots = this.keys.length;
    while (this.used + count * PIECE_CONTEXT_COUNT > slots * 0.6) slots *= 2;
    if (slots > this.keys.length) this.rehash(slots);
  }

  private rehash(slots: number): void {
    const { keys, heads } = this;
    this.keys = new Uint32Array(slots);
    this.heads = new Int32Array(slots);
    for (let k = 0; k < keys.length; k++) {
      if (keys[k] === 0) continue;
      const slot = this.slotOf(keys[k]);
      this.keys[slot] = keys[k];
      this.heads[slot] = heads[k];
    }
  }
}
