import { allContextRows } from '../../model/context-rows.js';
import { CONTEXT_ROWS, familyIndex, rowOf, type FamilyName } from '../../model/count-contexts.js';
import { Anchor, CLASS_ROWS, KEEP } from '../../model/layout-classes.js';
import type { ObservedLayout } from '../../model/observed-layout.js';
import type { SourceContext } from '../../model/source-context.js';
import { ownerKind, statementKindBefore } from '../../model/statement-kinds.js';
import {
  COMMA, CONVENTIONS, GapRole, isClause, nodeKind, type GapConventions, type GapPair,
} from '../../tokenize/index.js';

/**
 * Places that an author lays out alike: the same question, asked in the same surroundings. Each question is asked
 * twice, in *narrow* surroundings (the same kinds of tokens in the same construct) and in *wide* ones (the same
 * convention, the same kind of boundary), and its answers are small numbers.
 */

/** Most answers of a question. */
export const ANSWERS = 10;

/**
 * One question about a gap (or about a pair of gaps), in narrow and in wide surroundings: their two keys in one number,
 * for it is asked of every gap.
 */
export type Place = number;
/** Where a question does not arise. */
export const NO_PLACE: Place = -1;
const WIDE_SHIFT = 14;
export const narrowKey = (place: Place): number => place & ((1 << WIDE_SHIFT) - 1);
export const wideKey = (place: Place): number => place >> WIDE_SHIFT;
const placeAt = (narrow: number, wide: number): Place =>
  (narrow < 0 || wide < 0 ? NO_PLACE : (wide << WIDE_SHIFT) | narrow);

/** Runs of keys: one for each family of contexts that serves as surroundings, then the wide ones. */
const FAMILIES: readonly FamilyName[] = [
  'left-right-node', 'left-node', 'right-node', 'lines-kinds', 'break-position', 'list-shape',
];
/** Per run: the family's position among all. */
const familyOf = FAMILIES.map(familyIndex);
const [LEFT_RIGHT, LEFT, RIGHT, LINES, BREAKS, SHAPE] = FAMILIES.map((_, k) => k);
const WIDE = FAMILIES.length * CONTEXT_ROWS;
/** Of conventions, by side; pairs have keys of their own. */
const CONVENTION_KEYS = WIDE;
const PAIR_KEYS = CONVENTION_KEYS + 2 * CONVENTIONS.length;
const LINES_KEYS = PAIR_KEYS + CONVENTIONS.length;
const LEVEL_KEYS = LINES_KEYS + 64;
const POSITION_KEYS = LEVEL_KEYS + 4;
const LINE_END_KEY = POSITION_KEYS + 16;
const TRAILING_COMMENT_KEY = LINE_END_KEY + 1;
const STEP_KEY = TRAILING_COMMENT_KEY + 1;
const PADS_KEY = STEP_KEY + 1;
/** Keys in all; fewer than a place has room for. */
export const PLACE_KEYS = PADS_KEY + 1;

/** Conventions of what stands inside brackets: who pads one kind mostly pads the others. */
const isPads = CONVENTIONS.map((name) => name.endsWith('-pads'));

/** Nobody else does it: a place whose narrow surroundings are unknown. */
const alone = (wide: number): Place => placeAt(wide, wide);

/** The places that the gaps of a source stand in; they do not depend on its layout. */
class Places {
  private readonly rows: Int16Array;

  constructor(private readonly context: SourceContext, private readonly conventions: GapConventions) {
    this.rows = allContextRows(context);
  }

  /** How a gap within a line is filled. */
  inline(i: number): Place {
    const { convention, pivot } = this.conventions;
    const role = this.context.structured.structure.role[i] as GapRole;
    if (role === GapRole.TrailingComment) return alone(TRAILING_COMMENT_KEY);
    if (role !== GapRole.Line && role !== GapRole.Bracket) return NO_PLACE;
    if (convention[i] === 0) {
      return placeAt(this.keyOf(LEFT_RIGHT, i), this.keyOf(LEFT, i));
    }
    const followsPivot = pivot[i] === i - 1;
    return placeAt(
      this.keyOf(followsPivot ? LEFT : RIGHT, i), CONVENTION_KEYS + 2 * convention[i] + (followsPivot ? 1 : 0),
    );
  }

  /** How a gap inside a bracket is filled, whatever the kind of bracket. */
  pads(i: number): Place {
    return isPads[this.conventions.convention[i]] ? alone(PADS_KEY) : NO_PLACE;
  }

