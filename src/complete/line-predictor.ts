import { type PiecePredictor } from './beam-search.js';
import type { PieceShape } from './piece-contexts.js';
import type { Mixture } from './mixture.js';
import type { SuggestionSource } from './suggestion.js';
import type { LineSyntax, PieceRules } from './piece-rules.js';
import { PIECE } from './pieces.js';

/** What the network knows of a text; opaque here. */
export type NetworkState = unknown;

/** The network as a hypothesis meets it. */
export interface LineNetwork {
  /**
   * Probabilities of the next piece, one row `[pieces]` a state, all line ends summed up in PIECE.line. The rows stay
   * as they are.
   */
  predict(states: readonly NetworkState[]): readonly Float32Array[];
  extend(steps: readonly { readonly state: NetworkState; readonly piece: number }[]): NetworkState[];
}

/** A text that goes on: its last pieces and what they leave open. */
export interface LineState {
  readonly pieces: readonly number[];
  readonly syntax: LineSyntax;
  /** What of a half-typed word is still to be matched. */
  readonly typed: string;
  readonly network: NetworkState;
}

/** A state that the network was asked about: its row, and the states that it led to, by piece. */
interface SeenState {
  readonly row: Float32Array;
  readonly next: Map<number, LineState>;
}

/** Contexts look no further back than this. */
export const TAIL_PIECES = 96;

/** Lets the mixture continue a line under the rules of brackets, quotes and words. */
export class LinePredictor implements PiecePredictor<LineState> {
  private readonly rows: Float32Array[] = [];
  /** What the network said of each state, and where it led, for whoever goes over the same line once more. */
  private readonly seen = new WeakMap<LineState, SeenState>();

  constructor(
    private readonly shape: PieceShape, private readonly rules: PieceRules, private readonly mixture: Mixture,
    private readonly network: LineNetwork | null,
    /** Whether a name that no pieces spell begins so. */
    private readonly isForeign: (typed: string) => boolean = () => false,
  ) {}

  predict(states: readonly LineState[]): readonly Float32Array[] {
    while (this.rows.length < states.length) this.rows.push(new Float32Array(this.shape.count));
    const fromNetwork = this.askNetwork(states);
    states.forEach(({ pieces, syntax, typed }, k) => {
      this.mixture.predict(pieces, pieces.length, fromNetwork?.[k] ?? null, this.rows[k]);
      this.rules.restrict(syntax, typed, this.rows[k], this.isForeign(typed));
    });
    return this.rows;
  }

  extend(steps: readonly { readonly state: LineState; readonly piece: number }[]): LineState[] {
    const known = steps.map(({ state, piece }) => this.seen.get(state)?.next.get(piece));
    if (known.every((state) => state !== undefined)) return known;
    const next = this.extendAnew(steps);
    steps.forEach(({ state, piece }, k) => this.seen.get(state)?.next.set(piece, next[k]));
    return next;
  }

  private extendAnew(steps: readonly { readonly state: LineState; readonly piece: number }[]): LineState[] {
    const networks = this.network?.extend(steps.map(({ state, piece }) => ({ state: state.network, piece })));
    return steps.map(({ state, piece }, k) => ({
      pieces: [...state.pieces, piece],
      syntax: this.rules.after(state.syntax, piece),
      typed: this.rules.leftOf(state.typed, piece),
      network: networks?.[k] ?? null,
    }));
  }

  /** Rows of the network, which stay as they are. */
  private askNetwork(states: readonly LineState[]): readonly Float32Array[] | undefined {
    if (this.network === null) return undefined;
    const known = states.map((state) => this.seen.get(state)?.row);
    if (known.every((row) => row !== undefined)) return known;
    const rows = this.network.predict(states.map(({ network }) => network));
    states.forEach((state, k) => this.seen.set(state, { row: rows[k], next: new Map() }));
    return rows;
  }

  endsLine(piece: number): boolean {
    return piece === PIECE.line;
  }

  /** How much of a line's probability each source gave: shares that sum to 1. */
  creditOf(start: LineState, added: readonly number[]): Record<SuggestionSource, number> {
    const credit: Record<SuggestionSource, number> = { network: 0, file: 0, project: 0, corpus: 0 };
    let state = start;
    for (const piece of added) {
      this.mixture.consult(state.pieces, state.pieces.length, this.askNetwork([state])?.[0] ?? null);
      this.mixture.credit(piece, credit);
      [state] = this.extend([{ state, piece }]);
    }
    for (const source of SOURCES) credit[source] /= Math.max(1, added.length);
    return credit;
  }
}

const SOURCES: readonly SuggestionSource[] = ['network', 'file', 'project', 'corpus'];

/** Where most of it comes from. */
export const mainSource = (credit: Readonly<Record<SuggestionSource, number>>): SuggestionSource =>
  SOURCES.reduce((best, source) => (credit[source] > credit[best] ? source : best));
