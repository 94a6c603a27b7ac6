import { BadOptionError } from '../errors.js';
import { CheckReport } from './check-report.js';
import { EXIT_INTERRUPTED, type CliContext } from './context.js';
import { fileBudget, formatterOptions } from './formatter.js';
import { describeFault, formatBytes } from './format-file.js';
import { formatUnknown } from './format-unknown.js';
import type { ProjectOptions } from './project-options.js';
import { isInputLeftOut, selectFiles, selectLines } from './select-files.js';

/** `nnfmt check [PATHS...]`: prints each deviating gap; the exit code of the run. */
export async function runCheck(
  paths: readonly string[],
  project: ProjectOptions<'check'>,
  context: CliContext,
): Promise<number> {
  const { options } = project;
  const report = new CheckReport(context, options);
  if (paths.includes('-')) {
    if (paths.length > 1) {
      throw new BadOptionError({ option: '-', reason: 'stdin cannot be combined with other paths' });
    }
    await checkStdin(report, project, context);
    return report.finish();
  }
  const found = selectFiles(paths, project);
  report.addSearch(found);
  const signal = context.interruption();
  if (found.files.length > 0) {
    await formatUnknown(
      {
        mode: { write: false, diff: false, color: false, deviations: true, budget: fileBudget(options) },
        selected: found,
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

async function checkStdin(report: CheckReport, project: ProjectOptions<'check'>, context: CliContext): Promise<void> {
  const { options } = project;
  const path = options.stdinFilename ?? '<stdin>';
  const lines = selectLines(options);
  const bytes = await context.readStdin();
  if (isInputLeftOut(bytes, options.stdinFilename, project)) return;
  const formatter = await context.createFormatter(formatterOptions(options), bytes.byteLength);
  try {
    const { deviations, notUnderstood, otherStyle, habits, changed } = formatBytes({
      bytes, path, formatter, color: false, lines, deviations: true, budget: fileBudget(options), now: context.now,
      markdown: options.markdown,
    });
    report.add({
      path, kind: changed ? 'changed' : 'unchanged', deviations, notUnderstood,
      ...(otherStyle === undefined ? {} : { otherStyle }), ...(habits === undefined ? {} : { habits }), elapsedMs: 0,
    });
  } catch (fault) {
    report.add({ path, kind: 'failed', error: describeFault(fault, path), elapsedMs: 0 });
  }
}
