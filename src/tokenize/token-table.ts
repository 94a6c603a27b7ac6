/**
 * What the tokenizer hands to the rest of nnfmt: flat arrays, because a file has tens
 * of thousands of tokens and every later step walks all of them.
 */

/** Inner nodes of the tree, in pre-order, without comments. Node 0 is the module. */
export interface SyntaxTree {
  readonly nodeCount: number;
  /** Index in NODE_KINDS. */
  readonly kind: Uint8Array;
  /** Parent node; -1 for the module. */
  readonly parent: Int32Array;
  /** First and last token of the node (indices of tokens, inclusive). */
  readonly firstToken: Int32Array;
  readonly lastToken: Int32Array;
  /** Position among the parent's children, and number of own children; comments not counted. */
  readonly childIndex: Int32Array;
  readonly childCount: Int32Array;
}

/** A source split into tokens and gaps. Gap `i` lies before token `i`; the last gap ends the file. */
export interface TokenizedSource {
  /** The source without a byte order mark and with LF line ends. */
  readonly text: string;
  readonly tokenCount: number;
  /** UTF-16 offsets into `text`. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Index in TOKEN_KINDS. */
  readonly kind: Uint8Array;
  /** Innermost node that holds the token; -1 for comments, which stand outside the tree. */
  readonly parent: Int32Array;
  /** Position among the parent's children; -1 for comments. */
  readonly childIndex: Int32Array;
  /** `tokenCount + 1` texts: whitespace and backslash continuations only, with LF line ends. */
  readonly gaps: readonly string[];
  /**
   * Tokens that are whole logical lines which the grammar does not know, in order: their text stays as
   * it is, whatever it means. See `opaque-lines.ts`.
   */
  readonly opaque: readonly number[];
  readonly tree: SyntaxTree;
}

/** Where tokens stand in a text: all that it takes to read them. */
export type PlacedTokens = Pick<TokenizedSource, 'text' | 'tokenCount' | 'start' | 'end'>;

/** Joins tokens with the given gaps; with the source's own gaps this is the source. */
export function joinGaps(source: PlacedTokens, gaps: readonly string[]): string {
  const parts: string[] = [];
  for (let i = 0; i < source.tokenCount; i++) {
    parts.push(gaps[i], source.text.slice(source.start[i], source.end[i]));
  }
  parts.push(gaps[source.tokenCount]);
  return parts.join('');
}

/** Text of token `i`. */
export const tokenText = (source: PlacedTokens, i: number): string =>
  source.text.slice(source.start[i], source.end[i]);
