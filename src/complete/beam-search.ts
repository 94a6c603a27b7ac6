/**
 * Continues a text piece by piece, several ways at once, up to the line's end. What may come
 * next is asked of a `PiecePredictor`, for all open hypotheses in one go.
 */

/** Gives what follows each hypothesis; carries whatever state that needs. */
export interface PiecePredictor<State> {
  /**
   * Probabilities of the next piece, one row for each state; valid until the next call.
   * Pieces that must not come have 0.
   */
  predict(states: readonly State[]): readonly Float32Array[];
  /** As `likeliestOf` of each row, where that is to be had without the rows. */
  likeliest?(states: readonly State[], count: number): readonly (readonly LikelyPiece[])[];
  /** The states after one more piece each. */
  extend(steps: readonly { readonly state: State; readonly piece: number }[]): State[];
  /** True for a piece that ends the line. */
  endsLine(piece: number): boolean;
}

export interface LikelyPiece {
  readonly piece: number;
  readonly probability: number;
}

export interface BeamOptions {
  /** Open hypotheses. */
  readonly width: number;
  /** Pieces at most; hypotheses that are then still open are dropped. */
  readonly maxPieces: number;
  /** Scores are divided by length to this power: 0 favours short lines, 1 asks for the mean. */
  readonly lengthExponent: number;
}

export interface Hypothesis<State> {
  /** Without the line end. */
  readonly pieces: readonly number[];
  /** Natural logarithm of its probability, line end included, and of its least likely piece. */
  readonly logProbability: number;
  readonly weakest: number;
  readonly score: number;
  /** Before the line end. */
  readonly state: State;
}

/**
 * Pieces that an open hypothesis may be thought to go on by, each of them certain. Reckoning with more makes a search
 * longer by an eighth and changes no first suggestion.
 */
const MOST_CERTAIN = 16;

/**
 * Yields after every piece, so that a caller can stop or let others work; returns finished
 * hypotheses, best first. What was found so far stands in each yielded list.
 */
export function* beamSteps<State>(
  predictor: PiecePredictor<State>, start: State, options: BeamOptions,
): Generator<readonly Hypothesis<State>[], Hypothesis<State>[]> {
  const { width, maxPieces, lengthExponent } = options;
  const scoreOf = (logProbability: number, length: number): number => logProbability / length ** lengthExponent;
  let open: Omit<Hypothesis<State>, 'score'>[] = [{ pieces: [], logProbability: 0, weakest: 0, state: start }];
  const finished: Hypothesis<State>[] = [];
  for (let length = 1; length <= maxPieces && open.length > 0; length++) {
    const states = open.map(({ state }) => state);
    const likeliest = predictor.likeliest?.(states, width + 1)
      ?? predictor.predict(states).map((row) => likeliestOf(row, width + 1));
    const steps: { from: (typeof open)[number]; piece: number; logProbability: number; weakest: number }[] = [];
    open.forEach((from, k) => {
      for (const { piece, probability } of likeliest[k]) {
        const step = Math.log(probability);
        const logProbability = from.logProbability + step;
        const weakest = Math.min(from.weakest, step);
        if (predictor.endsLine(piece)) {
          finished.push({ ...from, logProbability, weakest, score: scoreOf(logProbability, length) });
        } else steps.push({ from, piece, logProbability, weakest });
      }
    });
    steps.sort((a, b) => b.logProbability - a.logProbability);
    finished.sort((a, b) => b.score - a.score);
    const kept = steps.slice(0, width);
    // Longer lines cannot win any more: even as many certain pieces as few lines still have leave them behind.
    const last = finished[width - 1];
    const longest = Math.min(maxPieces, length + MOST_CERTAIN);
    if (last !== undefined && (kept.length === 0 || scoreOf(kept[0].logProbability, longest) < last.score)) break;
    const next = predictor.extend(kept.map(({ from, piece }) => ({ state: from.state, piece })));
    open = kept.map(({ from, piece, logProbability, weakest }, k) => ({
      pieces: [...from.pieces, piece], logProbability, weakest, state: next[k],
    }));
    yield finished;
  }
  return finished;
}

/** The whole search in one go. */
export function beamSearch<State>(
  predictor: PiecePredictor<State>,
  start: State,
  options: BeamOptions,
): Hypothesis<State>[] {
  const steps = beamSteps(predictor, start, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The `count` likeliest pieces, the likeliest first, without impossible ones; of two alike the first. */
export function likeliestOf(probabilities: Float32Array, count: number): LikelyPiece[] {
  const found: LikelyPiece[] = [];
  // What a piece has to be above: nearly all are turned away here.
  let least = 0;
  for (let piece = 0; piece < probabilities.length; piece++) {
    const probability = probabilities[piece];
    if (!(probability > least)) continue;
    if (found.length === count) found.pop();
    let at = found.length;
    while (at > 0 && found[at - 1].probability < probability) at--;
    found.splice(at, 0, { piece, probability });
    if (found.length === count) least = found[count - 1].probability;
  }
  return found;
}
