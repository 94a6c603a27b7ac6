/** A source and where it lies, or would lie. */
export interface NamedSource {
  /** Names it in messages; where it says what belongs together, as in a project, absolute. */
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
}
