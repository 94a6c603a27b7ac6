import type { LineRange } from '../shared/line-ranges.js';
import type { Deviation } from './deviation.js';
import type { OtherStyle } from './style-difference.js';

/** What a formatter decides by. */
export interface FormatterOptions {
  /** Model file instead of the built-in one. */
  readonly modelPath?: string;
  /** Least probability of every edit. */
  readonly confidence?: number;
  /** The project's profile; null for none. Where it is not given, the nearest one above each source. */
  readonly profilePath?: string | null;
  /** Whether sources are laid out anew where a request does not say, see `FormatRequest`. */
  readonly restyle?: boolean;
  /** False: no `.editorconfig` is read, which otherwise sources without profile go by where they show no habit. */
  readonly editorconfig?: boolean;
}

export interface FormatResult {
  readonly text: string;
  readonly changed: boolean;
  /** Gaps of the file, and those whose text changed. */
  readonly gaps: number;
  readonly gapsChanged: number;
  /** Passes until nothing changed any more. */
  readonly passes: number;
  /** Statements left as they were because a proof failed. */
  readonly reverted: number;
  /** First lines, from 1, of the statements that the grammar does not know; they were left as they are. */
  readonly notUnderstood: readonly number[];
  /** How the source follows another style than its project, where a profile shows that it does. */
  readonly otherStyle?: OtherStyle;
  /** What the source does throughout and other projects do not, in words; without a profile it is left so. */
  readonly habits?: readonly string[];
  /** Each changed gap, in source order; where they were asked for. */
  readonly deviations?: readonly Deviation[];
}

/** What to do with one source. */
export interface FormatRequest {
  /**
   * Where the source lies, or would lie: the nearest profile above it counts, and messages name it; without a
   * path no profile is looked for.
   */
  readonly path?: string;
  /** Only logical lines that touch these lines may change; all, where not given. */
  readonly lines?: readonly LineRange[];
  /** List the changed gaps too. */
  readonly deviations?: boolean;
  /**
   * Ascending UTF-16 offsets at which parts meet that were written apart, such as cells of a notebook, each behind the
   * whitespace between two of them: that stays as it is and is no evidence, and `# fmt: off` does not reach beyond.
   */
  readonly seams?: readonly number[];
  /** Lay out anew as the project does: the input's layout is no evidence, but for blank lines and comments' places. */
  readonly restyle?: boolean;
}

/** A model and the grammar, loaded: what it does with a source it does at once. */
export interface Formatter {
  /**
   * Restores the layout of one source.
   *
   * @param text without a byte order mark, any line endings
   * @throws SyntaxRefusedError when it is certainly no Python: brackets, strings, indentation or blocks
   *   are not in order, or most of it is not understood
   * @throws NoProfileError where it is to be laid out anew and no profile is found for it
   * @throws BadOptionError for something else than a string, and for options that do not exist or cannot be
   */
  format(text: string, options?: FormatRequest): FormatResult;
  /**
   * The gaps of one source that formatting would change, in their order; none where it is well laid out.
   *
   * @throws as `format`
   */
  check(text: string, options?: Omit<FormatRequest, 'deviations'>): readonly Deviation[];
}
