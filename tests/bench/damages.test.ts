import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { EDITOR_DAMAGES, FORMATTER_DAMAGES, spoilByEditor, spoilByFormatter } from '../../bench/support/damages.js';
import type { BenchCase } from '../../bench/support/measure.js';
import { createPeerRunner } from '../../bench/support/peer-cache.js';
import type { Peer, PeerAnswer } from '../../bench/support/peers.js';
import { createTokenizer, findDifference, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const clean = (text: string, path = 'a.py'): BenchCase => {
  const program = withStructure(tokenizer.tokenize(text, path));
  return { path, program, input: program.source.gaps, inputText: text };
};
const spoilt = (name: string, text: string): string => {
  const damage = EDITOR_DAMAGES.find((candidate) => candidate.name === name)!;
  return spoilByEditor(tokenizer, damage, [clean(text)])[0].inputText;
};

describe('what an editor does', () => {
  const inventory = readFileSync(new URL('../../fixtures/demo/inventory.py', import.meta.url), 'utf8');

  test.each(EDITOR_DAMAGES.map(({ name }) => name))('%s: spoils, and keeps the program', (name) => {
    const damage = EDITOR_DAMAGES.find((candidate) => candidate.name === name)!;
    const cases = [...layoutFixtures().map(({ text }, k) => clean(text, `f${k}.py`)), clean(inventory, 'inventory.py')];
    const results = spoilByEditor(tokenizer, damage, cases);
    expect(results.map(({ path }) => path)).toEqual(cases.map(({ path }) => path));
    expect(results.at(-1)!.inputText).not.toBe(inventory);
    for (const { program, inputText, input } of results) {
      const after = withStructure(tokenizer.tokenize(inputText));
      expect(findDifference(program, after)).toBeNull();
      expect(after.source.gaps).toEqual(input);
    }
    expect(spoilByEditor(tokenizer, damage, cases)).toEqual(results);
  });

  test('tabs and spaces', () => {
    expect(spoilt('tabs and spaces exchanged', 'if x:\n    f(\n        a)\n')).toBe('if x:\n\tf(\n\t\ta)\n');
    expect(spoilt('tabs and spaces exchanged', 'if x:\n\tf(a,\n\t  b)\n')).toBe('if x:\n    f(a,\n      b)\n');
  });

  test('trailing whitespace only where lines end, and never in a comment', () => {
    const text = Array.from({ length: 40 }, (_, k) => `x${k} = 1  # c\n\ny${k} = 1\n`).join('');
    const result = spoilt('trailing whitespace', text);
    expect(result.replace(/[ \t]+$/gmu, '')).toBe(text);
    expect(result).toMatch(/1[ \t]+\n/u);
    expect(result).not.toMatch(/# c[ \t]/u);
  });

  test('a file that would become another program is left out', () => {
    // Lines of the two branches would be indented by a mixture that Python refuses.
    const damage = { name: 'joins lines', spoil: () => ['', ' ', ' ', ' ', '', '\n'] };
    expect(spoilByEditor(tokenizer, damage, [clean('x = 1\ny\n')])).toEqual([]);
  });
});

describe('what another formatter does', () => {
  const [damage] = FORMATTER_DAMAGES;
  const peerOf = (answers: Record<string, PeerAnswer>): Peer => ({
    name: 'fake', version: '1', defaults: {}, start: {}, axes: [],
    format: (texts) => Promise.resolve(texts.map((text) => answers[text])),
  });
  const given = async (text: string, answer: PeerAnswer): Promise<string | undefined> => {
    const results = await spoilByFormatter(tokenizer, createPeerRunner(), { damage, peer: peerOf({ [text]: answer }), cases: [clean(text)] });
    return results[0]?.inputText;
  };

  test('its layout with the tokens of the file', async () => {
    expect(await given('f(a, b)\n', { text: 'f(\n    a,\n    b,\n)\n' })).toBe('f(\n    a,\n    b\n)\n');
    expect(await given("x = 'a'\n", { text: 'x  =  "a"\n' })).toBe("x  =  'a'\n");
  });

  test('parentheses that hold a line break become a space', async () => {
    expect(await given('x = a + b\n', { text: 'x = (\n    a\n    + b\n)\n' })).toBe('x = a + b\n');
  });

  test('files that it refuses or whose tokens it drops are left out', async () => {
    expect(await given('x\n', { error: 'no' })).toBeUndefined();
    expect(await given('f(a,)\n', { text: 'f(a)\n' })).toBeUndefined();
  });
});
