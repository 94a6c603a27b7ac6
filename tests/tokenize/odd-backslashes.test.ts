import { fc } from '../support/properties.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatSource } from '../../src/format/index.js';
import { createTokenizer, findDifference, findLayoutFault, isOdd, joinOverRawText, withStructure, type StructuredSource, type Tokenizer } from '../../src/tokenize/index.js';
import { randomPolicy } from '../format/support/fake-policies.js';
import { hasPython, startOracle, type CpythonOracle } from '../oracle/cpython-oracle.js';

let tokenizer: Tokenizer;
let oracle: CpythonOracle | undefined;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  if (hasPython()) oracle = startOracle();
});
afterAll(() => oracle?.close());
const program = (text: string): StructuredSource => withStructure(tokenizer.tokenize(text));

/** Backslashes between lines; versions of CPython count some of these indentations differently. */
const ODD: Record<string, string> = {
  'after a block, on a blank line': 'def f():\n  a\n\\\n\ndef g(): b\n',
  'before a comment': '\\\n# c\na =1\n',
  'before a block': 'class A:\n\\\n    a =1\n    b=2\n',
  'on a blank line': 'a\n\n\\\n\nb =2\n',
  'on the first line, then a blank one': '\\\n\na\nif b:\n  c\n',
  'in indentation': 'if a:\n    \\\n        b\n    \\\nc\n    d =1\ne\n',
  'on an indented blank line': 'a\n    \\\n\nb =2\n',
  'before an own comment in a block': 'if a:\n  b\n\\\n  # c\n  d\n',
  'twice in an indentation': 'if a:\n  b\n  \\\n \\\n   c =1\n',
  'at the end': 'a =1\n  \\\n\n',
  'beside what is not understood': 'if a:\n\\\n    b c\n    d=1\n',
  'with CRLF': 'if a:\r\n    \\\r\n        b\r\n    c=1\r\n',
};

describe('backslashes between lines are kept', () => {
  it.each(Object.entries(ODD))('%s', async (_, text) => {
    const { source, structure } = program(text);
    expect(joinOverRawText(source, text, source.gaps)).toBe(text);
    expect(findLayoutFault(source, structure)).toBeNull();
    const odd = source.gaps.flatMap((gap, i) => (isOdd(structure, i, gap) ? [i] : []));
    const continued = source.gaps.flatMap((gap, i) => (gap.includes('\\') ? [i] : []));
    const backslashes = (gaps: readonly string[]): number[] => continued.map((i) => gaps[i].split('\\').length);
    expect(continued).not.toEqual([]);
    const outputs = new Set<string>();
    fc.assert(fc.property(fc.nat(), (seed) => {
      const result = formatSource(tokenizer, randomPolicy(seed), text, 'a.py');
      const { gaps } = program(result.text).source;
      expect(backslashes(gaps)).toEqual(backslashes(source.gaps));
      expect(odd.map((i) => gaps[i])).toEqual(odd.map((i) => source.gaps[i]));
      outputs.add(result.text);
    }), { numRuns: 25, seed: 1 });
    if (oracle === undefined || text.includes('b c')) return;
    const { error, verdicts } = await oracle.variants(text, [...outputs]);
    expect(error).toBeNull();
    expect([...outputs][verdicts.findIndex((verdict) => verdict !== 'same')]).toBeUndefined();
  });

  it('lines keep their indentation beside them', () => {
    const differs = (left: string, right: string): boolean => findDifference(program(left), program(right)) !== null;
    // Older versions read the last line into the block of four columns, whatever that is.
    const odd = 'if a:\n    if b:\n        c\n\\\n    d\n';
    expect(differs(odd, odd.replace('        c', '      c'))).toBe(true);
    expect(differs(odd, odd.replace('c\n', 'c\n\n'))).toBe(true);
    expect(differs(odd, odd.replace('if b', 'if  b'))).toBe(false);
    expect(differs('if a:\n    b\n', 'if a:\n  b\n')).toBe(false);
    expect(differs('a\nb\n', 'a\n\\\n\nb\n')).toBe(true);
  });
});
