/**
 * Every error that nnfmt throws on purpose.
 *
 * Two families: faults of what the user handed in (`UserError`: exit code 2, nothing
 * to report to us) and faults of ours (`InternalError`: a proof failed, the file was
 * left alone, please report). A message says what happened, where, and what to do
 * next; `code` is stable and is what programs should test.
 */

import { offsetOfCharacter } from './shared/positions.js';
import { shownExcerpt, shownName, shownText } from './shared/quote-name.js';

export type ErrorCode =
  | 'SYNTAX_REFUSED'
  | 'BAD_OPTION'
  | 'MODEL_FILE'
  | 'ASSET_LOAD'
  | 'NO_PROFILE'
  | 'MISSING_BACKEND'
  | 'NO_WEB_ASSEMBLY'
  | 'FILE_READ'
  | 'FILE_WRITE'
  | 'SOURCE_READ'
  | 'SOURCE_WRITE'
  | 'OVER_BUDGET'
  | 'GATHERING'
  | 'TOKENS_DIFFER'
  | 'NOT_EQUIVALENT';

/** Base of all errors below. */
export class NnfmtError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
  }
}

/** The input, an option or the machine is at fault. */
export class UserError extends NnfmtError {}

/** nnfmt is at fault; the source was left as it was. */
export class InternalError extends NnfmtError {}

/** The source does not parse as Python. Lines and columns count from 1, columns in code points. */
export class SyntaxRefusedError extends UserError {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly excerpt: string;
  /** What is wrong, in a clause. */
  readonly reason: string;

  constructor(details: {
    path: string;
    line: number;
    /** In characters (code points), from 1. */
    column: number;
    /** The offending line, without its line ending. */
    excerpt: string;
    /** One clause, such as "unexpected indent". */
    reason?: string;
    cause?: unknown;
  }) {
    const { path, line, column, excerpt } = details;
    const reason = details.reason ?? 'this does not parse as Python';
    super(
      'SYNTAX_REFUSED',
      `${shownName(path)}:${line}:${column}: ${reason}; the file was left alone. Fix the syntax and run again.` +
        markColumn(excerpt, column),
      details.cause,
    );
    this.path = path;
    this.line = line;
    this.column = column;
    this.excerpt = excerpt;
    this.reason = reason;
  }
}

/** An option that does not exist, or a value that it cannot take. */
export class BadOptionError extends UserError {
  readonly option: string;
  readonly suggestion: string | undefined;

  constructor(details: { option: string; reason: string; suggestion?: string; cause?: unknown }) {
    const hint = details.suggestion === undefined ? '' : ` Did you mean ${details.suggestion}?`;
    super('BAD_OPTION', shownText(`${details.option}: ${details.reason}.${hint}`), details.cause);
    this.option = details.option;
    this.suggestion = details.suggestion;
  }
}

/** A model or profile file that is missing, damaged, foreign or of another version. */
export class ModelFileError extends UserError {
  readonly path: string;
  /** What is wrong with it, in a clause. */
  readonly reason: string;

  constructor(details: { path: string; reason: string; advice?: string; cause?: unknown }) {
    const advice =
      details.advice ?? 'Leave out the option to use the built-in model, or train one with `nnfmt train --base`.';
    super('MODEL_FILE', `${shownName(details.path)}: ${details.reason}. ${advice}`, details.cause);
    this.path = details.path;
    this.reason = details.reason;
  }
}

/** In a browser: a file of the library could not be fetched, or may not run there. */
export class AssetLoadError extends UserError {
  /** What was asked for. */
  readonly url: string;
  /** What is wrong, in a clause. */
  readonly reason: string;

  constructor(details: { url: string; reason: string; advice: string; cause?: unknown }) {
    super('ASSET_LOAD', `${details.url}: ${details.reason}. ${details.advice}`, details.cause);
    this.url = details.url;
    this.reason = details.reason;
  }
}

/** A source that is to be laid out as its project does, of which nothing is known. */
export class NoProfileError extends UserError {
  readonly path: string;

  constructor(details: { path: string }) {
    super(
      'NO_PROFILE',
      `${shownName(details.path)}: no profile of its project is found, so its style is not known. ` +
        'Run `nnfmt train` in the project first, or name a profile with --profile.',
    );
    this.path = details.path;
  }
}

