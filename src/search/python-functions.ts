import {
  COLON, COMMENT, IDENTIFIER, LINE_END, lexPython, STRING, type LexicalToken,
} from '../tokenize/index.js';

/** One function of a source. */
export interface PythonFunction {
  readonly name: string;
  /** Names of the classes and functions around it, outermost first, joined by dots; '' at the top of a file. */
  readonly owner: string;
  /** Of `def`, from 1. */
  readonly line: number;
  /** UTF-16 offsets: from `def` (or `async`), or from the first decorator's `@`, to the end of the last statement. */
  readonly start: number;
  readonly end: number;
  /** What the string at the top of its body holds, without quotes, as it is written; null without one. */
  readonly docstring: string | null;
  /** Offsets of that string; both 0 without one. */
  readonly docstringStart: number;
  readonly docstringEnd: number;
  /** Tokens from `def` to the end, comments included, the docstring left out. */
  readonly tokens: readonly LexicalToken[];
}

/**
 * Finds the functions of a source, nested ones included, in the order of their `def`. Text that does not parse gives
 * what can be seen of it: the lexer refuses nothing.
 */
export function pythonFunctions(text: string): PythonFunction[] {
  const { tokens } = lexPython(text, { comments: true });
  const functions: PythonFunction[] = [];
  const owners: { readonly name: string; readonly end: number }[] = [];
  let line = 1;
  let lineAt = 0;
  let decorator = -1;
  for (let k = 0; k < tokens.length; k++) {
    const token = tokens[k]!;
    if (!token.startsStatement || token.kind === COMMENT) continue;
    if (token.text === '@') {
      if (decorator < 0) decorator = token.start;
      continue;
    }
    const head = token.text === 'async' ? k + 1 : k;
    const word = tokens[head]?.text;
    const name = tokens[head + 1];
    if ((word !== 'def' && word !== 'class') || name?.kind !== IDENTIFIER) {
      decorator = -1;
      continue;
    }
    const last = endOfBlock(tokens, k);
    while (owners.length > 0 && owners[owners.length - 1]!.end <= k) owners.pop();
    if (word === 'def') {
      for (; lineAt < token.start; lineAt++) if (text.charCodeAt(lineAt) === 10) line++;
      const doc = docstringAt(tokens, head, last);
      const own = tokens.slice(k, last);
      // With the end of its line.
      if (doc >= 0) own.splice(doc - k, tokens[doc + 1]?.kind === LINE_END ? 2 : 1);
      const string = doc < 0 ? null : tokens[doc]!;
      functions.push({
        name: name.text, owner: owners.map((owner) => owner.name).join('.'), line,
        start: decorator < 0 ? token.start : decorator, end: own[own.length - 1]?.end ?? token.end,
        docstring: string === null ? null : contentOf(string.text),
        docstringStart: string?.start ?? 0, docstringEnd: string?.end ?? 0, tokens: own,
      });
    }
    owners.push({ name: name.text, end: last });
    decorator = -1;
  }
  return functions;
}

/** Index behind the last token of the block that a header begins, trailing line ends and comments left out. */
function endOfBlock(tokens: readonly LexicalToken[], header: number): number {
  const depth = tokens[header]!.blockDepth;
  let at = header + 1;
  let last = at;
  for (; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === LINE_END || token.kind === COMMENT) continue;
    if (token.startsStatement && token.blockDepth <= depth) break;
    last = at + 1;
  }
  return last;
}

/** Index of the docstring of the function whose `def` is at `head`; -1 without one. */
function docstringAt(tokens: readonly LexicalToken[], head: number, last: number): number {
  const { bracketDepth } = tokens[head]!;
  let at = head + 2;
  // The colon that ends the header stands outside of all brackets, those of annotations included.
  while (at < last && !(tokens[at]!.kind === COLON && tokens[at]!.bracketDepth === bracketDepth)) at++;
  for (at++; at < last; at++) {
    const { kind, text } = tokens[at]!;
    if (kind === LINE_END || kind === COMMENT) continue;
    const next = tokens[at + 1]?.kind;
    // An f-string or bytes are no documentation, nor is a string that is part of a longer expression.
    const isAlone = at + 1 >= last || next === LINE_END || next === COMMENT || tokens[at + 1]!.text === ';';
    return kind === STRING && isAlone && /^[rRuU]?["']/.test(text) ? at : -1;
  }
  return -1;
}

const STRING_TEXT = /^[rRuU]?("""|'''|"|')([^]*)$/;

function contentOf(string: string): string {
  const [, quote, rest] = STRING_TEXT.exec(string)!;
  return rest!.endsWith(quote!) ? rest!.slice(0, -quote!.length) : rest!;
}
