import { basename, relative, resolve, sep } from 'node:path';
import { findFiles, readSource } from '../corpus/index.js';
import { NnfmtError } from '../errors.js';
import {
  evaluateRestoration, HALF_EDIT_KINDS, mergeHalfEdits, mergeRestorations, restorationFigures, sampleFiles,
  type RestorationFigures, type RestorationTally,
} from '../evaluate/index.js';
import { loadPolicy } from '../format/index.js';
import type { OptionsFor } from '../options/index.js';
import { createProgress } from '../shared/progress.js';
import { createTokenizer } from '../tokenize/index.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';
import { projectsOf } from './data-sets.js';

/** Figures of one project at one rate. */
interface Row {
  readonly project: string;
  readonly rate: number;
  readonly figures: RestorationFigures;
}

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
  const rows: Row[] = [];
  const refused: string[] = [];
  // A path that is not there does not stop the others.
  let code: number = EXIT_FINE;
  roots.forEach((root, index) => {
    const found = findFiles([root]);
    for (const { message } of found.errors) context.stderr.write(`error: ${message}\n`);
    if (found.errors.length > 0) code = EXIT_FAILED;
    const files = sampleFiles(root, found.files, options.files);
    const project = basename(resolve(root));
    const tallies = new Map<number, RestorationTally[]>(options.rates.map((rate) => [rate, []]));
    files.forEach((file, k) => {
      progress.update((index + k / files.length) / roots.length, project);
      try {
        const { text } = readSource(file);
        for (const rate of options.rates) {
          const path = `/${relative(root, file).split(sep).join('/') || basename(file)}`;
          tallies.get(rate)!.push(evaluateRestoration({ tokenizer, policy, text, path, rate, seed: options.seed }));
        }
      } catch (fault) {
        if (!(fault instanceof NnfmtError)) throw fault;
        refused.push(fault.message.split('\n')[0]);
      }
    });
    for (const rate of options.rates) {
      const list = tallies.get(rate)!;
      if (list.length > 0) rows.push({ project, rate, figures: restorationFigures(mergeRestorations(list)) });
    }
  });
  progress.finish();
  if (rows.length === 0) {
    context.stderr.write('error: no Python file to evaluate on\n');
    return EXIT_FAILED;
  }
  const means = options.rates.map((rate) => ({ rate, ...meanOf(rows.filter((row) => row.rate === rate)) }));
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ projects: rows, mean: means, refused })}\n`);
    return code;
  }
  for (const message of refused) context.stderr.write(`left out: ${message}\n`);
  context.stdout.write(renderTable(rows, means));
  return code;
}

type MeanFigures = Omit<RestorationFigures, 'classes'> & { readonly classes: Readonly<Record<string, number | null>> };

/** Mean over projects, which all weigh alike; counts are summed. */
function meanOf(rows: readonly Row[]): MeanFigures {
  const mean = (of: (figures: RestorationFigures) => number): number =>
    rows.reduce((sum, { figures }) => sum + of(figures), 0) / rows.length;
  const total = (of: (figures: RestorationFigures) => number): number =>
    rows.reduce((sum, { figures }) => sum + of(figures), 0);
  const classes: Record<string, number | null> = {};
  for (const name of Object.keys(rows[0].figures.classes) as (keyof RestorationFigures['classes'])[]) {
    const known = rows.map(({ figures }) => figures.classes[name].exact).filter((exact) => exact !== null);
    classes[name] = known.length === 0 ? null : known.reduce((sum, exact) => sum + exact, 0) / known.length;
  }
  return {
    files: total((figures) => figures.files),
    untouched: mean((figures) => figures.untouched),
    inputExact: mean((figures) => figures.inputExact),
    inputScore: mean((figures) => figures.inputScore),
    exact: mean((figures) => figures.exact),
    score: mean((figures) => figures.score),
    changed: mean((figures) => figures.changed),
    editPrecision: mean((figures) => figures.editPrecision),
    reverted: total((figures) => figures.reverted),
    halfEdits: mergeHalfEdits(rows.map(({ figures }) => figures.halfEdits)),
    classes,
  };
}

const COLUMNS = [
  'project', 'rate', 'files', 'same', 'input', 'exact', 'score', 'precision', 'spaces', 'breaks', 'indent', 'blanks',
  'comments', 'half',
];
const CLASSES = ['spaces', 'lineBreaks', 'indentation', 'blankLines', 'comments'] as const;

function renderTable(rows: readonly Row[], means: readonly ({ rate: number } & MeanFigures)[]): string {
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
