import { GapRole, nodeKind } from '../../tokenize/index.js';
import {
  BLOCK_CLASSES, CLASS_COUNT, KEEP, LINE_BREAKS_OF_CLASS, OWN_STEP_CLASSES,
} from '../../model/layout-classes.js';
import { massOf } from './pairs.js';
import { stays, type GroupInput, type Verdicts } from './verdict.js';

/**
 * Habits: what a file does in nearly all places of one kind. Where the network would change most of
 * those places it judges the author's taste by the corpus's, so it abstains for the whole kind.
 *
 * Author or accident? Each place that conforms speaks for an author by CONFORMS nats (an author
 * hardly ever slips, while damage hits on one text in about three cases), each that does not speaks
 * against by SLIPS. A file starts at UNUSUAL; one that has shown a habit for certain is by an unusual
 * author, and its next habit starts at ANOTHER.
 *
 * Limits: with a profile the project says what is usual, and this room is not asked.
 */
const CONFORMS = 1.2;
const SLIPS = 3;
const UNUSUAL = -6;
const ANOTHER = -2.5;
/** Score from which on a habit is certain enough to say something about the author. */
const CERTAIN = 1.5;

/** Kinds of blocks whose first line is looked at apart. */
const OPENINGS = [['function_definition'], ['class_definition']].map((names) => names.map(nodeKind));

interface Kind {
  /** Gaps by text. */
  readonly places: Map<string, number[]>;
  total: number;
}

/** A habit that the network would not have. */
export interface Habit {
  /** As `kindOf` numbers them. */
  readonly kind: number;
  readonly text: string;
  readonly gaps: readonly number[];
}

/** Finds the habits and lets their gaps stay. */
export function respectHabits(input: GroupInput, verdicts: Verdicts): Habit[] {
  if (input.project !== null) return [];
  const kinds = tally(input);
  const candidates: { habit: Habit; evidence: number }[] = [];
  for (const [kind, { places, total }] of kinds) {
    let text = '';
    let most: readonly number[] = [];
    for (const [candidate, gaps] of places) if (gaps.length > most.length) [text, most] = [candidate, gaps];
    if (most.length < 3 || most.length < 0.9 * total) continue;
    const against = most.filter((gap) => disagrees(input, gap, text)).length;
    if (2 * against <= most.length) continue;
    candidates.push({
      habit: { kind, text, gaps: most }, evidence: CONFORMS * most.length - SLIPS * (total - most.length),
    });
  }
  const isUnusual = candidates.some(({ evidence }) => evidence + UNUSUAL >= CERTAIN);
  const habits =
    candidates.filter(({ evidence }) => evidence + (isUnusual ? ANOTHER : UNUSUAL) > 0).map(({ habit }) => habit);
  for (const { gaps } of habits) for (const gap of gaps) verdicts[gap] ??= stays('habit');
  return habits;
}

/** Gaps by kind and text: a convention and its side, or the first line of a block. */
function tally({ context, observed, conventions }: GroupInput): Map<number, Kind> {
  const { source, structure } = context.structured;
  const kinds = new Map<number, Kind>();
  for (let i = 1; i < source.tokenCount; i++) {
    const kind = kindOf(i);
    if (kind < 0) continue;
    const text = observed.gaps[i];
    let entry = kinds.get(kind);
    if (entry === undefined) kinds.set(kind, (entry = { places: new Map(), total: 0 }));
    const key = structure.role[i] === (GapRole.BlockStart as number) ? '\n'.repeat(observed.lineBreaks[i]) : text;
    entry.total++;
    const gaps = entry.places.get(key);
    if (gaps === undefined) entry.places.set(key, [i]);
    else gaps.push(i);
  }
  return kinds;

  function kindOf(i: number): number {
    const role = structure.role[i] as GapRole;
    if (role === GapRole.BlockStart) {
      if (observed.lineBreaks[i] === 0) return -1;
      const owner = source.tree.kind[source.tree.parent[structure.blockNode[i]]];
      const at = OPENINGS.findIndex((list) => list.includes(owner));
      return 1000 + (at < 0 ? OPENINGS.length : at);
    }
    const convention = conventions.convention[i];
    if (convention === 0 || observed.lineBreaks[i] > 0) return -1;
    if (role !== GapRole.Line && role !== GapRole.Bracket) return -1;
    return convention * 2 + (conventions.pivot[i] === i ? 0 : 1);
  }
}

/** True where the network would rather have another text. */
function disagrees({ context, observed, probabilities }: GroupInput, i: number, text: string): boolean {
  const at = i * CLASS_COUNT;
  if (context.structured.structure.role[i] !== (GapRole.BlockStart as number)) {
    const stay = massOf(probabilities, i, text, text);
    return Math.max(massOf(probabilities, i, '', text), massOf(probabilities, i, ' ', text)) > stay;
  }
  const breaks = observed.lineBreaks[i];
  let best = 0;
  let own = probabilities[at + KEEP];
  for (const index of BLOCK_CLASSES) {
    const lines = LINE_BREAKS_OF_CLASS[index];
    const withOwnStep = OWN_STEP_CLASSES.find((other) => LINE_BREAKS_OF_CLASS[other] === lines);
    const mass = probabilities[at + index] + (withOwnStep === undefined ? 0 : probabilities[at + withOwnStep]);
    if (lines === breaks) own += mass;
    else best = Math.max(best, mass);
  }
  return best > own;
}
