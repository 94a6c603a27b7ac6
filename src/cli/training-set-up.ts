import type { Project } from '../corpus/index.js';
import { experimentText } from '../options/experiment-file.js';
import type { OptionsFor, TaskName } from '../options/index.js';
import { createProgress, formatDuration, type Progress } from '../shared/progress.js';
import { VERSION } from '../shared/version.js';
import { EXIT_FINE, EXIT_INTERRUPTED, type CliContext } from './context.js';
import { codeRevision, readCorpora } from './corpus-projects.js';
import { withDataSets } from './data-sets.js';

/** What every run needs, whatever it trains. */
export interface RunBasics {
  readonly folder: string;
  readonly seed: number;
  readonly corpusDigest: string;
  readonly codeRevision: string;
  readonly resume: boolean;
  readonly progress: Progress;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** What was asked for, as a file that asks for it again. */
  readonly experiment: (folder: string) => string;
}

/** What all commands that train have in common. */
export interface RunSetUp {
  /** Tells the user, unless he wants quiet. */
  readonly note: (line: string) => void;
  /** To be asked for when the run begins: from then on Ctrl-C ends it in order, and until then at once. */
  readonly basics: () => RunBasics;
  /** Says how the run ended; gives the exit code. */
  readonly finish: (outcome: { readonly end: string; readonly modelPath: string }) => number;
}

/** What the commands that train on corpora have in common. */
export interface TrainingSetUp extends RunSetUp {
  readonly training: readonly Project[];
  readonly heldOut: readonly Project[];
}

/** What both trainings on corpora are told of them and of the run. */
type CorpusOptions =
  & Pick<OptionsFor<'train --base'>, 'quiet' | 'seed' | 'out' | 'resume' | 'excludeCorpus' | 'columns'>
  & { readonly holdOut: number }
  & Partial<Pick<OptionsFor<'train --task complete'>, 'normalisedCorpus'>>
  & Readonly<Record<string, unknown>>;

/**
 * Reads the corpora of a training command.
 *
 * @param options what is written down of the run, beside what is read here: all of the task's, resolved
 * @throws as `readCorpora`
 */
export async function setUpTraining(
  task: TaskName, roots: readonly string[], options: CorpusOptions, context: CliContext,
): Promise<TrainingSetUp> {
  const { training, heldOut, corpusDigest } = readCorpora(
    await withDataSets(roots, options.columns, context), options, noteTo(options, context));
  return { training, heldOut, ...setUpRun(task, { roots, options, corpusDigest, context }) };
}

const noteTo =
  ({ quiet }: { readonly quiet: boolean }, { stderr }: Pick<CliContext, 'stderr'>) => (line: string): void => {
    if (!quiet) stderr.write(`${line}\n`);
  };

/** The same of a training whose files its command has found by itself. */
export function setUpRun(task: TaskName, { roots, options, corpusDigest, context }: {
  readonly roots: readonly string[];
  readonly options: Pick<CorpusOptions, 'quiet' | 'seed' | 'out' | 'resume'> & Readonly<Record<string, unknown>>;
  readonly corpusDigest: string;
  readonly context: CliContext;
}): RunSetUp {
  const note = noteTo(options, context);
  const startMs = context.now();
  return {
    note,
    basics: () => ({
      folder: options.out, seed: options.seed, corpusDigest, codeRevision: codeRevision(), resume: options.resume,
      progress: createProgress({ target: context.stderr, quiet: options.quiet, now: context.now }),
      now: context.now, signal: context.interruption(),
      experiment: (folder) => experimentText({
        task, options, corpora: roots, folder,
        record: { seed: options.seed, corpusDigest, codeRevision: codeRevision(), nnfmt: VERSION },
      }),
    }),
    finish: ({ end, modelPath }) => {
      const isInterrupted = end === 'interrupted';
      const took = formatDuration(context.now() - startMs);
      note(`${isInterrupted ? `interrupted after ${took}; continue with --resume` : `done in ${took}`}: ${modelPath}`);
      return isInterrupted ? EXIT_INTERRUPTED : EXIT_FINE;
    },
  };
}
