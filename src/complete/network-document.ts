import type { BackboneVectors } from '../model/completion/backbone-vectors.js';
import type { CompletionNetwork, CompletionState } from '../model/completion/completion-network.js';
import type { LexicalToken } from '../tokenize/index.js';
import type { LineNetwork } from './line-predictor.js';
import { encodeTokens, type PieceText } from './piece-text.js';
import type { PieceTracker } from './piece-tracker.js';
import { PIECE, type PieceVocabulary } from './pieces.js';

/** The network with what it takes to ask it about text. */
export interface CompletionHead {
  readonly network: CompletionNetwork;
  readonly vocabulary: PieceVocabulary;
  /** Null for a network without backbone. */
  readonly backbone: BackboneVectors | null;
}

/** A text that the network has read, and the tracker that follows what is generated behind it. */
export interface HeadState {
  readonly state: CompletionState;
  readonly tracker: PieceTracker;
}

/** What the network said of a state, and the states that it led to, by piece. */
interface FollowedState {
  row: Float32Array | null;
  readonly next: Map<number, HeadState>;
}

/**
 * The network as beam search meets it, see `LineNetwork`; its states are HeadStates. What it has said of a state, and
 * where it led, is kept as long as the state is: whoever types on in a word asks much of it again.
 */
export function createLineNetwork({ network, vocabulary, backbone }: CompletionHead): LineNetwork {
  const followed = new WeakMap<HeadState, FollowedState>();
  const of = (state: HeadState): FollowedState => {
    const known = followed.get(state);
    if (known !== undefined) return known;
    const fresh = { row: null, next: new Map<number, HeadState>() };
    followed.set(state, fresh);
    return fresh;
  };

  return {
    predict(states) {
      const known = (states as readonly HeadState[]).map(of);
      const unknown = known.flatMap(({ row }, k) => (row === null ? [k] : []));
      if (unknown.length > 0) {
        const { probabilities } = network.predict(unknown.map((k) => (states[k] as HeadState).state));
        unknown.forEach((k, at) => {
          const from = at * network.pieces;
          known[k]!.row = sumLineEnds(probabilities.slice(from, from + vocabulary.size));
        });
      }
      return known.map(({ row }) => row!);
    },
    extend(steps) {
      const known = steps.map(({ state, piece }) => of(state as HeadState).next.get(piece));
      const unknown = steps.filter((_, k) => known[k] === undefined);
      if (unknown.length === 0) return known;
      const added = extendAnew(unknown);
      unknown.forEach(({ state, piece }, k) => of(state as HeadState).next.set(piece, added[k]!));
      return steps.map(({ state, piece }) => of(state as HeadState).next.get(piece));
    },
  };

  function extendAnew(steps: readonly { readonly state: unknown; readonly piece: number }[]): HeadState[] {
    const [slotCount, numberCount] = [backbone?.slots ?? 0, backbone?.numbers ?? 0];
    const rows = {
      pieces: Int16Array.from(steps, ({ piece }) => piece),
      slots: new Int16Array(steps.length * slotCount),
      numbers: new Float32Array(steps.length * numberCount),
    };
    const next = steps.map(({ state: before, piece }, k): HeadState => {
      const { state, tracker } = before as HeadState;
      const following = tracker.clone();
      following.push(piece);
      if (backbone !== null) following.describe(rows.slots, k * slotCount, rows.numbers, k * numberCount);
      return { state: network.copy(state), tracker: following };
    });
    network.advance(next.map(({ state }) => state), rows);
    return next;
  }
}

/** Whatever follows the line: for a search that ends with it, its end is one event. */
export function sumLineEnds(row: Float32Array): Float32Array {
  let sum = 0;
  for (let piece: number = PIECE.line; piece <= PIECE.lineDedent3; piece++) {
    sum += row[piece]!;
    row[piece] = 0;
  }
  row[PIECE.line] = sum;
  return row;
}

/** Tokens before the cursor that the network reads: at least FEWEST where there are so many, at most MOST. */
const FEWEST_TOKENS = 600;
const MOST_TOKENS = 1200;
/** Pieces between two states that are kept, to go on from after a keystroke. */
const SNAPSHOT_PIECES = 64;
/** Beside these, states at the ends of so many texts that were read last: the next one mostly goes on from there. */
const MOST_ENDS = 4;

/** What a document was read as, and what that was read from. */
interface ReadText {
  readonly text: string;
  readonly tokens: readonly LexicalToken[];
  readonly first: number;
  readonly head: HeadState;
}

/** The network behind so many pieces. */
interface Snapshot {
  readonly at: number;
  readonly state: CompletionState;
}

