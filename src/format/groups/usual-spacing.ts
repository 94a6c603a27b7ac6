import { COLUMNS, KEEP, NONE, SPACE, TWO_SPACES } from '../../model/layout-classes.js';
import type { ObservedLayout } from '../../model/observed-layout.js';
import type { SourceContext } from '../../model/source-context.js';
import { CONVENTIONS, GapRole, conventionIndex, type Convention, type GapConventions } from '../../tokenize/index.js';
import { normalise } from './project-prior.js';
import type { GroupInput } from './verdict.js';

/**
 * A damaged file of a few lines says little about its author: two operators without blanks may be a habit or a hurry.
 * There the customs of all projects are multiplied in, the more the less the file has to say and the more damaged it
 * looks. A small file that looks as its author left it is not touched, nor one of which a profile knows the project;
 * one that shows a clear habit of its own is not brought here.
 *
 * Limits: spacing within lines where a convention speaks.
 */
const LARGE = 240;
const STRENGTH = 2;

/**
 * How often projects put a blank before and behind what a convention is about (into a bracket: behind the opener and
 * before the closer): means over the training projects, twelve files each, counted once (the script was not kept) and
 * held between .004 and .996; habits that split projects are left out.
 */
const USUALLY_SPACED: readonly (readonly [Convention, before: number, behind: number])[] = [
  ['product', 0.987, 0.987], ['sum', 0.97, 0.97], ['bitwise', 0.996, 0.996], ['comparison', 0.996, 0.996],
  ['assignment', 0.996, 0.996], ['keyword', 0.006, 0.006], ['typed-default', 0.996, 0.996], ['arrow', 0.996, 0.996],
  ['annotation', 0.004, 0.996], ['dictionary-colon', 0.004, 0.995], ['lambda-colon', 0.004, 0.99],
  ['header-colon', 0.004, 0.996], ['comma', 0.004, 0.996], ['call-pads', 0.004, 0.004],
  ['parameter-pads', 0.004, 0.004], ['group-pads', 0.004, 0.004], ['subscript-pads', 0.004, 0.004],
  ['list-pads', 0.004, 0.004], ['curly-pads', 0.004, 0.004], ['call-paren', 0.004, 0.004],
  ['parameter-paren', 0.005, 0.005], ['subscript-bracket', 0.004, 0.004],
];
/** `[conventions, 2]`: the chance of a blank before and behind the pivot; no number where customs say nothing. */
const spaced = new Float32Array(2 * CONVENTIONS.length).fill(Number.NaN);
for (const [name, before, behind] of USUALLY_SPACED) spaced.set([before, behind], 2 * conventionIndex(name));

/** Weighs the probabilities (`[gaps, COLUMNS]`, in place) by the customs; nothing in a large or an undamaged file. */
export function weighByCustoms(
  input: Pick<GroupInput, 'context' | 'observed' | 'conventions' | 'probabilities' | 'project' | 'damage'>,
): void {
  const { context, observed, conventions: { convention, pivot }, probabilities, project, damage } = input;
  const { tokenCount } = context.structured.source;
  const weight = STRENGTH * damage * Math.max(0, 1 - tokenCount / LARGE);
  if (weight === 0 || project !== null) return;
  const { role } = context.structured.structure;
  for (let i = 1; i < tokenCount; i++) {
    const isSpacing = role[i] === (GapRole.Line as number) || role[i] === (GapRole.Bracket as number);
    const chance = spaced[2 * convention[i] + (pivot[i] === i ? 0 : 1)];
    if (!isSpacing || Number.isNaN(chance)) continue;
    const [tight, blank] = [(1 - chance) ** weight, chance ** weight];
    const at = i * COLUMNS;
    const text = observed.gaps[i];
    probabilities[at + NONE] *= tight;
    probabilities[at + SPACE] *= blank;
    probabilities[at + TWO_SPACES] *= Math.min(tight, blank);
    if (observed.lineBreaks[i] === 0) {
      probabilities[at + KEEP] *= text === '' ? tight : text === ' ' ? blank : Math.min(tight, blank);
    }
    normalise(probabilities, at);
  }
}

/** Places in which an author shows a habit that hardly anybody has, and the share of them that have to agree. */
const SHOWN = 5;
const THROUGHOUT = 0.9;
/** Chance of a text that hardly anybody writes, by convention. */
const HARDLY_ANYBODY = 0.05;

/** True where a layout does in all but few places what hardly any project does. */
export function breaksCustoms(
  { structured: { source, structure: { role } } }: SourceContext, { gaps, lineBreaks }: ObservedLayout,
  { convention, pivot }: GapConventions,
): boolean {
  /** `[conventions, 2, 2]`: places without and with a blank, before and behind the pivot. */
  const counts = new Uint32Array(4 * CONVENTIONS.length);
  for (let i = 1; i < source.tokenCount; i++) {
    if (convention[i] === 0 || lineBreaks[i] > 0 || gaps[i].length > 1) continue;
    const isSpacing = role[i] === (GapRole.Line as number) || role[i] === (GapRole.Bracket as number);
    if (isSpacing) counts[4 * convention[i] + (pivot[i] === i ? 0 : 2) + gaps[i].length]++;
  }
  return spaced.some((chance, side) => {
    const [tight, blank] = [counts[2 * side], counts[2 * side + 1]];
    const odd = chance > 1 - HARDLY_ANYBODY ? tight : chance < HARDLY_ANYBODY ? blank : 0;
    return odd >= SHOWN && odd >= THROUGHOUT * (tight + blank);
  });
}
