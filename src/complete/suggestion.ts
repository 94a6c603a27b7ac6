import type { Abortable } from '../shared/abortable.js';

/** Where a suggestion comes from: the network, the open file, the project's other files, or other people's code. */
export type SuggestionSource = 'network' | 'file' | 'project' | 'corpus';

/** Offsets count UTF-16 units, as JavaScript's strings do; only the command line counts code points. */
export interface Suggestion {
  /** What to put at the cursor, up to the line's end. */
  readonly text: string;
  /** The text between these UTF-16 offsets is replaced: nothing, as a rule. */
  readonly range: { readonly start: number; readonly end: number };
  /** Calibrated: of suggestions with .7, seven in ten are what the author would write. */
  readonly confidence: number;
  /** Where most of it comes from. */
  readonly source: SuggestionSource;
}

export interface CompletionRequest {
  readonly text: string;
  /** The file's absolute path, where it has one: what the project knows of it is passed over. */
  readonly path?: string;
  /** Cursor, in UTF-16 units from the text's start. */
  readonly offset: number;
  /** Suggestions at most. */
  readonly count?: number;
  /** Tokens of a suggestion at most. */
  readonly maxTokens?: number;
  /** Suggestions less sure than this are not made. */
  readonly minConfidence?: number;
  /** 0 searches for the likeliest lines; above, lines are drawn. */
  readonly temperature?: number;
  readonly seed?: number;
  /** Aborting ends the search; the promise then gives no suggestions. */
  readonly signal?: Abortable;
}
