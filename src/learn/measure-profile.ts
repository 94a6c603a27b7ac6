import { setImmediate as nextTurn } from 'node:timers/promises';
import { NnfmtError } from '../errors.js';
import {
  emptyRestoration, evaluateRestoration, mergeRestorations, restorationFigures,
  type RestorationFigures, type RestorationTally,
} from '../evaluate/index.js';
import type { FormatPolicy } from '../format/index.js';
import type { LearnJob } from './learn-profile.js';
import { sampledText, type LearnedFile } from './learned-file.js';

/** Of mutants, for the report. */
export const REPORT_RATES = [0, 0.02, 0.2] as const;

/** Figures of the held-out files at one rate of mutation. */
export interface BeforeAndAfter {
  readonly rate: number;
  readonly before: RestorationFigures;
  readonly after: RestorationFigures;
  /** Gaps that the figures rest on, non-empty on either side. */
  readonly compared: number;
  /** Of each file, how many gaps more come back otherwise with the profile; fewer are below 0. */
  readonly lost: readonly number[];
}

/** Compares the base model with a profile's policy on files that the profile has not seen. Null when interrupted. */
export async function measureProfile(
  job: Pick<LearnJob, 'tokenizer' | 'base' | 'signal'> & {
    readonly nameOf: (path: string) => string;
    /** `done` in [0, 1]. */
    readonly onProgress: (done: number) => void;
  },
  files: readonly LearnedFile[],
  policy: FormatPolicy,
): Promise<BeforeAndAfter[] | null> {
  const tallies = REPORT_RATES.map(() => ({ before: [] as RestorationTally[], after: [] as RestorationTally[] }));
  for (const [k, file] of files.entries()) {
    const text = sampledText(file);
    for (const [r, rate] of REPORT_RATES.entries()) {
      await nextTurn();
      if (job.signal.aborted) return null;
      job.onProgress((k + r / REPORT_RATES.length) / files.length);
      const one = { tokenizer: job.tokenizer, text, path: job.nameOf(file.path), rate, seed: 1 };
      try {
        const before = evaluateRestoration({ ...one, policy: job.base.policy });
        const after = evaluateRestoration({ ...one, policy });
        tallies[r].before.push(before);
        tallies[r].after.push(after);
      } catch (fault) {
        // A mutant that cannot be read back says nothing about the profile.
        if (!(fault instanceof NnfmtError)) throw fault;
      }
    }
  }
  if (files.length === 0) return [];
  return REPORT_RATES.map((rate, r) => {
    const { before, after } = tallies[r];
    return {
      rate, before: figuresOf(before), after: figuresOf(after),
      compared: after.reduce((sum, { output }) => sum + output.compared, 0),
      lost: after.map((tally, k) => wrongGaps(tally) - wrongGaps(before[k])),
    };
  });
}

const wrongGaps = ({ output }: RestorationTally): number => output.compared - output.exact;

const figuresOf = (list: readonly RestorationTally[]): RestorationFigures =>
  restorationFigures(list.length === 0 ? emptyRestoration() : mergeRestorations(list));
