import { beforeAll, describe, expect, test } from 'vitest';
import { foreignFunctions } from '../../bench/support/foreign-functions.js';
import { FOREIGN_KINDS } from '../../bench/support/foreign-kinds.js';
import { CLEAN, foreignText, PROFILE, RESTYLE, type ForeignRow } from '../../bench/support/foreign-tables.js';
import type { BenchCase } from '../../bench/support/measure.js';
import { createPeerRunner } from '../../bench/support/peer-cache.js';
import type { Peer } from '../../bench/support/peers.js';
import { projectKind } from '../../bench/support/project-kinds.js';
import { createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const clean = (text: string): BenchCase => {
  const program = withStructure(tokenizer.tokenize(text, 'a.py'));
  return { path: 'a.py', program, input: program.source.gaps, inputText: text };
};
const laidOut = async (name: string, text: string, peers: readonly Peer[] = []): Promise<BenchCase[] | null> =>
  FOREIGN_KINDS.find((kind) => kind.name === name)!.layOut([clean(text)], { tokenizer, run: createPeerRunner(), peers, other: null });

const METHOD = [
  'class A:', '    def first(self):', '        return f(1, 2)', '', '    def second(self, value):', '        if value:',
  '            return f(', '                value,', '                2,', '            )', '        for x in self:', '            f(x, 3)',
  '        return f(4, 5)', '', '', 'x = f(6, 7)', '',
].join('\n');

describe('foreign files', () => {
  test('joined and exploded brackets, another unit', async () => {
    const [joined] = (await laidOut('every bracket joined', METHOD))!;
    expect(joined.inputText).toContain('            return f(value, 2,)\n');
    const [exploded] = (await laidOut('one element a line', METHOD))!;
    expect(exploded.inputText).toContain('x = f(\n    6,\n    7\n)\n');
    const [indented] = (await laidOut('another unit', METHOD))!;
    expect(indented.inputText).toContain('\n    if value:\n      return f(\n        value,\n');
  });

  test('lines that a comment speaks of stay on the lines that they are on', async () => {
    const [exploded] = (await laidOut('one element a line', 'x = f(1, 2)  # type: ignore\ny = f(3, 4)\n'))!;
    expect(exploded.inputText).toBe('x = f(1, 2)  # type: ignore\ny = f(\n    3,\n    4\n)\n');
  });

  test('of a formatter, with the tokens of the file though it dropped some', async () => {
    const text = `${METHOD}${'y = f(8, 9)\n'.repeat(20)}z = (a)\n`;
    const answer = text.replace('x = f(6, 7)', 'x = f(\n    6,\n    7,\n)').replace('(a)', 'a');
    const peer: Peer = { name: 'black', version: '1', defaults: {}, start: {}, axes: [], format: () => Promise.resolve([{ text: answer }]) };
    const [found] = (await laidOut('black, 88', text, [peer]))!;
    expect(found.inputText).toBe(text.replace('x = f(6, 7)', 'x = f(\n    6,\n    7\n)'));
    expect(await laidOut('black, 88', text)).toBeNull();
  });
});

describe('a foreign function', () => {
  test('stands at the depth where its own stood, and nothing else changes', async () => {
    const functions = foreignFunctions(tokenizer, (await laidOut('another unit', METHOD))!);
    expect(functions).toHaveLength(1);
    const [{ inputText, lines }] = functions;
    const [before, after] = [METHOD.split('\n'), inputText.split('\n')];
    expect(after.slice(lines.first - 1, lines.last)).toEqual([
      '    def second(self, value):', '      if value:', '        return f(', '          value,', '          2,', '        )',
      '      for x in self:', '        f(x, 3)', '      return f(4, 5)',
    ]);
    expect(after.slice(0, lines.first - 1)).toEqual(before.slice(0, 4));
    expect(after.slice(lines.last)).toEqual(before.slice(13));
  });

  test('one that would not differ is left out', () => {
    expect(foreignFunctions(tokenizer, [clean(METHOD)])).toEqual([]);
  });
});

describe('tables', () => {
  const row = (project: string, tool: string, exact: number, kind = 'joined'): ForeignRow => ({
    project, projectKind: projectKind(project, { own: 'tabs' }), kind, tool, files: 1, inputExact: 0.5, exact, untouched: exact === 1 ? 1 : 0,
  });

  test('mean over pairs, and the pairs behind the best peer', () => {
    const text = foreignText({
      rows: [
        row('own', PROFILE, 1, CLEAN), row('own', RESTYLE, 0.9, CLEAN),
        row('own', PROFILE, 0.6), row('own', RESTYLE, 0.7), row('own', 'ruff', 0.8), row('own', 'black', 0.6),
        row('psf+requests', PROFILE, 0.8), row('psf+requests', RESTYLE, 0.9), row('psf+requests', 'ruff', 0.8), row('psf+requests', 'black', 0.7),
      ],
      functions: [],
    });
    expect(text).toContain('| nnfmt, restyle | .8000 | .9000 | .7000 |');
    expect(text).toContain('| *best peer of each pair* | .8000 | .8000 | .8000 |');
    expect(text).toContain('| *pairs behind the best peer* | 1 of 2 | 0 of 1 | 1 of 1 |');
    expect(text).toContain('| joined | own | ruff | .8000 | .7000 | -0.1000 |');
    expect(text).toContain('| own | 1 | .00000 | 1.0000 | .10000 | .0000 |');
  });

  test('the kind of an unknown project has to be told', () => {
    expect(() => projectKind('own')).toThrow('--kinds');
  });
});
