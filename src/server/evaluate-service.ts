import { evaluateProject, evaluationReport, type EvaluationReport } from '../evaluate/index.js';
import { loadPolicy, type FormatPolicy, type FormatterOptions } from '../format/index.js';
import { withinBudget } from '../shared/budget.js';
import { createTokenizer, parserReady, type Tokenizer } from '../tokenize/index.js';
import type { JobCourse } from './service-thread.js';

/** A project to measure on, and what each of its files may take at each rate. */
export interface EvaluateJob {
  readonly project: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly rates: readonly number[];
  readonly seed: number;
  /** The same in all jobs of a thread. */
  readonly policy: FormatterOptions;
  readonly seconds: number;
  readonly megabytes: number;
}

/** Measures on projects that programs hand over. It runs in a thread of its own, which can be ended. */
export class EvaluateService {
  private tokenizer: Tokenizer | null = null;
  private policy: FormatPolicy | null = null;

  async warmUp(): Promise<void> {
    this.tokenizer = await createTokenizer();
    await parserReady();
  }

  /** @throws ModelFileError */
  async answer(job: EvaluateJob, { onAllowed }: Pick<JobCourse, 'onAllowed'>): Promise<EvaluationReport> {
    const { project, files, rates, seed, seconds, megabytes } = job;
    const tokenizer = (this.tokenizer ??= await createTokenizer());
    await parserReady();
    const policy = (this.policy ??= loadPolicy(job.policy));
    const budget = { seconds, bytes: 1_000_000 * megabytes };
    const { rows, refused } = evaluateProject({
      tokenizer, policy, project, rates, seed,
      files: files.map(({ path, text }) => ({ path, text: () => text })),
      // The time that the whole may take begins anew with each file.
      onFile: () => onAllowed(seconds * rates.length),
      guard: (path, work) => withinBudget({ path, budget, now: () => performance.now() }, work),
    });
    return evaluationReport(rows, rates, refused);
  }
}
