import { COMMENT, GapRole } from '../tokenize/index.js';
import { ARRANGEMENTS } from './bracket-arrangement.js';
import { BREAK_OUTCOMES, INLINE_OUTCOMES, LINES_OUTCOMES } from './count-outcomes.js';
import { positionOf, type GapPosition } from './gap-position.js';
import type { SourceContext } from './source-context.js';
import { ownerKind, statementKindBefore } from './statement-kinds.js';

/**
 * The contexts by which style counts are kept: what a gap has around it that an author's habit may hang on. A family
 * asks one question of every gap that it applies to, and counts the answers apart for each context; contexts
 * are hashed into a fixed number of rows.
 */

/** What a family counts. */
export const enum Question {
  /** How a gap in a line is filled: `InlineOutcome`. */
  Inline,
  /** What a broken line hangs on: `BreakOutcome`. */
  Break,
  /** How many lines break between logical lines: `LinesOutcome`. */
  Lines,
  /** How the bracket around is arranged, once a bracket: `Arrangement`. */
  Arrangement,
}

const OUTCOMES: Readonly<Record<Question, number>> = {
  [Question.Inline]: INLINE_OUTCOMES,
  [Question.Break]: BREAK_OUTCOMES,
  [Question.Lines]: LINES_OUTCOMES,
  [Question.Arrangement]: ARRANGEMENTS,
};

/** A gap within a logical line: kinds of its neighbours, and of the node that holds both. */
interface InnerPlace {
  left: number;
  right: number;
  node: number;
}

/** A gap in brackets. */
interface BracketPlace extends InnerPlace {
  position: GapPosition;
  /** Kind of the opening bracket, of the node it belongs to, and of the node around that. */
  opener: number;
  bracketNode: number;
  nodeAround: number;
  /** 1 where a comma stands before the closer. */
  trailingComma: number;
  /** Commas of the bracket, two at most. */
  commas: number;
}

/** A gap between logical lines. */
interface LinesPlace {
  /** Kinds of the statements before and after, and of what holds the block; 0 without. */
  previous: number;
  next: number;
  owner: number;
  /** Comments to the left and right, as bits. */
  comments: number;
  /** Blocks around, two at most. */
  depth: number;
}

/** Three numbers that are hashed to a row; what tells families of one kind apart is among them. */
type Key = readonly [number, number, number];

type FamilyRow = { readonly name: string; readonly question: Question } & (
  | { readonly place: 'line'; readonly key: (gap: InnerPlace) => Key }
  | { readonly place: 'bracket'; readonly key: (gap: BracketPlace) => Key }
  | { readonly place: 'lines'; readonly key: (gap: LinesPlace) => Key }
);

/** The families, in the order of the counts in profiles and in the network's input. */
const ROWS = [
  { name: 'left-right-node', question: Question.Inline, place: 'line', key: (gap) => [gap.left, gap.right, gap.node] },
  { name: 'left-node', question: Question.Inline, place: 'line', key: (gap) => [gap.left, gap.node, 201] },
  { name: 'right-node', question: Question.Inline, place: 'line', key: (gap) => [gap.right, gap.node, 202] },
  {
    name: 'break-position', question: Question.Break, place: 'bracket',
    key: (gap) => [gap.position, gap.opener, 210 + gap.trailingComma],
  },
  { name: 'break-node', question: Question.Break, place: 'bracket', key: (gap) => [gap.position, gap.node, 220] },
  {
    name: 'lines-kinds', question: Question.Lines, place: 'lines',
    key: (gap) => [gap.previous, gap.next, gap.owner * 4 + gap.comments],
  },
  { name: 'lines-next', question: Question.Lines, place: 'lines', key: (gap) =>
    [gap.next, 40 + gap.depth, gap.comments] },
  { name: 'lines-owner', question: Question.Lines, place: 'lines', key: (gap) =>
    [gap.previous, 80 + gap.depth, gap.comments] },
  {
    name: 'list-shape', question: Question.Inline, place: 'bracket',
    key: (gap) => [gap.position, gap.bracketNode, 230 + gap.trailingComma],
  },
  {
    name: 'arrangement-node', question: Question.Arrangement, place: 'bracket',
    key: (gap) => [gap.bracketNode, gap.nodeAround, 240 + gap.trailingComma],
  },
  {
    name: 'arrangement-bracket', question: Question.Arrangement, place: 'bracket',
    key: (gap) => [gap.opener, gap.commas, 250 + gap.trailingComma],
  },
] as const satisfies readonly FamilyRow[];

