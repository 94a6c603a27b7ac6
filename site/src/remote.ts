import type { Answer, Fault } from './workers/serve-calls.js';

export class RemoteFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = fault.name;
    this.fault = fault;
  }
}

/** The work was stopped before it was done. */
export class Stopped extends Error {}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly tell: ((progress: never) => void) | undefined;
}

/** Functions of a worker, which is started when the first is called. */
export class Remote {
  private readonly start: () => Worker;
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(start: () => Worker) {
    this.start = start;
  }

  /**
   * @throws RemoteFault for what the worker throws
   * @throws Stopped when the worker is stopped meanwhile
   */
  call<T>(method: string, argument: unknown = {}, tell?: (progress: never) => void): Promise<T> {
    this.worker ??= this.listen(this.start());
    const id = ++this.last;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: never) => void, reject, tell });
      this.worker!.postMessage({ id, method, argument });
    });
  }

  /** Ends the worker in whatever it does; the next call starts another. */
  stop(): void {
    this.worker?.terminate();
    this.worker = null;
    this.refuseAll(new Stopped('stopped'));
  }

  get isBusy(): boolean {
    return this.waiting.size > 0;
  }

  private listen(worker: Worker): Worker {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const waiting = this.waiting.get(data.id);
      if (waiting === undefined) return;
      if ('progress' in data) return waiting.tell?.(data.progress as never);
      this.waiting.delete(data.id);
      if ('fault' in data) waiting.reject(new RemoteFault(data.fault));
      else waiting.resolve(data.value as never);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const message = event.message || 'a part of the page could not be loaded';
      this.refuseAll(new RemoteFault({ name: 'Error', message, reason: message }));
    };
    return worker;
  }

  private refuseAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
