import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { formatFile } from '../../src/cli/format-file.js';
import { createFormatter, type Formatter } from '../../src/format/index.js';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli, collect, runCliProcess, startCli, untilStarted, type RunResult } from './support/run-fake.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;
let formatter: Formatter;
beforeAll(async () => {
  cli = await buildFakeCli();
  formatter = await createFormatter({ profilePath: null });
});
const run = (folder: string, ...args: string[]): Promise<RunResult> => runCliProcess({ script: cli.script, args: ['format', ...args], cwd: folder });

/** Makes a file long enough for a thread of its own. */
const FILLER = '# filler\n'.repeat(70_000);
// Longer than any test may take: whoever waits for the file fails.
const ENDLESS = `x  \n# sleep 600000\n${FILLER}`;

test.each([['SIGINT', 1], ['SIGTERM', 1], ['SIGINT', 2], ['SIGTERM', 2]] as const)('%s ends the run although a long file is at work (%i threads)', async (signal, jobs) => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': ENDLESS, 'c.py': 'z  \n' });
  const child = startCli(cli.script, ['format', '--jobs', String(jobs), '.'], folder);
  const finished = collect(child);
  await untilStarted(join(folder, 'b.py'));
  child.kill(signal);
  const { code, stderr } = await finished;
  expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
  expect(stderr).toMatch(/Interrupted: [12] of 3 files were not looked at\.\n$/u);
  expect(readFileSync(join(folder, 'b.py'), 'utf8')).toBe(ENDLESS);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the process while this thread is at a file of some length', async (signal) => {
  const source = `x  \n# sleep 600000\n${'# filler\n'.repeat(5000)}`;
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': source });
  const child = startCli(cli.script, ['format', '--jobs', '1', '.'], folder);
  const finished = collect(child);
  await untilStarted(join(folder, 'b.py'));
  child.kill(signal);
  await finished;
  expect(child.signalCode).toBe(signal);
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x\n');
  expect(readFileSync(join(folder, 'b.py'), 'utf8')).toBe(source);
});

test('a file that does not notice that its time is up is ended, and the others go on', async () => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': ENDLESS, 'c.py': 'z  \n' });
  const { code, stderr } = await run(folder, '--max-seconds', '0.5', '.');
  expect(code).toBe(2);
  expect(stderr).toContain('b.py: formatting it takes more than the 0.5 s that a file may take; the file was left alone.');
  expect(stderr).toContain('2 files reformatted, 1 file failed to reformat.');
  expect(readFileSync(join(folder, 'c.py'), 'utf8')).toBe('z\n');
});

test('a file whose thread runs out of memory is told in one line, and the others go on', async () => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': `# hoard\n${FILLER}`, 'c.py': 'z  \n' });
  const { code, stderr } = await run(folder, '--max-memory', '256', '.');
  expect(code).toBe(2);
  expect(stderr).toContain('b.py: formatting it takes more than the 256 MB of memory that a file may take; the file was left alone.');
  expect(stderr).toContain('2 files reformatted, 1 file failed to reformat.');
});

test('pyproject.toml says what a file may take, and the command line has the last word', async () => {
  const folder = folderWith({ 'pyproject.toml': '[tool.nnfmt]\nmax-seconds = 0.5\nmax-memory = "much"\n', 'a.py': 'x  \n' });
  expect((await run(folder, '.')).stderr).toContain('[tool.nnfmt] max-memory: takes a number, not "much"');
  const other = folderWith({ 'pyproject.toml': '[tool.nnfmt]\nmax-seconds = 1000\n', 'b.py': ENDLESS });
  expect((await run(other, '--max-seconds', '0.5', '.')).stderr).toContain('more than the 0.5 s');
});

test('what a file would take is estimated before it is begun', () => {
  const folder = folderWith({ 'a.py': `x = [${'1, '.repeat(30_000)}]\n` });
  const path = join(folder, 'a.py');
  const outcome = (budget: { seconds: number; bytes: number }): string | undefined =>
    formatFile({ path, mode: { write: true, diff: false, color: false, budget }, formatter, now: () => 0 }).error;
  expect(outcome({ seconds: 60, bytes: 40_000_000 })).toMatch(/a\.py: formatting it would take about 4\d MB of memory, more than the 40 MB of memory that a file may take;[^\n]*--max-memory\.$/u);
  expect(outcome({ seconds: 0.1, bytes: 1e9 })).toMatch(/a\.py: formatting it would take about 0\.\d+ s, more than the 0\.1 s that a file may take;[^\n]*--max-seconds\.$/u);
});

test('time is looked at again and again while a file is formatted', () => {
  const folder = folderWith({ 'a.py': 'x = [1,2]\n'.repeat(3000), 'b.py': 'y = {1:2}\n'.repeat(3500) });
  const run = (name: string, now: () => number): string | undefined =>
    formatFile({ path: join(folder, name), mode: { write: false, diff: false, color: false, budget: { seconds: 50, bytes: 1e9 } }, formatter, now }).error;
  let asked = 0;
  const askedAt = (jump: number) => () => (asked++ < jump ? 0 : 60_000);
  expect(run('a.py', askedAt(Infinity))).toBeUndefined();
  const all = asked;
  expect(all).toBeGreaterThan(20);
  // Time runs out when most of the work is done; of a text that was read before, much of it is.
  asked = 0;
  expect(run('b.py', askedAt(Math.floor(0.9 * all)))).toContain('formatting it takes more than the 50 s');
});
