import { NotEquivalentError, SourceReadError } from '../errors.js';
import { countCharacters, positionAt } from '../shared/positions.js';
import { NUL_REASON } from '../tokenize/syntax-fault.js';
import { codecName, codecOf } from './codecs.js';

/** Sources above this many bytes are refused: they are data, not code. */
export const MAX_SOURCE_BYTES = 20 * 1024 * 1024;

/** UTF-8, Latin-1, ASCII, or iconv-lite's name of another codec. */
export type SourceEncoding = 'utf-8' | 'latin-1' | 'ascii' | (string & {});

/** A source as text, with what is needed to turn it back into the same bytes. */
export interface DecodedSource {
  /** Without the byte order mark; line endings as they are. */
  readonly text: string;
  readonly bom: boolean;
  readonly encoding: SourceEncoding;
}

const BOM_BYTES = [0xef, 0xbb, 0xbf] as const;

/** How much of a file is searched for a coding line: CPython reads two lines. */
const HEAD_BYTES = 4096;

const ENCODING_BY_ALIAS = new Map<string, SourceEncoding>([
  ...['utf-8', 'utf8', 'utf', 'u8', 'utf8-ucs2', 'utf8-ucs4', 'cp65001', 'utf-8-sig'].map(
    (alias) => [alias, 'utf-8'] as const,
  ),
  ...[
    'latin-1', 'latin1', 'latin', 'l1', 'iso-8859-1', 'iso8859-1', 'iso-latin-1', '8859', 'iso8859', 'cp819',
    'csisolatin1', 'ibm819', 'iso-ir-100',
  ].map(
    (alias) => [alias, 'latin-1'] as const,
  ),
  ...[
    'ascii', 'us-ascii', '646', 'ansi-x3.4-1968', 'ansi-x3-4-1968', 'ansi-x3.4-1986', 'cp367', 'csascii', 'ibm367',
    'iso646-us', 'iso-646.irv-1991', 'iso-ir-6', 'us',
  ].map(
    (alias) => [alias, 'ascii'] as const,
  ),
]);

/**
 * Bytes of a Python file -> text, as CPython would read them: UTF-8 unless a BOM or a
 * coding line says otherwise.
 *
 * Limits: codecs that only CPython knows, and those in which ASCII is not ASCII, are refused by name
 * rather than guessed. Bytes that would not come back the same are refused too.
 *
 * @param path for messages only.
 * @throws SourceReadError for binary, undecodable or huge content, and for notebooks.
 * Source: PEP 263; CPython's tokenize.detect_encoding.
 */
export function decodeSource(bytes: Uint8Array, path: string): DecodedSource {
  if (/\.ipynb$/iu.test(path)) {
    // Its JSON often parses as Python, and would be laid out as such.
    throw new SourceReadError({
      path, reason: 'notebook',
      message: 'this is a notebook, and only format, check and score read those (check names cell and line); ' +
        'it was left alone.',
    });
  }
  refuseData(bytes, path);
  const bom = hasBom(bytes);
  const encoding = declaredEncoding(bytes, path);
  const body = bom ? bytes.subarray(BOM_BYTES.length) : bytes;
  return { text: decodeBody(body, encoding, path), bom, encoding };
}

/**
 * Bytes of a file that holds Python among other things -> text: UTF-8, whatever its first lines say.
 *
 * @throws SourceReadError for binary, undecodable or huge content
 */
export function decodeDocument(bytes: Uint8Array, path: string): DecodedSource {
  refuseData(bytes, path);
  const bom = hasBom(bytes);
  return {
    text: decodeBody(bom ? bytes.subarray(BOM_BYTES.length) : bytes, 'utf-8', path, UTF8_ADVICE),
    bom, encoding: 'utf-8',
  };
}

/** The inverse of `decodeDocument`. */
export function encodeDocument({ text, bom }: DecodedSource): Uint8Array {
  return Buffer.from(bom ? `\ufeff${text}` : text, 'utf8');
}

/** @throws SourceReadError for what is too long, or no text */
function refuseData(bytes: Uint8Array, path: string): void {
  if (bytes.length > MAX_SOURCE_BYTES) throw tooLarge(path, bytes.length);
  const nulAt = bytes.indexOf(0);
  if (nulAt === -1) return;
  const start = hasBom(bytes) ? BOM_BYTES.length : 0;
  const before = Buffer.from(bytes.buffer, bytes.byteOffset + start, nulAt - start).toString('utf8');
  const place = positionAt(before, before.length);
  throw new SourceReadError({ path, reason: 'binary', place, message: `${NUL_REASON}; the file was left alone.` });
}

/**
 * Refuses a text that comes without its file as the file would be refused: where its coding line names what nnfmt does
 * not read.
 *
 * @throws SourceReadError
 */
export function refuseForeignCoding(text: string, path: string): void {
  declaredEncoding(Buffer.from(text.slice(0, HEAD_BYTES)), path);
}

/**
 * The exact inverse of `decodeSource`, for the same text and for any text that differs
 * from it in layout only.
 *
 * @throws NotEquivalentError if the text no longer declares the encoding it is written
 *   in (a coding line that left the first two lines, or one that arrived there).
 */
export function encodeSource(source: DecodedSource, path: string): Uint8Array {
  const body = encodeBody(source, path);
  const bytes = source.bom ? Buffer.concat([Buffer.from(BOM_BYTES), body]) : body;
  if (readDeclaration(bytes, path) !== source.encoding) {
    throw new NotEquivalentError({ path, detail: 'the coding line would no longer be honoured' });
  }
  return bytes;
}

