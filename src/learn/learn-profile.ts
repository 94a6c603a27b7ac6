import { relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sampleFiles } from '../evaluate/index.js';
import { withProfile, type BaseModel } from '../format/index.js';
import { readProgram } from '../format/read-program.js';
import { tunedThresholds } from '../format/confidence.js';
import { StyleCounts } from '../model/style-counts.js';
import type { Abortable } from '../shared/abortable.js';
import { bracketHabits, projectCounts, type Profile } from '../profile/index.js';
import type { TrainingBatch } from '../model/feature-batch.js';
import type { Tokenizer } from '../tokenize/index.js';
import type { fineTune, FineTuneConfig, FineTunePoint } from '../train/fine-tune.js';
import { chooseHabits } from './choose-habits.js';
import { USUAL_STRENGTH, chooseStrength } from './choose-strength.js';
import { agreementOf, agreeingShare, mergeAgreements, type Agreement } from '../model/style-agreement.js';
import { estimatePhases, timesOf } from './estimate-time.js';
import type { HabitTally } from './habits.js';
import { addSparse, sampledText, type LearnedFile } from './learned-file.js';
import { MOST_FILES } from './learning-budget.js';
import { LearningProgress, type LearningPhase } from './learning-progress.js';
import { measureProfile, type BeforeAndAfter } from './measure-profile.js';
import { collectProposals, emptyProposals, pickThresholds, THRESHOLD_RATES } from './pick-thresholds.js';
import { readFiles } from './read-files.js';
import { splitFiles } from './split-files.js';
import { tuneNetwork } from './tune-network.js';

/** Share of the files that must have a unit for it to be the project's. */
const UNIT_SHARE = 0.9;
/** The same for the step of hanging brackets, which decides only where a line is laid out anew. */
const HANG_SHARE = 0.5;

export interface LearnJob {
  readonly tokenizer: Tokenizer;
  readonly base: BaseModel;
  /** The project's folder: paths are drawn and shown relative to it. */
  readonly root: string;
  readonly files: readonly string[];
  /** `done` in [0, 1]. */
  readonly onProgress: (done: number, text: string) => void;
  /** Aborting ends the work between two files or batches. */
  readonly signal: Abortable;
  /**
   * Examples of the base corpora to mix in, and how much to train; null learns counts alone. `fineTune` stands in
   * for the training itself, where its networks are kept.
   */
  readonly tuning: {
    readonly replay: TrainingBatch; readonly config: FineTuneConfig; readonly fineTune?: typeof fineTune;
  } | null;
}

/** What became of the files; each is in one of these, so that they add up to all that were found. */
export interface FileCounts {
  /** Files that were read for their layout: the profile counts them. */
  readonly learned: number;
  /** Files that were not looked at, because so many say nothing new. */
  readonly notDrawn: number;
  /** Files that were not looked at, because they are too long, alone or with those before them. */
  readonly tooLong: number;
  /** Files that a tool wrote, by their head. */
  readonly generated: number;
  /** Files that show no layout, such as an empty `__init__.py`. */
  readonly tiny: number;
  /** Messages about files that cannot be read or do not parse. */
  readonly refused: readonly string[];
}

/** What the files that were learned from served for; a held-out one alone serves for both. */
export interface FileRoles {
  /** Files that the network was fine-tuned on, or that alone are counted until the figures are known. */
  readonly training: number;
  /** Held-out files on which is chosen how far to trust what was learned. */
  readonly choosing: number;
  /** Held-out files that the figures are of. */
  readonly measuring: number;
  /** Files that were held out, too, but of which there are enough. */
  readonly spare: number;
  /** Long files that an excerpt stands for in all of this, and those that none can be made of: these are counted alone. */
  readonly excerpts: number;
  readonly countedOnly: number;
}

export interface LearnReport extends FileCounts {
  readonly gaps: number;
  readonly roles: FileRoles;
  readonly habits: HabitTally;
  readonly agreement: Agreement;
  /** Files by the share of their decisions that differ from what the project mostly does, largest first. */
  readonly files: readonly { readonly path: string; readonly gaps: number; readonly agreement: Agreement }[];
  readonly figures: readonly BeforeAndAfter[];
  /** Of fine-tuning; empty where nothing was tuned. */
  readonly curve: readonly FineTunePoint[];
  /** The share of what fine-tuning moved that the profile keeps; null where nothing was tuned. */
  readonly strength: number | null;
}

export interface Learned {
  readonly profile: Profile;
  readonly report: LearnReport;
}

/**
 * Learns the profile of a project: counts the layout of its files, picks thresholds on files
 * with their own counts taken out, and measures on held-out files what the profile brings. The
 * profile itself then counts all files. Null when interrupted, or when no file could be learned
 * from (the job's `files` then name why in `refused`).
 */
