import { COLON, COMMA } from '../../tokenize/index.js';
import type { FeatureSpec } from '../feature-spec.js';
import { DAMAGE_SHARES } from '../file-evidence.js';
import { WIDTH_BUCKETS, WIDTH_STEP } from '../style-counts.js';
import { atLeast, standsBetweenLines } from './buckets.js';
import type { FileArrays } from './file-fields.js';
import { plainGroup } from './feature-group.js';
import type { RowWriter } from './row-writer.js';
import { whole, type f64, type i32 } from './views.js';

/** Where lines end and would end, against the file's widest lines and usual limits; how damaged the file looks. */
const declare = (spec: FeatureSpec) => ({
  endFlat: spec.slot('endFlat', WIDTH_BUCKETS),
  endGroup: spec.slot('endGroup', WIDTH_BUCKETS),
  endElement: spec.slot('endElement', WIDTH_BUCKETS),
  widths: spec.numbers('widths', 12),
  limits: spec.numbers('limits', 15),
  fileWidths: spec.numbers('fileWidths', 6),
  damage: spec.numbers('damage', DAMAGE_SHARES),
  evidence: spec.numbers('evidence', 12),
});

type Features = ReturnType<typeof declare>;

/** Numbers of `fileWidths`. */
const FILE_WIDTHS = 6;
/** The columns that are compared with limits. */
const FLAT = 0;
const GROUP = 1;
const ELEMENT = 2;

function describeWidths(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  for (let k = 0; k < FILE_WIDTHS; k++) row.put(features.fileWidths, k, file.fileWidths[k]);
  for (let k = 0; k < DAMAGE_SHARES; k++) row.put(features.damage, k, file.damage[k]);
  if (i === 0 || i >= file.tokenCount) return;
  const before = atLeast(0, file.previousCode[i - 1]);
  const isStatement = standsBetweenLines(file.role[i]);
  const line = isStatement && file.nextCode[i] < file.tokenCount ? file.nextCode[i] : before;
  const endFlat = flatEndOfLine(file, line);
  row.set(features.endFlat, bucketOfWidth(endFlat));
  putWidth(features, row, 0, endFlat);
  putLimits(features, file, row, FLAT, endFlat);
  if (isStatement) return;
  const first = file.lineFirst[before];
  const flatStart = file.flatStart;
  const flatEnd = file.flatEnd;
  putWidth(features, row, 1, widthOfBlock(file, first));
  putWidth(features, row, 2, flatStart[i] - flatStart[first]);
  putWidth(features, row, 3, flatEnd[file.lineLast[before]] - flatStart[i]);
  const open = file.openBracket[i];
  if (open < 0 && file.partner[i] > i) putWidth(features, row, 4, flatEnd[file.partner[i]] - flatStart[i]);
  const endGroup: f64 = open < 0 ? endFlat : groupEnd(features, file, i, open, row);
  const endElement: f64 = file.columnBefore[i] + 1 + (open < 0 ? 0 : elementWidth(features, file, i, open, row));
  row.set(features.endGroup, bucketOfWidth(endGroup));
  row.set(features.endElement, bucketOfWidth(endElement));
  putLimits(features, file, row, GROUP, endGroup);
  putLimits(features, file, row, ELEMENT, endElement);
}

/** Column at which a logical line would end if it stood on one physical line: `flatLineEnd`. */
function flatEndOfLine(file: FileArrays, token: i32): f64 {
  const first = file.lineFirst[token];
  return widthOfBlock(file, first) + file.flatEnd[file.lineLast[token]] - file.flatStart[first];
}

/** Width of the indentation of a token's block. */
function widthOfBlock(file: FileArrays, token: i32): f64 {
  const node = file.blockNode[token];
  return node < 0 ? 0 : file.blockWidth[node];
}

/** `widthBucket` */
function bucketOfWidth(width: f64): i32 {
  return whole(Math.max(0, Math.min(WIDTH_BUCKETS - 1, Math.floor(width / WIDTH_STEP))));
}

/**
 * Where the bracket would end on its opener's line as it starts in the input, with the whole group and what clings to
 * it.
 */
function groupEnd(features: Features, file: FileArrays, i: i32, open: i32, row: RowWriter): f64 {
  const flatStart = file.flatStart;
  const flatEnd = file.flatEnd;
  const close = file.partner[open];
  const group = flatEnd[close] - flatStart[open];
  const lead: f64 = file.indentWidth[open];
  const openColumn: f64 = file.column[open];
  putWidth(features, row, 4, group);
  putWidth(features, row, 6, lead);
  putWidth(features, row, 7, openColumn);
  putWidth(features, row, 8, lead + file.unitLength + group - 2);
  putWidth(features, row, 9, flatEnd[close] - flatStart[i]);
  const outer = file.openBracket[open];
  if (outer >= 0) putWidth(features, row, 10, flatEnd[file.partner[outer]] - flatStart[outer]);
  putWidth(features, row, 11, flatStart[i] - flatStart[open]);
  return openColumn + group + clingingWidth(file, close);
}

/** Width of what is left of the element that the gap stands before. */
function elementWidth(features: Features, file: FileArrays, i: i32, open: i32, row: RowWriter): f64 {
  const end = file.elementEnd[i] < 0 ? file.partner[open] : file.elementEnd[i];
  const width = file.flatEnd[end] - file.flatStart[i];
  putWidth(features, row, 5, width);
  return width;
}

function putWidth(features: Features, row: RowWriter, k: i32, width: f64): void {
  row.put(features.widths, k, Math.max(-2, Math.min(2.5, width / 80)));
}

/** Width of closers, commas and colons that follow a closing bracket directly. */
function clingingWidth(file: FileArrays, close: i32): i32 {
  let width = 0;
  for (let t = close + 1; t < file.tokenCount && t < close + 4; t++) {
    const kind: i32 = file.kind[t];
    if (file.closerKind[kind] === 0 && kind !== COMMA && kind !== COLON) break;
    width++;
  }
  return width;
}

/**
 * How a column compares with the file's own limit and those that projects set, and with what file and project left
 * flat or broke.
 */
function putLimits(features: Features, file: FileArrays, row: RowWriter, which: i32, column: f64): void {
  const at = which * 5;
  row.put(features.limits, at, file.widest > 0 ? nearness(file.widest, column) : 0);
  row.put(features.limits, at + 1, nearness(79, column));
  row.put(features.limits, at + 2, nearness(88, column));
  row.put(features.limits, at + 3, nearness(100, column));
  row.put(features.limits, at + 4, nearness(120, column));
  const bucket = bucketOfWidth(column);
  const evidenceAt = which * 4;
  row.put(features.evidence, evidenceAt, file.fileFlat[bucket]);
  row.put(features.evidence, evidenceAt + 1, file.fileBroken[bucket]);
  row.put(features.evidence, evidenceAt + 2, file.projectFlat[bucket]);
  row.put(features.evidence, evidenceAt + 3, file.projectBroken[bucket]);
}

function nearness(limit: f64, column: f64): f64 {
  return Math.max(-1, Math.min(1, (limit - column) / 15));
}

export const widthFeatures = plainGroup(declare, describeWidths);
