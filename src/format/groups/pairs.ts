import { KEEP, CLASS_COUNT, NONE, SPACE, TWO_SPACES } from '../../model/layout-classes.js';
import { gapPairs } from '../../tokenize/index.js';
import { stays, type GroupInput, type GroupKind, type Verdicts } from './verdict.js';

/**
 * Pairs: the gaps on both sides of an operator, of `=` in arguments, of `->`, and the two pads of a
 * bracket. A pair is spaced or it is not. The chances of both sides are multiplied, as if the network
 * had judged them independently, and one share decides.
 */
export function decidePairs(input: GroupInput, verdicts: Verdicts): void {
  const { context, observed, conventions, probabilities, pins, threshold } = input;
  const needed = threshold('space');
  for (const { left: i, right: other, isPads } of gapPairs(context.structured, conventions)) {
    if (verdicts[i] !== undefined || verdicts[other] !== undefined) continue;
    const texts = [observed.gaps[i], observed.gaps[other]];
    if (texts.some((text) => text.includes('\n') || text.includes('\\'))) continue;
    if (mayBreak(probabilities, i) || mayBreak(probabilities, other)) continue;
    const group: GroupKind = isPads ? 'pads' : 'operator';
    if (pins.gap[i] || pins.gap[other]) {
      verdicts[i] = verdicts[other] = stays(group);
      continue;
    }
    const joint = (left: string, right: string): number =>
      massOf(probabilities, i, left, texts[0]) * massOf(probabilities, other, right, texts[1]);
    const kept = joint(texts[0], texts[1]);
    const spaced = joint(' ', ' ');
    const tight = joint('', '');
    const text = spaced > tight ? ' ' : '';
    const best = Math.max(spaced, tight);
    const changes = texts[0] !== text || texts[1] !== text;
    verdicts[i] = verdicts[other] = changes && best / (best + kept) >= needed ? { group, text } : stays(group);
  }
}

/** True where a line break is likelier than any text without one: then the sides are decided alone. */
function mayBreak(probabilities: Float32Array, i: number): boolean {
  const at = i * CLASS_COUNT;
  const texts = [NONE, SPACE, TWO_SPACES, KEEP].map((index) => probabilities[at + index]);
  return 1 - texts.reduce((sum, mass) => sum + mass, 0) > Math.max(...texts);
}

/** What the network gives to a text without line breaks, whichever class renders it. */
export function massOf(probabilities: Float32Array, i: number, text: string, kept: string): number {
  const at = i * CLASS_COUNT;
  const own = text === kept ? probabilities[at + KEEP] : 0;
  const index = text === '' ? NONE : text === ' ' ? SPACE : text === '  ' ? TWO_SPACES : -1;
  return own + (index < 0 ? 0 : probabilities[at + index]);
}
