/**
 * What would come next if the text went on as it did in a place like this one, with other
 * names: `left = box.left` suggests `top = box.top` after `top =`. A context is a run of whole
 * tokens in which a name counts by where it stood first, so that places match that differ in
 * their names alone; what followed there is carried over to the names that stand here.
 *
 * Like an `NgramCache` it can be rewound and shortened at its front, so that a keystroke costs its own tokens only.
 */
import { mix, type PieceShape } from './piece-contexts.js';
import { createFollowers, type Followers } from './ngram-cache.js';

/** Tokens of the contexts, one for each of the cache's experts. */
const LENGTHS = [6, 10, 16, 24] as const;
export const ANALOGY_COUNT = LENGTHS.length;

const LONGEST = LENGTHS[ANALOGY_COUNT - 1];
/** Tokens back, at most, to the name that a follower repeats. */
const REACH = 32;
/** Occurrences of a context that are looked at, the latest first. */
const MAX_OCCURRENCES = 12;
/** Weight of an occurrence against the next later one. */
const RECENCY = 0.9;

const HASH_START = 0x1b873593;
/** Codes of names in a context; other tokens count by their identity. */
const NEW_NAME = 0x10000;
const OLD_NAME = 0x20000;

/** The last tokens of a text, the latest first. */
interface Tail {
  /** Where each begins and ends in `pieces`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Hashes of what they say; of a string only how it opens. */
  readonly ids: Int32Array;
  /** Class of a name, 0 for anything else. */
  readonly names: Uint8Array;
  length: number;
}

/** What a context is asked. */
interface Question {
  /** Index of its length. */
  readonly context: number;
  readonly key: number;
  /** Tokens of the tail that come after the context. */
  readonly skip: number;
  /** Pieces of the token in question that already stand there. */
  readonly typed: number;
  /** Total weight to give. */
  readonly mass: number;
}

const createTail = (): Tail => ({
  starts: new Int32Array(TAIL_TOKENS), ends: new Int32Array(TAIL_TOKENS), ids: new Int32Array(TAIL_TOKENS),
  names: new Uint8Array(TAIL_TOKENS), length: 0,
});
const TAIL_TOKENS = Math.max(LONGEST, REACH) + 2;

export class AnalogyCache {
  private text = new Uint16Array(1024);
  /** Where the text begins and ends in `text`. */
  private first = 0;
  private length = 0;
  /** Of every token: where it begins, what it says, its class as a name. */
  private starts = new Int32Array(512);
  private ids = new Int32Array(512);
  private names = new Uint8Array(512);
  private tokens = 0;
  /** The first token of the text: those before it are gone. */
  private firstToken = 0;
  /** Tokens whose end has been seen: only these can be found. */
  private known = 0;
  /** `[tokens, ANALOGY_COUNT]`: the token before this one with the same context, + 1; 0 for none. */
  private previous = new Int32Array(512 * ANALOGY_COUNT);
  /** `[tokens, ANALOGY_COUNT]` */
  private keys = new Int32Array(512 * ANALOGY_COUNT);
  private readonly heads = new Map<number, number>();
  private readonly scratch = new Int32Array(ANALOGY_COUNT);
  private readonly seen = new Int32Array(LONGEST);
  private readonly tail = createTail();
  private readonly votes = createFollowers();
  private readonly ended = new Int32Array(ANALOGY_COUNT);
  private readonly begun = new Int32Array(ANALOGY_COUNT);

  constructor(private readonly shape: PieceShape) {}

  append(pieces: ArrayLike<number>): void {
    this.reserve(pieces.length);
    for (let k = 0; k < pieces.length; k++) {
      const piece = pieces[k]!;
      if (this.shape.startsToken[piece] === 1) {
        this.learn();
        this.starts[this.tokens++] = this.length;
      }
      this.text[this.length++] = piece;
    }
  }

  /** Forgets everything after the first `length` pieces. */
  rewind(length: number): void {
    const end = this.first + length;
    this.length = Math.min(this.length, end);
    while (this.tokens > this.firstToken && this.starts[this.tokens - 1]! >= end) this.tokens--;
    // The last token may go on differently now.
    while (this.known > Math.max(this.firstToken, this.tokens - 1)) {
      const row = --this.known * ANALOGY_COUNT;
      for (let k = 0; k < ANALOGY_COUNT; k++) {
        const key = this.keys[row + k]!;
        if (key === 0) continue;
        const before = this.previous[row + k]!;
        if (before === 0) this.heads.delete(key);
        else this.heads.set(key, before);
      }
    }
  }

