import { parentPort, workerData } from 'node:worker_threads';
import type { Abortable } from '../shared/abortable.js';
import { faultOf } from './fault.js';
import type { ThreadReply, ThreadTask } from './job-queue.js';

/** What a thread is for. */
export type ThreadKind = 'layout' | 'completion' | 'learning';

/** What a thread does with its jobs. */
interface ThreadService {
  /** Does what the first job would have to wait for. */
  warmUp(): Promise<void>;
  /** Makes the first answers quick, as long as nobody has asked for one. */
  practise?(signal: Abortable): Promise<void>;
  answer(job: never, course: JobCourse): Promise<unknown>;
}

/** What happens while a job is done. */
export interface JobCourse {
  readonly signal: Abortable;
  readonly onNews: (done: number, text: string) => void;
}

const services: Readonly<Record<ThreadKind, () => Promise<ThreadService>>> = {
  layout: async () => new (await import('./layout-service.js')).LayoutService(),
  completion: async () => new (await import('./completion-service.js')).CompletionService(),
  learning: async () => new (await import('./learning-service.js')).LearningService(),
};

const port = parentPort;
if (port === null) throw new Error('this module runs in a worker thread only');

// On stdout stands what goes to the editor, and nothing else.
console.log = console.info = console.debug = console.error;

const signals = new Map<number, { aborted: boolean }>();
const practice = { aborted: false };
const ready = services[(workerData as { readonly kind: ThreadKind }).kind]().then(async (service) => {
  // Where something is missing, each job says so by itself.
  await service.warmUp().catch(() => undefined);
  if (!practice.aborted) void service.practise?.(practice).catch(() => undefined);
  return service;
});

port.on('message', (task: ThreadTask<never>) => {
  if ('cancel' in task) {
    const signal = signals.get(task.cancel);
    if (signal !== undefined) signal.aborted = true;
  } else {
    void work(task.id, task.job);
  }
});

async function work(id: number, job: never): Promise<void> {
  practice.aborted = true;
  const signal = { aborted: false };
  signals.set(id, signal);
  const reply = (message: ThreadReply<unknown>): void => port!.postMessage(message);
  try {
    const service = await ready;
    const onNews = (done: number, text: string): void => reply({ id, news: { done, text } });
    reply({ id, answer: await service.answer(job, { signal, onNews }) });
  } catch (cause) {
    reply({ id, fault: faultOf(cause) });
  } finally {
    signals.delete(id);
  }
}
