import type { Random } from '../shared/random.js';
import type { Hypothesis, PiecePredictor } from './beam-search.js';

/**
 * Draws lines piece by piece, each piece with its probability to the power of 1 / temperature.
 * Lines that do not end within `maxPieces` are dropped; the same line may come twice.
 */
export function sampleLines<State>(
  predictor: PiecePredictor<State>, start: State,
  options: {
    readonly count: number;
    readonly maxPieces: number;
    readonly temperature: number;
    readonly random: Random;
  },
): Hypothesis<State>[] {
  const found: Hypothesis<State>[] = [];
  for (let k = 0; k < options.count; k++) {
    let state = start;
    const pieces: number[] = [];
    let logProbability = 0;
    let weakest = 0;
    while (pieces.length < options.maxPieces) {
      const [row] = predictor.predict([state]);
      const piece = drawPiece(row, options.temperature, options.random);
      if (piece < 0) break;
      logProbability += Math.log(row[piece]);
      weakest = Math.min(weakest, Math.log(row[piece]));
      if (predictor.endsLine(piece)) {
        found.push({ pieces, logProbability, weakest, score: logProbability, state });
        break;
      }
      pieces.push(piece);
      [state] = predictor.extend([{ state, piece }]);
    }
  }
  return found.sort((a, b) => b.score - a.score);
}

/** A piece drawn from what may come, or -1 when nothing may. */
export function drawPiece(probabilities: Float32Array, temperature: number, random: Random): number {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum += p ** (1 / temperature);
  let left = random.next() * sum;
  let last = -1;
  for (let piece = 0; piece < probabilities.length; piece++) {
    if (probabilities[piece] <= 0) continue;
    last = piece;
    left -= probabilities[piece] ** (1 / temperature);
    if (left < 0) break;
  }
  return last;
}
