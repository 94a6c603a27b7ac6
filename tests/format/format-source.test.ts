import { fc } from '../support/properties.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import { formatSource, type FormatPolicy, type FormatResult } from '../../src/format/index.js';
import { CLASS_COUNT, LAYOUT_CLASSES, layoutClass, type LayoutClassName } from '../../src/model/layout-classes.js';
import { mutateSource } from '../../src/mutate/index.js';
import { createTokenizer, findDifference, refuseAt, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { hasPython, startOracle, type CpythonOracle } from '../oracle/cpython-oracle.js';
import { keeping, policyOf, prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
let oracle: CpythonOracle | undefined;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  if (hasPython()) oracle = startOracle();
});
afterAll(() => oracle?.close());

const PREVIOUS_MINUS_1 = layoutClass('previous-1');
const fixtures = layoutFixtures();
const format = (text: string, policy: FormatPolicy): FormatResult => formatSource(tokenizer, policy, text, 'a.py');
const isProven = (left: string, right: string): boolean =>
  findDifference(withStructure(tokenizer.tokenize(left)), withStructure(tokenizer.tokenize(right))) === null;
const lineEnds = (text: string): string[] => [...new Set(text.match(/\r\n|\r|\n/g) ?? [])];
const endsBroken = (text: string): boolean => /[\r\n]$/.test(text);

/** What has to hold of any formatting, by whatever model. */
function expectSafe(text: string, policy: FormatPolicy): FormatResult {
  const result = format(text, policy);
  expect(result.changed).toBe(result.text !== text);
  if (result.changed) expect(isProven(text, result.text)).toBe(true);
  const again = format(result.text, policy);
  expect(again.text).toBe(result.text);
  if (!result.changed) return result;
  expect(endsBroken(result.text)).toBe(endsBroken(text));
  for (const end of lineEnds(result.text)) expect(['\n', ...lineEnds(text)]).toContain(end);
  return result;
}

const edgeCases = [
  { name: 'nothing', text: '' },
  { name: 'a line break', text: '\n' },
  { name: 'blanks', text: '  \n\t\n' },
  { name: 'comments alone', text: '# a\n\n\n   # b\n#c' },
  { name: 'no final line break', text: 'x = f(1,\n      2)' },
  { name: 'a comment without a final line break', text: 'if x:\n  y # z' },
  { name: 'inline suites', text: 'if x: y; z\nelse: f(a,\n        b)\nclass A: pass;\n' },
  { name: 'backslashes', text: 'x = 1 \\\n  + 2\nassert x, \\\n\\\n  y\n' },
  { name: 'mixed line endings', text: 'a = 1\r\nb = [1,\n  2]\rif a:\r\n\tb\n' },
  { name: 'tabs and spaces', text: 'if a:\n\tif b:\n\t    c\n\td\n' },
  { name: 'form feeds', text: 'import a\n\f\ndef f():\n    pass\n\f\nx\n' },
];

describe('a model of nonsense cannot change what a program means', () => {
  test.each([...fixtures, ...edgeCases])('$name', async ({ name, text }) => {
    const outputs: string[] = [];
    fc.assert(
      fc.property(
        fc.nat(), fc.constantFrom(0, 0.3, 0.6, null), fc.constantFrom(1, 4, 20), fc.constantFrom(true, true, true, false),
        (seed, confidence, power, blind) => {
          const result = expectSafe(text, randomPolicy(seed, { confidence, power, blind }));
          if (result.changed) outputs.push(result.text);
        },
      ),
      { numRuns: text.length > 500 ? 5 : 25, seed: 1 },
    );
    if (text.length > 200) expect(outputs.length).toBeGreaterThan(1);
    if (oracle === undefined || outputs.length === 0) return;
    const { error, verdicts } = await oracle.variants(text, outputs);
    // An older CPython may not know the newest syntax.
    if (error !== null && name.startsWith('modern')) return;
    expect(error).toBeNull();
    expect(outputs[verdicts.findIndex((verdict) => verdict !== 'same')]).toBeUndefined();
  });

  test.each([...LAYOUT_CLASSES])('one that always wants "%s"', (name) => {
    for (const { text } of fixtures.slice(0, 7)) expectSafe(text, prefer(name));
  });

  test('nor that of a mutant', () => {
    for (const { text } of fixtures) {
      const mutant = mutateSource(tokenizer, text, { rate: 1, seed: 4 });
      expectSafe(mutant, randomPolicy(9));
    }
  });
});

