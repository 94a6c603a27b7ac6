/**
 * Sources of extreme shapes in three sizes each: processor time and memory have to grow with the size, not with its
 * square. Each case runs in a process of its own.
 *
 *     npx tsx bench/shapes.ts [--scale 1] [--only NAME] [--json]
 *
 * The last column is how many times the time per character grew from the smallest size to the largest, four times as
 * large: about 1 where growth is linear, about 4 where it is quadratic.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** By name: a source with about so many thousand characters. */
const SHAPES: Readonly<Record<string, (kilo: number) => string>> = {
  'short lines': (kilo) => 'a = 1\n'.repeat(170 * kilo),
  'ordinary code': (kilo) => 'def function(argument, other=None):\n    value = argument.method(other)  # note\n    return value + 12\n\n\n'.repeat(10 * kilo),
  'a dictionary of strings on one line': (kilo) => `x = {${'"abcdefgh": 1, '.repeat(67 * kilo)}}\n`,
  'a dense list': (kilo) => `x = [${'1,'.repeat(500 * kilo)}]\n`,
  'statements on one line': (kilo) => `${'a;'.repeat(500 * kilo)}\n`,
  'a.b.b.b': (kilo) => `x = a${'.b'.repeat(500 * kilo)}\n`,
  'signs': (kilo) => `x = ${'-'.repeat(1000 * kilo)}1\n`,
  'lines of backslashes': (kilo) => `x = 1 + ${'\\\n'.repeat(500 * kilo)}2\n`,
  'lines of comments': (kilo) => `x = 1\n${'# comment\n'.repeat(100 * kilo)}y = 2\n`,
  'noqa on every element': (kilo) => `x = [\n${'    1,  # noqa\n'.repeat(66 * kilo)}]\n`,
  'blank lines': (kilo) => `x = 1\n${'\n'.repeat(1000 * kilo)}y = 2\n`,
  'broken lines': (kilo) => 'a b c )\n'.repeat(125 * kilo),
};

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, only: { type: 'string' }, json: { type: 'boolean', default: false }, run: { type: 'string' } },
});

interface Measured {
  readonly characters: number;
  readonly seconds: number;
  readonly megabytes: number;
  readonly outcome: string;
}

if (values.run === undefined) compare();
else await measure(JSON.parse(values.run) as { name: string; kilo: number });

async function measure({ name, kilo }: { name: string; kilo: number }): Promise<void> {
  const { createFormatter } = await import('../src/format/index.js');
  const formatter = await createFormatter({ profilePath: null });
  const text = SHAPES[name]!(kilo);
  const atStart = process.resourceUsage();
  let outcome: string;
  try {
    outcome = formatter.format(text, { path: 'shape.py' }).changed ? 'changed' : 'unchanged';
  } catch (fault) {
    outcome = (fault as { code?: string }).code ?? String(fault);
  }
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const measured: Measured = {
    characters: text.length,
    seconds: (userCPUTime + systemCPUTime - atStart.userCPUTime - atStart.systemCPUTime) / 1e6,
    megabytes: (maxRSS - atStart.maxRSS) / 1000,
    outcome,
  };
  console.log(JSON.stringify(measured));
}

function compare(): void {
  const sizes = [25, 50, 100].map((kilo) => kilo * Number(values.scale));
  if (!values.json) console.log(`| shape | ${sizes.map((size) => `${size} k characters`).join(' | ')} | outcome | growth |\n|---|${'---|'.repeat(sizes.length + 2)}`);
  for (const name of Object.keys(SHAPES).filter((key) => values.only === undefined || key === values.only)) {
    const results = sizes.map((kilo): Measured => {
      const args = [...process.execArgv, fileURLToPath(import.meta.url), '--run', JSON.stringify({ name, kilo })];
      const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 300_000 });
      if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
      return JSON.parse(run.stdout.trim().split('\n').at(-1)!) as Measured;
    });
    const perCharacter = ({ seconds, characters }: Measured): number => seconds / characters;
    const growth = perCharacter(results.at(-1)!) / perCharacter(results[0]!);
    if (values.json) console.log(JSON.stringify({ name, results, growth }));
    else console.log(`| ${name} | ${results.map(({ seconds, megabytes }) => `${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`).join(' | ')} | ${results.at(-1)!.outcome} | ${growth.toFixed(1)} |`);
  }
}
