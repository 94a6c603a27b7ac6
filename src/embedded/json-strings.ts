/** Strings of a JSON text, by their places: read with an offset for each character, and written as they were. */

/** One string as it stands in a JSON text. */
export interface JsonString {
  readonly value: string;
  /** Of its opening quote, and behind the closing one. */
  readonly start: number;
  readonly end: number;
}

const ESCAPE_LENGTH = 2;
const UNICODE_ESCAPE_LENGTH = 6;

/** Where each UTF-16 unit of a string's value stands in the JSON text, and where the last one ends. */
export function unitOffsets(json: string, { value, start }: JsonString): Int32Array {
  const offsets = new Int32Array(value.length + 1);
  let at = start + 1;
  for (let i = 0; i < value.length; i++) {
    offsets[i] = at;
    if (json[at] !== '\\') at++;
    else at += json[at + 1] === 'u' ? UNICODE_ESCAPE_LENGTH : ESCAPE_LENGTH;
  }
  offsets[value.length] = at;
  return offsets;
}

/** One UTF-16 unit between quotes, as Python's `json` writes it. */
export function quotedUnit(unit: string, asciiOnly: boolean): string {
  if (asciiOnly && /[^\0-\x7e]/u.test(unit)) return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // Alone, half of a pair would be escaped.
  return /[\ud800-\udfff]/u.test(unit) ? unit : JSON.stringify(unit).slice(1, -1);
}
