import { relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readSource } from '../corpus/index.js';
import { NnfmtError } from '../errors.js';
import {
  emptyRestoration, evaluateRestoration, mergeRestorations, restorationFigures, sampleFiles,
  type RestorationFigures, type RestorationTally,
} from '../evaluate/index.js';
import { withProfile, type BaseModel, type FormatPolicy } from '../format/index.js';
import { readProgram } from '../format/read-program.js';
import { tunedThresholds } from '../format/confidence.js';
import { findPins } from '../format/pins.js';
import { restyledShare, type RestyledShare } from '../format/restyled-share.js';
import { StyleCounts } from '../model/style-counts.js';
import type { Abortable } from '../shared/abortable.js';
import { bracketHabits, projectCounts, type Profile } from '../profile/index.js';
import type { TrainingBatch } from '../model/feature-batch.js';
import { weightsDelta } from '../model/weights-delta.js';
import type { Tokenizer } from '../tokenize/index.js';
import { fineTune, type FineTuneConfig, type FineTunePoint } from '../train/fine-tune.js';
import { chooseStrength } from './choose-strength.js';
import { agreementOf, agreeingShare, mergeAgreements, type Agreement } from '../model/style-agreement.js';
import { HabitTally } from './habits.js';
import { addSparse, readFileLayout, sparse, type LearnedFile, type SparseCounts } from './learned-file.js';
import { collectProposals, emptyProposals, pickThresholds } from './pick-thresholds.js';

/** More files than these add nothing to the counts; they are drawn by a hash of their paths. */
export const MOST_FILES = 200;
export const HELD_OUT_SHARE = 0.2;
/** For picking thresholds and for the report's figures, each: most files, and gaps of all of them. */
const MEASURED_FILES = 10;
export const MEASURED_GAPS = 24_000;
/** Share of the files that must have a unit for it to be the project's. */
const UNIT_SHARE = 0.9;
/** The same for the step of hanging brackets, which decides only where a line is laid out anew. */
const HANG_SHARE = 0.5;
/** Gaps more that are no sign of harm, in fewer files than these. */
const CHANCE = 8;
const MANY_FILES = 10;
/** Of mutants, for the report. */
export const REPORT_RATES = [0, 0.02, 0.2] as const;

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

/** Figures of the held-out files at one rate of mutation. */
export interface BeforeAndAfter {
  readonly rate: number;
  readonly before: RestorationFigures;
  readonly after: RestorationFigures;
}

export interface LearnReport {
  /** Files that were read for their layout, and their gaps. */
  readonly learned: number;
  readonly gaps: number;
  /** Files that were not looked at, because so many say nothing new. */
  readonly notDrawn: number;
  /** Files that a tool wrote, by their head. */
  readonly generated: number;
  /** Messages about files that cannot be read or do not parse. */
  readonly refused: readonly string[];
  readonly habits: HabitTally;
  readonly agreement: Agreement;
  /** Files by the share of their decisions that differ from what the project mostly does, largest first. */
  readonly files: readonly { readonly path: string; readonly agreement: Agreement }[];
  readonly heldOut: number;
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
  const { base, root, signal, onProgress } = job;
  const nameOf = (path: string): string => relative(root, path).split(sep).join('/');
  const drawn = sampleFiles(root, job.files, MOST_FILES);
  const read = await readAll(job, drawn);
  if (read === null) return null;
  const { learned, habits } = read;
  const refused = read.refused.sort();
  if (learned.length === 0) return { refused };

  const { training, forThresholds, forReport } = splitFiles(learned);
  const unit = commonStep(learned.map((file) => file.unit), UNIT_SHARE);
  const hang = commonStep(learned.map((file) => file.hang), HANG_SHARE);
  const sums = new StyleCounts();
  for (const file of training) addSparse(sums, file.counts);