function encodeBody({ text, encoding }: DecodedSource, path: string): Uint8Array {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  if (encoding === 'latin-1' || encoding === 'ascii') return Buffer.from(text, 'latin1');
  const codec = codecOf(encoding);
  const body = codec.encode(text);
  if (codec.decode(body) !== text) {
    throw new NotEquivalentError({ path, detail: `the text cannot be written in ${encoding}` });
  }
  return body;
}

/** The refusal of a file by its size; null for one whose size is not known, as in `/proc`. */
export function tooLarge(path: string, byteLength: number | null): SourceReadError {
  const megabytes =
    byteLength === null ? `more than ${MAX_SOURCE_BYTES / 1024 / 1024}` : (byteLength / 1024 / 1024).toFixed(1);
  return new SourceReadError({
    path,
    reason: 'too-large',
    message:
      `this file is huge (${megabytes} MB; the limit is ${MAX_SOURCE_BYTES / 1024 / 1024} MB); it was left alone. Exclude it, or split it.`,
  });
}

function hasBom(bytes: Uint8Array): boolean {
  return BOM_BYTES.every((byte, i) => bytes[i] === byte);
}

/** What the coding line says, in lower case with dashes, and where; undefined where there is none. */
function codingLine(bytes: Uint8Array): { name: string; place: { line: number; column: number } } | undefined {
  const start = hasBom(bytes) ? BOM_BYTES.length : 0;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(bytes.length - start, HEAD_BYTES));
  const lines = head.toString('latin1').split(/\r\n|\r|\n/u, 2);
  for (const [index, line] of lines.entries()) {
    const match = /^([ \t\f]*#.*?coding[:=][ \t]*)([-\w.]+)/u.exec(line);
    if (match !== null) {
      const before = Buffer.from(match[1], 'latin1').toString('utf8');
      return {
        name: match[2].toLowerCase().replaceAll('_', '-'),
        place: { line: index + 1, column: countCharacters(before) + 1 },
      };
    }
    // The second line counts only after a blank or a comment.
    if (!/^[ \t\f]*(?:#.*)?$/u.test(line)) return undefined;
  }
  return undefined;
}

function readDeclaration(bytes: Uint8Array, path: string): SourceEncoding {
  const found = codingLine(bytes);
  if (found === undefined) return 'utf-8';
  const { name, place } = found;
  // CPython's tokenizer also takes any suffix: utf-8-unix, latin-1-dos.
  const bare = name.replace(/^(utf-8|latin-1|iso-8859-1|iso-latin-1)-.+$/u, '$1');
  const encoding = ENCODING_BY_ALIAS.get(bare) ?? codecName(name);
  if (encoding !== undefined) return encoding;
  throw new SourceReadError({
    path,
    reason: 'unknown-coding',
    place,
    message:
      `the coding line names "${name}", and nnfmt does not read that; the file was left alone. Convert it to UTF-8.`,
  });
}

function declaredEncoding(bytes: Uint8Array, path: string): SourceEncoding {
  const encoding = readDeclaration(bytes, path);
  if (hasBom(bytes) && encoding !== 'utf-8') {
    const place = codingLine(bytes)?.place;
    throw new SourceReadError({
      path,
      reason: 'unknown-coding',
      ...(place === undefined ? {} : { place }),
      message:
        `the coding line says ${encoding}, but the file starts with a UTF-8 byte order mark; it was left alone. Remove one of the two.`,
    });
  }
  return encoding;
}

function decodeBody(body: Uint8Array, encoding: SourceEncoding, path: string, advice?: string): string {
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (encoding === 'latin-1') return view.toString('latin1');
  if (encoding === 'ascii') {
    const at = body.findIndex((byte) => byte > 0x7f);
    if (at === -1) return view.toString('latin1');
    throw undecodable({ path, body, at, encoding: 'ASCII, which its coding line names' });
  }
  if (encoding !== 'utf-8') return decodeByCodec(view, encoding, path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw undecodable({
      path, body, at: firstInvalidUtf8(body), encoding: 'UTF-8', cause, ...(advice === undefined ? {} : { advice }),
    });
  }
}

/** Text of a codec of the library, once its bytes are known to come back the same. */
function decodeByCodec(body: Buffer, encoding: string, path: string): string {
  const codec = codecOf(encoding);
  const text = codec.decode(body);
  const again = codec.encode(text);
  if (body.equals(again)) return text;
  let at = 0;
  while (at < body.length && body[at] === again[at]) at++;
  throw undecodable({ path, body, at, encoding: `${encoding}, which its coding line names` });
}

const UTF8_ADVICE = 'Convert it to UTF-8.';

function undecodable(details: {
  path: string;
  body: Uint8Array;
  at: number;
  encoding: string;
  advice?: string;
  cause?: unknown;
}): SourceReadError {
  const { path, body, at, encoding, cause } = details;
  const advice = details.advice ?? `${UTF8_ADVICE.slice(0, -1)}, or name its encoding in a coding line.`;
  let line = 1;
  for (let i = 0; i < at; i++) if (body[i] === 0x0a) line++;
  const byte = `0x${(body[at] ?? 0).toString(16).padStart(2, '0')}`;
  return new SourceReadError({
    path,
    reason: 'not-utf8',
    message:
      `line ${line}: byte ${byte} is not valid ${encoding}; the file was left alone. ${advice}`,
    cause,
  });
}

/** Offset of the first byte that belongs to no valid UTF-8 sequence. */
function firstInvalidUtf8(body: Uint8Array): number {
  const decodes = (length: number, stream: boolean): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(0, length), { stream });
      return true;
    } catch {
      return false;
    }
  };
  // A prefix may end inside a sequence and still be sound; halve until the break is found.
  let sound = 0;
  let broken = body.length;
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (decodes(middle, true)) sound = middle;
    else broken = middle;
  }
  // Then back to where the sequence that never ended begins.
  while (sound > 0 && !decodes(sound, false)) sound--;
  return sound;
}