/** A training backend whose package is not installed or does not start here. */
export class MissingBackendError extends UserError {
  readonly backend: string;

  constructor(details: {
    backend: string;
    packageName: string;
    reason?: string;
    /** What to do about it, where installing the package is not the answer. */
    advice?: string;
    cause?: unknown;
  }) {
    const reason = details.reason ?? `the package ${details.packageName} is not installed`;
    super(
      'MISSING_BACKEND',
      `backend "${details.backend}": ${reason}. ` +
        `${details.advice ?? `Run \`npm install ${details.packageName}\``}, or use --backend wasm, which is always there.`,
      details.cause,
    );
    this.backend = details.backend;
  }
}

/** The engine runs no WebAssembly, which parser and network need. */
export class NoWebAssemblyError extends UserError {
  constructor() {
    super(
      'NO_WEB_ASSEMBLY',
      'nnfmt needs WebAssembly, and it is switched off here. Run without --jitless (see also NODE_OPTIONS).',
    );
  }
}

export type FileReadReason = 'missing' | 'broken-link' | 'folder' | 'special' | 'too-large' | 'unreadable' | 'damaged';

/** A file of any kind that cannot be read; whoever knows what it was wanted for says so in an error of his own. */
export class FileReadError extends UserError {
  readonly path: string;
  readonly reason: FileReadReason;
  /** What is wrong with it, in a clause. */
  readonly clause: string;

  constructor(details: {
    path: string;
    reason: FileReadReason;
    /** The system's word, such as EACCES. */
    errno?: string | null;
    /** What too large a file exceeds. */
    limitBytes?: number;
    cause?: unknown;
  }) {
    const { path, reason, errno, limitBytes = 0 } = details;
    const clause = {
      missing: 'there is no such file',
      'broken-link': 'this symbolic link points to nothing',
      folder: 'this is a folder, not a file',
      special: 'this is no regular file (but a device, pipe or socket)',
      'too-large': `this is more than a file of its kind may hold (${Math.round(limitBytes / 1024 / 1024)} MB)`,
      unreadable: `cannot be read (${errno ?? 'unknown error'})`,
      damaged: 'its compressed data is broken or ends too early',
    }[reason];
    super('FILE_READ', `${shownName(path)}: ${clause}. Check the path and its permissions.`, details.cause);
    this.path = path;
    this.reason = reason;
    this.clause = clause;
  }
}

/** A file of nnfmt's own (profile, report, cache, run) that cannot be written; what was there is untouched. */
export class FileWriteError extends UserError {
  readonly path: string;
  /** What is in the way, in a clause. */
  readonly clause: string;

  constructor(details: { path: string; clause: string; cause?: unknown }) {
    super(
      'FILE_WRITE',
      `${shownName(details.path)}: ${details.clause}. What was there is untouched; name another path or make room.`,
      details.cause,
    );
    this.path = details.path;
    this.clause = details.clause;
  }
}

export type SourceReadReason =
  | 'missing'
  | 'broken-link'
  | 'not-a-file'
  | 'unreadable'
  | 'bad-name'
  | 'binary'
  | 'notebook'
  | 'not-utf8'
  | 'unknown-coding'
  | 'too-large';

/** A source that cannot be read as Python text; it was left alone. */
export class SourceReadError extends UserError {
  readonly path: string;
  readonly reason: SourceReadReason;
  /** From 1, the column in code points, where one place is at fault. */
  readonly place: { readonly line: number; readonly column: number } | undefined;

  constructor(details: {
    path: string;
    /** How messages write the path, where no text stands for its bytes. */
    shownPath?: string;
    reason: SourceReadReason;
    place?: { readonly line: number; readonly column: number };
    message: string;
    cause?: unknown;
  }) {
    const { path, shownPath, place } = details;
    const at = place === undefined ? '' : `:${place.line}:${place.column}`;
    super('SOURCE_READ', `${shownPath ?? shownName(path)}${at}: ${details.message}`, details.cause);
    this.path = path;
    this.reason = details.reason;
    this.place = place === undefined ? undefined : { line: place.line, column: place.column };
  }
}

export type SourceWriteReason = 'read-only' | 'changed' | 'no-space' | 'denied' | 'failed';

/** A formatted source that could not be written; the old content is still there, whole. */
export class SourceWriteError extends UserError {
  readonly path: string;
  readonly reason: SourceWriteReason;

  constructor(details: { path: string; reason: SourceWriteReason; message: string; cause?: unknown }) {
    super('SOURCE_WRITE', `${shownName(details.path)}: ${details.message}`, details.cause);
    this.path = details.path;
    this.reason = details.reason;
  }
}

/** Repositories that cannot be had: GitHub or git refused, or the database is of no use. */
export class GatheringError extends UserError {
  constructor(message: string, cause?: unknown) {
    super('GATHERING', message, cause);
  }
}

/** A source that would take, or took, more time or memory than a file may; it was left alone. */
export class OverBudgetError extends UserError {
  readonly path: string;
  readonly limit: 'seconds' | 'bytes';

  constructor(details: {
    path: string;
    limit: 'seconds' | 'bytes';
    /** What it may take; null where the machine, and no option, sets the limit. */
    allowed: number | null;
    /** What it would take, where that was estimated. */
    expected?: number;
    cause?: unknown;
  }) {
    const { path, limit, allowed, expected } = details;
    const amount = (value: number): string =>
      limit === 'seconds' ? `${Number(value.toPrecision(2))} s` : `${Math.ceil(value / 1_000_000)} MB of memory`;
    const would =
      expected === undefined ? 'formatting it takes' : `formatting it would take about ${amount(expected)},`;
    const most =
      allowed === null ? 'more memory than there is' : `more than the ${amount(allowed)} that a file may take`;
    const flag = limit === 'seconds' ? '--max-seconds' : '--max-memory';
    super(
      'OVER_BUDGET',
      `${shownName(path)}: ${would} ${most}; the file was left alone. Split it, exclude it${allowed === null ? '' : `, or allow more with ${flag}`}.`,
      details.cause,
    );
    this.path = path;
    this.limit = limit;
  }
}

/** One side of a difference between two token sequences; `text` is null past the end. */
export interface TokenSite {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** In characters (code points), from 1. */
  readonly column: number;
  readonly text: string | null;
}

/** Two sources that should hold the same tokens do not, so their layouts cannot be compared. */
export class TokensDifferError extends UserError {
  readonly left: TokenSite;
  readonly right: TokenSite;

  constructor(details: { left: TokenSite; right: TokenSite; cause?: unknown }) {
    const side = (site: TokenSite): string =>
      `${shownName(site.path)}:${site.line}:${site.column} has ${site.text === null ? 'no more tokens' : JSON.stringify(site.text)}`;
    super(
      'TOKENS_DIFFER',
      `the two files do not hold the same tokens: ${side(details.left)}, ${side(details.right)}. ` +
        'Only two layouts of one program can be compared.',
      details.cause,
    );
    this.left = details.left;
    this.right = details.right;
  }
}

const REPORT = 'The file was left alone. This is a bug in nnfmt: please report it with the file.';

/** The rendered source could not be proven to mean what the input means. */
export class NotEquivalentError extends InternalError {
  readonly path: string;

  constructor(details: { path: string; detail: string; cause?: unknown }) {
    super(
      'NOT_EQUIVALENT',
      `${shownName(details.path)}: the formatted text is not proven equal to the source (${details.detail}). ${REPORT}`,
      details.cause,
    );
    this.path = details.path;
  }
}

/** The excerpt with a caret under the column; a long line is cut around it. */
function markColumn(excerpt: string, column: number): string {
  const radius = 60;
  const start = Math.max(0, column - 1 - radius);
  const from = offsetOfCharacter(excerpt, start);
  // No line is so long that all of it is taken apart.
  const cut = [...excerpt.slice(from, from + 4 * radius)].slice(0, 2 * radius);
  const shown = shownExcerpt(cut.join(''));
  if (shown.trim() === '') return '';
  // Tabs stay tabs in the padding so that the caret lines up on a terminal.
  const padding = cut.slice(0, column - 1 - start).join('').replace(/[^\t]/gu, ' ');
  return `\n    ${shown}\n    ${padding}^`;
}