/** Of each network, the document whose state is kept with all that was asked behind it: that is many megabytes. */
const latest = new WeakMap<CompletionHead, NetworkDocument>();

/**
 * An open document as the network knows it. What the text has in common with the text before
 * is not read again, so that a keystroke costs the pieces since the last snapshot.
 */
export class NetworkDocument {
  private anchor = 0;
  /** The anchor is no statement's first token. */
  private isWithin = false;
  private read: PieceText | null = null;
  private last: ReadText | null = null;
  private snapshots: Snapshot[] = [];
  private ends: Snapshot[] = [];

  constructor(private readonly head: CompletionHead, private readonly normalised = false) {}

  /**
   * Reads the text before the cursor.
   *
   * @param tokens its tokens, without a half-typed word; comments may be left out
   */
  moveTo(text: string, tokens: readonly LexicalToken[]): HeadState {
    const { network, vocabulary } = this.head;
    const first = this.firstToken(tokens);
    if (this.last !== null && isSame(this.last, text, tokens, first)) return this.last.head;
    const now = encodeTokens({ text, tokens, first }, vocabulary, { normalised: this.normalised });
    const common = this.read === null ? 0 : this.commonRows(this.read, now);
    this.snapshots = this.snapshots.filter(({ at }) => at <= common);
    this.ends = this.ends.filter(({ at }) => at <= common);
    const known = [...this.snapshots.slice(-1), ...this.ends]
      .reduce<Snapshot | null>((best, next) => (best === null || next.at >= best.at ? next : best), null);
    let at = known?.at ?? 0;
    const state = known === null ? network.start() : network.copy(known.state);
    while (at < now.pieces.length) {
      const to = Math.min(now.pieces.length, (Math.floor(at / SNAPSHOT_PIECES) + 1) * SNAPSHOT_PIECES);
      network.read(state, now, at, to);
      at = to;
      if (to < now.pieces.length) this.snapshots.push({ at, state: network.copy(state) });
    }
    if (at > 0) this.ends = [...this.ends.slice(1 - MOST_ENDS), { at, state }];
    this.read = now;
    this.last = { text, tokens, first, head: { state, tracker: now.tracker() } };
    const other = latest.get(this.head);
    if (other !== undefined && other !== this) other.last = null;
    latest.set(this.head, this);
    return this.last.head;
  }

  /**
   * The token to read from: where it was read from before, as long as that is near enough. The
   * first of a statement, or a token within one that is longer than what is read.
   */
  private firstToken(tokens: readonly LexicalToken[]): number {
    const at = this.anchor;
    const isFar = tokens.length - at > MOST_TOKENS || tokens.length - at < Math.min(tokens.length, FEWEST_TOKENS);
    if (!isFar && (this.isWithin || tokens[at]?.startsStatement === true)) return at;
    const latest = Math.max(0, tokens.length - FEWEST_TOKENS);
    const earliest = Math.max(0, tokens.length - MOST_TOKENS);
    let first = latest;
    while (first > earliest && !tokens[first]!.startsStatement) first--;
    this.isWithin = first > 0 && !tokens[first]!.startsStatement;
    this.anchor = this.isWithin ? latest : first;
    return this.anchor;
  }

  /** Rows that two texts have in common from their start. */
  private commonRows(before: PieceText, now: PieceText): number {
    const { slots = 0, numbers = 0 } = this.head.backbone ?? {};
    const most = Math.min(before.pieces.length, now.pieces.length);
    for (let row = 0; row < most; row++) {
      if (before.pieces[row] !== now.pieces[row]) return row;
      for (let k = row * slots; k < (row + 1) * slots; k++) if (before.slots[k] !== now.slots[k]) return row;
      for (let k = row * numbers; k < (row + 1) * numbers; k++) if (before.numbers[k] !== now.numbers[k]) return row;
    }
    return most;
  }
}

/** True where a text is read as before: what is typed of its last word is not yet among its tokens. */
function isSame(last: ReadText, text: string, tokens: readonly LexicalToken[], first: number): boolean {
  if (first !== last.first || first >= tokens.length || tokens.length !== last.tokens.length) return false;
  const { end } = tokens[tokens.length - 1]!;
  return text.slice(0, end) === last.text.slice(0, end) &&
    tokens.every((token, k) => k < first || isSameToken(token, last.tokens[k]!));
}

const isSameToken = (one: LexicalToken, other: LexicalToken): boolean =>
  one.kind === other.kind && one.text === other.text && one.start === other.start && one.end === other.end &&
  one.blockDepth === other.blockDepth && one.bracketDepth === other.bracketDepth &&
  one.startsStatement === other.startsStatement && one.depthChange === other.depthChange;
