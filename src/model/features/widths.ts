import { COLON, COMMA, isCloser } from '../../tokenize/index.js';
import type { FeatureSpec } from '../feature-spec.js';
import { DAMAGE_SHARES, cumulate, damageOf } from '../file-evidence.js';
import { limitOf } from '../line-limit.js';
import { flatLineEnd, visualWidth, widthBucket } from '../layout-widths.js';
import { WIDTH_BUCKETS } from '../style-counts.js';
import { featureGroup, isAllHidden, type DescribedFile, type GroupFiller } from './feature-group.js';
import { standsBetweenLines } from './feature-values.js';
import type { RowWriter } from './row-writer.js';

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

/** Limits that projects set, next to the file's own. */
const USUAL_LIMITS = [79, 88, 100, 120] as const;
/**
 * Numbers of `limits` for one column: the file's own limit and the usual ones; of `evidence`: file and project, flat
 * and broken.
 */
const LIMITS_OF_COLUMN = 1 + USUAL_LIMITS.length;
const EVIDENCE_OF_COLUMN = 4;
/** The columns that are compared with limits. */
const FLAT = 0;
const GROUP = 1;
const ELEMENT = 2;

class WidthsFiller implements GroupFiller {
  private readonly damage: Float32Array;
  private readonly fileWidths: Float32Array;
  /** Length of all but the longest lines. */
  private readonly widest: number;
  private readonly fileBroken: Float32Array;
  private readonly fileFlat: Float32Array;
  private readonly projectBroken: Float32Array;
  private readonly projectFlat: Float32Array;

  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {
    const { context, layout, evidence } = file;
    this.damage = damageOf(context, layout);
    const { lineLengths } = file.lines;
    const quantile = (q: number): number =>
      lineLengths.length === 0 ? 0 : lineLengths[Math.min(lineLengths.length - 1, Math.floor(q * lineLengths.length))];
    const isUnknown = isAllHidden(file);
    this.widest = isUnknown ? limitOf(evidence).column : quantile(0.99);
    const count = context.structured.source.tokenCount + 1;
    this.fileWidths = Float32Array.of(
      Math.min(2, quantile(0.9) / 100), Math.min(2, quantile(0.97) / 100), Math.min(2, this.widest / 100),
      // One line of data must not drown everything else.
      Math.min(2, quantile(1) / 200),
      Math.min(1, count / 20000), Math.min(1, count / 500),
    );
    if (isUnknown) {
      this.damage.fill(0);
      this.fileWidths.fill(0, 0, 4);
    }
    const { project } = evidence;
    this.fileBroken = cumulate(evidence.file.brokenWidths, true);
    this.fileFlat = cumulate(evidence.file.flatWidths, false);
    this.projectBroken = project ? cumulate(project.brokenWidths, true) : new Float32Array(WIDTH_BUCKETS);
    this.projectFlat = project ? cumulate(project.flatWidths, false) : new Float32Array(WIDTH_BUCKETS);
  }

  describe(i: number, row: RowWriter): void {
    const { context, layout } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    row.putAll(features.fileWidths, this.fileWidths);
    row.putAll(features.damage, this.damage);
    if (i === 0 || i >= source.tokenCount) return;
    const before = Math.max(0, structure.previousCode[i - 1]);
    const isStatement = standsBetweenLines(structure.role[i]);
    const line = isStatement && structure.nextCode[i] < source.tokenCount ? structure.nextCode[i] : before;
    const endFlat = flatLineEnd(context, layout, line);
    row.set(features.endFlat, widthBucket(endFlat));
    this.putWidth(row, 0, endFlat);
    this.putLimits(row, FLAT, endFlat);
    if (isStatement) return;
    const first = context.lineFirst[before];
    this.putWidth(row, 1, visualWidth(layout.blocks.indent[structure.blockNode[first]] ?? ''));
    this.putWidth(row, 2, context.flatStart[i] - context.flatStart[first]);
    this.putWidth(row, 3, context.flatEnd[context.lineLast[before]] - context.flatStart[i]);
    const open = structure.openBracket[i];
    if (open < 0 && structure.partner[i] > i) {
      this.putWidth(row, 4, context.flatEnd[structure.partner[i]] - context.flatStart[i]);
    }
    const endGroup = open < 0 ? endFlat : this.groupEnd(i, open, row);
    const endElement = layout.columnBefore[i] + 1 + (open < 0 ? 0 : this.elementWidth(i, open, row));
    row.set(features.endGroup, widthBucket(endGroup));
    row.set(features.endElement, widthBucket(endElement));
    this.putLimits(row, GROUP, endGroup);
    this.putLimits(row, ELEMENT, endElement);
  }

