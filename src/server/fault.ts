import { NnfmtError, OverBudgetError, SourceReadError, SyntaxRefusedError, type ErrorCode } from '../errors.js';

/** A fault as it crosses threads, and as whoever asked hears of it. */
export interface Fault {
  /** Null for a bug of ours. */
  readonly code: ErrorCode | null;
  readonly message: string;
  /** From 1, columns in characters (code points), where the source is at fault. */
  readonly line?: number;
  readonly column?: number;
  /** What was spent, where something took too much. */
  readonly limit?: 'seconds' | 'bytes';
}

/** What a program is told: messages without the excerpt of a terminal, and never where our own code lies. */
export function faultOf(cause: unknown): Fault {
  if (cause instanceof SyntaxRefusedError) {
    const { code, line, column, message } = cause;
    return { code, message: message.split('\n', 1)[0], line, column };
  }
  if (cause instanceof SourceReadError) return { code: cause.code, message: cause.message, ...cause.place };
  if (cause instanceof OverBudgetError) return { code: cause.code, message: cause.message, limit: cause.limit };
  if (cause instanceof NnfmtError) return { code: cause.code, message: cause.message };
  if (cause instanceof RangeError && OUT_OF_MEMORY.test(cause.message)) {
    const message = 'this would take more memory than there is; it was left alone.';
    return { code: 'OVER_BUDGET', message, limit: 'bytes' };
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { code: null, message: `unexpected failure (${detail}). This is a bug in nnfmt: please report it.` };
}

const OUT_OF_MEMORY = /allocation failed|Invalid (?:array|string|typed array) length/u;

/** A job that ended with a fault. */
export class FailedJob extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}
