import { CLASSES_OF_ROLE, COLUMNS, COLUMN_OF_CLASS, KEEP, NONE, SPACE } from '../model/layout-classes.js';
import type { LayoutWalker } from '../model/layout-walker.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { GapRole } from '../tokenize/index.js';
import { withTail } from './pins.js';

/** A gap as it is decided by the model alone. */
export interface AskedGap {
  readonly gap: number;
  readonly role: GapRole;
  /** The text that stands for leaving it as it is. */
  readonly kept: string;
  /** Whether every text begins as `kept` does, up to the first line break. */
  readonly holdsTail?: boolean;
  /** The classes in question; without them, all of the role. */
  readonly among?: readonly number[];
}

/** What leaving the gap has against it is judged to the last thousandth. */
const LEAST_PROBABILITY = 0.004;

/**
 * The likeliest text, with probabilities summed over classes that render alike, and its share against the input's.
 *
 * @param walker stands before the gap
 * @param probabilities `[gaps, COLUMNS]` for the whole file
 */
export function mostProbableText(
  walker: LayoutWalker, probabilities: Float32Array, { gap, role, kept, holdsTail = false, among }: AskedGap,
): { text: string; share: number } {
  const at = gap * COLUMNS;
  const texts: string[] = [];
  const sums: number[] = [];
  const classes = among ?? CLASSES_OF_ROLE[role];
  for (let c = 0; c < classes.length; c++) {
    const candidate = classes[c];
    const probability = probabilities[at + COLUMN_OF_CLASS[candidate]];
    if (probability < LEAST_PROBABILITY && candidate !== KEEP) continue;
    const rendered = candidate === KEEP ? kept : walker.render(gap, candidate);
    if (rendered === null) continue;
    const text = holdsTail ? withTail(kept, rendered) : rendered;
    const known = texts.indexOf(text);
    if (known >= 0) sums[known] += probability;
    else {
      texts.push(text);
      sums.push(probability);
    }
  }
  let best = 0;
  for (let k = 1; k < sums.length; k++) if (sums[k] > sums[best]) best = k;
  if (texts.length === 0 || texts[best] === kept) return { text: kept, share: 1 };
  const stay = texts.indexOf(kept);
  return { text: texts[best], share: sums[best] / (sums[best] + (stay < 0 ? 0 : sums[stay])) };
}

/** The likeliest other text for a gap. */
export interface LikeliestChange {
  readonly text: string;
  /** The likeliest class that renders it. */
  readonly classIndex: number;
  /** What the network gives to it, and the share of that in what it gives to it and to today's text together. */
  readonly mass: number;
  readonly share: number;
}

/** Below this a text is not worth rendering. */
const LEAST_MASS = 1e-5;

/**
 * The likeliest text but the one that stands for leaving the gap as it is, however likely that is; null without one.
 *
 * @param walker stands before the gap
 * @param probabilities `[gaps, COLUMNS]` for the whole file
 */
export function likeliestChange(
  walker: LayoutWalker, probabilities: Float32Array, { gap, role, kept, holdsTail = false }: AskedGap,
): LikeliestChange | null {
  const at = gap * COLUMNS;
  const found: { text: string; classIndex: number; mass: number; most: number }[] = [];
  let stay = 0;
  const classes = CLASSES_OF_ROLE[role];
  for (let c = 0; c < classes.length; c++) {
    const candidate = classes[c];
    const mass = probabilities[at + COLUMN_OF_CLASS[candidate]];
    if (mass < LEAST_MASS) continue;
    const rendered = candidate === KEEP ? kept : walker.render(gap, candidate);
    if (rendered === null) continue;
    const text = holdsTail ? withTail(kept, rendered) : rendered;
    if (text === kept) stay += mass;
    else {
      let k = 0;
      while (k < found.length && found[k].text !== text) k++;
      if (k === found.length) found.push({ text, classIndex: candidate, mass, most: mass });
      else {
        const known = found[k];
        known.mass += mass;
        if (mass > known.most) {
          known.classIndex = candidate;
          known.most = mass;
        }
      }
    }
  }
  if (found.length === 0) return null;
  const { text, classIndex, mass } = found.reduce((best, other) => (other.mass > best.mass ? other : best));
  return { text, classIndex, mass, share: mass / (mass + stay) };
}

/**
 * True for a gap of a layout whose own text has most of the probability, so that no other can win there: of `keep` and
 * of the class that renders it.
 */
export function staysAsItIs(observed: ObservedLayout, probabilities: Float32Array, i: number): boolean {
  const at = i * COLUMNS;
  const own = observed.classOf[i];
  return (own === KEEP ? 0 : probabilities[at + COLUMN_OF_CLASS[own]]) + probabilities[at + KEEP] > 0.51;
}

/** True for a gap of no or one space that has most of the probability: no other text can win there. */
export function staysInline(observed: ObservedLayout, probabilities: Float32Array, i: number): boolean {
  const text = observed.gaps[i];
  if (text !== '' && text !== ' ') return false;
  const at = i * COLUMNS;
  return probabilities[at + (text === '' ? NONE : SPACE)] + probabilities[at + KEEP] > 0.51;
}
