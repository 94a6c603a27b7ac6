import {
  decodeDocument, decodeSource, encodeDocument, encodeSource, type DecodedSource,
} from '../corpus/decode-source.js';
import { isGenerated } from '../corpus/foreign-code.js';
import { readSourceBytes } from '../corpus/read-source.js';
import {
  documentKind, formatDocument, openDocument, type FormattedDocument, type OuterPlace, type PlacedDeviation,
} from '../embedded/index.js';
import { NnfmtError, OverBudgetError, SyntaxRefusedError } from '../errors.js';
import { writeFile } from '../format/write-file.js';
import { withinBudget, type Budget } from '../shared/budget.js';
import type { LineRange } from '../shared/line-ranges.js';
import { shownName } from '../shared/quote-name.js';
import type { OtherStyle } from '../format/style-difference.js';
import type { FormatRequest, FormatResult, Formatter } from './formatter.js';
import { contentDigest } from './layout-cache.js';
import { patchOf } from './patch-of.js';
import { lostFolder } from './lost-folder.js';

/** What to do with a result: replace the file, only tell, or tell with a diff. */
export interface FormatMode {
  readonly write: boolean;
  readonly diff: boolean;
  readonly color: boolean;
  /** List each deviating gap. */
  readonly deviations?: boolean;
  /** Tell the digest of contents that are in their final layout. */
  readonly digest?: boolean;
  /** What one file may take; without it, what the machine gives. */
  readonly budget?: Budget;
}

/** Where a statement begins. */
export type StatementPlace = Pick<OuterPlace, 'line' | 'cell'>;

/** Counts of one file. */
export type FormatStats = Pick<FormatResult, 'gaps' | 'gapsChanged' | 'passes' | 'reverted'>;

/** The outcome of one file; plain data, so that it can cross threads. */
export interface FileOutcome {
  readonly path: string;
  /** `left-out`: a tool wrote it, and such files were not asked for. */
  readonly kind: 'changed' | 'unchanged' | 'failed' | 'left-out';
  /** Message for the user; set where `kind` is failed. */
  readonly error?: string;
  /** A patch, in the file's own encoding. */
  readonly diff?: Uint8Array;
  readonly deviations?: readonly PlacedDeviation[];
  /** Where statements begin that the grammar does not know, or sources inside the file; they were left as they are. */
  readonly notUnderstood?: readonly StatementPlace[];
  readonly stats?: FormatStats;
  /** How it follows another style than its project, where it does. */
  readonly otherStyle?: OtherStyle;
  /** What it does throughout and other projects do not, in words; it was left so. */
  readonly habits?: readonly string[];
  /** Of the file's content where that is now in its final layout; where it was asked for. */
  readonly finalDigest?: string;
  readonly elapsedMs: number;
}

/** Formats one file on disk. Never throws: a fault becomes a failed outcome. */
export function formatFile(options: {
  readonly path: string;
  readonly mode: FormatMode;
  readonly formatter: Formatter;
  readonly now: () => number;
  /** Lines that may change; all, where not given. */
  readonly lines?: readonly LineRange[];
  /** Leave it out where its text says that a tool wrote it. */
  readonly leaveOutGenerated?: boolean;
  /** Take the Python blocks of a page, where the name says that it is one. */
  readonly markdown?: boolean;
  /** Called before the file is touched; what it throws leaves the file alone. */
  readonly beforeWrite?: () => void;
}): FileOutcome {
  const { path, mode, formatter, now, beforeWrite, markdown = false } = options;
  const request = requestOf(options.lines, mode.deviations);
  const start = now();
  try {
    const source = decode(readSourceBytes(path), path, markdown);
    if (options.leaveOutGenerated === true && source.kind === null && isGenerated(source.text)) {
      return { path, kind: 'left-out', elapsedMs: now() - start };
    }
    const {
      result, bytes,
    } = formatWithin({ path, mode, now }, () => formatDecoded({ source, path, formatter, request }));
    const told = {
      ...(result.notUnderstood.length === 0 ? {} : { notUnderstood: result.notUnderstood }),
      ...(result.otherStyle === undefined ? {} : { otherStyle: result.otherStyle }),
      ...(result.habits === undefined ? {} : { habits: result.habits }),
    };
    // What was not understood, or follows another style, has to be told again next time.
    const digestOf = ({ notUnderstood, otherStyle }: FormattedText): { finalDigest?: string } =>
      mode.digest === true && notUnderstood.length === 0 && otherStyle === undefined
        ? { finalDigest: contentDigest(bytes, source.kind ?? '') }
        : {};
    // Bytes, not text, decide: an unchanged file is never touched.
    if (Buffer.compare(bytes, source.bytes) === 0) {
      return {
        path, kind: 'unchanged', ...told, ...digestOf(result), stats: statsOf(result), elapsedMs: now() - start,
      };
    }
    if (mode.write) beforeWrite?.();
    if (mode.write) writeFile({ path, expected: source.bytes, content: bytes });
    const diff = mode.diff ? { diff: patchOf({
      path, before: source.bytes, after: bytes, color: mode.color, headingOf: result.headingOf,
    }) } : {};
    const deviations = result.deviations === undefined ? {} : { deviations: result.deviations };
    // What was put back because a proof failed may be tried again.
    const digest = mode.write && result.reverted === 0 ? digestOf(result) : {};
    return {
      path, kind: 'changed', ...told, ...diff, ...deviations, ...digest, stats: statsOf(result),
      elapsedMs: now() - start,
    };
  } catch (fault) {
    return { path, kind: 'failed', error: describeFault(fault, path), elapsedMs: now() - start };
  }
}

