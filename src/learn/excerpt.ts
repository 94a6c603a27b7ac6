import type { TokenizedSource } from '../tokenize/index.js';

/** Stretches of consecutive statements that an excerpt is made of, from all over the file. */
const STRETCHES = 8;

/**
 * A shorter source in the layout of a long one: whole statements of its outermost level, with the comments and blank
 * lines after them, of at most so many tokens. Empty where every statement has more. The same source gives the same
 * excerpt.
 */
export function excerptOf(source: TokenizedSource, mostTokens: number): string {
  const first = statementsOnLines(source);
  const count = first.length;
  const endOf = (k: number): number => (k + 1 < count ? first[k + 1] : source.tokenCount);
  const parts: string[] = [];
  let left = 0;
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    // What a stretch does not use is for those after it.
    left += mostTokens / STRETCHES;
    let isBegun = false;
    for (let k = borderOf(stretch, count); k < borderOf(stretch + 1, count); k++) {
      const tokens = endOf(k) - first[k];
      if (tokens > left) {
        if (isBegun) break;
        continue;
      }
      isBegun = true;
      left -= tokens;
      parts.push(source.text.slice(source.start[first[k]], k + 1 < count ? source.start[first[k + 1]] : undefined));
    }
  }
  return parts.join('');
}

/** Before which statement a stretch begins. */
const borderOf = (stretch: number, count: number): number => Math.floor((stretch * count) / STRETCHES);

/** First tokens of the outermost statements that begin a line. */
function statementsOnLines({ tree, start, text }: TokenizedSource): number[] {
  const first: number[] = [];
  for (let node = 1; node < tree.nodeCount; node++) {
    if (tree.parent[node] !== 0) continue;
    const token = tree.firstToken[node];
    const isOnLine = start[token] === 0 || text[start[token] - 1] === '\n';
    if (isOnLine && token > (first.at(-1) ?? -1)) first.push(token);
  }
  return first;
}
