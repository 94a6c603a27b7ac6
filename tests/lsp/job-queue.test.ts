import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { afterEach, expect, test, vi } from 'vitest';
import { JobQueue, type ThreadReply, type ThreadTask } from '../../src/lsp/job-queue.js';

/** A thread that does what a test says, when it says so. */
class FakeThread extends EventEmitter {
  readonly tasks: { id: number; job: string }[] = [];
  readonly cancelled: number[] = [];
  isEnded = false;

  postMessage(task: ThreadTask<string>): void {
    if ('cancel' in task) this.cancelled.push(task.cancel);
    else this.tasks.push(task);
  }

  answer(text: string): void {
    this.emit('message', { id: this.tasks[this.tasks.length - 1]!.id, answer: text } satisfies ThreadReply<string>);
  }

  async terminate(): Promise<number> {
    this.isEnded = true;
    this.emit('exit', 1);
    return 1;
  }
}

function createQueue(): { queue: JobQueue<string, string>; threads: FakeThread[] } {
  const threads: FakeThread[] = [];
  const start = (): Worker => {
    threads.push(new FakeThread());
    return threads[threads.length - 1] as unknown as Worker;
  };
  return { queue: new JobQueue(start, 50), threads };
}

/** Why a job has no answer. */
const why = (job: Promise<string>): Promise<unknown> => job.then(() => 'answered', (fault) => (fault as { why: string }).why);

afterEach(() => void vi.useRealTimers());

test('a newer question takes the place of one that waits, not of the one at work', async () => {
  const { queue, threads } = createQueue();
  const [first, second, third] = ['1', '2', '3'].map((version) => queue.run(version, { name: 'format a', version }));
  const other = queue.run('other', { name: 'format b' });
  expect(await why(second!)).toBe('superseded');
  threads[0]!.answer('one');
  expect(await first).toBe('one');
  for (const text of ['o', 'three']) threads[0]!.answer(text);
  expect(threads[0]!.tasks.map(({ job }) => job)).toEqual(['1', '3', 'other']);
  expect(await third).toBe('o');
  expect(await other).toBe('three');
});

test('who asks the same gets the same answer, and it is worked out once', async () => {
  const { queue, threads } = createQueue();
  const asked = [1, 2, 3].map(() => queue.run('same', { name: 'format a', version: '7' }));
  threads[0]!.answer('done');
  expect(await Promise.all(asked)).toEqual(['done', 'done', 'done']);
  expect(threads[0]!.tasks).toHaveLength(1);
});

test('a job goes on until the last who asked has cancelled it; the thread is told, and ended where it does not heed', async () => {
  vi.useFakeTimers();
  const { queue, threads } = createQueue();
  const [one, other] = [new CancellationTokenSource(), new CancellationTokenSource()];
  const asked = [one, other].map(({ token }) => queue.run('same', { name: 'format a', version: '7', token }));
  one.cancel();
  expect(await why(asked[0]!)).toBe('cancelled');
  expect(threads[0]!.cancelled).toEqual([]);
  other.cancel();
  expect(await why(asked[1]!)).toBe('cancelled');
  expect(threads[0]!.cancelled).toHaveLength(1);
  const next = queue.run('next', { name: 'format b' });
  await vi.advanceTimersByTimeAsync(60);
  expect(threads[0]!.isEnded).toBe(true);
  threads[1]!.answer('from a new thread');
  expect(await next).toBe('from a new thread');
});

test('a thread that dies costs its own job, and those that wait go to a new one', async () => {
  const { queue, threads } = createQueue();
  const [unlucky, waiting] = ['a', 'b'].map((name) => queue.run(name, { name }));
  threads[0]!.emit('error', new Error('out of memory'));
  expect(await why(unlucky!)).toBe('lost');
  threads[1]!.answer('fine');
  expect(await waiting).toBe('fine');
});

test('a flood is refused, not kept', async () => {
  const { queue } = createQueue();
  const asked = Array.from({ length: 500 }, (_, k) => why(queue.run('x', { name: `format ${k}` })));
  expect(await asked[499]).toBe('busy');
  await queue.close();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['busy', 'closed']));
});

test('after the end nothing starts', async () => {
  const { queue, threads } = createQueue();
  await queue.close();
  expect(await why(queue.run('x', { name: 'x' }))).toBe('closed');
  expect(threads).toEqual([]);
});
