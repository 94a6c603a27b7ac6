import { parentPort, workerData } from 'node:worker_threads';
import { NnfmtError, type ErrorCode } from '../errors.js';
import type { LineRange } from '../shared/line-ranges.js';
import { formatFile, type FileOutcome, type FormatMode } from './format-file.js';
import type { CreateFormatter, Formatter, FormatterOptions } from './formatter.js';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly mode: FormatMode;
  readonly formatterOptions: FormatterOptions;
}

/** To a worker: format this file. */
export interface WorkerTask {
  readonly index: number;
  readonly path: string;
  readonly lines?: readonly LineRange[];
  readonly leaveOutGenerated?: boolean;
}

/** From a worker: ready for a task, done with one, or unable to start at all. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly index: number; readonly outcome: FileOutcome }
  | { readonly kind: 'broken'; readonly code: ErrorCode | undefined; readonly message: string };

/** The whole life of a worker thread: make a formatter, then format what is asked. */
export async function serveFormatWorker(createFormatter: CreateFormatter): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread only');
  const reply = (message: WorkerReply): void => port.postMessage(message);
  const { mode, formatterOptions } = workerData as WorkerSetup;
  let formatter: Formatter;
  try {
    formatter = await createFormatter(formatterOptions);
  } catch (fault) {
    const code = fault instanceof NnfmtError ? fault.code : undefined;
    const message = fault instanceof Error ? fault.message : String(fault);
    reply({ kind: 'broken', code, message });
    return;
  }
  port.on('message', ({ index, ...file }: WorkerTask) => {
    reply({ kind: 'done', index, outcome: formatFile({ ...file, mode, formatter, now: () => performance.now() }) });
  });
  reply({ kind: 'ready' });
}
