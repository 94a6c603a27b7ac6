import { BadOptionError } from '../errors.js';
import type { OptionsFor } from '../options.js';
import { CheckReport } from './check-report.js';
import { EXIT_INTERRUPTED, type CliContext } from './context.js';
import { formatterOptions } from './format-command.js';
import { describeFault, formatBytes } from './format-file.js';
import { formatUnknown } from './format-unknown.js';
import { HERE, selectFiles, selectLines, type PatternFolders } from './select-files.js';

/** `nnfmt check [PATHS...]`: prints each deviating gap; the exit code of the run. */
export async function runCheck(
  paths: readonly string[],
  options: OptionsFor<'check'>,
  context: CliContext,
  folders: PatternFolders = HERE,
): Promise<number> {
  const report = new CheckReport(context, options);
  if (paths.includes('-')) {
    if (paths.length > 1) throw new BadOptionError({ option: '-', reason: 'stdin cannot be combined with other paths' });
    await checkStdin(report, options, context);
    return report.finish();
  }
  const found = selectFiles(paths, options, folders);
  report.addSearch(found);
  const signal = context.interruption();
  if (found.files.length > 0) {
    await formatUnknown(
      {
        paths: found.files,
        mode: { write: false, diff: false, color: false, deviations: true },
        formatterOptions: formatterOptions(options),
        linesOf: found.linesOf,
        onOutcome: (outcome) => report.add(outcome),
        signal,
      },
      options,
      context,
    );
  }
  const code = report.finish();
  return signal.aborted ? EXIT_INTERRUPTED : code;
}

async function checkStdin(report: CheckReport, options: OptionsFor<'check'>, context: CliContext): Promise<void> {
  const path = options.stdinFilename ?? '<stdin>';
  const lines = selectLines(options);
  const bytes = await context.readStdin();
  const formatter = await context.createFormatter(formatterOptions(options));
  try {
    const { deviations, notUnderstood, changed } = formatBytes({ bytes, path, formatter, color: false, lines, deviations: true });
    report.add({ path, kind: changed ? 'changed' : 'unchanged', deviations, notUnderstood, elapsedMs: 0 });
  } catch (fault) {
    report.add({ path, kind: 'failed', error: describeFault(fault, path), elapsedMs: 0 });
  }
}
