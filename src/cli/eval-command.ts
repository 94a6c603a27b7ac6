import { basename, relative, resolve, sep } from 'node:path';
import { findFiles, readSource } from '../corpus/index.js';
import {
  evaluateProject, evaluationReport, HALF_EDIT_KINDS, sampleFiles, type MeanFigures, type ProjectFigures,
  type RestorationFigures,
} from '../evaluate/index.js';
import { loadPolicy } from '../format/index.js';
import type { OptionsFor } from '../options/index.js';
import { createProgress } from '../shared/progress.js';
import { createTokenizer } from '../tokenize/index.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';
import { projectsOf } from './data-sets.js';

/** `nnfmt eval [PATHS…]`: each path is one project; figures per project and in the mean over projects. */
export async function runEval(
  paths: readonly string[],
  options: OptionsFor<'eval'>,
  context: CliContext,
): Promise<number> {
  const tokenizer = await createTokenizer();
  const policy = loadPolicy({
    ...(options.model === null ? {} : { modelPath: options.model }),
    ...(options.confidence === null ? {} : { confidence: options.confidence }),
    ...(options.profile === null || options.profile === false ? {} : { profilePath: options.profile }),
  });
  const roots = paths.length === 0 ? ['.'] : await projectsOf(paths, options.columns, context);
  const progress = createProgress({ target: context.stderr, quiet: options.quiet, now: context.now });
  const rows: ProjectFigures[] = [];
  const refused: string[] = [];
  // A path that is not there does not stop the others.
  let code: number = EXIT_FINE;
  roots.forEach((root, index) => {
    const found = findFiles([root]);
    for (const { message } of found.errors) context.stderr.write(`error: ${message}\n`);
    if (found.errors.length > 0) code = EXIT_FAILED;
    const files = sampleFiles(root, found.files, options.files);
    const project = basename(resolve(root));
    const evaluated = evaluateProject({
      tokenizer, policy, project, rates: options.rates, seed: options.seed,
      files: files.map((file) => ({
        path: relative(root, file).split(sep).join('/') || basename(file), text: () => readSource(file).text,
      })),
      onFile: (done) => progress.update((index + done / files.length) / roots.length, project),
    });
    rows.push(...evaluated.rows);
    refused.push(...evaluated.refused);
  });
  progress.finish();
  if (rows.length === 0) {
    context.stderr.write('error: no Python file to evaluate on\n');
    return EXIT_FAILED;
  }
  const report = evaluationReport(rows, options.rates, refused);
  if (options.json) {
    context.stdout.write(`${JSON.stringify(report)}\n`);
    return code;
  }
  for (const message of refused) context.stderr.write(`left out: ${message}\n`);
  context.stdout.write(renderTable(rows, report.mean));
  return code;
}

const COLUMNS = [
  'project', 'rate', 'files', 'same', 'input', 'exact', 'score', 'precision', 'spaces', 'breaks', 'indent', 'blanks',
  'comments', 'half',
];
const CLASSES = ['spaces', 'lineBreaks', 'indentation', 'blankLines', 'comments'] as const;

function renderTable(rows: readonly ProjectFigures[], means: readonly ({ rate: number } & MeanFigures)[]): string {
  const cell = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
  const line = (name: string, rate: number, figures: RestorationFigures | MeanFigures): string[] => [
    name, String(rate), String(figures.files), cell(figures.untouched), cell(figures.inputExact), cell(figures.exact),
    cell(figures.score), cell(figures.editPrecision),
    ...CLASSES.map((name) => {
      const found = figures.classes[name];
      return cell(typeof found === 'object' && found !== null ? found.exact : found);
    }),
    String(HALF_EDIT_KINDS.reduce((sum, kind) => sum + figures.halfEdits[kind].half, 0)),
  ];
  const table = [
    COLUMNS, ...rows.map((row) => line(row.project, row.rate, row.figures)),
    ...means.map((mean) => line('MEAN', mean.rate, mean)),
  ];
  const widths = COLUMNS.map((_, k) => Math.max(...table.map((row) => row[k].length)));
  return table
    .map((row) => row.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join('  '))
    .join('\n') + '\n';
}
