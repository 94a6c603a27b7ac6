import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { NnfmtError } from '../errors.js';
import type { LineRange } from '../shared/line-ranges.js';
import type { CliContext } from './context.js';
import { formatFile, type FileOutcome, type FormatMode } from './format-file.js';
import type { WorkerReply, WorkerSetup, WorkerTask } from './format-worker-loop.js';
import type { FormatterOptions } from './formatter.js';

export interface FormatJob {
  readonly paths: readonly string[];
  readonly mode: FormatMode;
  readonly formatterOptions: FormatterOptions;
  readonly jobs: number;
  /** Lines of a file that may change; undefined for all. */
  readonly linesOf?: (path: string) => readonly LineRange[] | undefined;
  /** Whether a file is left out where its text says that a tool wrote it. */
  readonly leavesOutGenerated?: (path: string) => boolean;
  /** Called once a file, always in the order of `paths`. */
  readonly onOutcome: (outcome: FileOutcome) => void;
  readonly signal: AbortSignal;
}

/** A thread takes about as long to start as 20 files to format. */
const FILES_PER_THREAD = 20;

/** Each thread costs about 60 MB. */
const MAX_DEFAULT_THREADS = 8;

export function defaultJobs(files: number, cores: number): number {
  return Math.max(1, Math.min(cores, MAX_DEFAULT_THREADS, Math.ceil(files / FILES_PER_THREAD)));
}

/**
 * Formats many files, in this thread or in several. Stops between two files when
 * interrupted; a file that was begun is always finished.
 *
 * @throws what `createFormatter` throws; a fault of one file is its outcome instead.
 */
export async function formatMany(job: FormatJob, context: CliContext): Promise<void> {
  if (job.jobs <= 1 || job.paths.length <= 1) await formatHere(job, context);
  else await new FormatPool(job, context.formatWorkerUrl).run();
}

async function formatHere(job: FormatJob, context: CliContext): Promise<void> {
  const formatter = await context.createFormatter(job.formatterOptions);
  for (const path of job.paths) {
    // Signals arrive between turns of the event loop only.
    await nextTurn();
    if (job.signal.aborted) return;
    job.onOutcome(formatFile({ path, mode: job.mode, formatter, now: context.now, ...detailsOf(job, path) }));
  }
}

/** What there is to know about one file besides its path. */
function detailsOf(job: FormatJob, path: string): Omit<WorkerTask, 'index' | 'path'> {
  const lines = job.linesOf?.(path);
  const leaveOutGenerated = job.leavesOutGenerated?.(path) ?? false;
  return { ...(lines === undefined ? {} : { lines }), ...(leaveOutGenerated ? { leaveOutGenerated } : {}) };
}

/** Hands files to worker threads and the outcomes on in order. */
class FormatPool {
  readonly #job: FormatJob;
  readonly #workerUrl: URL;
  readonly #outcomes: (FileOutcome | undefined)[];
  readonly #running = new Map<Worker, WorkerTask | undefined>();
  #nextTask = 0;
  #nextOutcome = 0;
  #settle: { resolve: () => void; reject: (fault: unknown) => void } | undefined;

  constructor(job: FormatJob, workerUrl: URL) {
    this.#job = job;
    this.#workerUrl = workerUrl;
    this.#outcomes = new Array<FileOutcome | undefined>(job.paths.length);
  }

  async run(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }));
    const threads = Math.min(this.#job.jobs, this.#job.paths.length);
    for (let i = 0; i < threads; i++) this.#start();
    try {
      await done;
    } finally {
      await Promise.all([...this.#running.keys()].map((worker) => worker.terminate()));
    }
  }

  #start(): void {
    const setup: WorkerSetup = { mode: this.#job.mode, formatterOptions: this.#job.formatterOptions };
    const worker = new Worker(this.#workerUrl, { workerData: setup });
    this.#running.set(worker, undefined);
    worker.on('message', (reply: WorkerReply) => this.#take(worker, reply));
    worker.on('error', (fault) => this.#lose(worker, fault.message));
    worker.on('exit', (code) => this.#lose(worker, `exit code ${code}`));
  }

  #take(worker: Worker, reply: WorkerReply): void {
    if (reply.kind === 'broken') {
      const { code, message } = reply;
      this.#settle?.reject(code === undefined ? new Error(message) : new NnfmtError(code, message));
      return;
    }
    if (reply.kind === 'done') this.#record(reply.index, reply.outcome);
    this.#give(worker);
  }

  #give(worker: Worker): void {
    if (this.#nextTask < this.#job.paths.length && !this.#job.signal.aborted) {
      const index = this.#nextTask++;
      const path = this.#job.paths[index]!;
      const task: WorkerTask = { index, path, ...detailsOf(this.#job, path) };
      this.#running.set(worker, task);
      worker.postMessage(task);
      return;
    }
    this.#running.set(worker, undefined);
    const busy = [...this.#running.values()].some((task) => task !== undefined);
    if (!busy) this.#settle?.resolve();
  }

  /** A thread that died (out of memory, say) costs its one file, not the run. */
  #lose(worker: Worker, reason: string): void {
    if (!this.#running.has(worker)) return;
    const task = this.#running.get(worker);
    this.#running.delete(worker);
    if (task === undefined) {
      if (this.#running.size === 0) this.#settle?.reject(new Error(`no worker thread could start: ${reason}`));
      return;
    }
    const error = `${task.path}: the thread that formatted this file died (${reason}); the file was left alone.`;
    this.#record(task.index, { path: task.path, kind: 'failed', error, elapsedMs: 0 });
    if (this.#nextTask < this.#job.paths.length && !this.#job.signal.aborted) this.#start();
    else if (![...this.#running.values()].some((other) => other !== undefined)) this.#settle?.resolve();
  }

  #record(index: number, outcome: FileOutcome): void {
    this.#outcomes[index] = outcome;
    for (;;) {
      const next = this.#outcomes[this.#nextOutcome];
      if (next === undefined) return;
      this.#job.onOutcome(next);
      // Diffs can be large; what was handed on is dropped.
      this.#outcomes[this.#nextOutcome++] = undefined;
    }
  }
}