describe('where the proof fails', () => {
  /** Refuses every text in which `broken` stands, as a parser with a fault would. */
  const refusing = (broken: RegExp): Tokenizer => ({
    ...tokenizer,
    tokenize(text, path) {
      const at = text.search(broken);
      if (at >= 0) throw refuseAt(text, at, path ?? '-', 'a made up fault');
      return tokenizer.tokenize(text, path);
    },
  });

  test('the statement at fault is put back, the others are formatted', () => {
    const text = 'a  =  1\nb  =  2\nbad  =  3\nd  =  4\n';
    const result = formatSource(refusing(/bad =/), prefer('space'), text, 'a.py');
    // The fault stands between two statements: the one before it goes first.
    expect(result).toMatchObject({ text: 'a = 1\nb  =  2\nbad  =  3\nd = 4\n', changed: true, gapsChanged: 4, reverted: 2 });
    expect(formatSource(refusing(/bad =/), prefer('space'), result.text, 'a.py').text).toBe(result.text);
  });

  test('so is each of several, inside blocks too', () => {
    const text = 'def  f():\n    bad  =  2\n    c  =  3\n    d  =  3\n    bad  =  4\n\n\nz  =  1\n';
    const result = formatSource(refusing(/bad =/), prefer('space'), text, 'a.py');
    expect(result.text).toBe('def  f():\n    bad  =  2\n    c = 3\n    d  =  3\n    bad  =  4\n\n\nz = 1\n');
    expect(result.reverted).toBe(4);
  });

  test('a program whose tokens the output would change stays as it is', () => {
    const text = 'a  =  1\nb  =  2\n';
    const merging: Tokenizer = {
      ...tokenizer,
      tokenize: (source, path) => tokenizer.tokenize(source === text ? source : source.replaceAll('=', '=='), path),
    };
    const result = formatSource(merging, prefer('space'), text, 'a.py');
    expect(result).toMatchObject({ text, changed: false });
    expect(result.reverted).toBeGreaterThan(0);
  });

  test('nothing can be proven: the source, unchanged', () => {
    const text = 'def f(a, b):\n    return [a, b]\n\n\nx = f(1, 2)\n';
    const stubborn: Tokenizer = {
      ...tokenizer,
      tokenize(source, path) {
        if (source !== text) throw refuseAt(source, source.length >> 1, path ?? '-', 'a made up fault');
        return tokenizer.tokenize(source, path);
      },
    };
    const result = formatSource(stubborn, prefer('none'), text, 'a.py');
    expect(result).toMatchObject({ text, changed: false, gapsChanged: 0 });
    expect(result.reverted).toBeGreaterThan(0);
  });

  test('a line in brackets less indented than its block, which tree-sitter takes for the end of the block', () => {
    const text = 'class A:\n    def f(self):\n        x = a + (b\n                 + c)\n        y  =  1\n\n\nz  =  1\n';
    const nodes = prefer('previous-1');
    const spaces = prefer('space');
    const both: FormatPolicy = {
      ...nodes,
      predictor: {
        probabilities(batch, out) {
          nodes.predictor.probabilities(batch, out);
          const second = new Float32Array(out.length);
          spaces.predictor.probabilities(batch, second);
          for (let row = 0; row < batch.size; row++) {
            const at = row * CLASS_COUNT;
            if (!batch.legal[at + PREVIOUS_MINUS_1]) out.set(second.subarray(at, at + CLASS_COUNT), at);
          }
        },
      },
    };
    const result = expectSafe(text, both);
    expect(result.text).toContain('y = 1');
    expect(result.text).toContain('z = 1');
  });
});

