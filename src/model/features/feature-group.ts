import { coarseClass } from '../coarse-class.js';
import type { FeatureSpec } from '../feature-spec.js';
import type { ObservedLayout } from '../observed-layout.js';
import type { SourceContext } from '../source-context.js';
import type { StyleCounts } from '../style-counts.js';
import type { RowWriter } from './row-writer.js';

/** Statistics that the features compare a gap with. */
export interface StyleEvidence {
  /** Counts of the file's own input layout. */
  readonly file: StyleCounts;
  /** Counts of other files of the project; null when nothing is known of it. */
  readonly project: StyleCounts | null;
}

/** The layout of one file, as every group of features sees it. */
export interface DescribedFile {
  readonly context: SourceContext;
  readonly layout: ObservedLayout;
  readonly evidence: StyleEvidence;
  /** Per gap a decision or UNDECIDED; null when nothing is decided yet. */
  readonly decisions: Uint8Array | null;
  /** Per gap: see `coarseClass`. */
  readonly coarse: Uint8Array;
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

/** Prepares what all groups share of a file. */
export function describedFile(file: Omit<DescribedFile, 'coarse' | 'lines'>): DescribedFile {
  const coarse = new Uint8Array(file.context.structured.source.tokenCount + 1);
  for (let i = 0; i < coarse.length; i++) coarse[i] = coarseClass(file.layout, i);
  return { ...file, coarse, lines: file.foreign?.input ?? file.layout };
}

/**
 * Fills in the features of one group for the gaps of one file; what the whole file shares it prepares when it is made.
 */
export interface GroupFiller {
  /** Writes the group's features of gap `i` into the row at hand, whose slots are all -1 and whose numbers 0. */
  describe(i: number, row: RowWriter): void;
}

/** A group of features: declared once, then filled in file by file; in files that it says nothing of, by nobody. */
export interface FeatureGroup {
  declare(spec: FeatureSpec): (file: DescribedFile) => GroupFiller | null;
}

/** A group whose filler is made from the features that `declare` declares. */
export function featureGroup<Features>(
  declare: (spec: FeatureSpec) => Features,
  Filler: new (features: Features, file: DescribedFile) => GroupFiller,
): FeatureGroup {
  return {
    declare(spec) {
      const features = declare(spec);
      return (file) => new Filler(features, file);
    },
  };
}

/** The same, filled in only where the project decides of some gaps: a file that decides everywhere is not asked. */
export function hiddenGapsGroup<Features>(...parts: Parameters<typeof featureGroup<Features>>): FeatureGroup {
  const group = featureGroup(...parts);
  return {
    declare(spec) {
      const fillerOf = group.declare(spec);
      return (file) => (file.foreign === null ? null : fillerOf(file));
    },
  };
}
