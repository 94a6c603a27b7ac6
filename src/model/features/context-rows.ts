import { COMMENT } from '../../tokenize/index.js';
import { CONTEXT_ROWS, ContextValue, FAMILY_COUNT, FamilyPlace } from '../count-contexts.js';
import { GapPosition } from '../gap-position.js';
import { atMost, mayHoldBlankLines } from './buckets.js';
import type { FileArrays } from './file-fields.js';
import { multiply, type bool, type i32 } from './views.js';

/** Numbers of a term of a key, and terms of a key: see `KEY_TERMS`. */
const TERM = 4;
const KEY = 3;

/** Fills in which row of each family's counts belongs to each gap: `contextRows`. */
export function fillContextRows(file: FileArrays): void {
  for (let k = 0; k < FAMILY_COUNT; k++) {
    file.contextRows[k] = -1;
    file.contextRows[file.tokenCount * FAMILY_COUNT + k] = -1;
  }
  for (let i = 1; i < file.tokenCount; i++) {
    const isBetweenLines = mayHoldBlankLines(file.role[i]);
    if (isBetweenLines) readLinesPlace(file, i);
    else readInnerPlace(file, i);
    const isInBracket = file.openBracket[i] >= 0;
    for (let family = 0; family < FAMILY_COUNT; family++) {
      file.contextRows[i * FAMILY_COUNT + family] =
        appliesTo(file.familyPlace[family], isBetweenLines, isInBracket) ? contextRow(file, family) : -1;
    }
  }
}

function appliesTo(place: i32, isBetweenLines: bool, isInBracket: bool): bool {
  if (place === FamilyPlace.Lines) return isBetweenLines;
  return !isBetweenLines && (place === FamilyPlace.Line || isInBracket);
}

/** Hashes the key of a family, three small numbers, to a row. */
function contextRow(file: FileArrays, family: i32): i32 {
  const at = family * KEY * TERM;
  let h: i32 = multiply(keyTerm(file, at), -1640531535) ^
    multiply(keyTerm(file, at + TERM) + 2135587861, -2048144789) ^
    multiply(keyTerm(file, at + 2 * TERM) + 374761393, -1028477387);
  h ^= h >>> 15;
  h = multiply(h, 739982445);
  h ^= h >>> 13;
  return h & (CONTEXT_ROWS - 1);
}

function keyTerm(file: FileArrays, at: i32): i32 {
  const values = file.contextValues;
  const terms = file.keyTerms;
  return multiply(values[terms[at]], terms[at + 1]) + values[terms[at + 2]] + terms[at + 3];
}

function readInnerPlace(file: FileArrays, i: i32): void {
  const values = file.contextValues;
  const left: i32 = file.kind[i - 1];
  const right: i32 = file.kind[i];
  values[ContextValue.Left] = left;
  values[ContextValue.Right] = right;
  values[ContextValue.Node] = file.nodeKind[file.ancestor[i]];
  const open = file.openBracket[i];
  if (open < 0) return;
  const node = file.parent[open];
  const around = file.nodeParent[node];
  const byLeft: i32 = file.positionByLeft[left];
  const byRight: i32 = file.positionByRight[right];
  values[ContextValue.Position] =
    byLeft === GapPosition.AfterOpener || byRight === GapPosition.Other ? byLeft : byRight;
  values[ContextValue.Opener] = file.kind[open];
  values[ContextValue.BracketNode] = file.nodeKind[node];
  values[ContextValue.NodeAround] = around < 0 ? 0 : file.nodeKind[around];
  values[ContextValue.TrailingComma] = file.trailingComma[open];
  values[ContextValue.Commas] = atMost(2, file.commas[open]);
}

function readLinesPlace(file: FileArrays, i: i32): void {
  const values = file.contextValues;
  const before = file.previousCode[i - 1];
  const after = file.nextCode[i];
  const hasNext = after < file.tokenCount;
  values[ContextValue.Previous] = before < 0 ? 0 : kindBefore(file, before, hasNext ? file.previousSibling[after] : -1);
  values[ContextValue.Next] = hasNext ? file.lineKind[after] : 0;
  values[ContextValue.Owner] = hasNext ? kindOfOwner(file, file.blockNode[after]) : 0;
  values[ContextValue.Comments] = (file.kind[i - 1] === COMMENT ? 1 : 0) + (file.kind[i] === COMMENT ? 2 : 0);
  values[ContextValue.Depth] = hasNext ? atMost(2, file.blockDepth[after]) : 0;
}

/** `statementKindBefore` */
function kindBefore(file: FileArrays, before: i32, sibling: i32): i32 {
  return file.lineKind[sibling >= 0 ? sibling : file.lineFirst[before]];
}

/** `ownerKind` */
function kindOfOwner(file: FileArrays, block: i32): i32 {
  return block <= 0 ? 0 : file.nodeKind[file.nodeParent[block]];
}
