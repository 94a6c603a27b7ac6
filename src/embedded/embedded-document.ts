/** A piece of Python inside a file that is something else: a cell of a notebook, a block of a page. */
export interface EmbeddedSource {
  /** As people wrote it: without the quotes, prompts and indentation that the file around it asks for. */
  readonly text: string;
  /** As long as the text, with stand-ins for what is no Python, such as magics. */
  readonly program: string;
  /** The text of a layout of the program. */
  restore(layout: string): string;
  /** Its number among all cells of a notebook, from 1; null in a page. */
  readonly cell: number | null;
  /** The UTF-16 offset in the file at which an offset of the text stands. */
  outerOffset(offset: number): number;
}

/** A file that holds Python, read: it yields sources and takes new texts back. */
export interface EmbeddedDocument {
  /** In their order in the file. */
  readonly sources: readonly EmbeddedSource[];
  /**
   * The file with new texts in place of the sources', which differ from those in layout alone. What belongs to no
   * changed source stays as it is, to the byte.
   *
   * @param texts one a source, in their order
   * @throws NotEquivalentError where the file would not hold just these texts
   */
  replace(texts: readonly string[]): string;
}
