/**
 * Builds against each other in one warm process, taking turns text by text and keystroke by keystroke, so that whatever else
 * the machine does meets all of them alike:
 *
 *     npx tsx bench/warm.ts FILE... --dist EARLIER/dist --dist dist [--rate 0.1] [--edit name|line] [--rounds 60] [--keys 400]
 *
 * Processor time of formatting the FILEs, spoilt at the rate, each time as it is, or as somebody edits it: another name is
 * one letter longer in each round (as many tokens), or another line stands twice (more of them); and of completing the first FILE a keystroke at a time from a
 * third of it on, where every keystroke is searched for.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type * as Library from '../src/index.js';

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    dist: { type: 'string', multiple: true, default: ['dist'] },
    rate: { type: 'string', default: '0' }, edit: { type: 'string', default: 'none' }, rounds: { type: 'string', default: '60' },
    keys: { type: 'string', default: '0' },
  },
});
const builds = await Promise.all(values.dist.map(async (dist) =>
  (await import(pathToFileURL(resolve(dist, 'index.js')).href)) as typeof Library));
const spent: number[][] = builds.map(() => []);

async function measure(build: number, counts: boolean, work: () => unknown): Promise<void> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  if (counts) spent[build]!.push((user + system) / 1000);
}

function report(name: string): void {
  spent.forEach((times, build) => {
    times.sort((a, b) => a - b);
    const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    const shares = [0.5, 0.75, 0.9, 0.95].map((part) => `p${100 * part} ${times[Math.floor(times.length * part)]!.toFixed(1)}`);
    console.log(`${name}, ${values.dist[build]}: mean ${mean.toFixed(1)}, ${shares.join(', ')} ms of processor time`);
    times.length = 0;
  });
}

const sources = files.map((file) => readFileSync(file, 'utf8'));
const texts = await Promise.all(sources.map((text, seed) =>
  (Number(values.rate) === 0 ? text : builds[0]!.mutate(text, { rate: Number(values.rate), seed }))));
const formatters = await Promise.all(builds.map((build) => build.createFormatter({ profilePath: null })));

/** A text as it stands after another edit in each round. */
function edited(text: string, round: number): string {
  if (values.edit === 'none') return text;
  const all = text.split('\n');
  const places = all.flatMap((line, k) => (/^ *[a-z]\w+ = .*[\w)\]]$/u.test(line) ? [k] : []));
  const at = places[(7 * (round + 4)) % places.length];
  if (at === undefined) throw new Error('no line of the file assigns to a name');
  if (values.edit === 'line') all.splice(at, 0, all[at]!);
  else all[at] = all[at]!.replace(/\w+/u, '$&x');
  return all.join('\n');
}

for (let round = -4; round < Number(values.rounds); round++) {
  for (const text of texts.map((each) => edited(each, round))) {
    for (const [k, formatter] of formatters.entries()) await measure(k, round >= 0, () => formatter.format(text));
  }
}
if (Number(values.rounds) > 0) report('a text');

const completers = Number(values.keys) === 0 ? [] : await Promise.all(builds.map((build) => build.createCompleter({})));
const lines = sources[0]!.split('\n');
for (let at = Math.floor(lines.length / 3), key = 0; key < Number(values.keys) && at < lines.length; at++) {
  const [above, below] = [`${lines.slice(0, at).join('\n')}\n`, `\n${lines.slice(at + 1).join('\n')}`];
  for (let typed = 1; typed <= lines[at]!.length && key < Number(values.keys); typed++, key++) {
    const prefix = above + lines[at]!.slice(0, typed);
    const request = { text: prefix + below, offset: prefix.length, count: 3 };
    for (const [k, completer] of completers.entries()) await measure(k, key > 40, () => completer.complete(request));
  }
}
if (completers.length > 0) report('a keystroke');
