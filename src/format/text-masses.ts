import { CLASSES_OF_ROLE, COLUMNS, COLUMN_OF_CLASS } from '../model/layout-classes.js';
import type { LayoutWalker } from '../model/layout-walker.js';
import type { GapRole } from '../tokenize/index.js';

/** Classes that the network gives less to are not rendered. */
export const LEAST_PROBABILITY = 0.004;

/** What the network gives to each of some texts in a gap: classes that render alike are added up. */
export function textMasses(
  walker: LayoutWalker,
  { gap, role, probabilities }: { readonly gap: number; readonly role: GapRole; readonly probabilities: Float32Array },
  texts: readonly string[],
): number[] {
  const masses = texts.map(() => 0);
  for (const k of CLASSES_OF_ROLE[role]) {
    const mass = probabilities[gap * COLUMNS + COLUMN_OF_CLASS[k]];
    if (mass < LEAST_PROBABILITY) continue;
    const rendered = walker.render(gap, k);
    texts.forEach((text, at) => {
      if (rendered === text) masses[at] += mass;
    });
  }
  return masses;
}

/** Beside no share at all. */
const LEAST_MASS = 1e-5;

/** The logarithm of a share, which is never none. */
export const logMass = (mass: number): number => Math.log(LEAST_MASS + mass);