  const tuned = await tune(job, training, sums);
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
  if (delta.length > 0 && forThresholds.length > 0) {
    onProgress(0.84, 'choosing the strength');
    const chosen = await chooseStrength({
      tokenizer: job.tokenizer, signal, base: base.policy, files: forThresholds.map(({ path }) => ({ path, name: nameOf(path) })),
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
    await nextTurn();
    if (signal.aborted) return null;
    onProgress(0.85 + (0.03 * k) / forThresholds.length, 'picking thresholds');
    collectProposals(readProgram(job.tokenizer, readSource(file.path).text, file.path), untouched, nameOf(file.path), proposals);
  }
  const thresholds = pickThresholds(usual, proposals);

  const shaping = await chooseHabits(job, [...forThresholds, ...forReport], untouched, nameOf);
  if (signal.aborted) return null;
  ({ drift, takesHabits } = shaping);
  const figures = await measure(job, forReport, { ...untouched, thresholds }, nameOf);
  if (figures === null) return null;

  for (const file of learned) if (!training.includes(file)) addSparse(sums, file.counts);
  const agreements = learned.map((file) => ({ path: nameOf(file.path), agreement: agreementOf(file.counts, sums) }));
  return {
    profile: profileOf(learned, thresholds),
    report: {
      learned: learned.length,
      gaps: learned.reduce((sum, file) => sum + file.gaps, 0),
      notDrawn: job.files.length - drawn.length,
      generated: read.generated,
      refused,
      habits,
      agreement: mergeAgreements(agreements.map(({ agreement }) => agreement)),
      files: agreements.sort((a, b) => agreeingShare(a.agreement) - agreeingShare(b.agreement) || (a.path < b.path ? -1 : 1)),
      heldOut: forReport.length,
      figures,
      curve: tuned.curve,
      strength: tuned.delta.length > 0 ? strength : null,
    },
  };
}

interface SplitFiles {
  readonly training: readonly LearnedFile[];
  readonly forThresholds: readonly LearnedFile[];
  readonly forReport: readonly LearnedFile[];
}

/**
 * Holds a fifth of the files out: half of them to pick thresholds on, the others for the report's
 * figures, so that these say what to expect of code that nobody has looked at. With one held-out
 * file it serves for both, and a single file is learned from alone.
 */
function splitFiles(learned: readonly LearnedFile[]): SplitFiles {
  const count = learned.length < 2 ? 0 : Math.max(1, Math.round(HELD_OUT_SHARE * learned.length));
  const heldOut = learned.slice(0, count);
  const half = (odd: number): LearnedFile[] => (count < 2 ? heldOut : heldOut.filter((_, k) => k % 2 === odd));
  return { training: learned.slice(count), forThresholds: measured(half(0)), forReport: measured(half(1)) };
}

interface Tuned {
  readonly delta: Profile['delta'];
  /** The delta of a share of the way from the base network, from 0 to 1. */
  readonly deltaAt: (strength: number) => Profile['delta'];
  readonly curve: readonly FineTunePoint[];
}

const NOT_TUNED: Tuned = { delta: [], deltaAt: () => [], curve: [] };

/** Fine-tunes the base network on the training files, each shown the counts of the others. */
async function tune(
  job: LearnJob,
  training: readonly LearnedFile[],
  sums: StyleCounts,
): Promise<Tuned | 'interrupted'> {
  if (job.tuning === null) return NOT_TUNED;
  const { config, replay } = job.tuning;
  const byPath = new Map(training.map((file) => [file.path, file]));
  const others = new StyleCounts();
  const shown = new StyleCounts();
  /** What each file is shown, which is the same in every epoch. */
  const shownTo = new Map<string, SparseCounts>();
  const gaps = training.reduce((sum, file) => sum + file.gaps, 0);
  const tuned = await (job.tuning.fineTune ?? fineTune)({
    tokenizer: job.tokenizer,
    start: job.base.weights,
    files: [...byPath.keys()],
    countsFor(path) {
      let counts = shownTo.get(path);
      if (counts === undefined) {
        others.copy(sums);
        addSparse(others, byPath.get(path)!.counts, -1);
        shownTo.set(path, (counts = sparse(projectCounts(others, training.length - 1))));
      }
      shown.clear();
      addSparse(shown, counts);
      return shown;
    },
    replay,
    // Few files are soon known by heart.
    config: {
      ...config,
      plannedGaps: Math.min(config.plannedGaps, MOST_EPOCHS * gaps),
      projectRows: Math.max(LEAST_ROWS, Math.min(config.projectRows, gaps >> 4)),
    },
    seed: 1,
    onProgress: (done, text) => job.onProgress(0.1 + 0.75 * done, text),
    signal: job.signal,
  });
  if (job.signal.aborted) return 'interrupted';
  const deltas = new Map<number, Profile['delta']>();
  const deltaAt = (strength: number): Profile['delta'] => {
    if (tuned === null || strength === 0) return [];
    const known = deltas.get(strength);
    if (known !== undefined) return known;
    const { values } = job.base.weights;
    const moved = new Float32Array(values.length);
    for (let k = 0; k < moved.length; k++) moved[k] = values[k] + strength * (tuned.weights.values[k] - values[k]);
    const delta = weightsDelta(job.base.weights, { ...tuned.weights, values: moved }, MOST_DELTA_BYTES);
    deltas.set(strength, delta);
    return delta;
  };
  return tuned === null
    ? NOT_TUNED
    : { delta: deltaAt(1), deltaAt, curve: tuned.curve };
}

/** A mutant of each file counts as one epoch. */
export const MOST_EPOCHS = 12;
/** Of the project in a batch, where it has few gaps. */
const LEAST_ROWS = 32;
/** Leaves room for the counts in a profile of half a megabyte. */
const MOST_DELTA_BYTES = 420_000;

interface ReadFiles {
  readonly learned: LearnedFile[];
  readonly habits: HabitTally;
  readonly refused: string[];
  readonly generated: number;
}

async function readAll(job: LearnJob, paths: readonly string[]): Promise<ReadFiles | null> {
  const scratch = new StyleCounts();
  const habits = new HabitTally();
  const learned: LearnedFile[] = [];
  const refused: string[] = [];
  let generated = 0;
  for (const [k, path] of paths.entries()) {
    await nextTurn();
    if (job.signal.aborted) return null;
    job.onProgress((0.1 * k) / paths.length, `reading ${relative(job.root, path)}`);
    const reading = readFileLayout(job.tokenizer, path, scratch);
    if (reading.kind === 'refused') refused.push(reading.message);
    if (reading.kind === 'generated') generated++;
    if (reading.kind !== 'learned') continue;
    learned.push(reading.file);
    habits.add(reading.context, reading.layout, reading.file.unit);
  }
  return { learned, habits, refused, generated };
}

/** Compares the base model with a profile's policy on files that the profile has not seen. */
async function measure(
  job: LearnJob,
  files: readonly LearnedFile[],
  policy: FormatPolicy,
  nameOf: (path: string) => string,
): Promise<BeforeAndAfter[] | null> {
  const tallies = REPORT_RATES.map(() => ({ before: [] as RestorationTally[], after: [] as RestorationTally[] }));
  for (const [k, file] of files.entries()) {
    const { text } = readSource(file.path);
    for (const [r, rate] of REPORT_RATES.entries()) {
      await nextTurn();
      if (job.signal.aborted) return null;
      job.onProgress(0.88 + (0.12 * (k + r / REPORT_RATES.length)) / files.length, 'measuring on held-out files');
      const one = { tokenizer: job.tokenizer, text, path: nameOf(file.path), rate, seed: 1 };
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
  const figuresOf = (list: readonly RestorationTally[]): RestorationFigures =>
    restorationFigures(list.length === 0 ? emptyRestoration() : mergeRestorations(list));
  if (files.length === 0) return [];
  return REPORT_RATES.map((rate, r) => ({ rate, before: figuresOf(tallies[r].before), after: figuresOf(tallies[r].after) }));
}

/** The first files, as many as fit into what may be spent on measuring; at least one. */
function measured(files: readonly LearnedFile[]): readonly LearnedFile[] {
  const chosen: LearnedFile[] = [];
  let gaps = 0;
  for (const file of files) {
    if (chosen.length === MEASURED_FILES) break;
    if (gaps + file.gaps > MEASURED_GAPS) continue;
    chosen.push(file);
    gaps += file.gaps;
  }
  return chosen.length > 0 ? chosen : files.slice(0, 1);
}

/** Of the gaps of files, those that laying them out anew changes. */
async function shareOf(
  job: LearnJob, files: readonly LearnedFile[], policy: FormatPolicy, nameOf: (path: string) => string,
): Promise<RestyledShare> {
  let compared = 0;
  let changed = 0;
  for (const { path } of new Set(files)) {
    await nextTurn();
    if (job.signal.aborted) break;
    const context = readProgram(job.tokenizer, readSource(path).text, nameOf(path));
    const one = restyledShare(context, context.structured.source.gaps, findPins(context), policy);
    compared += one.compared;
    changed += one.changed;
  }
  return { compared, changed };
}

/**
 * Whether habits of whole brackets are taken: files of the project come no worse from being laid out anew with them. Of
 * the gaps compared, the share that changes then.
 */
async function chooseHabits(
  job: LearnJob, files: readonly LearnedFile[], policy: FormatPolicy, nameOf: (path: string) => string,
): Promise<{ drift: number | null; takesHabits: boolean }> {
  const shaped = await shareOf(job, files, policy, nameOf);
  const plain = await shareOf(job, files, { ...policy, brackets: null }, nameOf);
  const mayLose = files.length < MANY_FILES ? CHANCE : 0;
  const takesHabits = shaped.changed - plain.changed <= mayLose;
  const { compared, changed } = takesHabits ? shaped : plain;
  return { drift: compared === 0 ? null : changed / compared, takesHabits };
}

/** The step that a share of those files takes that have one; null where they do not agree. */
function commonStep(steps: readonly (string | null)[], share: number): string | null {
  const votes = new Map<string, number>();
  for (const step of steps) if (step !== null) votes.set(step, (votes.get(step) ?? 0) + 1);
  const total = [...votes.values()].reduce((sum, count) => sum + count, 0);
  for (const [step, count] of votes) if (count >= share * total) return step;
  return null;
}
