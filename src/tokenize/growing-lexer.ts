import { LEXICAL_FORESIGHT, lexPython, type LexicalCheckpoint, type LexicalStream } from './lexical-stream.js';

/** Splits one text after another, as `lexPython` does. */
export type GrowingLexer = (text: string) => LexicalStream;

interface SplitText {
  readonly text: string;
  readonly stream: LexicalStream;
  readonly checkpoints: readonly LexicalCheckpoint[];
}

/**
 * A lexer for texts that have their beginnings in common, such as one that is being typed: what a text has in common
 * with the one before is not read again.
 *
 * @param options.comments keep comments as tokens
 */
export function createGrowingLexer(options: { readonly comments?: boolean } = {}): GrowingLexer {
  let last: SplitText | null = null;
  return (text) => {
    if (last?.text === text) return last.stream;
    const checkpoints: LexicalCheckpoint[] = [];
    if (last !== null) {
      const settled = commonLength(last.text, text) - LEXICAL_FORESIGHT;
      for (const checkpoint of last.checkpoints) {
        if (checkpoint.at > settled) break;
        checkpoints.push(checkpoint);
      }
    }
    // Resuming notes it once more.
    const from = checkpoints.pop();
    const resumption = from === undefined ? null : { from, tokens: last!.stream.tokens };
    const stream = lexPython(text, { ...options, checkpoints, resumption });
    last = { text, stream, checkpoints };
    return stream;
  };
}

/** UTF-16 units that two texts have in common from their start. */
function commonLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  // Comparing slices is a hundred times as fast as comparing units.
  let [equal, unequal] = [0, most + 1];
  while (unequal - equal > 1) {
    const half = (equal + unequal) >> 1;
    if (one.slice(equal, half) === other.slice(equal, half)) equal = half;
    else unequal = half;
  }
  return equal;
}
