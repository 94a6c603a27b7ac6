import { type LikelyPiece, type PiecePredictor } from './beam-search.js';
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

/** What was found of a state: for whoever goes over the same line once more, or types on in the same word. */
interface KnownState {
  /** What the network says. */
  row: Float32Array | null;
  /** What may come next, for so many as were asked for. */
  likeliest: { readonly count: number; readonly pieces: readonly LikelyPiece[] } | null;
  /** Where it led, by piece and what is still to be matched of a half-typed word behind it. */
  readonly next: Map<string, LineState>;
  /** Of a piece behind it, how much of its probability each source gives. */
  readonly credit: Map<number, Readonly<Record<SuggestionSource, number>>>;
}

/** Contexts look no further back than this. */
export const TAIL_PIECES = 96;

/** Lets the mixture continue a line under the rules of brackets, quotes and words. */
export class LinePredictor implements PiecePredictor<LineState> {
  private readonly rows: Float32Array[] = [];
  private readonly known = new WeakMap<LineState, KnownState>();

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

  likeliest(states: readonly LineState[], count: number): readonly (readonly LikelyPiece[])[] {
    const all = states.map((state) => this.of(state));
    if (all.some(({ likeliest }) => likeliest?.count !== count)) this.askNetwork(states);
    return states.map(({ pieces, syntax, typed }, k) => {
      const known = all[k];
      if (known.likeliest?.count === count) return known.likeliest.pieces;
      const allowed = this.rules.allowed(syntax, typed, this.isForeign(typed));
      const found = this.mixture.likeliest(pieces, known.row, allowed, count);
      known.likeliest = { count, pieces: found };
      return found;
    });
  }

  extend(steps: readonly { readonly state: LineState; readonly piece: number }[]): LineState[] {
    const keys = steps.map(({ state, piece }) => `${piece} ${this.rules.leftOf(state.typed, piece)}`);
    const known = steps.map(({ state }, k) => this.of(state).next.get(keys[k]));
    if (known.every((state) => state !== undefined)) return known;
    const next = this.extendAnew(steps);
    steps.forEach(({ state }, k) => this.of(state).next.set(keys[k], next[k]));
    return next;
  }

  /**
   * A line's beginning that differs from an earlier one in its half-typed word, and in what may begin there, alone:
   * behind that word it leads where the other one led.
   */
  retyped(before: LineState, { typed, syntax }: Pick<LineState, 'typed' | 'syntax'>): LineState {
    const { row, next } = this.of(before);
    const start = { ...before, typed, syntax };
    this.known.set(start, { row, likeliest: null, next, credit: new Map() });
    return start;
  }

  private of(state: LineState): KnownState {
    const known = this.known.get(state);
    if (known !== undefined) return known;
    const fresh: KnownState = { row: null, likeliest: null, next: new Map(), credit: new Map() };
    this.known.set(state, fresh);
    return fresh;
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
    const all = states.map((state) => this.of(state));
    if (all.some(({ row }) => row === null)) {
      const rows = this.network.predict(states.map(({ network }) => network));
      all.forEach((known, k) => { known.row = rows[k]; });
    }
    return all.map(({ row }) => row!);
  }

  endsLine(piece: number): boolean {
    return piece === PIECE.line;
  }

  /** How much of a line's probability each source gave: shares that sum to 1. */
  creditOf(start: LineState, added: readonly number[]): Record<SuggestionSource, number> {
    const credit = nothing();
    let state = start;
    for (const piece of added) {
      const given = this.creditAt(state, piece);
      for (const source of SOURCES) credit[source] += given[source];
      [state] = this.extend([{ state, piece }]);
    }
    for (const source of SOURCES) credit[source] /= Math.max(1, added.length);
    return credit;
  }

  private creditAt(state: LineState, piece: number): Readonly<Record<SuggestionSource, number>> {
    const { credit } = this.of(state);
    const known = credit.get(piece);
    if (known !== undefined) return known;
    const given = nothing();
    this.mixture.consult(state.pieces, state.pieces.length, this.askNetwork([state])?.[0] ?? null);
    this.mixture.credit(piece, given);
    credit.set(piece, given);
    return given;
  }
}

const nothing = (): Record<SuggestionSource, number> => ({ network: 0, file: 0, project: 0, corpus: 0 });

const SOURCES: readonly SuggestionSource[] = ['network', 'file', 'project', 'corpus'];

/** Where most of it comes from. */
export const mainSource = (credit: Readonly<Record<SuggestionSource, number>>): SuggestionSource =>
  SOURCES.reduce((best, source) => (credit[source] > credit[best] ? source : best));
