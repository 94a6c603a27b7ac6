import { KEEP, COLUMNS, NONE, SPACE, TWO_SPACES } from '../../model/layout-classes.js';
import { LEAST_SHARE } from '../decide-gap.js';
import { COMMA, type GapPair } from '../../tokenize/index.js';
import { stays, type GroupInput, type GroupKind, type Verdict, type Verdicts } from './verdict.js';

/**
 * Pairs: the gaps on both sides of an operator, of `=` in arguments, of `->`, and the two pads of a
 * bracket. A pair is spaced or it is not. The chances of both sides are multiplied, as if the network
 * had judged them independently, and one share decides.
 */
export function decidePairs(input: GroupInput, verdicts: Verdicts): void {
  const needed = input.threshold('space');
  for (const pair of input.pairs) {
    const { left, right } = pair;
    if (verdicts[left] !== undefined || verdicts[right] !== undefined) continue;
    const change = proposePair(input, pair);
    if (change !== null) verdicts[left] = verdicts[right] = judgePair(input, pair, change, needed);
  }
}

/** @param needed least certainty of a change */
function judgePair(
  input: GroupInput, pair: GapPair, change: NonNullable<ReturnType<typeof proposePair>>, needed: number,
): Verdict {
  const { pins, judge } = input;
  const { left, right, isPads } = pair;
  const group: GroupKind = isPads ? 'pads' : 'operator';
  if (pins.gap[left] || pins.gap[right] || leavesTail(input, pair, change.text) ||
    (change.share < LEAST_SHARE && !judge.isOddPair(pair))) return stays(group);
  const { text } = change;
  const { certainty, says, evidence } = judge.weigh(change, (file) => file.ofPair(pair, text));
  const weighed = { certainty, says, evidence, gaps: [left, right], texts: [text, text] };
  return { group, text: certainty >= needed ? text : null, weighed };
}

/**
 * True where nothing would change but the blank behind the last comma of a bracket, in a file that nobody spoilt: the
 * comma stands badly with it and without.
 */
function leavesTail(
  { context, observed: { gaps }, damage }: GroupInput, { left, right, isPads }: GapPair, text: string,
): boolean {
  return damage === 0 && isPads && text === '' && gaps[left] === '' && gaps[right] === ' ' &&
    context.structured.source.kind[right - 1] === COMMA;
}

/**
 * What would become of a pair within its lines, and what the network says of it: its other likeliest state. Null where
 * one of its sides is better decided alone.
 */
export function proposePair(
  { observed, probabilities }: Pick<GroupInput, 'observed' | 'probabilities'>, { left, right }: GapPair,
): { text: string; share: number; mass: number } | null {
  const before = observed.gaps[left];
  const after = observed.gaps[right];
  if (holdsBreak(before) || holdsBreak(after)) return null;
  if (mayBreak(probabilities, left) || mayBreak(probabilities, right)) return null;
  const kept = massOf(probabilities, left, before, before) * massOf(probabilities, right, after, after);
  const joint = (text: string): number =>
    (before === text && after === text
      ? -1 : massOf(probabilities, left, text, before) * massOf(probabilities, right, text, after));
  const spaced = joint(' ');
  const tight = joint('');
  const mass = Math.max(spaced, tight);
  return { text: spaced > tight ? ' ' : '', share: mass / (mass + kept + TINY), mass };
}

/** Keeps shares of what is next to impossible on both sides from being no number. */
const TINY = 1e-12;

const holdsBreak = (text: string): boolean =>
  text !== '' && text !== ' ' && (text.includes('\n') || text.includes('\\'));

/** True where a line break is likelier than any text without one: then the sides are decided alone. */
function mayBreak(probabilities: Float32Array, i: number): boolean {
  const at = i * COLUMNS;
  const none = probabilities[at + NONE];
  const space = probabilities[at + SPACE];
  const two = probabilities[at + TWO_SPACES];
  const keep = probabilities[at + KEEP];
  return 1 - (none + space + two + keep) > Math.max(none, space, two, keep);
}

/** What the network gives to a text without line breaks, whichever class renders it. */
export function massOf(probabilities: Float32Array, i: number, text: string, kept: string): number {
  const at = i * COLUMNS;
  const own = text === kept ? probabilities[at + KEEP] : 0;
  const index = text === '' ? NONE : text === ' ' ? SPACE : text === '  ' ? TWO_SPACES : -1;
  return own + (index < 0 ? 0 : probabilities[at + index]);
}
