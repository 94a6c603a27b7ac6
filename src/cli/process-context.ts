import { availableParallelism, constants } from 'node:os';
import { EXIT_FAILED, EXIT_INTERRUPTED, type CliContext, type OutputStream } from './context.js';
import type { CreateExplainer, CreateFormatter } from './formatter.js';
import { lastingOutput } from './lasting-output.js';
import { readLines, readWhole } from './read-input.js';
import { BUILD } from '../shared/version.js';

/** The context of a real process: its streams, its signals, its machine. */
export function createProcessContext(parts: {
  readonly createFormatter: CreateFormatter;
  readonly createExplainer: CreateExplainer;
  readonly formatWorkerUrl: URL;
  readonly keepCode?: () => void;
}): CliContext {
  return {
    stdout: output(() => process.stdout, 'stdout'),
    stderr: output(() => process.stderr, 'stderr'),
    readStdin: () => readWhole(process.stdin),
    stdinLines: () => readLines(process.stdin),
    env: process.env,
    platform: process.platform,
    build: BUILD,
    get cores() {
      return availableParallelism();
    },
    // What `performance` is takes a hundredth of a second to load.
    now: () => Number(process.hrtime.bigint()) / 1e6,
    interruption,
    dieOnSignal,
    ...parts,
  };
}

/** Whether a stream could not be written, which no later exit code hides. */
let hasFailed = false;

function output(open: () => NodeJS.WriteStream, name: 'stdout' | 'stderr'): OutputStream {
  return lastingOutput(open, (fault) => {
    // A full disk, say.
    hasFailed = true;
    process.exitCode = EXIT_FAILED;
    if (name === 'stdout') {
      process.stderr.write(`error: stdout cannot be written (${fault.code ?? fault.message}).\n`);
    }
  });
}

/** The signal that a command was interrupted by. */
let interruptedBy: 'SIGINT' | 'SIGTERM' = 'SIGINT';

/** A process that a signal ended, as shells count it. */
const exitCodeOf = (name: 'SIGINT' | 'SIGTERM'): number =>
  (name === 'SIGINT' ? EXIT_INTERRUPTED : 128 + constants.signals.SIGTERM);

/**
 * Sets the exit code, and does not force it: output that waits in a pipe still goes out. Commands say that they were
 * interrupted; by which signal, is known here.
 */
export function endWith(exitCode: number): void {
  const code = exitCode === EXIT_INTERRUPTED ? exitCodeOf(interruptedBy) : exitCode;
  process.exitCode = hasFailed ? EXIT_FAILED : code;
}

/** What hears signals at present, so that it can be deaf for a while. */
const listeners = new Map<NodeJS.Signals, () => void>();

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    const listener = (): void => {
      // Asked twice: the user does not want to wait for the file at hand.
      if (controller.signal.aborted) process.exit(exitCodeOf(name));
      interruptedBy = name;
      controller.abort();
    };
    listeners.set(name, listener);
    process.on(name, listener);
  }
  return controller.signal;
}

/** Without a listener the system ends the process itself, in whatever work it is. */
function dieOnSignal<T>(work: () => T): T {
  for (const [name, listener] of listeners) process.off(name, listener);
  try {
    return work();
  } finally {
    for (const [name, listener] of listeners) process.on(name, listener);
  }
}
