import { NONE, SPACE } from '../../model/layout-classes.js';
import { massOf } from './pairs.js';
import { stays, type GroupInput, type Verdicts, type WeighedGroup } from './verdict.js';

/**
 * The two sides of a comma or a colon, which authors space each in its own way: `a ,b` is mended on both sides or on
 * neither. They are one decision where the network would rather change both; the certainties of the two changes are
 * averaged as log odds, which is their sum against twice the threshold.
 */
export function decideSides(input: GroupInput, verdicts: Verdicts): void {
  const { pins, threshold } = input;
  for (const { before, behind } of input.sides) {
    if (verdicts[before] !== undefined || verdicts[behind] !== undefined) continue;
    const left = weighSide(input, before);
    const right = left === null ? null : weighSide(input, behind);
    if (left === null || right === null) continue;
    if (pins.gap[before] || pins.gap[behind]) {
      verdicts[before] = verdicts[behind] = stays('separator');
      continue;
    }
    const certainty = meanByLogOdds(left.certainty, right.certainty);
    const isMade = certainty >= threshold('space');
    const { says, evidence } = left;
    const weighed: WeighedGroup = {
      says, evidence, certainty, gaps: [before, behind], texts: [left.text, right.text],
    };
    verdicts[before] = { group: 'separator', text: isMade ? left.text : null, weighed };
    verdicts[behind] = { group: 'separator', text: isMade ? right.text : null, weighed };
  }
}

/** What would become of one side within its line; null where the network does not ask for it. */
function weighSide({ observed, probabilities, judge }: GroupInput, i: number) {
  const kept = observed.gaps[i];
  if (observed.lineBreaks[i] > 0 || kept.includes('\\')) return null;
  const tight = kept === '' ? -1 : massOf(probabilities, i, '', kept);
  const spaced = kept === ' ' ? -1 : massOf(probabilities, i, ' ', kept);
  const mass = Math.max(tight, spaced);
  if (mass < LEAST_MASS) return null;
  const text = spaced > tight ? ' ' : '';
  const share = mass / (mass + massOf(probabilities, i, kept, kept));
  const weight = judge.weigh(
    { mass, share }, (file) => file.ofGap(i, kept, { text, classIndex: text === '' ? NONE : SPACE }),
  );
  return { text, ...weight };
}

/** Below this the network would rather leave the gap, break the line, or do something else again. */
const LEAST_MASS = 0.5;

function meanByLogOdds(a: number, b: number): number {
  const odds = (logOdds(a) + logOdds(b)) / 2;
  return 1 / (1 + Math.exp(-odds));
}

function logOdds(certainty: number): number {
  const held = Math.min(1 - 1e-6, Math.max(1e-6, certainty));
  return Math.log(held / (1 - held));
}
