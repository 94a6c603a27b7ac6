import { COMMA, CONVENTIONS, GapRole, conventionIndex, nodeKind, type Convention } from '../../tokenize/index.js';
import {
  BLOCK_CLASSES, COLUMNS, COLUMN_OF_CLASS, KEEP, LINE_BREAKS_OF_CLASS, NONE, OWN_STEP_CLASSES, SPACE,
} from '../../model/layout-classes.js';
import { massOf } from './pairs.js';
import { stays, type GroupInput, type Habit, type Verdicts } from './verdict.js';

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
/** Number of the first of them among kinds, behind those of conventions. */
const FIRST_OPENING = 1000;
const OPENINGS = [['function_definition'], ['class_definition']].map((names) => names.map(nodeKind));

/** Conventions that one author mostly keeps alike; together they show a habit that each shows too rarely. */
const ALIKE: readonly (readonly [words: string, conventions: readonly Convention[]])[] = [
  ['brackets', ['call-pads', 'parameter-pads', 'group-pads', 'subscript-pads', 'list-pads', 'curly-pads']],
  ['operators', ['product', 'sum', 'comparison', 'assignment', 'bitwise']],
  ['commas and colons', ['comma', 'dictionary-colon', 'annotation']],
];
const FIRST_ALIKE = 2000;
/** Whether lines break before commas, in brackets that are broken at commas. */
const COMMA_FIRST = 3000;
/** Places that such a habit needs on top, since one author may well do them differently. */
const MORE_PLACES = 2;
const alikeOf =
  new Map<number, number>(ALIKE.flatMap(([, names], k) => names.map((name) => [conventionIndex(name), k])));

interface Kind {
  /** Gaps by text. */
  readonly places: Map<string, number[]>;
  total: number;
}

/** Lets the gaps of the habits stay. */
export function respectHabits({ habits }: GroupInput, verdicts: Verdicts): void {
  for (const { gaps } of habits) for (const gap of gaps) verdicts[gap] ??= stays('habit');
}

/** Habits in words, each once. */
export const wordsOf = (habits: readonly Habit[]): string[] =>
  [...new Set(habits.map(({ kind, text }) => habitWords(kind, text)))];

/** What a habit is about, by convention. */
const ABOUT: Readonly<Partial<Record<Convention, string>>> = {
  'call-pads': 'call brackets', 'parameter-pads': 'parameter lists', 'group-pads': 'parentheses',
  'subscript-pads': 'subscripts', 'list-pads': 'lists', 'curly-pads': 'braces', 'header-colon': 'the colons of headers',
  'call-paren': 'the brackets of calls', 'parameter-paren': 'parameter lists', 'subscript-bracket': 'subscripts',
  keyword: '= in arguments', comma: 'commas', annotation: 'the colons of annotations',
  'dictionary-colon': 'the colons of dictionaries', 'slice-colon': 'the colons of slices',
  'lambda-colon': 'the colons of lambdas', 'typed-default': '= in typed parameters', arrow: '->', walrus: ':=',
  assignment: 'assignment operators', comparison: 'comparisons', sum: '+ and -', product: '* and /', power: '**',
  bitwise: 'bitwise operators',
};

function habitWords(kind: number, text: string): string {
  if (kind === COMMA_FIRST) return 'commas at the start of lines';
  if (kind >= FIRST_ALIKE) {
    const [about] = ALIKE[(kind - FIRST_ALIKE) >> 1];
    const side = about === 'brackets' ? 'inside' : kind % 2 === 0 ? 'before' : 'behind';
    return `${text === '' ? 'no blank' : text === ' ' ? 'a blank' : 'other blanks'} ${side} ${about}`;
  }
  if (kind >= FIRST_OPENING) {
    const owner = ['functions', 'classes', 'other blocks'][kind - FIRST_OPENING];
    return text === '\n' ? `no blank line at the start of ${owner}` : `a blank line at the start of ${owner}`;
  }
  const convention = CONVENTIONS[kind >> 1];
  const about = ABOUT[convention] ?? convention;
  const what = text === '' ? 'no blank' : text === ' ' ? 'a blank' : 'other blanks';
  const isPads = convention.endsWith('-pads');
  return isPads ? `${what} inside ${about}` : `${what} ${kind % 2 === 0 ? 'before' : 'behind'} ${about}`;
}

