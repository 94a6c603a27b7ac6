import { countSignificant, skipSignificant } from '../shared/significant-characters.js';

/** A part of a joined program: where its characters stand there, and in its own text. */
interface JoinedPart {
  /** Index among the joined texts. */
  readonly index: number;
  /** In the program, without the whitespace around it; the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** How far it stands into its own text. */
  readonly lead: number;
}

/** Programs as one, so that what is counted of one of them speaks about all. */
export interface JoinedProgram {
  readonly text: string;
  /** Where the parts meet, see `FormatRequest`. */
  readonly seams: readonly number[];
  readonly parts: readonly JoinedPart[];
}

/** As many lines as mostly stand between statements of a module, and around definitions. */
const BETWEEN = '\n\n';
const AROUND_DEFINITIONS = '\n\n\n';
const DEFINITION = /^(?:def|class|async|@)/u;

/** Joins texts, without the whitespace around them; those that hold nothing else are left out. */
export function joinPrograms(texts: readonly string[]): JoinedProgram {
  let text = '';
  const seams: number[] = [];
  const parts: JoinedPart[] = [];
  texts.forEach((whole, index) => {
    const core = trimmed(whole);
    if (core === '') return;
    if (text !== '') {
      const isDefinition = DEFINITION.test(core) || /(?:^|\n)[ \t]+\S.*$/u.test(text.slice(-500));
      text += isDefinition ? AROUND_DEFINITIONS : BETWEEN;
      seams.push(text.length);
    }
    const start = text.length;
    text += core;
    parts.push({ index, start, end: text.length, lead: whole.indexOf(core) });
  });
  return { text, seams, parts };
}

/**
 * The texts of the parts in another layout of the joined program, with the whitespace that was around each.
 *
 * @param after what formatting made of `joined.text`
 * @returns one a joined text; null where the layout does not fall into parts, which would be a fault of formatting
 */
export function splitProgram(joined: JoinedProgram, after: string, texts: readonly string[]): string[] | null {
  const result = [...texts];
  let from = 0;
  for (const [k, { index, start, end, lead }] of joined.parts.entries()) {
    const own = joined.text.slice(start, end);
    let to = skipSignificant(after, from, countSignificant(own, own.length));
    if (to < 0) return null;
    const isLast = k === joined.parts.length - 1;
    // A comment may end with a backslash, which is not counted.
    to = isLast ? trimmed(after).length : endOfLine(after, to);
    const whole = texts[index]!;
    result[index] = whole.slice(0, lead) + after.slice(from, to) + whole.slice(lead + own.length);
    if (isLast) break;
    const seam = joined.text.slice(end, joined.parts[k + 1]!.start);
    if (!after.startsWith(seam, to)) return null;
    from = to + seam.length;
  }
  return result;
}

/** Other spaces than Python's are no layout. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text[start]!)) start++;
  while (end > start && BLANKS.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

const BLANKS = ' \t\r\n\f';

function endOfLine(text: string, from: number): number {
  const at = text.slice(from).search(/[\r\n]/u);
  return at < 0 ? text.length : from + at;
}

/** The joined text, and the offset in it, at which an offset of the program stands; in a seam, the end before it. */
export function partAt({ parts }: JoinedProgram, offset: number): { readonly index: number; readonly offset: number } {
  let part = parts[0]!;
  for (const next of parts) {
    if (next.start > offset) break;
    part = next;
  }
  return { index: part.index, offset: Math.min(offset, part.end) - part.start + part.lead };
}
