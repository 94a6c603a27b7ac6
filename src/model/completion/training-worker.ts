/**
 * A thread of parallel training: it computes loss and gradient of its own sequences, and keeps
 * nothing from one task to the next but memory to compute in.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createRandom } from '../../shared/random.js';
import { completionLayout } from './completion-layout.js';
import { createCompletionTrainer } from './completion-trainer.js';
import { type TrainingReply, type TrainingTask, type TrainingThread } from './parallel-trainer.js';

const { sizes, steps, sequences, dropout, shared } = workerData as TrainingThread;
const random = createRandom('thread');
const trainer = createCompletionTrainer({ layout: completionLayout(sizes), steps, sequences, dropout, random });
const { values, gradient } = trainer.kernel.floats;

const compute = async ({ batch, training, randomState }: TrainingTask): Promise<void> => {
  values.set(shared.values);
  trainer.restoreStates(shared.carried);
  if (randomState !== null) random.restore(randomState);
  const result: TrainingReply = training ? await trainer.lossAndGradient(batch) : await trainer.loss(batch, values);
  if (training) shared.gradient.set(gradient);
  shared.carried.set(trainer.saveStates());
  parentPort!.postMessage(result);
};

// What is thrown there ends the thread, and reaches the other side as its `error`.
parentPort!.on('message', (task: TrainingTask) => void compute(task));
