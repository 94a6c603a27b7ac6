import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { NnfmtError, OverBudgetError } from '../errors.js';
import { LONG_FILES, MANY_BYTES, expectShortLife } from '../shared/engine-flags.js';
import type { LineRange } from '../shared/line-ranges.js';
import { lookAt } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';
import { parserReady } from '../tokenize/parser-ready.js';
import type { CliContext } from './context.js';
import { formatFile, type FileOutcome, type FormatMode } from './format-file.js';
import { Stage, type WorkerReply, type WorkerSetup, type WorkerTask } from './format-worker-loop.js';
import type { Formatter, FormatterOptions } from './formatter.js';

export interface FormatJob {
  readonly paths: readonly string[];
  readonly mode: FormatMode;
  readonly formatterOptions: FormatterOptions;
  readonly jobs: number;
  /** Lines of a file that may change; undefined for all. */
  readonly linesOf?: (path: string) => readonly LineRange[] | undefined;
  /** Whether a file is left out where its text says that a tool wrote it. */
  readonly leavesOutGenerated?: (path: string) => boolean;
  /** Whether the Python blocks of a page are taken. */
  readonly markdownOf?: (path: string) => boolean;
  /** Called once a file, always in the order of `paths`. */
  readonly onOutcome: (outcome: FileOutcome) => void;
  readonly signal: AbortSignal;
}

/** A thread takes about as long to become fast as 50 files take to be formatted. */
const FILES_PER_THREAD = 50;

/** Each thread costs about 60 MB. */
const MAX_DEFAULT_THREADS = 8;

export function defaultJobs(files: number, cores: number): number {
  return Math.max(1, Math.min(cores, MAX_DEFAULT_THREADS, Math.ceil(files / FILES_PER_THREAD)));
}

/**
 * Formats many files, in this thread or in several. When interrupted, it stops between two files; one that was
 * begun is finished where that takes half a second at most, and given up otherwise.
 *
 * @throws what `createFormatter` throws; a fault of one file is its outcome instead.
 */
export async function formatMany(job: FormatJob, context: CliContext): Promise<void> {
  const hasLong = job.paths.some(isLong);
  const inThreads = mayThread() && ((job.jobs > 1 && job.paths.length > 1) || hasLong);
  if (inThreads) {
    expectShortLife(hasLong ? LONG_FILES : MANY_BYTES);
    await new FormatPool(job, context.formatWorkerUrl, hasLong).run();
    return;
  }
  await formatHere(job, context);
  // Whoever wants nothing remembered wants no code kept either.
  if (job.mode.digest === true) context.keepCode?.();
}

/** Whether Node was started without its permission model, or with threads allowed. */
const mayThread = (): boolean => (process as Partial<{
  readonly permission: { has(scope: string): boolean };
}>).permission?.has('worker') ?? true;

/** Bytes from which on a file is formatted in a thread of its own, which can be ended when it has spent its budget. */
const MOST_IN_THIS_THREAD = 512 * 1024;
/** Characters of ordinary code that are formatted well within a second, so that a signal may wait for it. */
const MOST_DEAF = 24 * 1024;

const bytesOf = (path: string): number => lookAt(path).stats?.size ?? 0;
const isLong = (path: string): boolean => bytesOf(path) > MOST_IN_THIS_THREAD;

async function formatHere(job: FormatJob, context: CliContext): Promise<void> {
  const bytes = job.paths.reduce((sum, path) => sum + bytesOf(path), 0);
  const formatter = reachable(await context.createFormatter(job.formatterOptions, bytes), context);
  for (const path of job.paths) {
    await parserReady();
    // Signals arrive between turns of the event loop only.
    await nextTurn();
    if (job.signal.aborted) return;
    job.onOutcome(formatFile({ path, mode: job.mode, formatter, now: context.now, ...detailsOf(job, path) }));
  }
}

/** A formatter that a signal ends at once while it is at a longer text: no file is touched before it is done. */
function reachable(formatter: Formatter, { dieOnSignal }: CliContext): Formatter {
  if (dieOnSignal === undefined) return formatter;
  return {
    format: (text, options) =>
      text.length > MOST_DEAF ? dieOnSignal(() => formatter.format(text, options)) : formatter.format(text, options),
  };
}

