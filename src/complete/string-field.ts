/** Where a cursor stands in the text of an f-string or template string: in the expression of a field, or elsewhere. */

/** An expression in braces that is open. */
export interface OpenField {
  /** Offset in the string's text, behind the brace. */
  readonly start: number;
  /** Brackets of the expression that are open. */
  readonly brackets: number;
}

/** How the text goes on behind the cursor. */
export interface FieldEnd {
  /** Length of what still belongs to the expression. */
  readonly length: number;
  /** A brace, a conversion or a format follows, so that nothing has to be closed. */
  readonly isClosed: boolean;
}

const OPENING = /^([A-Za-z]{1,2})("""|'''|"|')/u;

/**
 * The innermost open field at the end of a string that is cut there; null in the text between fields, in a format and
 * in a string within an expression.
 *
 * @param text the string from its prefix on
 */
export function openField(text: string): (OpenField & { readonly quote: string }) | null {
  const found = OPENING.exec(text);
  if (found === null || !/[fFtT]/u.test(found[1])) return null;
  const quote = found[2];
  const isRaw = /[rR]/u.test(found[1]);
  /** Of each open field: where it starts and its open brackets; -1 for those from the format on. */
  const fields: { start: number; brackets: number }[] = [];
  let at = found[0].length;
  while (at < text.length) {
    const field = fields[fields.length - 1];
    const c = text[at];
    if (field === undefined || field.brackets < 0) {
      if (c === '\\' &&
        !isRaw) at += text.startsWith('N{', at + 1) ? (text.slice(at).indexOf('}') + 1 || text.length) : 2;
      else if (c === '{' && field === undefined && text[at + 1] === '{') at += 2;
      else {
        at++;
        if (c === '{') fields.push({ start: at, brackets: 0 });
        else if (c === '}') fields.pop();
      }
      continue;
    }
    if (c === '"' || c === "'") {
      const inner = text.startsWith(c.repeat(3), at) ? c.repeat(3) : c;
      const end = text.indexOf(inner, at + inner.length);
      if (end < 0) return null;
      at = end + inner.length;
      continue;
    }
    at++;
    if ('([{'.includes(c)) field.brackets++;
    else if (c === '}' && field.brackets === 0) fields.pop();
    else if (')]}'.includes(c)) field.brackets--;
    else if (field.brackets === 0 && startsFormat(text, at - 1)) field.brackets = -1;
  }
  const last = fields[fields.length - 1];
  return last === undefined || last.brackets < 0 ? null : { ...last, quote };
}

/** Where the field ends in what stands behind the cursor on its line. */
export function fieldEnd(
  rest: string,
  { brackets, quote }: { readonly brackets: number; readonly quote: string },
): FieldEnd {
  let depth = brackets;
  for (let at = 0; at < rest.length; at++) {
    const c = rest[at];
    if (rest.startsWith(quote, at)) return { length: at, isClosed: false };
    if ('([{'.includes(c)) depth++;
    else if (depth === 0 && (c === '}' || startsFormat(rest, at))) return { length: at, isClosed: true };
    else if (')]}'.includes(c)) depth--;
  }
  return { length: rest.length, isClosed: false };
}

const startsFormat = (text: string, at: number): boolean =>
  text[at] === ':' || (text[at] === '!' && text[at + 1] !== '=');
