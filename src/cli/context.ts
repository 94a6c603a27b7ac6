import type { SourceReadError } from '../errors.js';
import type { CreateExplainer, CreateFormatter } from './formatter.js';

/** The exit codes of every command. */
export const EXIT_FINE = 0;
/** Something would change, or two layouts differ. */
export const EXIT_DIFFERS = 1;
export const EXIT_FAILED = 2;
/** Interrupted, by Ctrl-C as shells count it; the process says 143 instead where it was SIGTERM. */
export const EXIT_INTERRUPTED = 130;

export interface OutputStream {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean | undefined;
  /** True when nobody reads it any more; what only writes may then stop. */
  readonly isClosed?: boolean;
  /** Resolves when what was written has gone so far that more may follow, or when nobody reads it any more. */
  readonly drained?: () => Promise<void>;
}

/** The world outside, passed in so that tests can replace it. */
export interface CliContext {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** All of stdin. @throws SourceReadError where it is too long for a source */
  readonly readStdin: () => Promise<Uint8Array>;
  /** Each line of stdin when it comes; an error for one that is too long. */
  readonly stdinLines: () => AsyncIterable<string | SourceReadError>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Tells builds of nnfmt apart; null where results must not be remembered, as from source. */
  readonly build: string | null;
  /** Logical cores. */
  readonly cores: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /**
   * Aborts at the first Ctrl-C (a second one ends the process at once). Asking for it
   * is what takes over the signal: a command that never asks dies as usual.
   */
  readonly interruption: () => AbortSignal;
  /**
   * Runs something long that touches no file, during which Ctrl-C ends the process at once, as if nobody
   * had taken over the signal: it could not be heard otherwise.
   */
  readonly dieOnSignal?: <T>(work: () => T) => T;
  readonly createFormatter: CreateFormatter;
  readonly createExplainer: CreateExplainer;
  /** Keeps what V8 has compiled for the next process, where that is not there yet. Never throws. */
  readonly keepCode?: () => void;
  /** The module that runs in worker threads and formats files there. */
  readonly formatWorkerUrl: URL;
}

/** Colour on a terminal, unless NO_COLOR; FORCE_COLOR wins. See no-color.org. */
export function wantsColor(stream: OutputStream, env: CliContext['env']): boolean {
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return true;
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