export type FamilyName = (typeof ROWS)[number]['name'];

/** A family of contexts with its own set of outcomes. */
export interface CountFamily {
  readonly name: FamilyName;
  /** Outcomes counted apart. */
  readonly outcomes: number;
}

export const COUNT_FAMILIES: readonly CountFamily[] =
  ROWS.map(({ name, question }) => ({ name, outcomes: OUTCOMES[question] }));
export const FAMILY_COUNT = ROWS.length;
/** Per family. */
export const QUESTION_OF_FAMILY = Uint8Array.from(ROWS, ({ question }) => question);

/** Position of a family among all. */
export const familyIndex = (name: FamilyName): number => ROWS.findIndex((row) => row.name === name);

/** Contexts per family; keys are hashed into this many rows. */
export const CONTEXT_ROWS = 2048;

/** Hashes up to three small integers to a row. */
function contextRow([a, b, c]: Key): number {
  let h = (a * 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(c + 0x165667b1, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 13;
  return (h >>> 0) % CONTEXT_ROWS;
}

/** The row of a family's table that belongs to a gap; -1 where the family does not apply. */
export const rowOf = (rows: Int16Array, gap: number, family: number): number => rows[gap * FAMILY_COUNT + family];

const knownRows = new WeakMap<SourceContext, Int16Array>();

/**
 * Rows of the count tables that belong to each gap, `[gaps, families]`, see `rowOf`. They do not depend on the layout
 * and are computed once a context.
 */
export function allContextRows(context: SourceContext): Int16Array {
  const known = knownRows.get(context);
  if (known) return known;
  const { source, structure } = context.structured;
  const all = new Int16Array((source.tokenCount + 1) * FAMILY_COUNT).fill(-1);
  const place: BracketPlace & LinesPlace = {
    left: 0, right: 0, node: 0, position: 0, opener: 0, bracketNode: 0, nodeAround: 0, trailingComma: 0, commas: 0,
    previous: 0, next: 0, owner: 0, comments: 0, depth: 0,
  };
  for (let i = 1; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    const isBetweenLines = role === GapRole.Statement || role === GapRole.BlockStart || role === GapRole.OwnLineComment;
    const isInBracket = structure.openBracket[i] >= 0;
    if (isBetweenLines) readLinesPlace(context, i, place);
    else readInnerPlace(context, i, place);
    for (let family = 0; family < FAMILY_COUNT; family++) {
      const row: FamilyRow = ROWS[family];
      const applies = row.place === 'lines' ? isBetweenLines : !isBetweenLines && (row.place === 'line' || isInBracket);
      if (applies) all[i * FAMILY_COUNT + family] = contextRow(row.key(place));
    }
  }
  knownRows.set(context, all);
  return all;
}

function readInnerPlace(context: SourceContext, i: number, place: BracketPlace): void {
  const { source, structure } = context.structured;
  const { kind, tree } = source;
  place.left = kind[i - 1];
  place.right = kind[i];
  place.node = tree.kind[context.ancestry.node[i]];
  const open = structure.openBracket[i];
  if (open < 0) return;
  const node = source.parent[open];
  const around = tree.parent[node];
  place.position = positionOf(kind[i - 1], kind[i]);
  place.opener = kind[open];
  place.bracketNode = tree.kind[node];
  place.nodeAround = around < 0 ? 0 : tree.kind[around];
  place.trailingComma = context.trailingComma[open];
  place.commas = Math.min(2, context.commas[open]);
}

function readLinesPlace(context: SourceContext, i: number, place: LinesPlace): void {
  const { source, structure } = context.structured;
  const before = structure.previousCode[i - 1];
  const after = structure.nextCode[i];
  const hasNext = after < source.tokenCount;
  place.previous = before < 0 ? 0 : statementKindBefore(context, before, after);
  place.next = hasNext ? context.lineKind[after] : 0;
  place.owner = hasNext ? ownerKind(context, after) : 0;
  place.comments = (source.kind[i - 1] === COMMENT ? 1 : 0) + (source.kind[i] === COMMENT ? 2 : 0);
  place.depth = hasNext ? Math.min(2, structure.blockDepth[after]) : 0;
}