  /**
   * Where the bracket would end on its opener's line as it starts in the input, with the whole group and what clings to
   * it.
   */
  private groupEnd(i: number, open: number, row: RowWriter): number {
    const { context, layout } = this.file;
    const { structure } = context.structured;
    const { flatStart, flatEnd } = context;
    const close = structure.partner[open];
    const group = flatEnd[close] - flatStart[open];
    const lead = visualWidth(layout.walker.lineIndent[open]);
    const openColumn = layout.walker.column[open];
    this.putWidth(row, 4, group);
    this.putWidth(row, 6, lead);
    this.putWidth(row, 7, openColumn);
    this.putWidth(row, 8, lead + layout.unit.length + group - 2);
    this.putWidth(row, 9, flatEnd[close] - flatStart[i]);
    const outer = structure.openBracket[open];
    if (outer >= 0) this.putWidth(row, 10, flatEnd[structure.partner[outer]] - flatStart[outer]);
    this.putWidth(row, 11, flatStart[i] - flatStart[open]);
    return openColumn + group + this.clinging(close);
  }

  /** Width of what is left of the element that the gap stands before. */
  private elementWidth(i: number, open: number, row: RowWriter): number {
    const { context } = this.file;
    const end = context.elementEnd[i] < 0 ? context.structured.structure.partner[open] : context.elementEnd[i];
    const width = context.flatEnd[end] - context.flatStart[i];
    this.putWidth(row, 5, width);
    return width;
  }

  private putWidth(row: RowWriter, k: number, width: number): void {
    row.put(this.features.widths, k, Math.max(-2, Math.min(2.5, width / 80)));
  }

  /** Width of closers, commas and colons that follow a closing bracket directly. */
  private clinging(close: number): number {
    const { source } = this.file.context.structured;
    let width = 0;
    for (let t = close + 1; t < source.tokenCount && t < close + 4; t++) {
      const kind = source.kind[t];
      if (!isCloser(kind) && kind !== COMMA && kind !== COLON) break;
      width++;
    }
    return width;
  }

  /** How a column compares with usual limits, and with what the file and project left flat or broke. */
  private putLimits(row: RowWriter, which: number, column: number): void {
    const { features } = this;
    const at = which * LIMITS_OF_COLUMN;
    row.put(features.limits, at, this.widest > 0 ? nearness(this.widest, column) : 0);
    for (let k = 0; k < USUAL_LIMITS.length; k++) {
      row.put(features.limits, at + 1 + k, nearness(USUAL_LIMITS[k], column));
    }
    const bucket = widthBucket(column);
    const evidenceAt = which * EVIDENCE_OF_COLUMN;
    row.put(features.evidence, evidenceAt, this.fileFlat[bucket]);
    row.put(features.evidence, evidenceAt + 1, this.fileBroken[bucket]);
    row.put(features.evidence, evidenceAt + 2, this.projectFlat[bucket]);
    row.put(features.evidence, evidenceAt + 3, this.projectBroken[bucket]);
  }
}

const nearness = (limit: number, column: number): number => Math.max(-1, Math.min(1, (limit - column) / 15));

export const widthFeatures = featureGroup(declare, WidthsFiller);
