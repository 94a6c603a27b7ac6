import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

/** A file of four spaces, and the same as an editor re-indents it. */
const four = readFileSync(fileURLToPath(new URL('../../fixtures/layout/services.py', import.meta.url)), 'utf8');
const outsideStrings = (text: string): string => text.replace(/"""[^]*?"""/gu, '"""Text."""');
// Lines under a bracket stand at columns that no change of the unit keeps.
const original = outsideStrings(four).replace(/,\n {22}/gu, ', ');
const reIndented = (step: string): string => original.replace(/^(?: {4})+/gmu, (lead) => step.repeat(lead.length / 4));

let tokenizer: Tokenizer;
let policy: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  policy = { ...loadBaseModel().policy, unit: '    ' };
});
const format = (text: string, lines?: { first: number; last: number }[]): string =>
  formatSource(tokenizer, policy, text, 'a.py', lines === undefined ? {} : { lines }).text;

describe("a file in another unit than the project's", () => {
  it.each([['two spaces', '  '], ['tabs', '\t'], ['three spaces', '   ']])('comes back from %s', (_, step) => {
    const indented = reIndented(step);
    expect(indented).not.toBe(original);
    const indentsOf = (text: string): (string | undefined)[] => text.split('\n').map((line) => /^\s*/u.exec(line)?.[0]);
    const restored = format(indented);
    expect(indentsOf(restored)).toEqual(indentsOf(format(original)));
    expect(format(restored)).toBe(restored);
  });

  it('keeps its unit where a part of it may not change, and without a project', () => {
    const indented = reIndented('  ');
    expect(format(`${indented}\n\nif x:\n  # fmt: off\n  y = 1\n`)).toMatch(/^ {2}\S/mu);
    expect(format(indented, [{ first: 1, last: 3 }])).toContain('\n  ');
    expect(formatSource(tokenizer, { ...policy, unit: null }, indented, 'a.py').text).toMatch(/^ {2}\S/mu);
  });
});
