import type { Worker } from 'node:worker_threads';
import { OverBudgetError } from '../errors.js';
import { startWorker } from '../shared/start-worker.js';
import { FailedJob, faultOf, type Fault } from './fault.js';
import type { ThreadSetup } from './service-thread.js';

/** What is posted to a thread. */
export type ThreadTask<Job> = { readonly id: number; readonly job: Job } | { readonly cancel: number };

/** What a thread says: that it is loaded; of a job, news on the way, and at the end a value or a fault. */
export type ThreadReply<Answer> =
  | { readonly isReady: true }
  | { readonly id: number; readonly news: unknown }
  | { readonly id: number; readonly allowedSeconds: number }
  /** `isWorn` where the thread holds more memory by now than the next job should find in use. */
  | { readonly id: number; readonly answer: Answer; readonly isWorn: boolean }
  | { readonly id: number; readonly fault: Fault; readonly isWorn: boolean };

/** Why a job has no answer: too many wait, nobody waits for it any more, the thread died, or all of it is over. */
export class UnansweredJob extends Error {
  constructor(readonly why: 'busy' | 'cancelled' | 'lost' | 'closed', detail = '') {
    super(detail === '' ? why : `${why}: ${detail}`);
  }
}

export interface ThreadPoolOptions {
  readonly setup: ThreadSetup;
  readonly threads: number;
  /** More than so many waiting jobs are refused. */
  readonly mostWaiting: number;
  /** What a job may take where nothing else is known of it. */
  readonly seconds: number;
  /** Of the heap of a thread. */
  readonly megabytes: number;
  /** Whether a job that nobody waits for any more ends its thread; it is told to stop otherwise. */
  readonly endsCancelled?: boolean;
}

export interface JobOptions {
  /** How messages call what the job is about. */
  readonly name: string;
  readonly signal?: AbortSignal;
  readonly onNews?: (news: unknown) => void;
}

/** Jobs at work and waiting, threads, and how many of these were ended or died. */
export interface PoolState {
  readonly busy: number;
  readonly waiting: number;
  readonly threads: number;
  readonly replaced: number;
}

interface Entry<Job, Answer> extends JobOptions {
  readonly id: number;
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: Error) => void;
  allowedSeconds: number;
}

interface Thread<Job, Answer> {
  readonly worker: Worker;
  isReady: boolean;
  entry: Entry<Job, Answer> | null;
  /** Ends the thread when a job has spent its time and does not say so. */
  timer?: NodeJS.Timeout;
}

/** How long after its time is up a thread may take to notice. */
const NOTICE_MS = 1000;
/** A thread loads models and grammar, on a busy machine too. */
const START_SECONDS = 60;
/** Timers cannot be set further ahead than this. */
const FURTHEST_MS = 0x7fff_ffff;

/**
 * Threads that work alike, and the jobs that wait for one. A thread starts when a job finds none idle, and anew after
 * it died or was ended: because its job took too long, or left too much memory in use.
 */
export class ThreadPool<Job, Answer> {
  private readonly threads = new Set<Thread<Job, Answer>>();
  private waiting: Entry<Job, Answer>[] = [];
  private lastId = 0;
  private isClosed = false;
  private replaced = 0;
  private readonly ended: Promise<unknown>[] = [];

  constructor(private readonly options: ThreadPoolOptions) {}

  get state(): PoolState {
    const busy = [...this.threads].filter(({ entry }) => entry !== null).length;
    return { busy, waiting: this.waiting.length, threads: this.threads.size, replaced: this.replaced };
  }

  /** Starts a thread where there is none. */
  warmUp(): void {
    if (this.threads.size === 0 && !this.isClosed) this.start();
  }

  /**
   * @throws UnansweredJob for a job that ended without an answer
   * @throws FailedJob for one that failed, also by taking too much
   */
  run(job: Job, options: JobOptions): Promise<Answer> {
    const { signal } = options;
    if (this.isClosed) return Promise.reject(new UnansweredJob('closed'));
    if (signal?.aborted === true) return Promise.reject(new UnansweredJob('cancelled'));
    const hasRoom = this.state.busy < this.options.threads;
    const { mostWaiting } = this.options;
    if (!hasRoom && this.waiting.length >= mostWaiting) return Promise.reject(new UnansweredJob('busy'));
    return new Promise((resolve, reject) => {
      const entry: Entry<Job, Answer> = {
        ...options, id: ++this.lastId, job, resolve, reject, allowedSeconds: this.options.seconds,
      };
      signal?.addEventListener('abort', () => this.cancel(entry), { once: true });
      this.waiting.push(entry);
      this.next();
    });
  }