/** What there is to know about one file besides its path. */
function detailsOf(job: FormatJob, path: string): Omit<WorkerTask, 'index' | 'path'> {
  const lines = job.linesOf?.(path);
  const leaveOutGenerated = job.leavesOutGenerated?.(path) ?? false;
  const markdown = job.markdownOf?.(path) ?? false;
  return {
    ...(lines === undefined ? {} : { lines }),
    ...(leaveOutGenerated ? { leaveOutGenerated } : {}),
    ...(markdown ? { markdown } : {}),
  };
}

/** What a thread works on. */
interface Thread {
  readonly stage: Int32Array<SharedArrayBuffer>;
  task?: WorkerTask | undefined;
  /** Ends the thread when it has spent its budget and does not say so. */
  timer?: NodeJS.Timeout | undefined;
}

/** How long a file that was begun may go on after an interruption. */
const GRACE_MS = 500;
/** How long after its time is up a thread may take to notice. */
const NOTICE_MS = 3000;

/** Hands files to worker threads and the outcomes on in order. */
class FormatPool {
  private readonly job: FormatJob;
  private readonly workerUrl: URL;
  private readonly outcomes: (FileOutcome | undefined)[];
  private readonly isOfLong: boolean;
  private readonly running = new Map<Worker, Thread>();
  private nextTask = 0;
  private nextOutcome = 0;
  private settle: { resolve: () => void; reject: (fault: unknown) => void } | undefined;

  constructor(job: FormatJob, workerUrl: URL, hasLong: boolean) {
    this.job = job;
    this.workerUrl = workerUrl;
    this.isOfLong = hasLong;
    this.outcomes = new Array<FileOutcome | undefined>(job.paths.length);
  }

