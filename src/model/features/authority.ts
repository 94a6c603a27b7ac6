import { GapRole } from '../../tokenize/index.js';
import type { FeatureSpec } from '../feature-spec.js';
import { hiddenGapsGroup, isHidden, type DescribedFile, type GroupFiller } from './feature-group.js';
import { mayHoldBlankLines } from './buckets.js';
import type { RowWriter } from './row-writer.js';

/** Whose layout counts for the gap; and where it is the project's, what is seen of the input all the same. */
const declare = (spec: FeatureSpec) => ({
  authority: spec.slot('authority', 2),
  /** Line breaks of a gap that may hold blank lines: whether a suite stands on its header's line is not among them. */
  lines: spec.slot('foreignLines', 6),
  backslash: spec.slot('foreignBackslash', 2),
});

class AuthorityFiller implements GroupFiller {
  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {}

  describe(i: number, row: RowWriter): void {
    const { features } = this;
    const isOfProject = isHidden(this.file, i);
    row.set(features.authority, isOfProject ? 1 : 0);
    if (!isOfProject) return;
    const { lines, context } = this.file;
    const role = context.structured.structure.role[i];
    if (mayHoldBlankLines(role)) row.set(features.lines, Math.min(5, Math.max(1, lines.lineBreaks[i])));
    else if (role === (GapRole.Line as number)) row.set(features.backslash, lines.gaps[i].includes('\\') ? 1 : 0);
  }
}

export const authorityFeatures = hiddenGapsGroup(declare, AuthorityFiller);
