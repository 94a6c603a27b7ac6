import { needsSeparator, tokenKind, tokenText, type TokenizedSource } from '../../src/tokenize/index.js';

const COMMENT = tokenKind('comment');
const SAMPLES_PER_SHAPE = 3;

/**
 * Collects adjacent tokens that `needsSeparator` lets touch. Only the ends of two tokens
 * decide whether they merge, so a few samples of each pair of ends stand for all.
 */
export function collectTouchingPairs(source: TokenizedSource, shapes: Map<string, [string, string][]>): void {
  for (let i = 1; i < source.tokenCount; i++) {
    if (source.kind[i - 1] === COMMENT || source.kind[i] === COMMENT) continue;
    const left = tokenText(source, i - 1);
    const right = tokenText(source, i);
    const shape = `${source.kind[i - 1]} ${left.slice(-2)} ${source.kind[i]} ${right.slice(0, 2)}`;
    const samples = shapes.get(shape) ?? [];
    if (samples.length >= SAMPLES_PER_SHAPE || needsSeparator(left, right)) continue;
    samples.push([left, right]);
    shapes.set(shape, samples);
  }
}
