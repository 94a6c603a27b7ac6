import { NotEquivalentError } from '../errors.js';
import { matchLines } from '../shared/line-diff.js';
import type { EmbeddedDocument, EmbeddedSource } from './embedded-document.js';
import { quotedUnit, unitOffsets } from './json-strings.js';
import { maskMagics } from './mask-magics.js';
import { readNotebook, type CellSource } from './read-notebook.js';
import { matchCharacters } from '../shared/significant-characters.js';

/** A cell of Python, and how its source stands in the JSON text. */
interface PythonCell extends EmbeddedSource {
  readonly place: CellSource;
  readonly offsets: Int32Array;
}

/**
 * The Python cells of a notebook, each a source. Cells of other languages, and those that a magic hands to another
 * program, are none.
 *
 * @param json the notebook's text without a byte order mark
 * @throws SourceReadError for what is no notebook of a version that is known
 */
export function openNotebook(json: string, path: string): EmbeddedDocument {
  const { cells, language } = readNotebook(json, path);
  const isPython = (name: string): boolean => /^(?:i?python\d?|xpython)$/u.test(name);
  const sources = cells.flatMap(({ type, source, number, language: own }): PythonCell[] => {
    if (type !== 'code' || source === null || !isPython((own ?? language).toLowerCase())) return [];
    const text = source.strings.map(({ value }) => value).join('');
    const masked = maskMagics(text);
    return masked === null ? [] : [pythonCell(json, { text, place: source, number, masked })];
  });
  return {
    sources,
    replace(texts) {
      let result = '';
      let from = 0;
      const asciiOnly = !/[^\0-\x7f]/u.test(json);
      sources.forEach((cell, k) => {
        if (texts[k] === cell.text) return;
        result += json.slice(from, cell.place.start) + writeSource(json, cell, texts[k]!, asciiOnly);
        from = cell.place.end;
      });
      result += json.slice(from);
      proveCells(result, path, sources, texts);
      return result;
    },
  };
}

function pythonCell(json: string, { text, place, number, masked }: {
  readonly text: string;
  readonly place: CellSource;
  readonly number: number;
  readonly masked: NonNullable<ReturnType<typeof maskMagics>>;
}): PythonCell {
  const offsets = new Int32Array(text.length + 1);
  let at = 0;
  for (const string of place.strings) {
    offsets.set(unitOffsets(json, string), at);
    at += string.value.length;
  }
  return {
    text, place, offsets, cell: number, program: masked.program, restore: (layout) => masked.unmask(layout),
    outerOffset: (offset) => offsets[Math.min(offset, text.length)] ?? place.start,
  };
}

/** The JSON of a source's new text: lines that are among the old ones stand as they stood, others in the same form. */
function writeSource(json: string, cell: PythonCell, text: string, asciiOnly: boolean): string {
  const { place } = cell;
  const quoted = quoter(json, cell, text, asciiOnly);
  if (!place.isList) return `"${quoted(0, text.length)}"`;
  const lines = text.split(/(?<=\n)/u);
  const old = place.strings.map(({ value }) => value);
  let at = 0;
  const written = Array.from(matchLines(old, lines), (match, k) => {
    const start = at;
    at += lines[k]!.length;
    if (match >= 0) return json.slice(place.strings[match]!.start, place.strings[match]!.end);
    return `"${quoted(start, at)}"`;
  });
  const [first, second] = place.strings;
  const lead = json.slice(place.start + 1, first!.start);
  const usual = lead === '' && /:\s/u.test(json.slice(Math.max(0, place.start - 2), place.start)) ? ', ' : `,${lead}`;
  const between = second === undefined ? usual : json.slice(first!.end, second.start);
  return `[${lead}${written.join(between)}${json.slice(place.strings.at(-1)!.end, place.end)}`;
}

/** Writes a span of the new text with the escapes that its characters had. */
function quoter(
  json: string, cell: PythonCell, text: string, asciiOnly: boolean,
): (from: number, to: number) => string {
  const origin = matchCharacters(cell.text, text);
  // The next character may begin a string of its own, so how long this one is in JSON follows from itself.
  const rawOf = (unit: number): string => {
    const start = cell.offsets[unit]!;
    if (json[start] !== '\\') return json[start]!;
    return json.slice(start, start + (json[start + 1] === 'u' ? 6 : 2));
  };
  return (from, to) => {
    let result = '';
    for (let i = from; i < to; i++) {
      const unit = origin === null ? -1 : origin[i]!;
      result += unit < 0 ? quotedUnit(text[i]!, asciiOnly) : rawOf(unit);
    }
    return result;
  };
}

/** The file that is about to be written is read again, and has to hold just the texts. */
function proveCells(json: string, path: string, sources: readonly PythonCell[], texts: readonly string[]): void {
  const cells = new Map(readNotebook(json, path).cells.map(({ number, source }) => [number, source]));
  sources.forEach(({ cell }, k) => {
    const text = cells.get(cell!)?.strings.map(({ value }) => value).join('');
    if (text !== texts[k]) throw new NotEquivalentError({ path, detail: `cell ${cell} would hold another text` });
  });
}
