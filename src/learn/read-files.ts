import { setImmediate as nextTurn } from 'node:timers/promises';
import { StyleCounts } from '../model/style-counts.js';
import { HabitTally } from './habits.js';
import type { LearnJob } from './learn-profile.js';
import { readFileLayout, type LearnedFile } from './learned-file.js';
import { MOST_CHARACTERS } from './learning-budget.js';

/** What the files of a project say, and those of which nothing is learned. */
export interface ReadFiles {
  readonly learned: LearnedFile[];
  readonly habits: HabitTally;
  /** Messages about files that cannot be read or do not parse. */
  readonly refused: string[];
  readonly generated: number;
  readonly tiny: number;
  readonly tooLong: number;
}

/** Reads files one by one, as far as the budget goes. Null when interrupted. */
export async function readFiles(
  job: Pick<LearnJob, 'tokenizer' | 'signal'>,
  paths: readonly string[],
  onProgress: (done: number, path: string) => void,
): Promise<ReadFiles | null> {
  const scratch = new StyleCounts();
  const habits = new HabitTally();
  const learned: LearnedFile[] = [];
  const refused: string[] = [];
  const passed = { 'generated': 0, 'tiny': 0, 'too-long': 0 };
  let left: number = MOST_CHARACTERS.all;
  for (const [k, path] of paths.entries()) {
    await nextTurn();
    if (job.signal.aborted) return null;
    onProgress(k / paths.length, path);
    const reading = readFileLayout(job.tokenizer, path, scratch, Math.min(left, MOST_CHARACTERS.file));
    if (reading.kind === 'refused') refused.push(reading.message);
    else if (reading.kind === 'learned') {
      left -= reading.characters;
      learned.push(reading.file);
      habits.add(reading.context, reading.layout, reading.file.unit);
    } else passed[reading.kind]++;
  }
  return {
    learned, habits, refused, generated: passed.generated, tiny: passed.tiny, tooLong: passed['too-long'],
  };
}