/** The work within the budget of one file. Memory that the machine does not have is no fault of ours. */
function formatWithin<T>(
  options: { path: string; mode: Pick<FormatMode, 'budget'>; now: () => number },
  work: () => T,
): T {
  const { path, mode: { budget }, now } = options;
  try {
    return budget === undefined ? work() : withinBudget({ path, budget, now }, work);
  } catch (cause) {
    if (!(cause instanceof RangeError) ||
      !/allocation failed|Invalid (?:array|string|typed array) length/u.test(cause.message)) throw cause;
    throw new OverBudgetError({ path, limit: 'bytes', allowed: null, cause });
  }
}

/** Formats bytes that came from elsewhere, such as stdin. Throws what goes wrong. */
export function formatBytes(options: {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly formatter: Formatter;
  readonly color: boolean;
  readonly lines?: readonly LineRange[] | undefined;
  readonly deviations?: boolean;
  /** As in `formatFile`. */
  readonly markdown?: boolean;
  readonly budget: Budget;
  readonly now: () => number;
}): {
  readonly bytes: Uint8Array;
  readonly changed: boolean;
  readonly diff: () => Uint8Array;
  readonly deviations: readonly PlacedDeviation[];
  readonly notUnderstood: readonly StatementPlace[];
  readonly otherStyle: OtherStyle | undefined;
  readonly habits: readonly string[] | undefined;
} {
  const { path, formatter, color } = options;
  const source = decode(options.bytes, path, options.markdown ?? false);
  const request = requestOf(options.lines, options.deviations);
  const { budget, now } = options;
  const {
    result, bytes,
  } = formatWithin({ path, mode: { budget }, now }, () => formatDecoded({ source, path, formatter, request }));
  return {
    bytes,
    deviations: result.deviations ?? [],
    notUnderstood: result.notUnderstood,
    otherStyle: result.otherStyle,
    habits: result.habits,
    changed: Buffer.compare(bytes, options.bytes) !== 0,
    diff: () => patchOf({ path, before: options.bytes, after: bytes, color, headingOf: result.headingOf }),
  };
}

function requestOf(lines: readonly LineRange[] | undefined, deviations: boolean | undefined): FormatRequest {
  return { ...(lines === undefined ? {} : { lines }), ...(deviations === true ? { deviations } : {}) };
}

/** A file as text, and what it is besides Python. */
interface ReadFile extends DecodedSource {
  readonly bytes: Uint8Array;
  readonly kind: ReturnType<typeof documentKind>;
}

function decode(bytes: Uint8Array, path: string, markdown: boolean): ReadFile {
  const kind = documentKind(path, markdown);
  return { bytes, kind, ...(kind === null ? decodeSource(bytes, path) : decodeDocument(bytes, path)) };
}

/** A result by places in the file. */
interface FormattedText extends Omit<FormattedDocument, 'places' | 'notUnderstood'> {
  readonly notUnderstood: readonly StatementPlace[];
  /** What a hunk of a patch says of a line of the file. */
  readonly headingOf: ((line: number) => string) | undefined;
}

function formatDecoded(
  options: { source: ReadFile; path: string; formatter: Formatter; request: FormatRequest },
): {
  result: FormattedText;
  bytes: Uint8Array;
} {
  const { source, path, formatter, request } = options;
  if (source.kind !== null) {
    const document = openDocument(source.kind, source.text, path);
    const { places, ...result } = formatDocument({ document, text: source.text, path, formatter, request });
    const headingOf = (line: number): string => places.nameOf(line);
    const notUnderstood =
      result.notUnderstood.map(({ line, cell }) => ({ line, ...(cell === undefined ? {} : { cell }) }));
    return { result: { ...result, notUnderstood, headingOf }, bytes: encodeDocument({ ...source, text: result.text }) };
  }
  const result = formatter.format(source.text, { path, ...request });
  const notUnderstood = result.notUnderstood.map((line) => ({ line }));
  return {
    result: { ...result, notUnderstood, headingOf: undefined },
    bytes: encodeSource({ ...source, text: result.text }, path),
  };
}

function statsOf(result: FormattedText): FormatStats {
  const { gapsChanged, gaps, passes, reverted } = result;
  return { gapsChanged, gaps, passes, reverted };
}

/** The message of a fault; anything that is not an error of ours is a bug and says so. */
export function describeFault(fault: unknown, path: string): string {
  if (fault instanceof SyntaxRefusedError && documentKind(path, false) === null && documentKind(path, true) !== null) {
    return `${fault.message}\nWith --markdown the Python in a page is laid out.`;
  }
  if (fault instanceof NnfmtError) return fault.message;
  const lost = lostFolder(fault);
  if (lost !== null) return `${shownName(path)}: ${lost}`;
  const detail = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  return `${shownName(path)}: unexpected failure; the file was left alone. This is a bug in nnfmt: please report it.\n${detail}`;
}
