import { BadOptionError } from '../errors.js';
import { corpusStats, statsPage, type CorpusStats } from '../gather/index.js';
import type { OptionsFor } from '../options/index.js';
import { percent } from '../shared/percent.js';
import { createProgress } from '../shared/progress.js';
import { isPage, writeAtomically } from '../shared/write-atomically.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';

/** `nnfmt corpus stats CORPORA…`: what lies in folders whose folders are projects. */
export async function runCorpusStats(
  roots: readonly string[],
  options: OptionsFor<'corpus stats'>,
  context: CliContext,
): Promise<number> {
  await Promise.resolve();
  if (roots.length === 0)
    throw new BadOptionError({ option: 'PATHS', reason: 'are needed: folders whose folders are projects' });
  const progress = createProgress({ target: context.stderr, quiet: options.quiet, now: context.now });
  const stats = corpusStats(roots, (share, name) => progress.update(share, name));
  progress.finish();
  if (stats.files === 0) {
    context.stderr.write(`error: no Python file in a folder of ${roots.join(', ')}\n`);
    return EXIT_FAILED;
  }
  if (options.html !== null)
    writeAtomically(options.html, statsPage(stats), { replaces: isPage, kind: 'a page (HTML)' });
  context.stdout.write(options.json ? `${JSON.stringify(stats)}\n` : shown(stats));
  return EXIT_FINE;
}

function shown(stats: CorpusStats): string {
  const shares = (tally: Readonly<Record<string, number>>): string =>
    Object.entries(tally)
      .sort((a, b) => b[1] - a[1])
      .map(([name, times]) => `${name} ${percent(times / stats.files)}`)
      .join(', ');
  const rows: [string, string | number][] = [
    ['projects', stats.projects.length],
    ['files', stats.files],
    ['lines', stats.lines],
    ['words', stats.words],
    ['characters', stats.characters],
    ['duplicates', stats.duplicates],
    ['generated', stats.generated],
    ['unreadable', stats.unreadable],
    ['licences', shares(stats.licences)],
    ['indentation', shares(stats.indentation)],
    ['quotes', shares(stats.quotes)],
    ['longest line', shares(stats.longestLine)],
    ['line ends', shares(stats.lineEnds)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)}  ${value}\n`).join('');
}
