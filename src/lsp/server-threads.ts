import { startWorker } from '../shared/start-worker.js';
import type { CompletionAnswer, CompletionJob } from './completion-jobs.js';
import { JobQueue } from './job-queue.js';
import type { LayoutAnswer, LayoutJob } from './layout-jobs.js';
import type { LearningAnswer, LearningJob } from './learning-service.js';
import type { ThreadKind } from './lsp-thread.js';

/** The threads that a server works in: whoever talks to the editor never has to wait for any of them. */
export interface ServerThreads {
  readonly layout: JobQueue<LayoutJob, LayoutAnswer>;
  readonly completion: JobQueue<CompletionJob, CompletionAnswer>;
  readonly learning: JobQueue<LearningJob, LearningAnswer>;
}

/** Nothing of learning is kept, so a cancelled run is ended soon. */
const LEARNING_PATIENCE_MS = 200;

export function createThreads(): ServerThreads {
  const module = new URL(import.meta.url.endsWith('.ts') ? './lsp-thread.ts' : './lsp-thread.js', import.meta.url);
  const start = (kind: ThreadKind) => () => startWorker(module, { kind });
  return {
    layout: new JobQueue(start('layout')),
    completion: new JobQueue(start('completion')),
    learning: new JobQueue(start('learning'), LEARNING_PATIENCE_MS),
  };
}

/** Ends all of them. */
export async function closeThreads({ layout, completion, learning }: ServerThreads): Promise<void> {
  await Promise.all([layout.close(), completion.close(), learning.close()]);
}
