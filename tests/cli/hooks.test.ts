import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runInProcess } from './support/run-in-process.js';

test('the hooks for pre-commit name commands that exist', async () => {
  const text = readFileSync(fileURLToPath(new URL('../../.pre-commit-hooks.yaml', import.meta.url)), 'utf8');
  const entries = [...text.matchAll(/^ {2}entry: nnfmt (\w+) --force-exclude$/gmu)].map(([, command]) => command);
  expect(entries).toEqual(['format', 'check']);
  for (const command of entries) expect(await runInProcess([command, '--force-exclude', '--help'])).toMatchObject({ code: 0 });
});
