/**
 * Places that are completed as if the text stood otherwise: where the only thing that may come is known, it is put
 * there, and the field of an f-string is read as the expression that it is.
 */
import { LINE_END, STRING, lexPython } from '../tokenize/index.js';
import type { CursorPlace } from './open-document.js';
import { fieldEnd, openField } from './string-field.js';


/** The text around the cursor. */
export interface TextAtCursor {
  readonly prefix: string;
  /** From the cursor to the line's end. */
  readonly rest: string;
  readonly below: string;
}

export interface Detour extends TextAtCursor {
  /** What to put at the real cursor for a suggestion; null for one that does not fit there. */
  restore(suggestion: string): string | null;
}

/** The text to complete instead, or null where it may stay. */
export function detourAt(at: TextAtCursor, place: CursorPlace): Detour | null {
  if (place.inside === 'string') return detourToField(at, place);
  return at.rest.trim() === '' ? detourToBlock(at, place) : null;
}

/** What is missing before a statement: the indentation of a block whose header stands above, a `case`. */
function detourToBlock(
  { prefix, rest, below }: TextAtCursor,
  { typed, statement, missingIndent }: CursorPlace,
): Detour | null {
  let missing = typed === '' ? missingIndent ?? '' : '';
  if (statement?.isCaseDue === true && 'case'.startsWith(typed)) missing += `${'case'.slice(typed.length)} `;
  return missing === ''
    ? null
    : { prefix: prefix + missing, rest, below, restore: (suggestion) => missing + suggestion };
}

/** A call with one argument stands for a field's braces; where strings are joined, nothing but a bracket may. */
const [CALL, BRACKET] = ['str(', '('];

/** The expression of a field, in brackets that stand for its braces. */
function detourToField(
  { prefix, rest, below }: TextAtCursor,
  { text, insideStart, tokens }: CursorPlace,
): Detour | null {
  const start = prefix.length - text.length + insideStart;
  const field = openField(prefix.slice(start));
  if (field === null) return null;
  const { quote } = field;
  const end = fieldEnd(rest, field);
  const opening = tokens[tokens.length - 2]?.kind === STRING ? BRACKET : CALL;
  const expression = prefix.slice(start + field.start);
  const close = rest.indexOf(quote, end.length);
  const behind = end.isClosed ? `)${close < 0 ? '' : rest.slice(close + quote.length)}` : '';
  return {
    prefix: prefix.slice(0, start) + opening + expression,
    rest: rest.slice(0, end.length) + behind,
    below: quote.length === 3 && close < 0 ? below.slice((below.indexOf(quote) + quote.length) || 0) : below,
    restore: (suggestion) => fieldSuggestion(expression, suggestion, { quote, isClosed: end.isClosed }),
  };
}

/** What a field cannot hold, or not in every Python: its own quotes, backslashes, comments. */
const UNFIT = /[\\#\r\n]/u;

/**
 * A suggestion up to the bracket that stands for the field's braces, and the brace.
 *
 * @param expression what stands in the field already
 * @returns null where it says what only brackets allow
 */
function fieldSuggestion(
  expression: string,
  suggestion: string,
  field: { readonly quote: string; readonly isClosed: boolean },
): string | null {
  const { quote, isClosed } = field;
  const whole = `${BRACKET}${expression}${suggestion}`;
  const from = BRACKET.length + expression.length;
  let depth = 0;
  let end = whole.length;
  for (const { text, kind, start } of lexPython(whole).tokens) {
    if (kind === LINE_END) continue;
    if ('([{'.includes(text)) depth++;
    else if (')]}'.includes(text)) depth--;
    else if (depth === 1 && start >= from && ALONE.has(text)) return null;
    if (depth === 0) {
      end = start;
      break;
    }
  }
  const value = whole.slice(BRACKET.length, end).trim();
  const added = whole.slice(from, end);
  // A bracket that is still open goes on in the next line, a field does not.
  if (depth !== 0 && !isClosed) return null;
  if (value === '' || /^[{*]|,$/u.test(value) || UNFIT.test(added) || added.includes(quote[0])) return null;
  return isClosed ? added : `${added.trimEnd()}}`;
}

/** What would need brackets of its own, begin a format, or make a tuple that nobody wants. */
const ALONE = new Set([',', ':', ':=', 'for', 'lambda', '=', 'yield']);
