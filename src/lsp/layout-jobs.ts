import type { SettledSource } from '../library/project-layout.js';
import type { LineRange } from '../shared/line-ranges.js';
import type { LayoutEdit } from './layout-edits.js';

/** A text, and what it is laid out by. */
export interface LayoutSource extends SettledSource {
  /** A cell of a notebook, which ends without a line end. */
  readonly isCell: boolean;
}

/** What is asked about it. Lines count from 1, offsets are UTF-16 units. */
export type LayoutTask =
  | { readonly kind: 'format'; readonly lines?: readonly LineRange[]; readonly restyle?: boolean }
  | { readonly kind: 'format-typed'; readonly line: number }
  | { readonly kind: 'check' }
  /** Of the deviations that `check` lists, by their number. */
  | { readonly kind: 'fix'; readonly deviation: number }
  | { readonly kind: 'hover'; readonly offset: number }
  | { readonly kind: 'explain'; readonly lines: LineRange }
  | { readonly kind: 'status' };

export interface LayoutJob {
  readonly source: LayoutSource;
  readonly task: LayoutTask;
}

/** A gap that formatting would change. */
export interface FoundDeviation {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** What `Deviation.confidence` is. */
  readonly confidence: number;
}

export type ProfileState = 'none' | 'found' | 'unusable';

/** The answer to a task of the same kind; `left-out` for a file that the project excludes. */
export type LayoutAnswer =
  | { readonly kind: 'edits'; readonly edits: readonly LayoutEdit[] }
  | { readonly kind: 'deviations'; readonly deviations: readonly FoundDeviation[] }
  | { readonly kind: 'words'; readonly words: string | null; readonly start: number; readonly end: number }
  | {
    readonly kind: 'status';
    readonly state: ProfileState;
    readonly path: string | null;
    readonly message: string | null;
  }
  | { readonly kind: 'left-out' };