  /** Ends all threads; what waits is not answered. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const entry of this.waiting.splice(0)) entry.reject(new UnansweredJob('closed'));
    for (const thread of [...this.threads]) this.end(thread, new UnansweredJob('closed'));
    await Promise.all(this.ended);
  }

  private next(): void {
    while (this.waiting.length > 0 && !this.isClosed) {
      const idle = [...this.threads].find(({ entry }) => entry === null);
      if (idle === undefined && this.threads.size >= this.options.threads) return;
      this.give(idle ?? this.start(), this.waiting.shift()!);
    }
  }

  private start(): Thread<Job, Answer> {
    const module = new URL(
      import.meta.url.endsWith('.ts') ? './service-thread.ts' : './service-thread.js', import.meta.url,
    );
    const worker = startWorker(module, this.options.setup, {
      maxOldGenerationSizeMb: Math.max(LEAST_HEAP_MB, this.options.megabytes),
    });
    const thread: Thread<Job, Answer> = { worker, isReady: false, entry: null };
    this.threads.add(thread);
    worker.on('message', (reply: ThreadReply<Answer>) => this.hear(thread, reply));
    worker.on('error', (fault: NodeJS.ErrnoException) => this.lose(thread, fault));
    worker.on('exit', (code) => this.lose(thread, new Error(`the thread ended with ${code}`)));
    return thread;
  }

  private give(thread: Thread<Job, Answer>, entry: Entry<Job, Answer>): void {
    thread.entry = entry;
    this.setTimer(thread, entry);
    thread.worker.postMessage({ id: entry.id, job: entry.job } satisfies ThreadTask<Job>);
  }

  private setTimer(thread: Thread<Job, Answer>, entry: Entry<Job, Answer>): void {
    clearTimeout(thread.timer);
    // What a thread loads at its start is no job's fault.
    const seconds = entry.allowedSeconds + (thread.isReady ? 0 : START_SECONDS);
    const limitMs = Math.min(1000 * seconds + NOTICE_MS, FURTHEST_MS);
    thread.timer = setTimeout(() => {
      const { name: path, allowedSeconds: allowed } = entry;
      this.end(thread, new FailedJob(faultOf(new OverBudgetError({ path, limit: 'seconds', allowed }))));
      this.next();
    }, limitMs);
  }

  private hear(thread: Thread<Job, Answer>, reply: ThreadReply<Answer>): void {
    const { entry } = thread;
    if (!this.threads.has(thread)) return;
    if ('isReady' in reply) {
      thread.isReady = true;
      if (entry !== null) this.setTimer(thread, entry);
      return;
    }
    if (entry === null || reply.id !== entry.id) return;
    if ('news' in reply) {
      entry.onNews?.(reply.news);
      return;
    }
    if ('allowedSeconds' in reply) {
      entry.allowedSeconds = reply.allowedSeconds;
      this.setTimer(thread, entry);
      return;
    }
    clearTimeout(thread.timer);
    thread.entry = null;
    if ('fault' in reply) entry.reject(new FailedJob(reply.fault));
    else entry.resolve(reply.answer);
    if (reply.isWorn) this.end(thread, null);
    this.next();
  }

  private cancel(entry: Entry<Job, Answer>): void {
    if (this.waiting.includes(entry)) {
      this.waiting = this.waiting.filter((other) => other !== entry);
      entry.reject(new UnansweredJob('cancelled'));
      return;
    }
    const thread = [...this.threads].find((one) => one.entry === entry);
    if (thread === undefined) return;
    if (this.options.endsCancelled === true) {
      this.end(thread, new UnansweredJob('cancelled'));
      this.next();
    } else {
      thread.worker.postMessage({ cancel: entry.id } satisfies ThreadTask<Job>);
    }
  }

  private lose(thread: Thread<Job, Answer>, fault: NodeJS.ErrnoException): void {
    const { entry } = thread;
    if (!this.threads.has(thread)) return;
    const path = entry?.name ?? '';
    this.end(thread, fault.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? new FailedJob(faultOf(new OverBudgetError({ path, limit: 'bytes', allowed: null })))
      : new UnansweredJob('lost', fault.message));
    this.next();
  }

  private end(thread: Thread<Job, Answer>, fault: Error | null): void {
    clearTimeout(thread.timer);
    this.threads.delete(thread);
    if (!this.isClosed) this.replaced++;
    if (fault !== null) thread.entry?.reject(fault);
    thread.entry = null;
    const ending = thread.worker.terminate().catch(() => undefined);
    this.ended.push(ending);
    void ending.then(() => this.ended.splice(this.ended.indexOf(ending), 1));
  }
}

/** Model and grammar alone take some of it. */
const LEAST_HEAP_MB = 256;
