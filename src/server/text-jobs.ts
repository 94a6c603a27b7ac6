import type { PlacedDeviation } from '../embedded/index.js';
import type { Explanation } from '../format/explain-source.js';
import type { FormatResult } from '../format/formatter.js';
import type { LayoutSettings } from '../library/project-layout.js';
import type { ScoreFigures } from '../score/index.js';
import type { LineRange } from '../shared/line-ranges.js';

/** A source that a program hands over. Plain data, so that it can cross threads. */
export interface GivenSource {
  readonly text: string;
  /** How messages call it; its ending says what it is. */
  readonly name: string;
  /** Where it lies, or would lie: settings and profile above it count. Absolute; null for a source of no folder. */
  readonly path: string | null;
  readonly settings: LayoutSettings;
  /** A profile that came along, in place of one of the disk. */
  readonly profile?: Uint8Array;
}

/** What is asked about a source, or two. Lines count from 1. */
export type TextJob =
  | {
    readonly kind: 'format';
    readonly source: GivenSource;
    readonly lines?: readonly LineRange[];
    readonly restyle?: boolean;
    readonly deviations?: boolean;
  }
  | { readonly kind: 'explain'; readonly source: GivenSource; readonly gaps: 'changes' | 'all' | readonly LineRange[] }
  /** Without `right`, the other layout is what formatting makes of `left`. */
  | { readonly kind: 'score'; readonly left: GivenSource; readonly right: GivenSource | null }
  | { readonly kind: 'mutate'; readonly source: GivenSource; readonly rate: number; readonly seed: number };

/** What formatting made of a source. */
export type FormattedText = Omit<FormatResult, 'passes' | 'deviations'> & {
  readonly deviations?: readonly PlacedDeviation[];
};

/** The answer to a job of the same kind; `left-out` for a source that its project excludes. */
export type TextAnswer =
  | { readonly kind: 'format'; readonly result: FormattedText }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'explain'; readonly explanation: Explanation }
  | { readonly kind: 'score'; readonly figures: ScoreFigures }
  | { readonly kind: 'mutate'; readonly text: string };
