import { parentPort, workerData } from 'node:worker_threads';
import { NnfmtError, type ErrorCode } from '../errors.js';
import type { LineRange } from '../shared/line-ranges.js';
import { parserReady } from '../tokenize/parser-ready.js';
import { formatFile, type FileOutcome, type FormatMode } from './format-file.js';
import type { CreateFormatter, Formatter, FormatterOptions } from './formatter.js';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly mode: FormatMode;
  readonly formatterOptions: FormatterOptions;
  /** What the thread is doing, one of `Stage`, in memory that both sides see. */
  readonly stage: Int32Array<SharedArrayBuffer>;
  /** Whether some files are long. */
  readonly hasLong: boolean;
}

/**
 * A thread may be stopped at any moment of its calculations, but not while it writes: both sides change the
 * stage from `Computing` alone, so that only one of them gets it.
 */
export const Stage = { Computing: 0, Writing: 1, Stopped: 2 } as const;

/** To a worker: format this file. */
export interface WorkerTask {
  readonly index: number;
  readonly path: string;
  readonly lines?: readonly LineRange[];
  readonly leaveOutGenerated?: boolean;
  readonly markdown?: boolean;
  /** Whether its memory is worth two parsers. */
  readonly long?: boolean;
}

/** From a worker: ready for a task, done with one, or unable to start at all. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  /** `isWorn` where the thread holds more memory by now than another file should find in use. */
  | { readonly kind: 'done'; readonly index: number; readonly outcome: FileOutcome; readonly isWorn: boolean }
  | { readonly kind: 'broken'; readonly code: ErrorCode | undefined; readonly message: string };

/**
 * The whole life of a worker thread: make a formatter, then format what is asked.
 *
 * @param expectLong called before a file whose memory is worth two parsers
 */
export async function serveFormatWorker(
  createFormatter: CreateFormatter, expectLong?: () => Promise<void>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread only');
  const reply = (message: WorkerReply): void => port.postMessage(message);
  const { mode, formatterOptions, stage } = workerData as WorkerSetup;
  let formatter: Formatter;
  try {
    formatter = await createFormatter(formatterOptions);
  } catch (fault) {
    const code = fault instanceof NnfmtError ? fault.code : undefined;
    const message = fault instanceof Error ? fault.message : String(fault);
    reply({ kind: 'broken', code, message });
    return;
  }
  const beforeWrite = (): void => {
    // The main thread is about to end this one.
    while (Atomics.compareExchange(
      stage, 0, Stage.Computing, Stage.Writing,
    ) === Stage.Stopped) Atomics.wait(stage, 0, Stage.Stopped);
  };
  const atStart = process.memoryUsage().rss;
  const format = async ({ index, long, ...file }: WorkerTask): Promise<void> => {
    await parserReady();
    if (long === true) await expectLong?.();
    const outcome = formatFile({ ...file, mode, formatter, now: () => performance.now(), beforeWrite });
    // All threads of the process count, so that one of many goes a little early at worst.
    reply({ kind: 'done', index, outcome, isWorn: process.memoryUsage().rss - atStart > WORN_BYTES });
  };
  port.on('message', (task: WorkerTask) => void format(task));
  reply({ kind: 'ready' });
}

/** The parser's memory never shrinks, and a file of megabytes leaves a heap of hundreds. */
const WORN_BYTES = 700_000_000;
