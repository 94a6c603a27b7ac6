import type { Suggestion } from '../complete/suggestion.js';

/** How may the line at a cursor go on? */
export interface CompletionJob {
  /** Where the source lies; null for one that belongs to no folder. */
  readonly path: string | null;
  readonly text: string;
  /** UTF-16 units. */
  readonly offset: number;
  readonly count: number;
  readonly minConfidence: number;
  /** What the editor says: a path, false for none, null for what the project says. */
  readonly profile: string | false | null;
}

export interface CompletionAnswer {
  readonly suggestions: readonly Suggestion[];
}
