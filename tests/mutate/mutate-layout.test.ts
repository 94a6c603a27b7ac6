import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { mutateLayout, mutateSource } from '../../src/mutate/index.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, findDifference, findLayoutFault, joinGaps, joinOverRawText, pragmaGaps, type StructuredSource, type Tokenizer, withStructure } from '../../src/tokenize/index.js';
import { hasPython, startOracle } from '../oracle/cpython-oracle.js';
import { layoutFixtures } from './support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const fixtures = layoutFixtures();
const programOf = (text: string): StructuredSource => withStructure(tokenizer.tokenize(text));
const mutantOf = (text: string, rate: number, seed: number): string => {
  const program = programOf(text);
  return joinOverRawText(program.source, text, mutateLayout(program, { rate, random: createRandom(seed) }));
};

describe('a mutant', () => {
  test.each(fixtures)('keeps the meaning of $name', ({ text }) => {
    const program = programOf(text);
    expect(findLayoutFault(program.source, program.structure)).toBeNull();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0.02, 0.2, 0.5, 1), (seed, rate) => {
        const gaps = mutateLayout(program, { rate, random: createRandom(seed) });
        expect(gaps).toHaveLength(program.source.tokenCount + 1);
        expect(findLayoutFault(program.source, program.structure, gaps)).toBeNull();
        expect(findDifference(program, programOf(joinGaps(program.source, gaps)))).toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  test.runIf(hasPython())('is the same program to CPython (skipped where there is no python3)', async () => {
    const oracle = startOracle();
    try {
      for (const { name, text } of fixtures) {
        const mutants = [0.05, 0.2, 0.5, 1].flatMap((rate) =>
          Array.from({ length: 10 }, (_, seed) => mutantOf(text, rate, seed)),
        );
        const { error, verdicts } = await oracle.variants(text, mutants);
        // An older CPython may not know the newest syntax.
        if (error !== null && name.startsWith('modern')) continue;
        expect(error, name).toBeNull();
        expect(verdicts.findIndex((verdict) => verdict !== 'same'), name).toBe(-1);
      }
    } finally {
      oracle.close();
    }
  });

  test('depends on the seed alone', () => {
    const { text } = fixtures[0]!;
    expect(mutantOf(text, 0.3, 5)).toBe(mutantOf(text, 0.3, 5));
    expect(mutantOf(text, 0.3, 5)).not.toBe(mutantOf(text, 0.3, 6));
    expect(mutantOf(text, 0, 5)).toBe(text);
  });

  test('uses the line endings of the file', () => {
    for (const { name, text } of fixtures) {
      const mutant = mutantOf(text, 1, 1);
      if (name.includes('CRLF')) expect(mutant.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      else if (name.includes('(CR)')) expect(mutant).not.toContain('\n');
      else expect(mutant).not.toContain('\r');
    }
  });

  test('changes about as many gaps as the rate says', () => {
    const share = (rate: number): number => {
      let [changed, all] = [0, 0];
      for (const { text } of fixtures) {
        const program = programOf(text);
        mutateLayout(program, { rate, random: createRandom(1) }).forEach((gap, i) => {
          all++;
          if (gap !== program.source.gaps[i]) changed++;
        });
      }
      return changed / all;
    };
    expect(share(0.02)).toBeGreaterThan(0.008);
    expect(share(0.02)).toBeLessThan(0.04);
    expect(share(0.2)).toBeGreaterThan(0.1);
    expect(share(0.2)).toBeLessThan(0.25);
    expect(share(1)).toBeGreaterThan(0.6);
  });
});

/** Mutants of a source, every second one with most of its gaps left alone. */
function mutantsOf(text: string, seeds = 1000): string[] {
  return Array.from({ length: seeds }, (_, seed) => mutantOf(text, seed % 2 === 0 ? 1 : 0.3, seed));
}

describe('every kind of damage occurs', () => {
  const kinds: [kind: string, source: string, mutant: RegExp][] = [
    ['a gap emptied', 'x = 1\n', /x=/],
    ['spaces added', 'x = 1\n', /x {2}=/],
    ['a tab', 'x = 1\n', /=\t/],
    ['three at once', 'x=1\n', /x {3}=/],
    ['a backslash put in', 'x = y + z\n', /\\\n/],
    ['a backslash joined', 'x = y \\\n    + z\n', /^x = y \+ z\n/],
    ['a bracket broken', 'f(a, b)\n', /f\(\n/],
    ['a bracket joined', 'f(\n    a,\n    b,\n)\n', /f\(a, b,/],
    ['a bracket exploded', 'f(a, b, c)\n', /f\(\n( *)a,\n\1b,\n\1c/],
    ['blank lines added', 'x\ny\n', /x\n\n\ny/],
    ['blank lines removed', 'x\n\n\ny\n', /x\ny/],
    ['blanks on a blank line', 'if x:\n    y\n\n    z\n', /y\n[ \t]+\n/],
    ['trailing whitespace', 'x\ny\n', /x[ \t]+\n/],
    ['a comment moved in', 'x\n# c\ny\n', /\n +# c/],
    ['a comment moved out', 'if x:\n    # c\n    y\n', /\n# c/],
    ['a comment close to code', 'x  # c\n', /x# c/],
    ['a comment far from code', 'x  # c\n', /x {5,}# c/],
    ['a suite on the line of its colon', 'if x:\n    y\n', /if x:? *: *y/],
    ['a suite broken off its colon', 'if x: y\n', /: *\n+\s+y/],
    ['statements joined', 'x;\ny\n', /x[ \t]*; *y/],
    ['statements split', 'x; y\n', /;[ \t]*\n\s*y/],
    ['another unit', 'if x:\n    y\n    z\n', /\n {2}y\s*\n {2}z/],
    ['tabs for spaces', 'if x:\n    y\n    z\n', /\n\ty\s*\n\tz/],
    ['blank lines before the first token', 'x\n', /^\n+x/],
    ['blank lines at the end', 'x\n', /\n\n$/],
  ];
  test.each(kinds)('%s', (_, source, mutant) => {
    expect(mutantsOf(source).find((text) => mutant.test(text))).toBeDefined();
  });
});

describe('what stays as it is', () => {
  test.each([
    ['a shebang and a coding line', '#!/bin/python\n# -*- coding: utf-8 -*-\nx = 1\n', /^#!\/bin\/python\n# -\*- coding: utf-8 -\*-\n/],
    ['a form feed', 'x\n\f\ny\n', /x\n\f\ny/],
    ['a final line break', 'x = 1\n', /\n$/],
    ['a missing final line break', 'x = 1', /1$/],
    ['a comment behind code', 'x # c\ny\n', /x[ \t]*# c/],
    ['a space between words', 'import x\n', /import(?:\s|\\\n)+x/],
    ['a space behind a number', 'x = 1 .real\n', /1(?:\s|\\\n)+\./],
  ])('%s', (_, source, kept) => {
    const program = programOf(source);
    for (let seed = 0; seed < 100; seed++) {
      expect(joinGaps(program.source, mutateLayout(program, { rate: 1, random: createRandom(seed) }))).toMatch(kept);
    }
  });

  test('an empty file, and one of comments', () => {
    for (const text of ['', '\n', '   \n', '# a\n', '# a']) {
      for (let seed = 0; seed < 20; seed++) expect(mutantOf(text, 1, seed).trim()).toBe(text.trim());
    }
  });
});

test('mutateSource proves its mutant by parsing it', () => {
  for (const { text } of fixtures) {
    const mutant = mutateSource(tokenizer, text, { rate: 1, seed: 3 });
    expect(mutant).not.toBe(text);
    expect(findDifference(programOf(text), programOf(mutant))).toBeNull();
  }
  expect(() => mutateSource(tokenizer, 'x = (\n', { rate: 1, seed: 3, path: 'a.py' })).toThrow(/^a\.py:1:/);
});

describe('lines that a pragma speaks of', () => {
  test('are neither broken nor joined, while their spaces are spoilt', () => {
    const text = 'x = f(a,  # noqa: E231\n      b, c)\ny = g(1, 2)  # type: ignore\nz = h(1, 2)\n';
    const program = withStructure(tokenizer.tokenize(text, 'p.py'));
    const kept = pragmaGaps(program);
    expect(kept.some((mark) => mark === 1) && kept.some((mark) => mark === 0)).toBe(true);
    let spoilt = 0;
    let brokenElsewhere = 0;
    for (let seed = 0; seed < 40; seed++) {
      mutateLayout(program, { rate: 1, random: createRandom(seed) }).forEach((gap, i) => {
        const isSame = gap.includes('\n') === program.source.gaps[i].includes('\n');
        if (kept[i]) expect(isSame).toBe(true);
        else if (!isSame) brokenElsewhere++;
        if (kept[i] && gap !== program.source.gaps[i]) spoilt++;
      });
    }
    expect(spoilt).toBeGreaterThan(10);
    expect(brokenElsewhere).toBeGreaterThan(10);
  });
});
