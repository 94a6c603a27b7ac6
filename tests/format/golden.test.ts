/**
 * What the formatter makes, character by character, of spoilt inputs of every kind: fixtures/golden,
 * with a tiny model that stays as it is. The outputs are not all beautiful, for the model knows little;
 * they say what the code around it does. After a change that is meant, `npm run golden` writes them anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { createFormatter, type Formatter } from '../../src/format/index.js';
import { createTokenizer, findDifference, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

const folder = fileURLToPath(new URL('../../fixtures/golden', import.meta.url));
const names = readdirSync(join(folder, 'spoilt')).sort();
const read = (kind: 'spoilt' | 'expected', name: string): string => readFileSync(join(folder, kind, name), 'utf8');
const withCrlf = (text: string): string => text.replaceAll('\n', '\r\n');

let formatter: Formatter;
let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  formatter = await createFormatter({ modelPath: join(folder, 'tiny.bin'), profilePath: null }).catch((cause: unknown) => {
    throw new Error('the tiny model does not fit: after a change of features or layout classes, run `npm run golden`', { cause });
  });
});

test('there are as many outputs as inputs', () => {
  expect(readdirSync(join(folder, 'expected')).sort()).toEqual(names);
});

test.each(names)('%s', (name) => {
  const [spoilt, expected] = [read('spoilt', name), read('expected', name)];
  expect(formatter.format(spoilt).text).toBe(expected);
  expect(formatter.format(expected)).toMatchObject({ text: expected, changed: false });
  expect(formatter.format(withCrlf(spoilt)).text).toBe(withCrlf(expected));
});

test.each(names)('%s is the same program as before', (name) => {
  const [before, after] = (['spoilt', 'expected'] as const).map((kind) => withStructure(tokenizer.tokenize(read(kind, name))));
  expect(findDifference(before, after)).toBeNull();
});
