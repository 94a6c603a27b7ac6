import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { createFormatter, type Formatter } from '../../src/format/index.js';

/**
 * Each file of fixtures/clean is laid out as its author meant it, in ways that were seen in real
 * projects: formatting has to leave it alone. Those below are changed by the built-in model, each in a
 * way that a maintainer would reject. An entry that passes has to leave the list.
 */
const KNOWN_FAILURES: Readonly<Record<string, string>> = {};

const folder = fileURLToPath(new URL('../../fixtures/clean', import.meta.url));
const names = readdirSync(folder).sort();

let formatter: Formatter;
beforeAll(async () => {
  formatter = await createFormatter({ profilePath: null });
});

test.each(names)('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const output = formatter.format(text, { path: name }).text;
  if (name in KNOWN_FAILURES) expect(output, `${name} passes now: take it off the list`).not.toBe(text);
  else expect(output).toBe(text);
});

test('the list of known failures names files that exist', () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(KNOWN_FAILURES)));
});
