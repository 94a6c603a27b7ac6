import type { Worker } from 'node:worker_threads';
import type { CancellationToken } from 'vscode-languageserver/node';
import type { Fault } from './fault.js';

/** What is posted to a thread. */
export type ThreadTask<Job> = { readonly id: number; readonly job: Job } | { readonly cancel: number };

/** What a thread answers: news on the way, and at the end a value or a fault. */
export type ThreadReply<Answer> =
  | { readonly id: number; readonly news: { readonly done: number; readonly text: string } }
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly fault: Fault };

/**
 * Why a job has no answer: nobody waits for it any more, a newer one took its place, too many wait, the thread died, or
 * all of it is over.
 */
export type Unanswered = 'cancelled' | 'superseded' | 'busy' | 'lost' | 'closed';

/** A job that ended without an answer. */
export class UnansweredJob extends Error {
  constructor(readonly why: Unanswered, detail = '') {
    super(detail === '' ? why : `${why}: ${detail}`);
  }
}

/** A fault that a job ended with. */
export class FailedJob extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

export interface JobOptions {
  /** A newer job of the same name takes the place of one that still waits. */
  readonly name: string;
  /** Jobs of one name and version ask the same, and share the answer. */
  readonly version?: string;
  readonly token?: CancellationToken;
  readonly onNews?: (done: number, text: string) => void;
}

interface Entry<Job, Answer> extends JobOptions {
  readonly id: number;
  readonly job: Job;
  readonly promise: Promise<Answer>;
  readonly settle: { readonly resolve: (answer: Answer) => void; readonly reject: (fault: Error) => void };
  /** How many still want the answer. */
  waiters: number;
}

/** Jobs that wait at most; more come only from a client that floods. */
const MOST_WAITING = 200;
/** A thread that goes on so long with what nobody waits for is ended. */
const PATIENCE_MS = 1000;

/**
 * One thread, and the jobs that wait for it. The thread starts with the first job, or when it is warmed up, and anew
 * after it died. Jobs are done one after the other, so that what was superseded or cancelled meanwhile is not begun.
 */
export class JobQueue<Job, Answer> {
  private worker: Worker | null = null;
  private running: Entry<Job, Answer> | null = null;
  private isAbandoned = false;
  private waiting: Entry<Job, Answer>[] = [];
  private lastId = 0;
  private isClosed = false;
  private timer: NodeJS.Timeout | null = null;

  /** @param start makes the thread, which answers each `ThreadTask` by `ThreadReply`s */
  constructor(private readonly start: () => Worker, private readonly patienceMs = PATIENCE_MS) {}

  /** Starts the thread where it does not run. */
  warmUp(): void {
    if (this.worker !== null || this.isClosed) return;
    const worker = this.start();
    this.worker = worker;
    worker.on('message', (reply: ThreadReply<Answer>) => this.hear(worker, reply));
    worker.on('error', (fault) => this.lose(worker, fault instanceof Error ? fault.message : String(fault)));
    worker.on('exit', (code) => this.lose(worker, `the thread ended with ${code}`));
  }

  /**
   * @throws UnansweredJob for a job that ended without an answer
   * @throws FailedJob for one that failed
   */
  run(job: Job, options: JobOptions): Promise<Answer> {
    const { name, version, token } = options;
    if (token?.isCancellationRequested === true) return Promise.reject(new UnansweredJob('cancelled'));
    if (this.isClosed) return Promise.reject(new UnansweredJob('closed'));
    const open = [this.isAbandoned ? null : this.running, ...this.waiting];
    const same = open.find((entry) => entry?.name === name && version !== undefined && entry.version === version);
    if (same !== undefined && same !== null) return this.attach(same, token);
    for (const entry of this.waiting.filter((entry) => entry.name === name)) this.drop(entry, 'superseded');
    if (this.waiting.length >= MOST_WAITING) return Promise.reject(new UnansweredJob('busy'));
    let settle!: Entry<Job, Answer>['settle'];
    const promise = new Promise<Answer>((resolve, reject) => (settle = { resolve, reject }));
    const entry: Entry<Job, Answer> = { ...options, id: ++this.lastId, job, promise, settle, waiters: 0 };
    this.waiting.push(entry);
    const answer = this.attach(entry, token);
    this.next();
    return answer;
  }

  /** One more who waits for a job; it goes on until the last of them has cancelled it. */
  private attach(entry: Entry<Job, Answer>, token: CancellationToken | undefined): Promise<Answer> {
    entry.waiters++;
    return new Promise((resolve, reject) => {
      const listening = token?.onCancellationRequested(() => {
        reject(new UnansweredJob('cancelled'));
        if (--entry.waiters === 0) this.cancel(entry);
      });
      entry.promise.then(resolve, reject).finally(() => listening?.dispose());
    });
  }

  /** Ends the thread; what waits is not answered. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const entry of [...this.waiting]) this.drop(entry, 'closed');
    const { worker } = this;
    if (worker !== null) this.lose(worker, 'closed');
    await worker?.terminate();
  }

  private next(): void {
    if (this.running !== null || this.waiting.length === 0 || this.isClosed) return;
    this.warmUp();
    const entry = this.waiting.shift()!;
    this.running = entry;
    this.isAbandoned = false;
    this.worker!.postMessage({ id: entry.id, job: entry.job } satisfies ThreadTask<Job>);
  }

  private hear(worker: Worker, reply: ThreadReply<Answer>): void {
    const { running } = this;
    if (worker !== this.worker || running === null || reply.id !== running.id) return;
    if ('news' in reply) {
      if (!this.isAbandoned) running.onNews?.(reply.news.done, reply.news.text);
      return;
    }
    this.free();
    if ('fault' in reply) running.settle.reject(new FailedJob(reply.fault));
    else running.settle.resolve(reply.answer);
    this.next();
  }

  private cancel(entry: Entry<Job, Answer>): void {
    if (this.waiting.includes(entry)) this.drop(entry, 'cancelled');
    else if (this.running === entry && !this.isAbandoned) {
      this.isAbandoned = true;
      this.worker?.postMessage({ cancel: entry.id } satisfies ThreadTask<Job>);
      this.timer = setTimeout(() => {
        if (this.running === entry && this.worker !== null) void this.end(this.worker);
      }, this.patienceMs);
    }
  }

  private async end(worker: Worker): Promise<void> {
    this.lose(worker, 'ended');
    await worker.terminate();
  }

  private drop(entry: Entry<Job, Answer>, why: Unanswered): void {
    this.waiting = this.waiting.filter((other) => other !== entry);
    entry.settle.reject(new UnansweredJob(why));
  }

  private lose(worker: Worker, detail: string): void {
    if (worker !== this.worker) return;
    this.worker = null;
    const { running } = this;
    this.free();
    running?.settle.reject(new UnansweredJob(this.isClosed ? 'closed' : 'lost', detail));
    this.next();
  }

  private free(): void {
    this.running = null;
    this.isAbandoned = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
