import type { OptionsFor } from '../options.js';
import type { CliContext } from './context.js';
import type { FileOutcome } from './format-file.js';
import { defaultJobs, formatMany, type FormatJob } from './format-many.js';
import { cacheFolder, openKnownFiles, type KnownFiles } from './known-files.js';

/** A job without what is decided here: how many threads, and whether digests are told. */
export type SelectedJob = Omit<FormatJob, 'jobs'>;

/**
 * Formats the files that are not known to be in their final layout, and remembers those that are now.
 * Where all are known, no model is loaded and no thread started. Outcomes come in the order of the paths, also
 * those of known files.
 */
export async function formatUnknown(
  job: SelectedJob,
  options: Pick<OptionsFor<'format'>, 'cache' | 'cacheDir' | 'jobs' | 'range' | 'changed'>,
  context: CliContext,
): Promise<void> {
  const known = openKnown(job, options, context);
  const isFinal = job.paths.map((path) => known?.isFinal(path) ?? false);
  const unknown = job.paths.filter((_, k) => !isFinal[k]);
  let next = 0;
  const tellKnown = (): void => {
    while (next < job.paths.length && isFinal[next]) {
      job.onOutcome({ path: job.paths[next++]!, kind: 'unchanged', elapsedMs: 0 });
    }
  };
  tellKnown();
  const onOutcome = (outcome: FileOutcome): void => {
    if (outcome.finalDigest !== undefined) known?.add(outcome.path, outcome.finalDigest);
    job.onOutcome(outcome);
    next++;
    tellKnown();
  };
  if (unknown.length === 0) return;
  const jobs = options.jobs ?? defaultJobs(unknown.length, context.cores);
  try {
    await formatMany({ ...job, paths: unknown, mode: { ...job.mode, digest: known !== null }, jobs, onOutcome }, context);
  } finally {
    known?.save();
  }
}

/** Null where nothing may be remembered: the user says so, only some lines count, or nothing tells builds apart. */
function openKnown(
  { formatterOptions }: SelectedJob,
  options: Pick<OptionsFor<'format'>, 'cache' | 'cacheDir' | 'range' | 'changed'>,
  context: CliContext,
): KnownFiles | null {
  const { build } = context;
  if (!options.cache || options.range !== null || options.changed !== null || build === null) return null;
  return openKnownFiles({ folder: cacheFolder(options.cacheDir, context), build, formatterOptions });
}
