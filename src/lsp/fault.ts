import { NnfmtError, SourceReadError, SyntaxRefusedError, type ErrorCode } from '../errors.js';

/** A fault as it crosses threads. */
export interface Fault {
  /** Null for a bug of ours. */
  readonly code: ErrorCode | null;
  readonly message: string;
  /** From 1, where the source is at fault. */
  readonly line?: number;
}

/** The first line of an error's message, without advice for a command line where an editor has nothing of it. */
export function faultOf(cause: unknown): Fault {
  if (cause instanceof SyntaxRefusedError) {
    return { code: cause.code, message: cause.message.split('\n', 1)[0], line: cause.line };
  }
  if (cause instanceof SourceReadError && cause.place !== undefined) {
    return { code: cause.code, message: cause.message, line: cause.place.line };
  }
  if (cause instanceof NnfmtError) return { code: cause.code, message: cause.message };
  return { code: null, message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}
