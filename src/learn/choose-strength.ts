import { setImmediate as nextTurn } from 'node:timers/promises';
import { NnfmtError } from '../errors.js';
import { evaluateRestoration } from '../evaluate/index.js';
import type { FormatPolicy } from '../format/index.js';
import type { Abortable } from '../shared/abortable.js';
import type { Tokenizer } from '../tokenize/index.js';
import { sampledText, type LearnedFile } from './learned-file.js';

/** How much of what fine-tuning moved is kept where nothing speaks against it: over many projects about the best. */
export const USUAL_STRENGTH = 0.75;
/** What else is tried; 0 leaves the counts alone. */
const OTHERS = [1, 0.5] as const;
const WEAKER = [0.5, 0.25] as const;
/** What is tried where nothing speaks for less: the base model, the usual strength and the others. */
const USUAL_TRIES = 2 + OTHERS.length;
/** Of mutants; at a lone defect in fifty and at heavy damage a tuned network errs in different ways. */
const RATES = [0.02, 0.2, 1] as const;
/** Files that each strength is tried on. */
const MOST_FILES = 6;
/** How many times what chance alone would do files have to lose in sum, for that to be believed. */
const LEAST_HARM = 1.5;

/**
 * How strongly fine-tuning restores most of files held out, so that a profile does not make things worse where its
 * project says too little or contradicts itself: the usual strength unless another one is better there by more than
 * chance, and weaker as long as it restores fewer gaps than the base model at any rate of damage. Null when
 * interrupted.
 *
 * @param job.nameOf the name of a path that mutants are seeded by
 * @param job.onProgress `done` in [0, 1]
 */
export async function chooseStrength(job: {
  readonly tokenizer: Tokenizer;
  readonly files: readonly LearnedFile[];
  readonly nameOf: (path: string) => string;
  readonly base: FormatPolicy;
  readonly policyAt: (strength: number) => FormatPolicy;
  readonly signal: Abortable;
  readonly onProgress: (done: number) => void;
}): Promise<number | null> {
  const files = job.files.slice(0, MOST_FILES);
  let tries = 0;
  const wrongGapsOf = (policy: FormatPolicy): Promise<WrongGaps | null> => {
    const before = tries++;
    return wrongGaps(job, files, policy, (done) => job.onProgress(Math.min(1, (before + done) / USUAL_TRIES)));
  };
  const without = await wrongGapsOf(job.base);
  const usual = without && await wrongGapsOf(job.policyAt(USUAL_STRENGTH));
  if (without === null || usual === null) return null;
  let best: { strength: number; wrong: WrongGaps; lost: number } = { strength: USUAL_STRENGTH, wrong: usual, lost: 0 };
  const triedBefore = new Map<number, WrongGaps>([[USUAL_STRENGTH, usual]]);
  for (const strength of OTHERS) {
    const wrong = await wrongGapsOf(job.policyAt(strength));
    if (wrong === null) return null;
    triedBefore.set(strength, wrong);
    // Every rate counts alike, whatever there is to restore at it.
    const gained = RATES.flatMap((_, r) => shares(differences(usual[r], wrong[r]), without[r]));
    const lost = -gained.reduce((sum, one) => sum + one, 0);
    if (exceedsChance(gained) && lost < best.lost) best = { strength, wrong, lost };
  }
  const isWorse = (wrong: WrongGaps): boolean => RATES.some((_, r) => exceedsChance(differences(wrong[r], without[r])));
  if (!isWorse(best.wrong)) return best.strength;
  for (const strength of WEAKER) {
    if (strength >= best.strength) continue;
    const wrong = triedBefore.get(strength) ?? await wrongGapsOf(job.policyAt(strength));
    if (wrong === null) return null;
    if (!isWorse(wrong)) return strength;
  }
  return 0;
}

const differences = (one: readonly number[], other: readonly number[]): number[] =>
  one.map((count, k) => count - other[k]);

/** Of all gaps that the base model leaves wrong. */
function shares(counts: readonly number[], without: readonly number[]): number[] {
  const all = Math.max(1, without.reduce((sum, count) => sum + count, 0));
  return counts.map((count) => count / all);
}

/** True where what was lost (or gained), file by file, adds up to more than chance would make of it. */
export function exceedsChance(lost: readonly number[]): boolean {
  const sum = lost.reduce((total, one) => total + one, 0);
  const chance = Math.sqrt(lost.reduce((total, one) => total + one ** 2, 0));
  return sum > 0 && sum >= LEAST_HARM * chance;
}

/** By rate, the gaps of each file that come back otherwise than they were. */
type WrongGaps = readonly (readonly number[])[];

/** Null when interrupted. */
async function wrongGaps(
  { tokenizer, signal, nameOf }: Pick<Parameters<typeof chooseStrength>[0], 'tokenizer' | 'signal' | 'nameOf'>,
  files: readonly LearnedFile[],
  policy: FormatPolicy,
  onProgress: (done: number) => void,
): Promise<WrongGaps | null> {
  const wrong: number[][] = [];
  for (const [r, rate] of RATES.entries()) {
    const counts: number[] = [];
    for (const [k, file] of files.entries()) {
      await nextTurn();
      if (signal.aborted) return null;
      onProgress((r + k / files.length) / RATES.length);
      try {
        const text = sampledText(file);
        const { output } = evaluateRestoration({ tokenizer, policy, text, path: nameOf(file.path), rate, seed: 2 });
        counts.push(output.compared - output.exact);
      } catch (fault) {
        // A mutant that cannot be read back says nothing about the profile.
        if (!(fault instanceof NnfmtError)) throw fault;
        counts.push(0);
      }
    }
    wrong.push(counts);
  }
  return wrong;
}