describe('passes that do not agree at once', () => {
  const states = ['none', 'space', 'two-spaces'] as const satisfies LayoutClassName[];
  type State = (typeof states)[number];

  /** Rows of slots that a policy is shown for the gap before `=`, with 0 to 2 spaces in it. */
  const seen = (): Int16Array[] => ['x= 1\n', 'x = 1\n', 'x  = 1\n'].map((text) => {
    const rows: Int16Array[] = [];
    format(text, policyOf(({ slots, classIndex }) => {
      if (classIndex === layoutClass('keep')) rows.push(slots.slice());
      return classIndex === layoutClass('keep') ? 1 : 0;
    }, 0.5));
    return rows[1]!;
  });

  /** Turns the spaces that it finds in a gap into others, and keeps all else. */
  const flipping = (next: Record<State, State>): FormatPolicy => {
    const [none, one, two] = seen();
    // The slot of the input's class, or its like: it counts the spaces.
    const slot = none!.findIndex((column, k) => one![k] === column + 1 && two![k] === column + 2);
    return policyOf(({ slots, classIndex }) => {
      const state = states[slots[slot]! - none![slot]!];
      return classIndex === layoutClass(state === undefined ? 'keep' : next[state]) ? 1 : 0;
    });
  };
  const texts = ['x = [1]\n', 'x  =  [ 1 ]\n', 'x=[  1  ]\n', 'f(a)(b)\ny=1\n'];

  test('a circle of two ends in the same member from either', () => {
    const circle = flipping({ none: 'two-spaces', space: 'space', 'two-spaces': 'none' });
    const [left, right] = ['x=(1)\n', 'x  =  (  1  )\n'].map((text) => format(text, circle).text);
    expect(left).toBe(right);
    for (const text of texts) expectSafe(text, circle);
  });

  test('a circle of three, too', () => {
    const circle = flipping({ none: 'space', space: 'two-spaces', 'two-spaces': 'none' });
    const outputs = ['x=(1)\n', 'x = ( 1 )\n', 'x  =  (  1  )\n'].map((text) => format(text, circle).text);
    expect(new Set(outputs).size).toBe(1);
    for (const text of texts) expectSafe(text, circle);
  });

  test('without an end the input stands', () => {
    let calls = 0;
    const restless = policyOf(({ classIndex, slots }) => {
      calls++;
      return classIndex === layoutClass('keep') ? 0.01 : ((classIndex * 7919 + slots[0]! * 31 + calls * 104729) % 1009) / 1009;
    });
    const text = layoutFixtures()[3]!.text;
    expect(format(text, restless)).toMatchObject({ text, changed: false, gapsChanged: 0 });
  });
});

describe('a source that does not parse', () => {
  test.each([
    ['def f(:\n    pass\n', 1], ['x = 1\n  y = 2\n', 2], ['if x:\n    a\n  b\n', 3], ['print("a\n', 1], ['f(\n', 1],
    ['if x:\n\ta\n        b\n', 3],
  ])('is refused with the place: %j', (text, line) => {
    expect(() => format(text, keeping())).toThrow(SyntaxRefusedError);
    try {
      format(text, keeping());
    } catch (error) {
      expect((error as SyntaxRefusedError).path).toBe('a.py');
      expect(Math.abs((error as SyntaxRefusedError).line - line)).toBeLessThanOrEqual(1);
    }
  });
});

describe('a model that keeps everything', () => {
  test.each([...fixtures, ...edgeCases])('changes nothing in $name', ({ text }) => {
    expect(format(text, keeping())).toMatchObject({ text, changed: false, gapsChanged: 0, passes: 1, reverted: 0 });
  });
});
