import { join, relative } from 'node:path';
import { BadOptionError, NnfmtError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import { isFolder, listFolder } from '../shared/look-at-path.js';
import { isPage, writeAtomically } from '../shared/write-atomically.js';
import { holdsRun, readRun, type Run } from '../train/read-run.js';
import { runsPage } from '../train/runs-page.js';
import { differingSettings, runFigures, type RunFigures } from '../train/run-figures.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';

/** Folders below a given one that runs are looked for in. */
const DEEPEST = 4;

/** `nnfmt runs [FOLDERS…]`: lists, compares and draws the runs in some folders. */
export function runRuns(
  roots: readonly string[], options: OptionsFor<'runs'>, context: Pick<CliContext, 'stdout' | 'stderr'>,
): number {
  const folders = (roots.length === 0 ? ['runs'] : roots).flatMap((root) => {
    const found = runFolders(root, DEEPEST);
    if (found.length > 0) return found;
    throw new BadOptionError({
      option: 'FOLDERS', reason: `no run in ${root}: a run is a folder with the run.json that nnfmt train writes`,
    });
  });
  let failed = false;
  const runs = [...new Set(folders)].flatMap((folder) => {
    try {
      return [{ ...readRun(folder), name: relative('', folder) || folder }];
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
      context.stderr.write(`error: ${fault.message}\n`);
      failed = true;
      return [];
    }
  });
  const rows = sorted(runs.map((run) => ({ run, figures: runFigures(run) })), options.sort);
  const differing = differingSettings(runs);
  if (options.report !== null) {
    writeAtomically(options.report, runsPage(rows, differing), { replaces: isPage, kind: 'a page (HTML)' });
  }
  context.stdout.write(options.json
    ? `${JSON.stringify({
        runs: rows.map(({ run, figures }) =>
          ({ folder: run.folder, ...figures, settings: Object.fromEntries(run.settings) })),
      })}\n`
    : `${table(rows)}${options.compare ? comparison(rows.map(({ run }) => run), differing) : ''}`);
  return failed ? EXIT_FAILED : EXIT_FINE;
}

interface Row {
  readonly run: Run;
  readonly figures: RunFigures;
}

function runFolders(folder: string, depth: number): string[] {
  if (holdsRun(folder)) return [folder];
  if (depth === 0 || !isFolder(folder)) return [];
  const entries = listFolder(folder);
  if (typeof entries === 'string') return [];
  return entries.map(({ name }) => name).sort().flatMap((name) => runFolders(join(folder, name), depth - 1));
}

function sorted(rows: readonly Row[], by: 'name' | 'loss' | 'speed'): readonly Row[] {
  const orderOf = ({ figures: { bestLossNats, perSecond } }: Row): number =>
    (by === 'loss' ? bestLossNats ?? Infinity : -(perSecond ?? 0));
  return by === 'name' ? rows : [...rows].sort((a, b) => orderOf(a) - orderOf(b));
}

function table(rows: readonly Row[]): string {
  return columns([
    ['run', 'task', 'examples', 'loss', 'best validation', 'accuracy', 'a second', 'seed', 'revision'],
    ...rows.map(({ run, figures }) => [
      run.name, figures.task, `${figures.examples} ${run.unit}`, shown(figures.lossNats, 4), shown(figures.bestLossNats, 4),
      figures.accuracy === null ? '-' : `${(100 * figures.accuracy).toFixed(1)} %`, shown(figures.perSecond, 0),
      figures.seed, figures.revision,
    ]),
  ]);
}

const shown = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));

function comparison(runs: readonly Run[], differing: readonly string[]): string {
  if (runs.length < 2) return '';
  if (differing.length === 0) return '\nthe runs have the same settings\n';
  return `\n${columns([
    ['setting', ...runs.map(({ name }) => name)],
    ...differing.map((name) => [name, ...runs.map(({ settings }) => settings.get(name) ?? '-')]),
  ])}`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  const line = (row: readonly string[]): string =>
    row.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join('  ').trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
