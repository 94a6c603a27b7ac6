import { parentPort, workerData } from 'node:worker_threads';
import type { ProjectLayoutOptions } from '../library/project-layout.js';
import type { Abortable } from '../shared/abortable.js';
import { faultOf } from './fault.js';
import type { ThreadReply, ThreadTask } from './thread-pool.js';

/** What a thread is for, and what holds for all its jobs. */
export interface ThreadSetup {
  readonly kind: 'text' | 'completion' | 'learning' | 'prepare' | 'evaluate';
  readonly layout: ProjectLayoutOptions;
  /** Completion networks that may be asked for, by name. */
  readonly models?: Readonly<Record<string, string>>;
}

/** What happens while a job is done. */
export interface JobCourse {
  readonly signal: Abortable;
  /** Told how many seconds the job may take, once that is known. */
  readonly onAllowed: (seconds: number) => void;
  readonly onNews: (news: unknown) => void;
}

/** What a thread does with its jobs. */
interface ThreadService {
  /** Does what the first job would have to wait for. */
  warmUp(): Promise<void>;
  /** Makes the first answers quick, as long as nobody has asked for one. */
  practise?(signal: Abortable): Promise<void>;
  answer(job: never, course: JobCourse): Promise<unknown>;
}

const services: Readonly<Record<ThreadSetup['kind'], (setup: ThreadSetup) => Promise<ThreadService>>> = {
  text: async ({ layout }) => new (await import('./text-service.js')).TextService(layout),
  completion: async ({ layout, models = {} }) =>
    new (await import('./completion-service.js')).CompletionService(layout, models),
  evaluate: async () => new (await import('./evaluate-service.js')).EvaluateService(),
  prepare: async () => new (await import('./prepare-service.js')).PrepareService(),
  learning: async () => new (await import('./learning-service.js')).LearningService(),
};

const port = parentPort;
if (port === null) throw new Error('this module runs in a worker thread only');

// On stdout stand answers, and nothing else.
console.log = console.info = console.debug = console.error;

const signals = new Map<number, { aborted: boolean }>();
const practice = { aborted: false };
const setup = workerData as ThreadSetup;
const ready = services[setup.kind](setup).then(async (service) => {
  // Where something is missing, each job says so by itself.
  await service.warmUp().catch(() => undefined);
  port.postMessage({ isReady: true } satisfies ThreadReply<unknown>);
  if (!practice.aborted) void service.practise?.(practice).catch(() => undefined);
  return service;
});
/** Threads share the count, so that one of many goes a little early at worst. */
const atStart = process.memoryUsage.rss();
/** The parser's memory never shrinks, and a text of megabytes leaves a heap of hundreds. */
const WORN_BYTES = 700_000_000;

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
  const isWorn = (): boolean => process.memoryUsage.rss() - atStart > WORN_BYTES;
  try {
    const service = await ready;
    const answer = await service.answer(job, {
      signal,
      onAllowed: (allowedSeconds) => reply({ id, allowedSeconds }),
      onNews: (news) => reply({ id, news }),
    });
    reply({ id, answer, isWorn: isWorn() });
  } catch (cause) {
    reply({ id, fault: faultOf(cause), isWorn: isWorn() });
  } finally {
    signals.delete(id);
  }
}
