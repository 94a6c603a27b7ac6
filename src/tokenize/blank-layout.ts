/** A source whose layout inside logical lines is blanked; every offset stays what it was. */
export interface BlankedSource {
  readonly text: string;
  /** Start and end of each comment, in order. */
  readonly comments: readonly (readonly [number, number])[];
  /** Start and end of every stretch that was blanked, comments included, in order. */
  readonly blanks: readonly (readonly [number, number])[];
}

/**
 * Replaces comments, line breaks inside brackets and backslash continuations by as many
 * spaces: nothing that means anything to Python, but tree-sitter trips over some of it (an
 * unindented comment under a decorator, an unindented line after an open bracket). Null when
 * the source does not read as strings, comments and matching brackets.
 *
 * Limits: an f-string that holds its own quotes reads as several strings, so whoever uses
 * this has to check that no token covers a blank.
 */
export function blankLayout(text: string): BlankedSource | null {
  const parts: string[] = [];
  const comments: [number, number][] = [];
  const blanks: [number, number][] = [];
  let copied = 0;
  let depth = 0;
  /** False until the logical line shows its first token: a backslash before it is indentation. */
  let lineHasCode = false;
  const blank = (from: number, to: number): void => {
    parts.push(text.slice(copied, from), ' '.repeat(to - from));
    blanks.push([from, to]);
    copied = to;
  };

  for (let at = 0; at < text.length;) {
    const c = text[at];
    if (c === '#') {
      const end = lineEndFrom(text, at);
      comments.push([at, end]);
      blank(at, end);
      at = end;
    } else if (c === '"' || c === "'") {
      const end = stringEnd(text, at);
      if (end < 0) return null;
      lineHasCode = true;
      at = end;
    } else if (c === '\n' || c === '\r') {
      if (depth > 0) blank(at, at + 1);
      else lineHasCode = false;
      at++;
    } else if (c === '\\') {
      const end = at + (text.startsWith('\r\n', at + 1) ? 3 : 2);
      if (text[at + 1] !== '\n' && text[at + 1] !== '\r') return null;
      if (lineHasCode || depth > 0) blank(at, end);
      at = end;
    } else {
      if (c === '(' || c === '[' || c === '{') depth++;
      else if ((c === ')' || c === ']' || c === '}') && --depth < 0) return null;
      if (c !== ' ' && c !== '\t' && c !== '\f') lineHasCode = true;
      at++;
    }
  }
  parts.push(text.slice(copied));
  return depth === 0 ? { text: parts.join(''), comments, blanks } : null;
}

function lineEndFrom(text: string, at: number): number {
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

/** Offset behind the string that opens at `at`; -1 when it does not end. */
function stringEnd(text: string, at: number): number {
  const quote = text[at];
  const isTriple = text[at + 1] === quote && text[at + 2] === quote;
  for (let i = at + (isTriple ? 3 : 1); i < text.length; i++) {
    if (text[i] === '\\') i += text.startsWith('\r\n', i + 1) ? 2 : 1;
    else if (text[i] === quote && !isTriple) return i + 1;
    else if (text[i] === quote && text[i + 1] === quote && text[i + 2] === quote) return i + 3;
    else if (!isTriple && (text[i] === '\n' || text[i] === '\r')) return -1;
  }
  return -1;
}