  async run(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => (this.settle = { resolve, reject }));
    const threads = Math.min(this.job.jobs, this.job.paths.length);
    for (let i = 0; i < threads; i++) this.start();
    let grace: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      grace = setTimeout(() => this.stopAll(), GRACE_MS);
    };
    this.job.signal.addEventListener('abort', interrupt);
    try {
      await done;
      this.handOnTheRest();
    } finally {
      clearTimeout(grace);
      this.job.signal.removeEventListener('abort', interrupt);
      for (const { timer } of this.running.values()) clearTimeout(timer);
      await Promise.all([...this.running.keys()].map((worker) => worker.terminate()));
    }
  }

  private start(): void {
    const { mode, formatterOptions } = this.job;
    const stage = new Int32Array(new SharedArrayBuffer(4));
    const setup: WorkerSetup = { mode, formatterOptions, stage, hasLong: this.isOfLong };
    const { budget } = mode;
    const heapMb = budget === undefined ? undefined : Math.max(LEAST_HEAP_MB, Math.ceil(budget.bytes / 1_000_000));
    const worker = new Worker(this.workerUrl, {
      workerData: setup,
      resourceLimits: {
        ...(heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb }),
        ...(this.isOfLong ? { maxYoungGenerationSizeMb: LONG_YOUNG_MB } : {}),
      },
    });
    this.running.set(worker, { stage });
    worker.on('message', (reply: WorkerReply) => this.take(worker, reply));
    worker.on('error', (fault) => this.lose(worker, fault));
    worker.on('exit', (code) => this.lose(worker, new Error(`exit code ${code}`)));
  }

  private take(worker: Worker, reply: WorkerReply): void {
    if (reply.kind === 'broken') {
      const { code, message } = reply;
      this.settle?.reject(code === undefined ? new Error(message) : new NnfmtError(code, message));
      return;
    }
    const thread = this.running.get(worker);
    // Stopped meanwhile.
    if (thread === undefined) return;
    clearTimeout(thread.timer);
    thread.task = undefined;
    if (reply.kind === 'done') {
      this.record(reply.index, reply.outcome);
      if (reply.isWorn && this.hasMore()) {
        this.end(worker);
        this.start();
        return;
      }
    }
    this.give(worker, thread);
  }

  private hasMore(): boolean {
    return this.nextTask < this.job.paths.length && !this.job.signal.aborted;
  }

  private give(worker: Worker, thread: Thread): void {
    if (!this.hasMore()) {
      this.resolveWhenIdle();
      return;
    }
    const index = this.nextTask++;
    const path = this.job.paths[index]!;
    const long = this.isOfLong && isLong(path) ? { long: true } : {};
    const task: WorkerTask = { index, path, ...detailsOf(this.job, path), ...long };
    thread.task = task;
    Atomics.store(thread.stage, 0, Stage.Computing);
    const { budget } = this.job.mode;
    if (budget !== undefined) {
      // Timers cannot be set further ahead than this.
      const limitMs = Math.min(1000 * budget.seconds + NOTICE_MS, 0x7fff_ffff);
      thread.timer = setTimeout(() => this.giveUp(worker, thread, task), limitMs);
    }
    worker.postMessage(task);
  }

  /** Ends a thread that does not notice by itself that its time is up. */
  private giveUp(worker: Worker, thread: Thread, { index, path }: WorkerTask): void {
    if (!isStopped(thread)) return;
    this.end(worker);
    const allowed = this.job.mode.budget?.seconds ?? null;
    const { message } = new OverBudgetError({ path, limit: 'seconds', allowed });
    this.record(index, { path, kind: 'failed', error: message, elapsedMs: 0 });
    this.goOn();
  }

  /** Ends all threads but those that are writing. */
  private stopAll(): void {
    for (const [worker, thread] of [...this.running]) {
      if (thread.task === undefined || isStopped(thread)) this.end(worker);
    }
    this.resolveWhenIdle();
  }

  private end(worker: Worker): void {
    clearTimeout(this.running.get(worker)?.timer);
    this.running.delete(worker);
    void worker.terminate();
  }

  private goOn(): void {
    if (this.hasMore()) this.start();
    else this.resolveWhenIdle();
  }

  private resolveWhenIdle(): void {
    if (![...this.running.values()].some(({ task }) => task !== undefined)) this.settle?.resolve();
  }

  /** A thread that died costs its one file, not the run. */
  private lose(worker: Worker, fault: NodeJS.ErrnoException): void {
    const thread = this.running.get(worker);
    if (thread === undefined) return;
    clearTimeout(thread.timer);
    this.running.delete(worker);
    const { task } = thread;
    if (task === undefined) {
      if (this.running.size === 0) this.settle?.reject(new Error(`no worker thread could start: ${fault.message}`));
      return;
    }
    const { index, path } = task;
    const error = fault.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? new OverBudgetError({ path, limit: 'bytes', allowed: this.job.mode.budget?.bytes ?? null }).message
      : `${shownName(path)}: the thread that formatted this file died (${fault.message}); the file was left alone.`;
    this.record(index, { path, kind: 'failed', error, elapsedMs: 0 });
    this.goOn();
  }

  private record(index: number, outcome: FileOutcome): void {
    this.outcomes[index] = outcome;
    for (;;) {
      const next = this.outcomes[this.nextOutcome];
      if (next === undefined) return;
      this.job.onOutcome(next);
      // Diffs can be large; what was handed on is dropped.
      this.outcomes[this.nextOutcome++] = undefined;
    }
  }

  /** After an interruption: what was finished behind a file that was not. */
  private handOnTheRest(): void {
    for (const outcome of this.outcomes.slice(this.nextOutcome)) if (outcome !== undefined) this.job.onOutcome(outcome);
  }
}

/** For what a thread has just made, where a file is long: V8 would take three times as much and keep it. */
const LONG_YOUNG_MB = 12;
/** Model and grammar alone take some of it. */
const LEAST_HEAP_MB = 256;

/** True when the thread was calculating, and from now on will not write. */
const isStopped = ({ stage }: Thread): boolean =>
  Atomics.compareExchange(stage, 0, Stage.Computing, Stage.Stopped) === Stage.Computing;
