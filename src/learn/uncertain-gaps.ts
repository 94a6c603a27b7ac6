import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readSource } from '../corpus/index.js';
import { NnfmtError } from '../errors.js';
import { explainSource, type GapExplanation } from '../format/explain-source.js';
import type { FormatPolicy } from '../format/format-policy.js';
import { heatLines } from '../format/heat-map.js';
import type { Abortable } from '../shared/abortable.js';
import type { Tokenizer } from '../tokenize/index.js';
import { LOOKED_AT } from './learning-budget.js';

/** A few lines of real code around a gap that the model would not have laid out so. */
export interface UncertainPlace {
  readonly path: string;
  /** Of the gap, from 1. */
  readonly line: number;
  /** Today's layout, and the likeliest other one, each with what the model gives to it. */
  readonly today: string;
  readonly agreement: number;
  readonly likelier: string;
  readonly probability: number;
  /** The lines around it as HTML, by `heatLines`. */
  readonly html: readonly string[];
}

/** Places shown of one file and in all, lines shown on each side. */
const MOST_OF_A_FILE = 2;
const MOST_PLACES = 12;
const LINES_AROUND = 2;
/** Gaps that the model agrees with so far are of no interest. */
const AGREEMENT = 0.97;

interface UncertaintyJob {
  readonly tokenizer: Tokenizer;
  readonly policy: FormatPolicy;
  readonly root: string;
  /** Relative to the root, with their gaps; the first ones are looked at, as many as fit. */
  readonly files: readonly { readonly path: string; readonly gaps: number }[];
  /** `done` in [0, 1]. */
  readonly onProgress: (done: number, text: string) => void;
  readonly signal: Abortable;
}

/** The places of a project whose layout the model finds least likely, least likely first. Null when interrupted. */
export async function findUncertainPlaces(job: UncertaintyJob): Promise<UncertainPlace[] | null> {
  const places: UncertainPlace[] = [];
  const paths = lookedAt(job.files);
  for (const [k, path] of paths.entries()) {
    await nextTurn();
    if (job.signal.aborted) return null;
    job.onProgress(k / paths.length, `looking for the least certain gaps in ${path}`);
    places.push(...placesOfFile(job, path));
  }
  return places.sort((a, b) => a.agreement - b.agreement).slice(0, MOST_PLACES);
}

function lookedAt(files: UncertaintyJob['files']): string[] {
  const paths: string[] = [];
  let left: number = LOOKED_AT.gaps;
  for (const { path, gaps } of files) {
    if (paths.length === LOOKED_AT.files) break;
    if (gaps > left) continue;
    left -= gaps;
    paths.push(path);
  }
  return paths;
}

function placesOfFile({ tokenizer, policy, root }: UncertaintyJob, path: string): UncertainPlace[] {
  let text: string;
  let gaps: readonly GapExplanation[];
  try {
    text = readSource(join(root, path)).text;
    gaps = explainSource(tokenizer, policy, text, path, { gaps: 'all' }).gaps;
  } catch (fault) {
    // Moved away or broken since it was learned from.
    if (!(fault instanceof NnfmtError)) throw fault;
    return [];
  }
  const lines = heatLines(text, gaps, titleOf);
  const chosen: GapExplanation[] = [];
  for (const gap of gaps.filter(isOfInterest).sort((a, b) => a.agreement - b.agreement)) {
    // One place does not show what another one already does.
    if (chosen.every((other) => Math.abs(other.line - gap.line) > 2 * LINES_AROUND)) chosen.push(gap);
    if (chosen.length === MOST_OF_A_FILE) break;
  }
  return chosen.map((gap) => {
    const other = likelier(gap)!;
    return {
      path,
      line: gap.line,
      today: gap.beforeWords,
      agreement: gap.agreement,
      likelier: other.words,
      probability: other.probability,
      html: lines.slice(Math.max(0, gap.line - 1 - LINES_AROUND), gap.endLine + LINES_AROUND),
    };
  });
}

const likelier = (gap: GapExplanation): GapExplanation['alternatives'][number] | undefined =>
  gap.alternatives.find(({ text }) => text !== gap.before);

const isOfInterest = (gap: GapExplanation): boolean =>
  gap.agreement < AGREEMENT && gap.abstention !== 'pinned' && likelier(gap) !== undefined;

const titleOf = (gap: GapExplanation): string =>
  [
    `today: ${gap.beforeWords}`,
    ...gap.alternatives.map(({ words, probability }) => `${(100 * probability).toFixed(1)} % ${words}`),
  ].join('\n');
