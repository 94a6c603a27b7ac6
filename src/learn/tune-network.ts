import type { StyleCounts as Counts } from '../model/style-counts.js';
import { StyleCounts } from '../model/style-counts.js';
import { weightsDelta } from '../model/weights-delta.js';
import { projectCounts, type Profile } from '../profile/index.js';
import { fineTune, type FineTunePoint } from '../train/fine-tune.js';
import type { LearnJob } from './learn-profile.js';
import { addSparse, sampledText, sparse, type LearnedFile, type SparseCounts } from './learned-file.js';
import { MOST_EPOCHS } from './learning-budget.js';

/** What fine-tuning made of the base network. */
export interface Tuned {
  readonly delta: Profile['delta'];
  /** The delta of a share of the way from the base network, from 0 to 1. */
  readonly deltaAt: (strength: number) => Profile['delta'];
  readonly curve: readonly FineTunePoint[];
}

const NOT_TUNED: Tuned = { delta: [], deltaAt: () => [], curve: [] };

/**
 * Fine-tunes the base network on the training files, each shown the counts of the others.
 *
 * @param sums counts of all of these files
 */
export async function tuneNetwork(
  job: LearnJob,
  training: readonly LearnedFile[],
  sums: Counts,
  onProgress: (done: number, text: string) => void,
): Promise<Tuned | 'interrupted'> {
  if (job.tuning === null) return NOT_TUNED;
  const { config, replay } = job.tuning;
  const byPath = new Map(training.filter(({ sampled }) => sampled > 0).map((file) => [file.path, file]));
  const others = new StyleCounts();
  const shown = new StyleCounts();
  /** What each file is shown, which is the same in every epoch. */
  const shownTo = new Map<string, SparseCounts>();
  const gaps = training.reduce((sum, file) => sum + file.sampled, 0);
  const tuned = await (job.tuning.fineTune ?? fineTune)({
    tokenizer: job.tokenizer,
    start: job.base.weights,
    files: [...byPath.keys()],
    textOf: (path) => sampledText(byPath.get(path)!),
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
    onProgress,
    signal: job.signal,
  });
  if (job.signal.aborted) return 'interrupted';
  if (tuned === null) return NOT_TUNED;
  const deltas = new Map<number, Profile['delta']>();
  const deltaAt = (strength: number): Profile['delta'] => {
    if (strength === 0) return [];
    const known = deltas.get(strength);
    if (known !== undefined) return known;
    const { values } = job.base.weights;
    const moved = new Float32Array(values.length);
    for (let k = 0; k < moved.length; k++) moved[k] = values[k] + strength * (tuned.weights.values[k] - values[k]);
    const delta = weightsDelta(job.base.weights, { ...tuned.weights, values: moved }, MOST_DELTA_BYTES);
    deltas.set(strength, delta);
    return delta;
  };
  return { delta: deltaAt(1), deltaAt, curve: tuned.curve };
}

/** Of the project in a batch, where it has few gaps. */
const LEAST_ROWS = 32;
/** Leaves room for the counts in a profile of half a megabyte. */
const MOST_DELTA_BYTES = 420_000;
