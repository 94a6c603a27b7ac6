import { setImmediate as nextTurn } from 'node:timers/promises';
import { readSource } from '../corpus/index.js';
import { NnfmtError } from '../errors.js';
import {
  evaluateRestoration, mergeRestorations, restorationFigures, type RestorationTally,
} from '../evaluate/index.js';
import type { FormatPolicy } from '../format/index.js';
import type { Abortable } from '../shared/abortable.js';
import type { Tokenizer } from '../tokenize/index.js';

/** How much of what fine-tuning moved is kept, strongest first; 0 leaves the counts alone. */
const STRENGTHS = [1, 0.5, 0] as const;
/** Of mutants; at a lone defect in fifty and at heavy damage a tuned network errs in different ways. */
const RATES = [0.02, 0.2] as const;
/** Files that each strength is tried on, and what a weaker one has to bring, in exact gaps, to be taken. */
const MOST_FILES = 4;
const LEAST_GAIN = 0.0005;

/**
 * The strength of fine-tuning that restores most of files held out, so that a profile does not make things worse
 * where its project says too little or contradicts itself. Null when interrupted.
 *
 * @param files with the names that mutants are seeded by
 */
export async function chooseStrength(job: {
  readonly tokenizer: Tokenizer;
  readonly files: readonly { readonly path: string; readonly name: string }[];
  readonly policyAt: (strength: number) => FormatPolicy;
  readonly signal: Abortable;
}): Promise<number | null> {
  const exact: number[] = [];
  for (const strength of STRENGTHS) {
    const policy = job.policyAt(strength);
    const tallies: RestorationTally[] = [];
    for (const { path, name } of job.files.slice(0, MOST_FILES)) {
      const { text } = readSource(path);
      for (const rate of RATES) {
        await nextTurn();
        if (job.signal.aborted) return null;
        try {
          tallies.push(evaluateRestoration({ tokenizer: job.tokenizer, policy, text, path: name, rate, seed: 2 }));
        } catch (fault) {
          // A mutant that cannot be read back says nothing about the profile.
          if (!(fault instanceof NnfmtError)) throw fault;
        }
      }
    }
    exact.push(tallies.length === 0 ? 1 : restorationFigures(mergeRestorations(tallies)).exact);
  }
  let best = 0;
  STRENGTHS.forEach((_, k) => {
    if (exact[k] > exact[best] + LEAST_GAIN) best = k;
  });
  return STRENGTHS[best];
}