export async function learnProfile(job: LearnJob): Promise<Learned | { readonly refused: readonly string[] } | null> {
  const { tokenizer, base, root, signal } = job;
  const nameOf = (path: string): string => relative(root, path).split(sep).join('/');
  const drawn = sampleFiles(root, job.files, MOST_FILES);
  const progress = new LearningProgress(job.onProgress, estimatePhases(drawn, job.tuning !== null));
  const told = (phase: LearningPhase, text: string) => (done: number): void => progress.update(phase, done, text);
  const read = await readFiles(
    job, drawn, (done, path) => progress.update('reading', done, `reading ${nameOf(path)}`),
  );
  if (read === null) return null;
  const { learned } = read;
  const refused = read.refused.sort();
  if (learned.length === 0) return { refused };

  const { training, forThresholds, forReport, spare } = splitFiles(learned);
  progress.expect('tuning', timesOf(job.tuning === null ? null : training, forThresholds, forReport));
  const unit = commonStep(learned.map((file) => file.unit), UNIT_SHARE);
  const hang = commonStep(learned.map((file) => file.hang), HANG_SHARE);
  const sums = new StyleCounts();
  for (const file of training) addSparse(sums, file.counts);

  const tuned = await tuneNetwork(job, training, sums, (done, text) => progress.update('tuning', done, text));
  if (tuned === 'interrupted') return null;
  let drift: number | null = null;
  let takesHabits = true;
  let { delta } = tuned;
  let strength = delta.length > 0 ? 1 : 0;
  const profileOf = (files: readonly LearnedFile[], thresholds: Profile['thresholds']): Profile => {
    const counts = projectCounts(sums, files.length);
    return {
      baseModel: base.digest, counts, unit, hang, drift, thresholds,
      brackets: takesHabits ? bracketHabits(files.map((file) => file.brackets), counts) : null,
      files: files.length, delta,
    };
  };
  if (delta.length > 0) {
    const chosen = forThresholds.length === 0 ? USUAL_STRENGTH : await chooseStrength({
      tokenizer, signal, base: base.policy, files: forThresholds, nameOf,
      onProgress: told('strength', 'choosing how much of fine-tuning to keep'),
      policyAt: (share) => withProfile(base, {
        ...profileOf(training, tunedThresholds(base.thresholds)), delta: tuned.deltaAt(share),
      }),
    });
    if (chosen === null) return null;
    strength = chosen;
    delta = tuned.deltaAt(strength);
  }
  const usual = strength > 0 ? tunedThresholds(base.thresholds) : base.thresholds;

  const proposals = emptyProposals();
  const untouched = withProfile(base, profileOf(training, usual));
  for (const [k, file] of forThresholds.entries()) {
    const context = readProgram(tokenizer, sampledText(file), file.path);
    for (const [r, rate] of THRESHOLD_RATES.entries()) {
      await nextTurn();
      if (signal.aborted) return null;
      progress.update('thresholds', (k + r / THRESHOLD_RATES.length) / forThresholds.length, 'picking thresholds');
      collectProposals({ context, policy: untouched, seed: nameOf(file.path), rate }, proposals);
    }
  }
  const thresholds = pickThresholds(usual, proposals);

  const heldOut = [...forThresholds, ...forReport];
  const shaping = await chooseHabits(
    { tokenizer, signal, nameOf, onProgress: told('habits', 'weighing habits of brackets') }, heldOut, untouched,
  );
  if (signal.aborted) return null;
  ({ drift, takesHabits } = shaping);
  const figures = await measureProfile(
    { tokenizer, base, signal, nameOf, onProgress: told('figures', 'measuring on held-out files') },
    forReport, { ...untouched, thresholds },
  );
  if (figures === null) return null;

  for (const file of learned) if (!training.includes(file)) addSparse(sums, file.counts);
  const agreements = learned.map((file) => ({
    path: nameOf(file.path), gaps: file.gaps, agreement: agreementOf(file.counts, sums),
  }));
  return {
    profile: profileOf(learned, thresholds),
    report: {
      learned: learned.length,
      gaps: learned.reduce((sum, file) => sum + file.gaps, 0),
      notDrawn: job.files.length - drawn.length,
      tooLong: read.tooLong,
      generated: read.generated,
      tiny: read.tiny,
      refused,
      roles: {
        training: training.length, choosing: forThresholds.length, measuring: forReport.length, spare,
        excerpts: learned.filter(({ excerpt, sampled }) => excerpt !== null && sampled > 0).length,
        countedOnly: learned.filter(({ sampled }) => sampled === 0).length,
      },
      habits: read.habits,
      agreement: mergeAgreements(agreements.map(({ agreement }) => agreement)),
      files: agreements.sort((a, b) => agreeingShare(a.agreement) - agreeingShare(b.agreement) || (a.path < b.path ? -1 : 1)),
      figures,
      curve: tuned.curve,
      strength: tuned.delta.length > 0 ? strength : null,
    },
  };
}

/** The step that a share of those files takes that have one; null where they do not agree. */
function commonStep(steps: readonly (string | null)[], share: number): string | null {
  const votes = new Map<string, number>();
  for (const step of steps) if (step !== null) votes.set(step, (votes.get(step) ?? 0) + 1);
  const total = [...votes.values()].reduce((sum, count) => sum + count, 0);
  for (const [step, count] of votes) if (count >= share * total) return step;
  return null;
}
