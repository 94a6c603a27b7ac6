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

/** The network as beam search meets it, see `LineNetwork`; its states are HeadStates. */
export function createLineNetwork({ network, vocabulary, backbone }: CompletionHead): LineNetwork {
  return {
    predict(states) {
      const { probabilities } = network.predict((states as readonly HeadState[]).map(({ state }) => state));
      return states.map((_, k) =>
        sumLineEnds(probabilities.subarray(k * network.pieces, k * network.pieces + vocabulary.size)));
    },
    extend(steps) {
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
    },
  };
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

/**
 * An open document as the network knows it. What the text has in common with the text before
 * is not read again, so that a keystroke costs the pieces since the last snapshot.
 */
export class NetworkDocument {
  private anchor = 0;
  /** The anchor is no statement's first token. */
  private isWithin = false;
  private read: PieceText | null = null;
  private snapshots: { readonly at: number; readonly state: CompletionState }[] = [];

  constructor(private readonly head: CompletionHead, private readonly normalised = false) {}

  /**
   * Reads the text before the cursor.
   *
   * @param tokens its tokens, without a half-typed word; comments may be left out
   */
  moveTo(text: string, tokens: readonly LexicalToken[]): HeadState {
    const { network, vocabulary } = this.head;
    const first = this.firstToken(tokens);
    const now = encodeTokens({ text, tokens, first }, vocabulary, { normalised: this.normalised });
    const common = this.read === null ? 0 : this.commonRows(this.read, now);
    this.snapshots = this.snapshots.filter(({ at }) => at <= common);
    let at = this.snapshots[this.snapshots.length - 1]?.at ?? 0;
    const state = at === 0 ? network.start() : network.copy(this.snapshots[this.snapshots.length - 1]!.state);
    while (at < now.pieces.length) {
      const to = Math.min(now.pieces.length, at + SNAPSHOT_PIECES);
      network.read(state, now, at, to);
      at = to;
      if (to < now.pieces.length) this.snapshots.push({ at, state: network.copy(state) });
    }
    this.read = now;
    return { state, tracker: now.tracker() };
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
