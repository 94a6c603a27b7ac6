import type { FeatureSpec } from '../feature-spec.js';
import { COUNT_FAMILIES, FAMILY_COUNT, allContextRows, rowOf } from '../count-contexts.js';
import { outcomeAt } from '../count-layout.js';
import { NOT_COUNTED } from '../count-outcomes.js';
import { describedSize } from '../style-counts.js';
import { featureGroup, isHidden, type DescribedFile, type GroupFiller } from './feature-group.js';
import type { RowWriter } from './row-writer.js';

const familySizes = COUNT_FAMILIES.map((_, family) => describedSize(family));
const countsSize = familySizes.reduce((sum, size) => sum + size, 0);

/** What file and project do in the contexts that the gap is in, and whether a project is known. */
const declare = (spec: FeatureSpec) => ({
  file: spec.numbers('fileCounts', countsSize),
  project: spec.numbers('projectCounts', countsSize),
  hasProject: spec.numbers('hasProject', 1),
});

class CountsFiller implements GroupFiller {
  /** `[gaps, families]`, see `allContextRows`. */
  private readonly rows: Int16Array;

  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {
    this.rows = allContextRows(file.context);
  }

  describe(i: number, row: RowWriter): void {
    const { context: { structured }, layout, evidence } = this.file;
    const open = structured.structure.openBracket[i] ?? -1;
    // What is hidden was not counted either.
    const isCounted = !isHidden(this.file, i);
    const { file, project } = evidence;
    const { features } = this;
    if (project) row.put(features.hasProject, 0, 1);
    const out = row.batchNumbers;
    let at = row.startOf(features.file);
    let projectAt = row.startOf(features.project);
    for (let family = 0; family < FAMILY_COUNT; family++) {
      const context = rowOf(this.rows, i, family);
      if (context >= 0) {
        file.describe(family, context, isCounted ? outcomeAt(layout, family, i, open) : NOT_COUNTED, out, at);
        if (project) project.describe(family, context, NOT_COUNTED, out, projectAt);
      }
      at += familySizes[family];
      projectAt += familySizes[family];
    }
  }
}

export const countFeatures = featureGroup(declare, CountsFiller);
