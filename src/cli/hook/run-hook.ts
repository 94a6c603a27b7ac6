import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { createFileMatcher, isLeftOut } from '../../corpus/file-filter.js';
import { MAX_SOURCE_BYTES, tooLarge } from '../../corpus/decode-source.js';
import { isGenerated } from '../../corpus/foreign-code.js';
import type { OptionsFor } from '../../options/index.js';
import { changedLineRanges, linesOf } from '../../shared/line-diff.js';
import { shownName } from '../../shared/quote-name.js';
import { EXIT_DIFFERS, EXIT_FAILED, EXIT_FINE, type CliContext } from '../context.js';
import { describeFault, formatBytes } from '../format-file.js';
import { fileBudget, formatterOptions, type Formatter } from '../formatter.js';
import { notUnderstoodLines } from '../not-understood.js';
import { resolveWithProject, type ResolvedOptions } from '../project-options.js';
import { createFilterIn } from '../select-files.js';
import { mendWorkingFile } from './mend-working-file.js';
import {
  isMerging, readContents, restage, shownStaged, stagedFiles, type StagedFile, type Staging,
} from './staged-files.js';

/** A staged file that is nnfmt's to format. */
interface Job {
  readonly file: StagedFile;
  /** On disk, absolute. */
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
  readonly resolved: ResolvedOptions<'format'>;
}

interface Mended {
  readonly job: Job;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/**
 * `nnfmt hook run`, as git runs it before a commit: formats what is staged and stages the outcome. A file in the folder
 * follows where it holds the same, or where its other changes lie elsewhere; else it stays as it is.
 *
 * @param root of the repository
 * @returns the exit code; git commits nothing unless it is 0
 * @throws BadOptionError where git is missing or refuses, or a setting cannot be
 */
export async function runHook(root: string, options: OptionsFor<'hook'>, context: CliContext): Promise<number> {
  const staging: Staging = { root, indexFile: indexOfHook(context.env) };
  const tell = (line: string): void => {
    if (!options.quiet) context.stderr.write(`${line}\n`);
  };
  const staged = stagedFiles(staging);
  const jobs = jobsAmong(staged, root);
  if (jobs.length === 0) return EXIT_FINE;
  const { mended, failed } = await formatJobs(jobs, staging, { changed: options.changed, context, tell });
  if (mended.length > 0 && options.check) {
    for (const { job } of mended) context.stderr.write(`would reformat ${job.shown}\n`);
    context.stderr.write('Run `nnfmt format` on what is named, stage it, and commit again.\n');
    return failed > 0 ? EXIT_FAILED : EXIT_DIFFERS;
  }
  if (mended.length > 0 && isIndexOfPaths(staging)) {
    for (const { job } of mended) context.stderr.write(`would reformat ${job.shown}\n`);
    context.stderr.write(
      'git takes such a commit of named files from an index that it throws away, so nothing was changed. ' +
      'Run `nnfmt format` on what is named, and commit again.\n',
    );
    return failed > 0 ? EXIT_FAILED : EXIT_DIFFERS;
  }
  if (mended.length > 0) {
    restage(staging, mended.map(({ job: { file }, after }) => ({ file, content: after })));
    for (const { job, before, after } of mended) {
      tell(`reformatted ${job.shown}`);
      const outcome = await mendWorkingFile({ path: job.path, staged: before, formatted: after });
      if (outcome !== 'mended') tell(`${job.shown}: ${outcome}`);
    }
  }
  if (failed > 0) return EXIT_FAILED;
  if (mended.length > 0 && !isMerging(staging) && stagedFiles(staging).length === 0) {
    context.stderr.write('Once it is formatted, nothing is left to commit.\n');
    return EXIT_DIFFERS;
  }
  return EXIT_FINE;
}

/** git names the index to its hook from the root of the work tree, where hooks are run. */
function indexOfHook(env: CliContext['env']): string | null {
  const named = env['GIT_INDEX_FILE'];
  return named === undefined || named === '' ? null : isAbsolute(named) ? named : resolve(named);
}

/** `git commit FILE` makes an index for that commit alone, and another for what comes after it. */
const isIndexOfPaths = ({ indexFile }: Staging): boolean =>
  indexFile !== null && basename(indexFile).startsWith('next-index-');

function jobsAmong(staged: readonly StagedFile[], root: string): Job[] {
  const project = resolveWithProject('format', { forceExclude: true }, [root]);
  return staged.flatMap((file): Job[] => {
    // Links, submodules and removed files are none; a name that is not UTF-8 matches no pattern.
    if (!file.mode.startsWith('100') || file.path === null) return [];
    const path = join(root, file.path);
    const resolved = project.optionsIn(join(path, '..'));
    const filter = createFilterIn(() => resolved)('.');
    if (!createFileMatcher(filter).isWanted(path) || isLeftOut(path, false, filter)) return [];
    return [{ file, path, shown: shownName(relative('.', path)), resolved }];
  });
}

async function formatJobs(
  jobs: readonly Job[], staging: Staging,
  { changed, context, tell }: {
    readonly changed: boolean; readonly context: CliContext; readonly tell: (line: string) => void;
  },
): Promise<{ readonly mended: Mended[]; readonly failed: number }> {
  const formatters = new Map<object, Formatter>();
  const contents = readContents(staging, jobs.map(({ file }) => file.object), MAX_SOURCE_BYTES);
  const mended: Mended[] = [];
  let failed = 0;
  for (const [k, job] of jobs.entries()) {
    const { file, path, shown, resolved: { options } } = job;
    const before = contents[k]!;
    try {
      if (before === null) throw tooLarge(shown, null);
      if (!options.includeVendored && isGenerated(before.toString('latin1', 0, 4096))) continue;
      const lines = changed && file.before !== null
        ? changedLineRanges(linesIn(readContents(staging, [file.before], MAX_SOURCE_BYTES)[0]!), linesIn(before))
        : undefined;
      if (lines?.length === 0) continue;
      let formatter = formatters.get(options);
      if (formatter === undefined) {
        formatter = await context.createFormatter(formatterOptions(options));
        formatters.set(options, formatter);
      }
      const result = formatBytes({
        bytes: before, path: relative('.', path), formatter, color: false, lines, budget: fileBudget(options),
        now: context.now,
      });
      for (const line of notUnderstoodLines(shown, result.notUnderstood)) tell(line);
      if (result.changed) mended.push({ job, before, after: result.bytes });
    } catch (fault) {
      failed++;
      context.stderr.write(`error: ${describeFault(fault, shownStaged(file))}\n`);
    }
  }
  return { mended, failed };
}

/** One character for each byte: comparing lines needs no encoding. */
const linesIn = (bytes: Buffer | null): string[] => linesOf(bytes === null ? '' : bytes.toString('latin1'));
