import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createTokenizer, findDifference, withStructure } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const demo = fileURLToPath(new URL('../../fixtures/demo/inventory.py', import.meta.url));

test('prints a mutant: other layout, same program, the same for the same seed', async () => {
  const original = readFileSync(demo, 'utf8');
  const run = await runInProcess(['mutate', demo, '--rate', '0.5', '--seed', '7']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).not.toBe(original);
  const tokenizer = await createTokenizer();
  const program = (text: string): ReturnType<typeof withStructure> => withStructure(tokenizer.tokenize(text, demo));
  expect(findDifference(program(original), program(run.stdout))).toBeNull();
  expect(await runInProcess(['mutate', demo, '--rate', '0.5', '--seed', '7'])).toEqual(run);
});

test('rate 0 prints the source; --count prints several, each as its own seed would', async () => {
  expect((await runInProcess(['mutate', demo, '--rate', '0'])).stdout).toBe(readFileSync(demo, 'utf8'));
  const both = await runInProcess(['mutate', demo, '--count', '2', '--seed', '3']);
  const single = await Promise.all(['3', '4'].map((seed) => runInProcess(['mutate', demo, '--seed', seed])));
  expect(both.stdout).toBe(
    `# mutant 1 of 2, seed 3\n${single[0]!.stdout}# mutant 2 of 2, seed 4\n${single[1]!.stdout}`,
  );
});

test('the demo file is a mutant of its original', async () => {
  const scrambled = fileURLToPath(new URL('../../fixtures/demo/scrambled.py', import.meta.url));
  const run = await runInProcess(['score', '--json', demo, scrambled]);
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect((JSON.parse(run.stdout) as { exact: number }).exact).toBeLessThan(0.5);
});

test('what cannot be mutated: exit 2 and a clear word', async () => {
  const folder = folderWith({ 'a.py': 'x = (\n' });
  const refused = await runInProcess(['mutate', join(folder, 'a.py')]);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('a.py:1:');
  expect((await runInProcess(['mutate', join(folder, 'missing.py')])).stderr).toContain('there is no such file');
  expect((await runInProcess(['mutate', demo, '--rate', '2'])).stderr).toBe('error: --rate: takes a number from 0 to 1, not "2".\n');
  expect((await runInProcess(['mutate'])).code).toBe(2);
  expect((await runInProcess(['mutate', 'a', 'b'])).code).toBe(2);
});