  /** True where one of the author's spacing conventions speaks of a gap. */
  hasConvention(i: number): boolean {
    return this.conventions.convention[i] !== 0;
  }

  /** How the two gaps of a pair are filled. */
  pair({ left }: GapPair): Place {
    return alone(PAIR_KEYS + this.conventions.convention[left]);
  }

  /** How many lines break between two logical lines, or whether a suite stands on its header's line. */
  lines(i: number): Place {
    const narrow = this.keyOf(LINES, i);
    return narrow < 0 ? NO_PLACE : placeAt(narrow, LINES_KEYS + boundaryOf(this.context, i));
  }

  /** At which level a comment on a line of its own stands. */
  level(i: number): Place {
    const { nextCode, blockDepth } = this.context.structured.structure;
    const code = nextCode[i];
    const { tokenCount } = this.context.structured.source;
    return alone(LEVEL_KEYS + (code < tokenCount && blockDepth[code] > 0 ? 1 : 0));
  }

  /** What a broken line in brackets hangs on. */
  hanging(i: number): Place {
    return placeAt(this.keyOf(BREAKS, i), POSITION_KEYS + this.sideOf(i));
  }

  /** Whether a line breaks in brackets that are broken elsewhere. */
  breaking(i: number): Place {
    return placeAt(this.keyOf(SHAPE, i), POSITION_KEYS + 8 + this.sideOf(i));
  }

  /** Whether blanks stand at the ends of lines. */
  lineEnd(): Place {
    return alone(LINE_END_KEY);
  }

  /** What a block adds to the indentation. */
  step(): Place {
    return alone(STEP_KEY);
  }

  private keyOf(run: number, i: number): number {
    const row = rowOf(this.rows, i, familyOf[run]);
    return row < 0 ? -1 : run * CONTEXT_ROWS + row;
  }

  /** 0 behind an opening bracket, 1 before a closing one, 3 before a comma, 2 elsewhere. */
  private sideOf(i: number): number {
    const { structure: { openBracket, partner }, source: { kind } } = this.context.structured;
    const open = openBracket[i];
    return open === i - 1 ? 0 : open >= 0 && partner[open] === i ? 1 : kind[i] === COMMA ? 3 : 2;
  }
}

const known = new WeakMap<SourceContext, Places>();

/** The places of a source, made once. */
export function placesOf(context: SourceContext, conventions: GapConventions): Places {
  let found = known.get(context);
  if (found === undefined) known.set(context, (found = new Places(context, conventions)));
  return found;
}

const DEFINITIONS = new Set(['function_definition', 'class_definition', 'decorated_definition'].map(nodeKind));
const FUNCTION = nodeKind('function_definition');
const CLASS = nodeKind('class_definition');
const IMPORTS = new Set(
  ['import_statement', 'import_from_statement', 'future_import_statement'].map(nodeKind),
);

/** Kinds of boundaries between logical lines, in which authors leave blank lines by one rule each. */
const enum Boundary { Plain, ToDefinition, FromDefinition, Clause, AfterImports, AmongImports, InDecoration }
const BOUNDARIES = 7;

/** Boundary at a gap, by nesting; headers and comments have numbers of their own. */
function boundaryOf(context: SourceContext, i: number): number {
  const { source, structure } = context.structured;
  const role = structure.role[i] as GapRole;
  const after = structure.nextCode[i];
  const before = structure.previousCode[i - 1];
  if (role === GapRole.BlockStart) {
    const owner = ownerKind(context, after);
    return 4 * BOUNDARIES + (owner === FUNCTION ? 0 : owner === CLASS ? 1 : 2);
  }
  const depth = after < source.tokenCount && structure.blockDepth[after] > 0 ? 1 : 0;
  const comments = role === GapRole.OwnLineComment ? 1 : 0;
  return (comments * 2 + depth) * BOUNDARIES + kindOf();

  function kindOf(): Boundary {
    if (before < 0 || after >= source.tokenCount) return Boundary.Plain;
    const next = context.lineKind[after];
    const previous = statementKindBefore(context, before, after);
    if (isClause(next)) return Boundary.Clause;
    if (context.lineKind[context.lineFirst[before]] === DECORATOR) return Boundary.InDecoration;
    if (DEFINITIONS.has(next)) return Boundary.ToDefinition;
    if (DEFINITIONS.has(previous)) return Boundary.FromDefinition;
    if (IMPORTS.has(previous)) return IMPORTS.has(next) ? Boundary.AmongImports : Boundary.AfterImports;
    return Boundary.Plain;
  }
}

