import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { explainSource } from '../../src/format/explain-source.js';
import { formatSource, layOutRange, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { mutateSource } from '../../src/mutate/index.js';
import { scoreFiles } from '../../src/score/index.js';
import { createTokenizer, lfOffset, overRawText, toLf, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
let shipping: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  shipping = loadBaseModel().policy;
});

const ENDS = [['CRLF', '\r\n'], ['CR', '\r']] as const;
const withEnds = (text: string, end: string): string => text.replaceAll('\n', end);
const format = (text: string, policy: FormatPolicy): string => formatSource(tokenizer, policy, text, 'a.py').text;
const fixtures = layoutFixtures().filter(({ text }) => !text.includes('\r'));

describe('line ends influence no decision', () => {
  test.each(fixtures)('by a random decider that sees the layout: $name', ({ text }) => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 0.1, 1), fc.boolean(), (seed, rate, blind) => {
        const policy = randomPolicy(seed, { confidence: 0.3, blind });
        const input = rate === 0 ? text : mutateSource(tokenizer, text, { rate, seed: String(seed), path: 'a.py' });
        const expected = format(input, policy);
        for (const [, end] of ENDS) expect(format(withEnds(input, end), policy)).toBe(withEnds(expected, end));
      }),
      { numRuns: text.length > 1500 ? 1 : 2, seed: 4 },
    );
  });

  test.each(fixtures)('by the shipping model: $name', ({ text }) => {
    const input = mutateSource(tokenizer, text, { rate: 0.2, seed: '7', path: 'a.py' });
    const expected = format(input, shipping);
    expect(expected).not.toBe(input);
    for (const [, end] of ENDS) expect(format(withEnds(input, end), shipping)).toBe(withEnds(expected, end));
  });

  // What stands behind a text of several lines has its column from the last of them, and its width without line ends.
  test.each(ENDS)('behind strings of several lines: %s', (_, end) => {
    const text = 'def f():\n    x = ("""a\nbcd\n  e""", b, [1,\n             2])\n    y = f("""\n   """, a,\n           b)  # c\n    z  =  3      # d\n';
    for (const policy of [shipping, ...Array.from({ length: 8 }, (_unused, seed) => randomPolicy(seed, { confidence: 0.2, blind: false }))]) {
      expect(format(withEnds(text, end), policy)).toBe(withEnds(format(text, policy), end));
    }
  });

  test('those in strings stay as they are, mixed or not', () => {
    const text = 'x  =  """a\r\nb\rc\nd"""\r\ny  =  2\rz  =  3\n';
    expect(format(text, shipping)).toBe(text.replaceAll('  =  ', ' = '));
  });

  test.each(ENDS)('explained alike, with offsets of the text: %s', (_, end) => {
    const text = 'x = """\n"""\nif  a :\n    y  =  2\n';
    const explain = (source: string): ReturnType<typeof explainSource> => explainSource(tokenizer, shipping, source, 'a.py', { gaps: 'all' });
    const raw = withEnds(text, end);
    const explained = explain(raw).gaps;
    const offset = (at: number): number => withEnds(text.slice(0, at), end).length;
    expect(explained).toEqual(explain(text).gaps.map((gap) => ({ ...gap, from: offset(gap.from), to: offset(gap.to) })));
    expect(explain(raw).gaps.filter(({ changes }) => changes).length).toBeGreaterThan(2);
  });

  test.each(ENDS)('a completed line is laid out alike: %s', (_, end) => {
    const above = 'def f( a,b ):\n    """Doc\n    of f."""\n    x = g( a,\n           b )\n\n\n'.repeat(5);
    const line = 'y  =  g( a,b )[ 1:2 ]  +  { c:d }';
    const policies = [shipping, ...Array.from({ length: 8 }, (_unused, seed) => randomPolicy(seed, { blind: false }))];
    const layOut = (source: string, policy: FormatPolicy): string[] | null => {
      const start = source.indexOf(line);
      return layOutRange(tokenizer, policy, source, { start, end: start + line.length });
    };
    for (const policy of policies) {
      const expected = layOut(`${above}${line}\nz = 1\n`, policy);
      expect(expected).toHaveLength(19);
      expect(layOut(withEnds(`${above}${line}\nz = 1\n`, end), policy)!.map(toLf)).toEqual(expected);
    }
  });

  test.each(ENDS)('two files that differ in line ends alone score 1: %s', (_, end) => {
    const text = 'x = """a\nb"""\nif a:\n    y = [1,\n         2]\n';
    const score = scoreFiles(tokenizer, { path: 'a.py', text }, { path: 'b.py', text: withEnds(text, end) });
    expect(score).toEqual(scoreFiles(tokenizer, { path: 'a.py', text }, { path: 'a.py', text }));
  });
});

test('tokens over LF lead back to the text they came from', () => {
  const ends = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'f(b,', 'c)', '"""d', 'e"""', '', '# g'), ends)), (lines) => {
      const text = lines.flat().join('');
      let source;
      try {
        source = tokenizer.tokenize(text);
      } catch {
        fc.pre(false);
        return;
      }
      expect(source.text).toBe(toLf(text));
      for (const gap of source.gaps) expect(gap).not.toContain('\r');
      const raw = overRawText(source, text);
      expect(raw.rawGaps.map((gap, i) => gap + (i < raw.tokenCount ? text.slice(raw.start[i], raw.end[i]) : '')).join('')).toBe(text);
      for (let i = 0; i < raw.tokenCount; i++) {
        expect(toLf(text.slice(raw.start[i], raw.end[i]))).toBe(source.text.slice(source.start[i], source.end[i]));
        expect(lfOffset(text, raw.start[i])).toBe(source.start[i]);
        expect(lfOffset(text, raw.end[i])).toBe(source.end[i]);
      }
    }),
  );
});