  /**
   * Puts `pieces` in place of the first `count` ones, of which there are as many at least; both end where a token
   * ends, and one stands behind them.
   */
  replaceFront(count: number, pieces: ArrayLike<number>): void {
    const kept = this.first + count;
    let keptToken = this.firstToken;
    while (this.starts[keptToken]! < kept) keptToken++;
    let added = 0;
    for (let k = 0; k < pieces.length; k++) added += this.shape.startsToken[pieces[k]!]!;
    if (keptToken - added < this.firstToken || keptToken - added > this.tokens / 2) {
      this.writeAnew([...Array.from(pieces), ...this.text.subarray(kept, this.length)]);
      return;
    }
    this.first = kept - pieces.length;
    this.firstToken = keptToken - added;
    this.text.set(pieces as ArrayLike<number>, this.first);
    for (let at = kept - 1, token = keptToken - 1; at >= this.first; at--) {
      if (this.shape.startsToken[this.text[at]!] === 1) this.starts[token--] = at;
    }
    for (let token = this.firstToken; token < keptToken; token++) this.name(token, this.starts[token + 1]!);
    for (let token = this.firstToken; token < Math.min(this.known, keptToken + LONGEST); token++) {
      this.contextsOf(token);
      const row = token * ANALOGY_COUNT;
      for (let k = 0; k < ANALOGY_COUNT; k++) {
        const key = this.scratch[k]!;
        if (key === this.keys[row + k]) continue;
        if (this.keys[row + k] !== 0) this.unchain(token, k);
        this.keys[row + k] = key;
        if (key !== 0) this.insert(token, k);
      }
    }
  }

  private writeAnew(pieces: readonly number[]): void {
    this.heads.clear();
    this.first = this.length = this.firstToken = this.tokens = this.known = 0;
    this.append(pieces);
  }

  /** Takes a token out of the chain of a context. */
  private unchain(token: number, context: number): void {
    const { heads, previous } = this;
    const key = this.keys[token * ANALOGY_COUNT + context]!;
    const next = previous[token * ANALOGY_COUNT + context]!;
    let behind = heads.get(key)!;
    if (behind === token + 1) {
      heads.set(key, next);
      return;
    }
    while (previous[(behind - 1) * ANALOGY_COUNT + context] !== token + 1) {
      behind = previous[(behind - 1) * ANALOGY_COUNT + context]!;
    }
    previous[(behind - 1) * ANALOGY_COUNT + context] = next;
  }

  /** Puts a token into the chain of its context, behind the later ones. */
  private insert(token: number, context: number): void {
    const { heads, previous } = this;
    const key = this.keys[token * ANALOGY_COUNT + context]!;
    let behind = 0;
    let next = heads.get(key) ?? 0;
    while (next > token + 1) {
      behind = next;
      next = previous[(next - 1) * ANALOGY_COUNT + context]!;
    }
    previous[token * ANALOGY_COUNT + context] = next;
    if (behind === 0) heads.set(key, token + 1);
    else previous[(behind - 1) * ANALOGY_COUNT + context] = token + 1;
  }

  /**
   * What `pieces[end]` would be by analogy, for each length of context. The pieces need not
   * be the cache's own; their last tokens are what is matched.
   *
   * @param out ANALOGY_COUNT places, the shortest context first
   */
  lookUp(pieces: ArrayLike<number>, end: number, out: readonly Followers[]): void {
    const { tail, begun, ended } = this;
    this.readTail(pieces, end, tail);
    const isOpen = tail.length > 0 && (tail.names[0] !== 0 || this.shape.startsToken[pieces[end - 1]!] === 0);
    this.keysOf(tail, 0, ended);
    if (isOpen) this.keysOf(tail, 1, begun);
    for (let k = 0; k < ANALOGY_COUNT; k++) {
      const followers = out[k]!;
      followers.count = 0;
      followers.total = 0;
      // The last token may not be complete: then its rest is what comes next.
      let over = 1;
      if (isOpen && begun[k] !== 0) over = this.vote(
        { context: k, key: begun[k]!, skip: 1, typed: end - tail.starts[0]!, mass: 1 }, pieces, followers,
      );
      if (over > 0 && ended[k] !== 0) {
        this.vote({ context: k, key: ended[k]!, skip: 0, typed: 0, mass: over }, pieces, followers);
      }
      let sum = 0;
      for (let f = 0; f < followers.count; f++) sum += followers.shares[f]!;
      for (let f = 0; f < followers.count; f++) followers.shares[f]! /= sum;
    }
  }

  /**
   * Adds what the occurrences of a context suggest.
   *
   * @returns the part of the mass that suggests a token which stands there completely
   */
  private vote({ context, key, skip, typed, mass }: Question, pieces: ArrayLike<number>, out: Followers): number {
    const { starts, tail, votes } = this;
    let weight = 1;
    let sum = 0;
    let complete = 0;
    votes.count = 0;
    let at = this.heads.get(key) ?? 0;
    for (let seen = 0; at > this.firstToken && seen < MAX_OCCURRENCES; seen++) {
      const token = at - 1;
      const here = this.counterpart(token, skip);
      const source = here < 0 ? this.text : pieces;
      const from = here < 0 ? starts[token]! : tail.starts[here]!;
      const to = here < 0 ? starts[token + 1]! : tail.ends[here]!;
      let same = 0;
      while (same < typed && from + same < to && source[from + same] === pieces[tail.starts[0]! + same]) same++;
      if (same === typed) {
        sum += weight;
        out.total++;
        if (from + typed === to) complete += weight;
        else addVote(votes, source[from + typed]!, weight);
      }
      weight *= RECENCY;
      at = this.previous[token * ANALOGY_COUNT + context]!;
    }
    if (sum === 0) return mass;
    for (let f = 0; f < votes.count; f++) addVote(out, votes.pieces[f]!, (votes.shares[f]! * mass) / sum);
    return (mass * complete) / sum;
  }