const DECORATOR = nodeKind('decorator');

/** Answers to "how is this gap filled?": none, one blank, two, other blanks. */
export const inlineAnswer = (text: string): number => (text === '' ? 0 : text === ' ' ? 1 : text === '  ' ? 2 : 3);

/** Answers for the two sides of a pair: both tight, both spaced, anything else. */
export const pairAnswer = (left: string, right: string): number =>
  (left === '' && right === '' ? 0 : left === ' ' && right === ' ' ? 1 : 2);

/** Answers to "how many lines break?", none (a suite on its header's line) to five and more. */
export const linesAnswer = (text: string): number => Math.min(5, text.split('\n').length - 1);

/**
 * Answers to "at which level does the comment stand?": of what follows, of what precedes, in the first column, else.
 */
export function levelAnswer(classIndex: number): number {
  if (classIndex === KEEP) return 3;
  const { anchor } = CLASS_ROWS[classIndex];
  return anchor === Anchor.Block ? 0 : anchor === Anchor.PreviousBlock ? 1 : anchor === Anchor.Margin ? 2 : 3;
}

/** Answers to "what does the line hang on?": `BreakOutcome`, and 8 for blank lines in brackets. */
export function hangingAnswer(classIndex: number, breaks: number): number {
  return breaks > 1 ? 8 : CLASS_ROWS[classIndex].outcome;
}

/** Answers to "does the line break?". */
export const breakingAnswer = (text: string): number => (text.includes('\n') ? 1 : 0);

/** Answers to "do blanks stand at the end of the line?". */
export const lineEndAnswer = (text: string): number => (/[ \t]\n/u.test(text) ? 1 : 0);

/** Per opening bracket: the line breaks that stand in it and in no bracket further in. */
export function countBreaks(
  { structured: { source, structure } }: SourceContext,
  observed: ObservedLayout,
): Uint16Array {
  const counts = new Uint16Array(source.tokenCount);
  for (let i = 1; i < source.tokenCount; i++) {
    if (observed.lineBreaks[i] > 0 && structure.openBracket[i] >= 0) counts[structure.openBracket[i]]++;
  }
  return counts;
}

export type { Places };

/** Adds every gap of a layout to a table of `PLACE_KEYS * ANSWERS` counts, and to their sums by key. */
export function countPlaces(
  places: Places, context: SourceContext, observed: ObservedLayout,
  { pairs, breaksIn, table, totals }: {
    readonly pairs: readonly GapPair[];
    readonly breaksIn: Uint16Array;
    readonly table: Uint16Array;
    /** `[PLACE_KEYS]` */
    readonly totals: Uint32Array;
  },
): void {
  const { source, structure } = context.structured;
  const { gaps, lineBreaks, classOf } = observed;
  const add = (place: Place, answer: number): void => {
    if (place === NO_PLACE) return;
    const wide = wideKey(place);
    const narrow = narrowKey(place);
    table[wide * ANSWERS + answer]++;
    totals[wide]++;
    if (narrow === wide) return;
    table[narrow * ANSWERS + answer]++;
    totals[narrow]++;
  };
  for (let i = 1; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    const text = gaps[i];
    if (role === GapRole.Statement || role === GapRole.BlockStart || role === GapRole.OwnLineComment) {
      add(places.lines(i), Math.min(5, lineBreaks[i]));
      if (role === GapRole.OwnLineComment) add(places.level(i), levelAnswer(classOf[i]));
    } else if (lineBreaks[i] === 0) {
      add(places.inline(i), inlineAnswer(text));
      add(places.pads(i), inlineAnswer(text));
    }
    if (role === GapRole.Bracket || role === GapRole.BracketComment) {
      const breaks = lineBreaks[i] > 0 ? 1 : 0;
      if (breaksIn[structure.openBracket[i]] > breaks) add(places.breaking(i), breaks);
      if (lineBreaks[i] > 0) add(places.hanging(i), hangingAnswer(classOf[i], lineBreaks[i]));
    }
    if (lineBreaks[i] > 0) add(places.lineEnd(), lineEndAnswer(text));
  }
  for (const pair of pairs) {
    if (lineBreaks[pair.left] + lineBreaks[pair.right] > 0) continue;
    add(places.pair(pair), pairAnswer(gaps[pair.left], gaps[pair.right]));
  }
  for (const step of observed.steps) if (step !== null) add(places.step(), step === observed.unit ? 0 : 1);
}
