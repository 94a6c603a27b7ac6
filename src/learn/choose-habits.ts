import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FormatPolicy } from '../format/index.js';
import { findPins } from '../format/pins.js';
import { readProgram } from '../format/read-program.js';
import { restyledShare, type RestyledShare } from '../format/restyled-share.js';
import type { LearnJob } from './learn-profile.js';
import { sampledText, type LearnedFile } from './learned-file.js';

/** Gaps more that are no sign of harm, in fewer files than these. */
const CHANCE = 8;
const MANY_FILES = 10;

type Job = Pick<LearnJob, 'tokenizer' | 'signal'> & {
  readonly nameOf: (path: string) => string;
  /** `done` in [0, 1]. */
  readonly onProgress: (done: number) => void;
};

/**
 * Whether habits of whole brackets are taken: files of the project come no worse from being laid out anew with them. Of
 * the gaps compared, the share that changes then.
 */
export async function chooseHabits(
  job: Job, files: readonly LearnedFile[], policy: FormatPolicy,
): Promise<{ drift: number | null; takesHabits: boolean }> {
  const half = (before: number): Job => ({ ...job, onProgress: (done) => job.onProgress(before + done / 2) });
  const shaped = await shareOf(half(0), files, policy);
  const plain = await shareOf(half(0.5), files, { ...policy, brackets: null });
  const mayLose = files.length < MANY_FILES ? CHANCE : 0;
  const takesHabits = shaped.changed - plain.changed <= mayLose;
  const { compared, changed } = takesHabits ? shaped : plain;
  return { drift: compared === 0 ? null : changed / compared, takesHabits };
}

/** Of the gaps of files, those that laying them out anew changes. */
async function shareOf(job: Job, files: readonly LearnedFile[], policy: FormatPolicy): Promise<RestyledShare> {
  let compared = 0;
  let changed = 0;
  const different = [...new Set(files)];
  for (const [k, file] of different.entries()) {
    await nextTurn();
    if (job.signal.aborted) break;
    job.onProgress(k / different.length);
    const context = readProgram(job.tokenizer, sampledText(file), job.nameOf(file.path));
    const one = restyledShare(context, context.structured.source.gaps, findPins(context), policy);
    compared += one.compared;
    changed += one.changed;
  }
  return { compared, changed };
}
