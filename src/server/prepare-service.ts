import {
  FilePreparer, type GivenFile, type KeptFile, type LeftOutFile, type PrepareRules,
} from '../shards/prepare-file.js';
import { jaccardSimilarity } from '../shards/signature.js';
import { withinBudget } from '../shared/budget.js';
import { createTokenizer, parserReady } from '../tokenize/index.js';
import type { JobCourse } from './service-thread.js';

/** A file to prepare for a corpus, what it may take, and how it is prepared. */
export interface PrepareJob {
  readonly file: GivenFile;
  readonly rules: PrepareRules;
  readonly seconds: number;
  readonly megabytes: number;
}

/** Two texts to compare, and what that may take. */
export interface SimilarJob {
  readonly texts: readonly [string, string];
  readonly seconds: number;
  readonly megabytes: number;
}

export type PrepareAnswer = KeptFile | LeftOutFile;

/** Prepares files for a corpus. It runs in a thread of its own, which can be ended. */
export class PrepareService {
  private preparer: FilePreparer | null = null;
  private counting: FilePreparer | null = null;

  async warmUp(): Promise<void> {
    await this.preparerFor(false);
  }

  /** @throws OverBudgetError; SyntaxRefusedError for a text that is compared and does not parse */
  async answer(
    job: PrepareJob | SimilarJob, { onAllowed }: Pick<JobCourse, 'onAllowed'>,
  ): Promise<PrepareAnswer | number> {
    if ('texts' in job) return this.compare(job, onAllowed);
    const { file, rules, seconds, megabytes } = job;
    onAllowed(seconds);
    const preparer = await this.preparerFor(rules.counts);
    const budget = { seconds, bytes: 1_000_000 * megabytes };
    return withinBudget({ path: file.path, budget, now: () => performance.now() }, () => preparer.prepare(file, rules));
  }

  /** The Jaccard similarity of the token runs of two texts. */
  private async compare(
    { texts: [a, b], seconds, megabytes }: SimilarJob, onAllowed: JobCourse['onAllowed'],
  ): Promise<number> {
    onAllowed(seconds);
    const preparer = await this.preparerFor(false);
    const budget = { seconds, bytes: 1_000_000 * megabytes };
    return withinBudget({ path: 'a', budget, now: () => performance.now() }, () =>
      jaccardSimilarity(preparer.shinglesOf(a, 'a'), preparer.shinglesOf(b, 'b')));
  }

  private async preparerFor(counts: boolean): Promise<FilePreparer> {
    const known = counts ? this.counting : this.preparer;
    if (known !== null) return known;
    const tokenizer = await createTokenizer();
    await parserReady();
    if (!counts) return (this.preparer = new FilePreparer(tokenizer, null));
    const { createPieceCounter } = await import('../shards/piece-counts.js');
    return (this.counting = new FilePreparer(tokenizer, createPieceCounter()));
  }
}
