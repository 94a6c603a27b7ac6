import { BadOptionError } from '../errors.js';
import { shownName } from '../shared/quote-name.js';
import { EXIT_DIFFERS, EXIT_FAILED, EXIT_FINE, EXIT_INTERRUPTED, wantsColor, type CliContext } from './context.js';
import { describeFault, formatBytes } from './format-file.js';
import { FormatReport } from './format-report.js';
import { formatUnknown } from './format-unknown.js';
import { fileBudget, formatterOptions } from './formatter.js';
import { notUnderstoodLines } from './not-understood.js';
import { KeptHabits } from './kept-habits.js';
import { otherStyleLine } from './other-style-line.js';
import type { ProjectOptions } from './project-options.js';
import { isInputLeftOut, selectFiles, selectLines } from './select-files.js';
import { tidyFolders } from './tidy-folders.js';

/** `nnfmt format [PATHS...]`: the exit code of the run. */
export async function runFormat(
  paths: readonly string[],
  project: ProjectOptions<'format'>,
  context: CliContext,
): Promise<number> {
  const { options } = project;
  if (options.quiet && options.verbose) {
    throw new BadOptionError({ option: '--quiet', reason: 'cannot be combined with --verbose' });
  }
  if (!paths.includes('-')) return formatPaths(paths, project, context);
  if (paths.length > 1) throw new BadOptionError({ option: '-', reason: 'stdin cannot be combined with other paths' });
  return formatStdin(project, context);
}

async function formatPaths(
  paths: readonly string[],
  project: ProjectOptions<'format'>,
  context: CliContext,
): Promise<number> {
  const { options } = project;
  const report = new FormatReport(context, options);
  const found = selectFiles(paths, project);
  report.addSearch(found);
  if (found.files.length === 0) {
    if (found.errors.length === 0 && !options.quiet) {
      context.stderr.write(`${found.whyNone}\n`);
    }
    report.summarise();
    return report.exitCode;
  }
  const writes = !options.check && !options.diff;
  for (const notice of writes ? tidyFolders(found.files) : []) context.stderr.write(`warning: ${notice}\n`);
  const signal = context.interruption();
  let done = 0;
  await formatUnknown(
    {
      mode: {
        write: writes,
        diff: options.diff,
        color: options.diff && wantsColor(context.stdout, context.env),
        budget: fileBudget(options),
      },
      selected: found,
      onOutcome: (outcome) => {
        done++;
        report.add(outcome);
      },
      signal,
    },
    options,
    context,
  );
  report.summarise();
  if (!signal.aborted) return report.exitCode;
  context.stderr.write(
    `Interrupted: ${found.files.length - done} of ${found.files.length} files were not looked at.\n`,
  );
  return EXIT_INTERRUPTED;
}

/** Stdin to stdout. On any fault nothing is written, so that an editor keeps its buffer. */
async function formatStdin(project: ProjectOptions<'format'>, context: CliContext): Promise<number> {
  const { options } = project;
  const path = options.stdinFilename ?? '<stdin>';
  const lines = selectLines(options);
  const input = await context.readStdin();
  if (isInputLeftOut(input, options.stdinFilename, project)) {
    // As black and ruff do, so that an editor keeps its buffer.
    if (!options.check && !options.diff) context.stdout.write(input);
    return EXIT_FINE;
  }
  const formatter = await context.createFormatter(formatterOptions(options), input.byteLength);
  let result;
  try {
    result = formatBytes({
      bytes: input, path, formatter, color: wantsColor(context.stdout, context.env), lines, budget: fileBudget(options),
      now: context.now, markdown: options.markdown,
    });
  } catch (fault) {
    context.stderr.write(`error: ${describeFault(fault, path)}\n`);
    return EXIT_FAILED;
  }
  if (!options.quiet) {
    for (const line of notUnderstoodLines(path, result.notUnderstood)) context.stderr.write(`${line}\n`);
  }
  if (!options.quiet && result.otherStyle !== undefined) {
    context.stderr.write(`${otherStyleLine(path, result.otherStyle)}\n`);
  }
  const habits = new KeptHabits();
  habits.add(result.habits);
  const habitsLine = habits.line();
  if (!options.quiet && habitsLine !== null) context.stderr.write(`${habitsLine}\n`);
  if (options.diff) context.stdout.write(result.diff());
  else if (!options.check) context.stdout.write(result.bytes);
  if (options.check && result.changed && !options.quiet) context.stderr.write(`would reformat ${shownName(path)}\n`);
  // Whoever wants nothing remembered wants no code kept either.
  if (options.cache) context.keepCode?.();
  return options.check && result.changed ? EXIT_DIFFERS : EXIT_FINE;
}
