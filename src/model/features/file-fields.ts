import { isCloser, isOpener } from '../../tokenize/index.js';
import { CONTEXT_VALUES, COUNT_FAMILIES, KEY_TERMS, PLACE_OF_FAMILY, QUESTION_OF_FAMILY } from '../count-contexts.js';
import { POSITION_BY_LEFT, POSITION_BY_RIGHT } from '../gap-position.js';
import { FAMILY_OFFSETS, LOGARITHMS } from '../style-counts.js';
import type { Bytes, Doubles, Floats, Ints, Shorts, Words } from './views.js';

/** The fields of `FileArrays`: what the code of the groups reads of a file, by the kind of its numbers. */
export const FILE_FIELDS = {
  /** Length of all but the longest lines. */
  widest: 'f64',
  tokenCount: 'i32',
  /** 1 where a project is known, decisions are, and where the project decides of some gaps. */
  hasProject: 'i32', hasDecisions: 'i32', isForeign: 'i32',
  /** Characters of one indentation step; see `hangKindOf`. */
  unitLength: 'i32', hangKind: 'i32',

  /** Tokens, see `TokenizedSource`; nodes, see `SyntaxTree`. */
  kind: 'Bytes', parent: 'Ints',
  nodeKind: 'Bytes', nodeParent: 'Ints', nodeFirstToken: 'Ints', nodeChildCount: 'Ints',
  /** See `GapStructure`. */
  role: 'Bytes', mustBreak: 'Bytes', bracketDepth: 'Words', openBracket: 'Ints', partner: 'Ints', nextCode: 'Ints',
  previousCode: 'Ints', blockNode: 'Ints', blockDepth: 'Words', startsLine: 'Bytes',
  /** See `GapAncestry`. */
  ancestor: 'Ints', leftBranch: 'Ints', rightBranch: 'Ints', rightIndex: 'Ints',
  /** See `SourceContext`. */
  flatStart: 'Doubles', flatEnd: 'Doubles', lineFirst: 'Ints', lineLast: 'Ints', lineKind: 'Bytes',
  siblingIndex: 'Ints', siblingCount: 'Ints', previousSibling: 'Ints', nextSibling: 'Ints', statementTokens: 'Ints',
  commas: 'Ints', trailingComma: 'Bytes', holdsComment: 'Bytes', commasBefore: 'Ints', previousComma: 'Ints',
  nextComma: 'Ints', elementEnd: 'Ints',
  /** Per token that starts a statement: what it has in common with the one before, see `statementLikeness`. */
  likeness: 'Bytes',
  /** `[gaps, families]`, see `allContextRows`. */
  contextRows: 'Shorts',

  /** See `ObservedLayout`. */
  classOf: 'Bytes', anchorBits: 'Bytes', lineBreaks: 'Bytes', inlineOutcome: 'Bytes', breakOutcome: 'Bytes',
  linesOutcome: 'Bytes', arrangement: 'Bytes', columnBefore: 'Ints', textFlags: 'Bytes', textLength: 'Bytes',
  /** Per token: column at which it starts, and width of its line's indentation. Per block node: width of its own. */
  column: 'Ints', indentWidth: 'Ints', blockWidth: 'Ints',
  /** Per comment and block start: see `commentLevels` and `stepStates`. */
  commentLevel: 'Bytes', stepState: 'Bytes',
  /** Line breaks, and their outcomes, of the layout whose blank lines are seen. */
  seenBreaks: 'Bytes', seenOutcome: 'Bytes', seenClass: 'Bytes', seenBreakOutcome: 'Bytes',
  /** Per gap: what is decided of it; 1 where its layout is hidden; the decision that the layout stands for. */
  decided: 'Bytes', hidden: 'Bytes', ownDecision: 'Bytes',

  /** What the file says as a whole, see `widthEvidence`. */
  damage: 'Floats', fileWidths: 'Floats', fileFlat: 'Floats', fileBroken: 'Floats', projectFlat: 'Floats',
  projectBroken: 'Floats',
  /** Style counts: `StyleCounts.table` of file and project. */
  fileCounts: 'Floats', projectCounts: 'Floats',

  /** Filled in before the first gap is described. Per gap: see `coarseClass`, of either layout; see `GapPosition`. */
  coarse: 'Bytes', seenCoarse: 'Bytes', position: 'Bytes',
  /** Per token that starts a statement: the most line breaks in the gaps between it and the code before. */
  breaksBefore: 'Shorts',
  /** Per bracket: gaps after its commas, those of them that break, and the class of the latest break. */
  commaGaps: 'Shorts', commaBreaks: 'Shorts', breakClass: 'Bytes',

  /** Per gap a row, and the rows: see legal-rows. */
  legalRow: 'Bytes', legalTable: 'Bytes',

  /** Tables that no file changes: by kind of token; by family of counts; by number. */
  openerKind: 'Bytes', closerKind: 'Bytes', positionByLeft: 'Bytes', positionByRight: 'Bytes',
  familyOffset: 'Ints', familyOutcomes: 'Bytes', familyQuestion: 'Bytes', logarithms: 'Floats',
  /** See `KEY_TERMS` and `FamilyPlace`; and of the gap at hand, by `ContextValue`. */
  keyTerms: 'Ints', familyPlace: 'Bytes', contextValues: 'Ints',
} as const satisfies Record<string, keyof FieldTypes>;

interface FieldTypes {
  i32: number;
  f64: number;
  Bytes: Bytes;
  Words: Words;
  Shorts: Shorts;
  Ints: Ints;
  Floats: Floats;
  Doubles: Doubles;
}

/** A file as the code of the groups reads it: flat arrays alone, so that it can be copied to a kernel. */
export type FileArrays = { readonly [Name in keyof typeof FILE_FIELDS]: FieldTypes[(typeof FILE_FIELDS)[Name]] };

const byKind = (holds: (kind: number) => boolean): Bytes =>
  Uint8Array.from({ length: 256 }, (_, kind) => (holds(kind) ? 1 : 0));

/** Tables that no file changes. */
export const TABLES = {
  openerKind: byKind(isOpener), closerKind: byKind(isCloser),
  positionByLeft: POSITION_BY_LEFT, positionByRight: POSITION_BY_RIGHT,
  familyOffset: FAMILY_OFFSETS, familyOutcomes: Uint8Array.from(COUNT_FAMILIES, ({ outcomes }) => outcomes),
  familyQuestion: QUESTION_OF_FAMILY, logarithms: LOGARITHMS,
  keyTerms: KEY_TERMS, familyPlace: PLACE_OF_FAMILY, contextValues: new Int32Array(CONTEXT_VALUES),
};
