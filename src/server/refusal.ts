import type { ErrorCode } from '../errors.js';
import { FailedJob, faultOf, type Fault } from './fault.js';
import { UnansweredJob } from './thread-pool.js';

/** What a request is refused with. */
export class Refusal extends Error {
  constructor(
    readonly status: number, readonly code: string, message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The body of every refusal. */
export interface RefusalBody {
  readonly error: string;
  readonly code: string;
  /** From 1, columns in characters, where a source is at fault. */
  readonly line?: number;
  readonly column?: number;
}

export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RefusalBody;
  /** Ours: it is told in the log. */
  readonly isBug: boolean;
}

const STATUS_OF: Readonly<Partial<Record<ErrorCode, number>>> = {
  BAD_OPTION: 400, SYNTAX_REFUSED: 422, TOKENS_DIFFER: 422, NO_PROFILE: 422, MODEL_FILE: 422, SOURCE_READ: 422,
  FILE_READ: 422,
};

/** What a fault comes to, whatever it is. */
export function refusalOf(cause: unknown): RefusedAnswer {
  if (cause instanceof Refusal) {
    const { status, headers, code, message } = cause;
    return { status, headers, body: { error: message, code }, isBug: false };
  }
  if (cause instanceof UnansweredJob) return refusalOfUnanswered(cause);
  const status = (cause as { readonly statusCode?: unknown }).statusCode;
  // Of the framework: a body that is none, too large, of another media type, or against the schema.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const { code = 'BAD_REQUEST', message } = cause as { readonly code?: string; readonly message: string };
    return { status, headers: {}, body: { error: message, code: CODES[code] ?? 'BAD_REQUEST' }, isBug: false };
  }
  const fault = cause instanceof FailedJob ? cause.fault : faultOf(cause);
  const { code, message, line, column } = fault;
  return {
    status: statusOf(fault), headers: {}, isBug: code === null,
    body: {
      error: message, code: code ?? 'INTERNAL', ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    },
  };
}

const CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'TOO_LARGE', FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE',
};

function statusOf({ code, limit }: Fault): number {
  if (code === 'OVER_BUDGET') return limit === 'seconds' ? 504 : 413;
  return (code === null ? undefined : STATUS_OF[code]) ?? 500;
}

function refusalOfUnanswered({ why }: UnansweredJob): RefusedAnswer {
  const said = {
    busy: 'too many requests wait; ask again later.',
    closed: 'the server is about to end.',
    cancelled: 'nobody waits for the answer any more.',
    lost: 'the thread that worked on this died; ask again, or report it with the request.',
  }[why];
  return {
    status: 503, headers: { 'retry-after': '1' }, body: { error: said, code: why.toUpperCase() }, isBug: why === 'lost',
  };
}

