import { closerOf, isCloserWord, isOpenerWord } from './vocabulary.js';

/** Why a string does not end; `offset` is where CPython points. */
export interface StringFault {
  readonly offset: number;
  readonly reason: string;
}

const IS_PREFIX = /^(?:[rbuft]|br|rb|fr|rf|tr|rt|ur)$/i;

/** True for the letters that may stand before a string's quotes. */
export const isStringPrefix = (word: string): boolean => word.length <= 2 && IS_PREFIX.test(word);

/** Text nested deeper than this in f-strings is refused, as CPython does. */
const DEEPEST_FIELD = 100;

/**
 * Offset behind the string whose quotes open at `quoteAt`, read as CPython 3.12 and later do: a
 * field of an f-string is code, and may hold the quotes of its own string. Where that ends behind
 * the first matching quote, older versions find an open brace in the string and refuse the source, so
 * that only one reading is a program.
 *
 * @param prefix the letters before the quotes; '' for none
 */
export function scanString(text: string, quoteAt: number, prefix: string, nesting = 0): number | StringFault {
  const quote = text[quoteAt];
  const width = text[quoteAt + 1] === quote && text[quoteAt + 2] === quote ? 3 : 1;
  const fault: StringFault = {
    offset: quoteAt - prefix.length,
    reason: `unterminated ${width === 3 ? 'triple-quoted ' : ''}string literal`,
  };
  const letters = prefix.toLowerCase();
  const quotes = { quote: quote.repeat(width), isRaw: letters.includes('r'), nesting, fault };
  if (/[ft]/.test(letters)) return scanLiteral(text, quoteAt + width, quotes, false);
  for (let at = quoteAt + width; at < text.length; at++) {
    const c = text[at];
    if (c === '\\') at++;
    else if (c === quote && text.startsWith(quotes.quote, at)) return at + width;
    else if (width === 1 && isLineEnd(c)) return fault;
  }
  return fault;
}

interface Quotes {
  readonly quote: string;
  readonly isRaw: boolean;
  readonly nesting: number;
  readonly fault: StringFault;
}

/**
 * The literal part of an f-string from `at` on, fields included: offset behind the closing quotes,
 * or, in a format specification, of the brace that ends its field.
 */
function scanLiteral(text: string, from: number, quotes: Quotes, isSpecification: boolean): number | StringFault {
  const { quote, isRaw, fault } = quotes;
  for (let at = from; at < text.length;) {
    const c = text[at];
    if (c === quote[0] && text.startsWith(quote, at)) return isSpecification ? fault : at + quote.length;
    if (quote.length === 1 && isLineEnd(c)) return fault;
    if (c === '\\') {
      if (!isRaw && text.startsWith('N{', at + 1)) {
        const end = text.indexOf('}', at);
        if (end < 0) return fault;
        at = end + 1;
      } else if (text[at + 1] === '{' || text[at + 1] === '}') at++;
      else at += 2;
    } else if (c === '{') {
      if (text[at + 1] === '{' && !isSpecification) {
        at += 2;
        continue;
      }
      const end = scanField(text, at, quotes);
      if (typeof end !== 'number') return end;
      at = end;
    } else if (c === '}' && isSpecification) {
      return at;
    } else at++;
  }
  return fault;
}

/** A field from its opening brace on: offset behind the closing one. */
function scanField(text: string, open: number, quotes: Quotes): number | StringFault {
  if (quotes.nesting > DEEPEST_FIELD) return { offset: open, reason: 'f-string: expressions nested too deeply' };
  const inner = { ...quotes, nesting: quotes.nesting + 1 };
  const closers: string[] = [];
  let wordStart = -1;
  for (let at = open + 1; at < text.length;) {
    const c = text[at];
    const isWord = /[\w\u0080-\uffff]/.test(c);
    if (isWord && wordStart < 0) wordStart = at;
    if (c === '"' || c === "'") {
      const word = wordStart < 0 ? '' : text.slice(wordStart, at);
      const end = scanString(text, at, isStringPrefix(word) ? word : '', inner.nesting);
      if (typeof end !== 'number') return end;
      at = end;
    } else if (c === '#') {
      while (at < text.length && !isLineEnd(text[at])) at++;
    } else if (isOpenerWord(c)) {
      closers.push(closerOf(c)!);
      at++;
    } else if (isCloserWord(c)) {
      const expected = closers.pop();
      if (expected === undefined && c === '}') return at + 1;
      if (expected !== c) return { offset: at, reason: `f-string: unmatched '${c}'` };
      at++;
    } else if (closers.length === 0 && (c === ':' || (c === '!' && text[at + 1] !== '='))) {
      if (c === '!') {
        at++;
        continue;
      }
      const end = scanLiteral(text, at + 1, inner, true);
      return typeof end === 'number' ? end + 1 : end;
    } else at++;
    if (!isWord) wordStart = -1;
  }
  return quotes.fault;
}

const isLineEnd = (c: string | undefined): boolean => c === '\n';
