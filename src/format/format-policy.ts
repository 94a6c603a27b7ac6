import type { BoostedTrees } from '../model/boosted-trees.js';
import type { Predictor } from '../model/kernel/predictor.js';
import type { BracketHabits } from '../model/bracket-habits.js';
import type { StyleCounts } from '../model/style-counts.js';
import type { AssumedHabits } from '../options/editorconfig.js';
import type { Thresholds } from './confidence.js';

/** What formatting decides by: a network, how sure it has to be, and what is known of the project. */
export interface FormatPolicy {
  readonly predictor: GapPredictor;
  /** The network for gaps of which the project decides, loaded when it is asked for; without one, the same. */
  readonly restyling?: () => GapPredictor;
  /** Says how sure changes are; without it, the network's own share does. */
  readonly certainty?: BoostedTrees;
  /** In what `certainty` says, or without it in the network's share. */
  readonly thresholds: Thresholds;
  /** Least probability of every edit; null takes the thresholds. */
  readonly confidence: number | null;
  /** Layout of other files of the project, when a profile brings it. */
  readonly project: StyleCounts | null;
  /** How the project shapes its brackets, where a profile says it. */
  readonly brackets?: BracketHabits | null;
  /** What a block adds to the indentation in that project, where a profile says it. */
  readonly unit?: string | null;
  /** What most brackets add that break at once, where a profile says it. */
  readonly hang?: string | null;
  /** Of the gaps of the project's own files, the share that laying them out anew changes. */
  readonly drift?: number | null;
  /** What is assumed of a file that shows no habit of its own, where no profile is. */
  readonly assumed?: AssumedHabits | null;
}

/** The unit that a file has before its own blocks are counted: the project's, or an assumed one. */
export const presumedUnit = ({ unit, assumed }: FormatPolicy): string | null => unit ?? assumed?.unit ?? null;

/** All that formatting asks of a network. */
export type GapPredictor = Pick<Predictor, 'probabilities'> & Partial<Pick<Predictor, 'folded'>>;
