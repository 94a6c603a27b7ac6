import { COMMENT, GapRole, STRING } from '../../tokenize/index.js';
import type { FeatureSpec } from '../feature-spec.js';
import { atLeast, atMost, countBucket, sizeBucket, standsBetweenLines } from './buckets.js';
import type { FileArrays } from './file-fields.js';
import { plainGroup } from './feature-group.js';
import { COUNT_BUCKETS, NODE_VALUES, SIZE_BUCKETS, TOKEN_VALUES } from './feature-values.js';
import { isHiddenGap } from './gap-facts.js';
import type { RowWriter } from './row-writer.js';
import type { bool, i32 } from './views.js';

/** Statements, the blank lines between them, comments of their own, indentation steps. */
const declare = (spec: FeatureSpec) => ({
  previousKind: spec.slot('previousKind', NODE_VALUES),
  nextKind: spec.slot('nextKind', NODE_VALUES),
  owner: spec.slot('owner', NODE_VALUES),
  siblingIndex: spec.slot('siblingIndex', COUNT_BUCKETS),
  siblingFromEnd: spec.slot('siblingFromEnd', COUNT_BUCKETS),
  siblingCount: spec.slot('siblingCount', COUNT_BUCKETS),
  levelDrop: spec.slot('levelDrop', 6),
  blanksBefore: spec.slot('blanksBefore', 6),
  blanksAfter: spec.slot('blanksAfter', 6),
  blanksBefore2: spec.slot('blanksBefore2', 6),
  blanksAfter2: spec.slot('blanksAfter2', 6),
  blanksNear: spec.slot('blanksNear', 6),
  sinceBlank: spec.slot('sinceBlank', 8),
  previousSize: spec.slot('previousSize', SIZE_BUCKETS),
  nextSize: spec.slot('nextSize', SIZE_BUCKETS),
  likeness: spec.slot('likeness', 8),
  docstring: spec.slot('docstring', 4),
  comments: spec.slot('comments', 16),
  commentLevel: spec.slot('commentLevel', 6),
  stepState: spec.slot('stepState', 16),
  /** Of gaps in brackets: the file's unit and hanging step. */
  hang: spec.slot('hang', 16),
  previousStart: spec.slot('previousStart', TOKEN_VALUES),
  nextStart: spec.slot('nextStart', TOKEN_VALUES),
});

/** Statements back, and ahead, in which blank lines are looked for. */
const BACK = 8;
const NEAR = 4;

type Features = ReturnType<typeof declare>;

function describeStatements(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  const tokenCount = file.tokenCount;
  if (file.openBracket[i] >= 0) row.set(features.hang, file.hangKind);
  const role: i32 = file.role[i];
  if (!standsBetweenLines(role)) return;
  const before = i > 0 ? file.previousCode[i - 1] : -1;
  const after = file.nextCode[i];
  const hasAfter = after < tokenCount;
  if (before >= 0) {
    const sibling = hasAfter ? file.previousSibling[after] : -1;
    row.set(features.previousKind, file.lineKind[sibling >= 0 ? sibling : file.lineFirst[before]]);
    row.set(features.previousStart, file.kind[file.lineFirst[before]]);
  }
  row.set(features.comments, commentsAround(file, i));
  if (i < tokenCount && file.kind[i] === COMMENT) row.set(features.commentLevel, file.commentLevel[i]);
  if (role === GapRole.BlockStart) row.set(features.stepState, isHiddenGap(file, i) ? 0 : file.stepState[i]);
  if (!hasAfter) return;
  row.set(features.nextKind, file.lineKind[after]);
  row.set(features.nextStart, file.kind[after]);
  const block = file.blockNode[after];
  row.set(features.owner, block <= 0 ? 0 : file.nodeKind[file.nodeParent[block]]);
  row.set(features.siblingIndex, countBucket(file.siblingIndex[after]));
  row.set(features.siblingFromEnd, countBucket(file.siblingCount[after] - 1 - file.siblingIndex[after]));
  row.set(features.siblingCount, countBucket(file.siblingCount[after]));
  const drop: i32 = before < 0 ? 0 : file.blockDepth[before] - file.blockDepth[after] + 1;
  row.set(features.levelDrop, atMost(5, atLeast(0, drop)));
  const previous = file.previousSibling[after];
  row.set(features.previousSize, previous < 0 ? 0 : sizeBucket(file.statementTokens[previous]));
  row.set(features.nextSize, sizeBucket(file.statementTokens[after]));
  if (previous >= 0) row.set(features.likeness, file.likeness[after]);
  row.set(features.docstring, (isTextAlone(file, previous) ? 1 : 0) + (isTextAlone(file, after) ? 2 : 0));
  describeBlanks(features, file, after, row);
}

/**
 * Line breaks before the statements beside the one that starts at `after`, and how often blank lines stand near it.
 */
function describeBlanks(features: Features, file: FileArrays, after: i32, row: RowWriter): void {
  const previousSibling = file.previousSibling;
  const nextSibling = file.nextSibling;
  const previous = previousSibling[after];
  const next = nextSibling[after];
  row.set(features.blanksBefore, breaksAt(file, previous));
  row.set(features.blanksBefore2, breaksAt(file, previous < 0 ? -1 : previousSibling[previous]));
  row.set(features.blanksAfter, breaksAt(file, next));
  row.set(features.blanksAfter2, breaksAt(file, next < 0 ? -1 : nextSibling[next]));
  let near = 0;
  let since = 0;
  let isOpen = true;
  let back = previous;
  for (let k = 0; k < BACK && back >= 0; k++) {
    const isBlank = file.breaksBefore[back] > 1;
    if (isBlank && k < NEAR) near++;
    if (isBlank) isOpen = false;
    if (isOpen) since++;
    back = previousSibling[back];
  }
  let ahead = next;
  for (let k = 0; k < NEAR && ahead >= 0; k++) {
    if (file.breaksBefore[ahead] > 1) near++;
    ahead = nextSibling[ahead];
  }
  row.set(features.blanksNear, atMost(5, near));
  row.set(features.sinceBlank, atMost(7, since));
}

function breaksAt(file: FileArrays, token: i32): i32 {
  return token < 0 ? 5 : atMost(4, file.breaksBefore[token]);
}

/** Whether the statement that starts at a token is a string alone. */
function isTextAlone(file: FileArrays, token: i32): bool {
  return token >= 0 && file.kind[token] === STRING && file.lineLast[token] === token;
}

/** Comment to the left: none, at the end of a line, on its own line; to the right; one token further right. */
function commentsAround(file: FileArrays, i: i32): i32 {
  const kind = file.kind;
  let left = 0;
  if (i > 0 && kind[i - 1] === COMMENT) left = file.role[i - 1] === GapRole.TrailingComment ? 1 : 2;
  const right = i < file.tokenCount && kind[i] === COMMENT ? 4 : 0;
  const right2 = i + 1 < file.tokenCount && kind[i + 1] === COMMENT ? 8 : 0;
  return left + right + right2;
}

export const statementFeatures = plainGroup(declare, describeStatements);
