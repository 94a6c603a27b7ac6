/**
 * File names in what people and programs read. A name may hold any byte but `/` and NUL, so one
 * with a line feed forges a line and one with an escape sequence paints the terminal: such names
 * are written in double quotes as git writes them. A name that begins with a quote is quoted too,
 * so that nothing else looks quoted.
 *
 * Source: git's core.quotePath, https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
 */

const LETTER_ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\',
};

/** Control characters, and those that end lines or turn the direction of the text around them. */
const MISLEADING = /[\0-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const MISLEADING_ALL = new RegExp(MISLEADING, 'gu');
const MISLEADING_EACH = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A path for a message: as it is, or quoted where it holds what would mislead; letters stay readable. */
export function shownName(path: string): string {
  if (!MISLEADING.test(path) && !path.startsWith('"')) return path;
  return `"${path.replace(MISLEADING_EACH, (character) => escapeBytes(Buffer.from(character)))}"`;
}

/** A message that names things of others, in one line: what would mislead is written as escapes. */
export function shownText(text: string): string {
  return text.replace(MISLEADING_ALL, (character) => escapeBytes(Buffer.from(character)));
}

/** A line of a source for people, column by column: U+FFFD stands where a character would mislead, tabs stay. */
export function shownExcerpt(text: string): string {
  return text.replace(MISLEADING_ALL, (character) => (character === '\t' ? character : '\ufffd'));
}

/** JSON in which nothing misleads where it is printed: the same value. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value).replace(MISLEADING_ALL, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A path whose bytes are not UTF-8, for a message. */
export function shownBytes(path: Uint8Array): string {
  const text = Buffer.from(path).toString('utf8');
  if (Buffer.from(text).equals(path)) return shownName(text);
  return `"${escapeBytes(path, (byte) => byte < 0x20 || byte > 0x7e)}"`;
}

/**
 * A path for a patch: quoted as git does with core.quotePath, where every byte beyond ASCII is
 * written as an escape, so that `git apply` and `patch` read it whatever the encoding around it.
 */
export function patchName(path: string): string {
  const bytes = Buffer.from(path);
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c)) return path;
  return `"${escapeBytes(bytes, (byte) => byte < 0x20 || byte > 0x7e)}"`;
}

function escapeBytes(bytes: Uint8Array, isEscaped: (byte: number) => boolean = () => true): string {
  return Array.from(bytes, (byte) => {
    const letter = LETTER_ESCAPES[byte];
    if (letter !== undefined) return letter;
    return isEscaped(byte) ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte);
  }).join('');
}
