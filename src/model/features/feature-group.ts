import type { FeatureSpec } from '../feature-spec.js';
import type { ObservedLayout } from '../observed-layout.js';
import type { SourceContext } from '../source-context.js';
import type { StyleCounts } from '../style-counts.js';
import type { FileArrays } from './file-fields.js';
import type { RowWriter } from './row-writer.js';

/** Statistics that the features compare a gap with. */
export interface StyleEvidence {
  /** Counts of the file's own input layout. */
  readonly file: StyleCounts;
  /** Counts of other files of the project; null when nothing is known of it. */
  readonly project: StyleCounts | null;
  /** The column that lines are kept within where neither shows one; null or missing where nothing says so. */
  readonly assumedLimit?: number | null;
}

/** The layout of one file, as every group of features sees it. */
export interface DescribedFile {
  readonly context: SourceContext;
  readonly layout: ObservedLayout;
  readonly evidence: StyleEvidence;
  /** Per gap a decision or UNDECIDED; null when nothing is decided yet. */
  readonly decisions: Uint8Array | null;
  /** Gaps of which the project decides; null where the file decides everywhere. */
  readonly foreign: HiddenGaps | null;
  /** The layout whose blank lines and comments are seen: that of the input, also where `layout` is an assumed one. */
  readonly lines: ObservedLayout;
}

/** Gaps of which the project decides: what the input holds there is no evidence. */
export interface HiddenGaps {
  /** Per gap: 1 where its layout is hidden. */
  readonly hidden: Uint8Array;
  /** The layout as it was given: blank lines and places of comments are seen in hidden gaps, too. */
  readonly input: ObservedLayout;
}

/** True for a gap whose layout in the input is no evidence. */
export const isHidden = ({ foreign }: DescribedFile, i: number): boolean => foreign !== null && foreign.hidden[i] === 1;

/** True where that holds for all gaps of the file. */
export const isAllHidden = ({ foreign }: DescribedFile): boolean => foreign !== null && !foreign.hidden.includes(0);

/** Fills in the features of one group for the gaps of one file. */
export interface GroupFiller {
  /** Writes the group's features of gap `i` into the row at hand, whose slots are all -1 and whose numbers 0. */
  describe(i: number, row: RowWriter): void;
}

/**
 * A group of features: declared once, then filled in file by file; in files that it says nothing of, by nobody.
 * `prepare` has run for all groups of a file before its first gap is described.
 */
export interface FeatureGroup {
  declare(spec: FeatureSpec): {
    /** Slots and runs of numbers by the names of the declaration. */
    readonly features: unknown;
    prepare(arrays: FileArrays): void;
    fillerOf(file: DescribedFile, arrays: FileArrays): GroupFiller | null;
  };
}

/**
 * A group that describes every gap. Its code is compiled twice, by TypeScript and into the kernel of features
 * (scripts/build-kernel.js), so it is written in the words of `views.ts`: functions of arrays, without closures.
 */
export function plainGroup<Features>(
  declare: (spec: FeatureSpec) => Features,
  describe: (features: Features, arrays: FileArrays, i: number, row: RowWriter) => void,
  prepare: (arrays: FileArrays) => void = () => undefined,
): FeatureGroup {
  return {
    declare(spec) {
      const features = declare(spec);
      return {
        features, prepare,
        fillerOf: (_, arrays) => ({ describe: (i, row) => describe(features, arrays, i, row) }),
      };
    },
  };
}

/** A group that is filled in only where the project decides of some gaps; the kernel knows nothing of it. */
export function hiddenGapsGroup<Features>(
  declare: (spec: FeatureSpec) => Features,
  Filler: new (features: Features, file: DescribedFile) => GroupFiller,
): FeatureGroup {
  return {
    declare(spec) {
      const features = declare(spec);
      return {
        features,
        prepare: () => undefined,
        fillerOf: (file) => (file.foreign === null ? null : new Filler(features, file)),
      };
    },
  };
}
