/**
 * What must hold of the model that ships, whichever it is: figures over our own programs, which it never
 * learned. The floors lie below what the model of the day reaches, and above what nobody would ship.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { evaluateRestoration, mergeRestorations, restorationFigures } from '../../src/evaluate/index.js';
import { loadPolicy, type FormatPolicy } from '../../src/format/index.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

const PROGRAMS = ['demo/inventory.py', 'layout/services.py', 'layout/two_spaces.py', 'layout/statements.py'];
const read = (name: string): string => readFileSync(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)), 'utf8');

let tokenizer: Tokenizer;
let policy: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  policy = loadPolicy();
});

const restored = (rate: number): { exact: number; score: number; editPrecision: number } =>
  restorationFigures(mergeRestorations(PROGRAMS.flatMap((path) =>
    [1, 2].map((seed) => evaluateRestoration({ tokenizer, policy, text: read(path), path, rate, seed })))));

test.each([
  [0, { exact: 0.97, score: 0.97 }],
  [0.02, { exact: 0.965, score: 0.97, editPrecision: 0.4 }],
  [0.2, { exact: 0.94, score: 0.955, editPrecision: 0.85 }],
  [1, { exact: 0.92, score: 0.94, editPrecision: 0.95 }],
])('of programs spoilt at rate %d at least so much is as their author left it', (rate, floors) => {
  const figures = restored(rate);
  const tooLow = Object.entries(floors).filter(([name, floor]) => figures[name as keyof typeof figures] < floor);
  expect(tooLow, JSON.stringify(figures)).toEqual([]);
});