/** What a file does throughout and the network would not; nothing where a profile says what is usual. */
export function findHabits(
  input: Pick<GroupInput, 'context' | 'observed' | 'conventions' | 'probabilities' | 'project'>,
): Habit[] {
  if (input.project !== null) return [];
  const kinds = tally(input);
  const candidates: { habit: Habit; evidence: number }[] = [];
  for (const [kind, { places: texts, total }] of kinds) {
    let text = '';
    let most: readonly number[] = [];
    for (const [candidate, gaps] of texts) if (gaps.length > most.length) [text, most] = [candidate, gaps];
    if (most.length < 3 || most.length < 0.9 * total) continue;
    if (!disagreesMostly(input, most, text)) continue;
    const places = most.length - (kind >= FIRST_ALIKE && kind < COMMA_FIRST ? MORE_PLACES : 0);
    candidates.push({
      habit: { kind, text, gaps: most }, evidence: CONFORMS * places - SLIPS * (total - most.length),
    });
  }
  const isUnusual = candidates.some(({ evidence }) => evidence + UNUSUAL >= CERTAIN);
  return candidates.filter(({ evidence }) => evidence + (isUnusual ? ANOTHER : UNUSUAL) > 0).map(({ habit }) => habit);
}

/** Gaps by kind and text: a convention and its side, or the first line of a block. */
function tally(
  { context, observed, conventions }: Pick<GroupInput, 'context' | 'observed' | 'conventions'>,
): Map<number, Kind> {
  const { source, structure } = context.structured;
  const kinds = new Map<number, Kind>();
  const broken = new Set<number>();
  for (let i = 1; i < source.tokenCount; i++) {
    const kind = kindOf(i);
    if (kind < 0) continue;
    const text = observed.gaps[i];
    if (kind === COMMA_FIRST) {
      add(kind, observed.lineBreaks[i] > 0 ? '\n' : text, i);
      continue;
    }
    add(kind, structure.role[i] === (GapRole.BlockStart as number) ? '\n'.repeat(observed.lineBreaks[i]) : text, i);
    const alike = kind < FIRST_OPENING ? alikeOf.get(kind >> 1) : undefined;
    if (alike !== undefined) add(FIRST_ALIKE + 2 * alike + (kind % 2), text, i);
  }
  return kinds;

  /** True for a bracket in which a line breaks before or behind a comma. */
  function isBroken(open: number): boolean {
    if (open < 0) return false;
    if (broken.size === 0) {
      for (let k = 1; k < source.tokenCount; k++) {
        const atComma = source.kind[k] === COMMA || source.kind[k - 1] === COMMA;
        if (atComma && observed.lineBreaks[k] > 0) broken.add(structure.openBracket[k]);
      }
      broken.add(-1);
    }
    return broken.has(open);
  }

  function add(kind: number, text: string, i: number): void {
    let entry = kinds.get(kind);
    if (entry === undefined) kinds.set(kind, (entry = { places: new Map(), total: 0 }));
    entry.total++;
    const gaps = entry.places.get(text);
    if (gaps === undefined) entry.places.set(text, [i]);
    else gaps.push(i);
  }

  function kindOf(i: number): number {
    const role = structure.role[i] as GapRole;
    if (role === GapRole.BlockStart) {
      if (observed.lineBreaks[i] === 0) return -1;
      const owner = source.tree.kind[source.tree.parent[structure.blockNode[i]]];
      const at = OPENINGS.findIndex((list) => list.includes(owner));
      return FIRST_OPENING + (at < 0 ? OPENINGS.length : at);
    }
    if (source.kind[i] === COMMA && isBroken(structure.openBracket[i])) return COMMA_FIRST;
    const convention = conventions.convention[i];
    if (convention === 0 || observed.lineBreaks[i] > 0) return -1;
    if (role !== GapRole.Line && role !== GapRole.Bracket) return -1;
    return convention * 2 + (conventions.pivot[i] === i ? 0 : 1);
  }
}

/** True where the network would rather have another text in more than half of the places. */
function disagreesMostly(input: Parameters<typeof disagrees>[0], gaps: readonly number[], text: string): boolean {
  let against = 0;
  for (let k = 0; k < gaps.length; k++) {
    // What is left would not be enough.
    if (2 * (against + gaps.length - k) <= gaps.length) return false;
    if (disagrees(input, gaps[k], text)) against++;
  }
  return 2 * against > gaps.length;
}

/** True where the network would rather have another text. */
function disagrees(
  { context, observed, probabilities }: Pick<GroupInput, 'context' | 'observed' | 'probabilities'>, i: number,
  text: string,
): boolean {
  const at = i * COLUMNS;
  if (text === '\n' && context.structured.structure.role[i] === (GapRole.Bracket as number)) {
    const stay =
      probabilities[at + COLUMN_OF_CLASS[observed.classOf[i]]] +
      (observed.classOf[i] === KEEP ? 0 : probabilities[at + KEEP]);
    return Math.max(probabilities[at + NONE], probabilities[at + SPACE]) > stay;
  }
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
    const mass = probabilities[at + COLUMN_OF_CLASS[index]] +
      (withOwnStep === undefined ? 0 : probabilities[at + COLUMN_OF_CLASS[withOwnStep]]);
    if (lines === breaks) own += mass;
    else best = Math.max(best, mass);
  }
  return best > own;
}
