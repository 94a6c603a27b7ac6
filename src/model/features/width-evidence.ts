import { cumulate, damageOf } from '../file-evidence.js';
import { limitOf } from '../line-limit.js';
import { WIDTH_BUCKETS } from '../style-counts.js';
import { isAllHidden, type DescribedFile } from './feature-group.js';

/** Lines beyond an assumed limit from which on a file counts as one that has its own. */
const OWN_LIMIT_LINES = 3;

/** The assumed limit of lines, for a file that does not go beyond it as a habit; Infinity without one. */
function assumedWidest(limit: number | null, lineLengths: Int32Array): number {
  if (limit === null) return Infinity;
  return lineLengths.length >= OWN_LIMIT_LINES && lineLengths[lineLengths.length - OWN_LIMIT_LINES] > limit
    ? Infinity : limit;
}

/** What a file as a whole says of widths and damage: the same in every gap, but for the bucket of a width. */
export function widthEvidence(file: DescribedFile) {
  const { context, layout, evidence } = file;
  const damage = damageOf(context, layout);
  const { lineLengths } = file.lines;
  const assumed = assumedWidest(evidence.assumedLimit ?? null, lineLengths);
  const quantile = (q: number): number => lineLengths.length === 0
    ? 0
    : Math.min(assumed, lineLengths[Math.min(lineLengths.length - 1, Math.floor(q * lineLengths.length))]);
  const isUnknown = isAllHidden(file);
  const widest = isUnknown ? limitOf(evidence).column : assumed < Infinity ? assumed : quantile(0.99);
  const count = context.structured.source.tokenCount + 1;
  const fileWidths = Float32Array.of(
    Math.min(2, quantile(0.9) / 100), Math.min(2, quantile(0.97) / 100), Math.min(2, widest / 100),
    // One line of data must not drown everything else.
    Math.min(2, quantile(1) / 200),
    Math.min(1, count / 20000), Math.min(1, count / 500),
  );
  if (isUnknown) {
    damage.fill(0);
    fileWidths.fill(0, 0, 4);
  }
  const { project } = evidence;
  return {
    widest, damage, fileWidths,
    fileBroken: cumulate(evidence.file.brokenWidths, true),
    fileFlat: cumulate(evidence.file.flatWidths, false),
    projectBroken: project ? cumulate(project.brokenWidths, true) : new Float32Array(WIDTH_BUCKETS),
    projectFlat: project ? cumulate(project.flatWidths, false) : new Float32Array(WIDTH_BUCKETS),
  };
}