  /**
   * The name of the tail that stands where the name found at `token` had stood before; -1 for a token to take as it is.
   */
  private counterpart(token: number, skip: number): number {
    const { ids, names, tail } = this;
    if (names[token] === 0) return -1;
    for (let back = 1; back <= REACH && back <= token - this.firstToken; back++) {
      if (ids[token - back] !== ids[token]) continue;
      const here = skip + back - 1;
      return here < tail.length && tail.names[here] !== 0 ? here : -1;
    }
    return -1;
  }

  /** Makes the last token one that can be found: its end has come. */
  private learn(): void {
    const token = this.tokens - 1;
    if (token < this.firstToken || this.known > token) return;
    this.name(token, this.length);
    this.known = token + 1;
    this.contextsOf(token);
    const row = token * ANALOGY_COUNT;
    for (let k = 0; k < ANALOGY_COUNT; k++) {
      const key = this.scratch[k]!;
      this.keys[row + k] = key;
      if (key === 0) continue;
      this.previous[row + k] = this.heads.get(key) ?? 0;
      this.heads.set(key, token + 1);
    }
  }

  /** Writes down what a token says that ends before `text[end]`. */
  private name(token: number, end: number): void {
    const start = this.starts[token]!;
    this.ids[token] = this.identify(this.text, start, end);
    this.names[token] = this.shape.nameClass[this.text[start]!]!;
  }

  /** Keys of the contexts that end before a token, in `scratch`. */
  private contextsOf(token: number): void {
    const { tail } = this;
    tail.length = 0;
    for (let at = token - 1; at >= this.firstToken && tail.length < LONGEST; at--, tail.length++) {
      tail.ids[tail.length] = this.ids[at]!;
      tail.names[tail.length] = this.names[at]!;
    }
    this.keysOf(tail, 0, this.scratch);
  }

  /** Keys of the contexts that end before the tail's first `skip` tokens; 0 where the text is too short. */
  private keysOf(tail: Tail, skip: number, out: Int32Array): void {
    const { seen } = this;
    out.fill(0);
    let hash = HASH_START;
    let different = 0;
    let next = 0;
    for (let at = skip; at < tail.length && at - skip < LONGEST; at++) {
      const id = tail.ids[at]!;
      if (tail.names[at] === 0) hash = mix(hash, id);
      else {
        let k = 0;
        while (k < different && seen[k] !== id) k++;
        if (k === different) {
          seen[different++] = id;
          hash = mix(hash, NEW_NAME + tail.names[at]!);
        } else hash = mix(hash, OLD_NAME + k);
      }
      // A length has keys of its own.
      if (at - skip + 1 === LENGTHS[next]) out[next] = mix(hash, LENGTHS[next++]!) || 1;
    }
  }

  private readTail(pieces: ArrayLike<number>, end: number, tail: Tail): void {
    const { startsToken, nameClass } = this.shape;
    tail.length = 0;
    let to = end;
    for (let at = end - 1; at >= 0 && tail.length < TAIL_TOKENS; at--) {
      if (startsToken[pieces[at]!] === 0) continue;
      tail.starts[tail.length] = at;
      tail.ends[tail.length] = to;
      tail.ids[tail.length] = this.identify(pieces, at, to);
      tail.names[tail.length++] = nameClass[pieces[at]!]!;
      to = at;
    }
  }

  private identify(pieces: ArrayLike<number>, from: number, to: number): number {
    let id = mix(HASH_START, pieces[from]!);
    if (this.shape.nameClass[pieces[from]!] !== 0) for (let at = from + 1; at < to; at++) id = mix(id, pieces[at]!);
    return id;
  }

  /** Makes room for so many pieces, and as many tokens, more. */
  private reserve(count: number): void {
    const grown = <T extends Uint8Array | Uint16Array | Int32Array>(values: T, length: number): T => {
      const larger = new (values.constructor as new (length: number) => T)(length);
      larger.set(values);
      return larger;
    };
    if (this.length + count > this.text.length) {
      this.text = grown(this.text, Math.max(this.length + count, 2 * this.text.length));
    }
    const tokens = this.tokens + count + 1;
    if (tokens > this.starts.length) {
      const capacity = Math.max(tokens, 2 * this.starts.length);
      this.starts = grown(this.starts, capacity);
      this.ids = grown(this.ids, capacity);
      this.names = grown(this.names, capacity);
      this.previous = grown(this.previous, capacity * ANALOGY_COUNT);
      this.keys = grown(this.keys, capacity * ANALOGY_COUNT);
    }
  }
}

function addVote(votes: Followers, piece: number, weight: number): void {
  let f = 0;
  while (f < votes.count && votes.pieces[f] !== piece) f++;
  if (f === votes.count) {
    if (f === votes.pieces.length) return;
    votes.pieces[f] = piece;
    votes.shares[f] = 0;
    votes.count++;
  }
  votes.shares[f]! += weight;
}
