import type { EditClass } from './edit-classes.js';

/** One gap that formatting would change. Plain data, so that it can cross threads. */
export interface Deviation {
  /** Index of the gap: it lies before the token of the same index. */
  readonly gap: number;
  /**
   * Where it shows in the input, from 1, columns in characters (code points): the token that is out of
   * place where only blank lines or its indentation are wrong, else where the gap begins.
   */
  readonly line: number;
  readonly column: number;
  /** Where the gap ends. */
  readonly endLine: number;
  readonly endColumn: number;
  /** Today's text and the proposed one, with LF line ends. */
  readonly before: string;
  readonly after: string;
  readonly edit: EditClass;
  /** What the model gives to the proposed text. */
  readonly probability: number;
  /** The same as a share of what it gives to the proposed and today's text together; what thresholds speak of. */
  readonly confidence: number;
  /** Such as "expected 1 space, found 2". */
  readonly message: string;
}
