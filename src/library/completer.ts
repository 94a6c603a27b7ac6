import type { CompletionRequest, Suggestion } from '../complete/suggestion.js';
import type { NamedSource } from '../shared/named-source.js';

export interface CompleterOptions {
  /** Other sources of the project, those that matter most last; what is too much is left out at the front, unread. */
  readonly project?: readonly NamedSource[];
  /**
   * The profile that lines are laid out by; null for none. Where it is not given, the nearest one above each source.
   */
  readonly profilePath?: string | null;
  /** Caches to use instead of the built-in ones. */
  readonly cachesPath?: string;
  /** Network to use instead of the built-in one; null for none. */
  readonly networkPath?: string | null;
}

/** Finishes lines of the sources of one project. */
export interface Completer {
  /**
   * Suggestions for the cursor's line, best first; none in comments and strings. What a source had in common with the
   * one that was asked about before under the same path is not read again, so that a keystroke costs little.
   * Requests are answered one after the other.
   *
   * @throws RangeError when the cursor is outside the text
   * @throws BadOptionError for a request that cannot be
   */
  complete(request: CompletionRequest): Promise<readonly Suggestion[]>;
}
