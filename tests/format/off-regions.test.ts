import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { mutateSource } from '../../src/mutate/index.js';
import { createTokenizer, findDifference, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { prefer, randomPolicy } from './support/fake-policies.js';
import { programWithRegions, regionsOf } from './support/programs-with-regions.js';

let tokenizer: Tokenizer;
let shipping: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  shipping = loadBaseModel().policy;
});

const format = (text: string, policy: FormatPolicy): string => formatSource(tokenizer, policy, text, 'a.py').text;
const wild = (): FormatPolicy[] => [
  prefer('space'), prefer('lines-1'), prefer('lines-3'), prefer('column-0-1'), prefer('opener+1'),
  ...Array.from({ length: 8 }, (_, seed) => randomPolicy(seed, { power: 1 + (seed % 3) * 4 })),
];

/** Formats, and expects every one of `kept` to stand in the result as it did, the program to be the same, and no second change. */
function expectKept(input: string, kept: readonly string[], policy: FormatPolicy): string {
  const output = format(input, policy);
  for (const text of kept) if (!output.includes(text)) expect(output, `lost:\n${text}\nof:\n${input}`).toContain(text);
  expect(findDifference(withStructure(tokenizer.tokenize(input)), withStructure(tokenizer.tokenize(output)))).toBeNull();
  expect(format(output, policy)).toBe(output);
  return output;
}

describe('no byte of a region moves', () => {
  test.each([
    ['steps that mix tabs and blanks', 'def t():\n#\n # fmt: off\n if x:\n\t pass\n # fmt: on\n', ' # fmt: off\n if x:\n\t pass\n # fmt: on\n'],
    ['a last comment that is indented too far', 'def f():\n    # fmt: off\n    a  + b\n\n\n\n        # c\n\n\na  +  b\n', '    # fmt: off\n    a  + b\n\n\n\n        # c\n'],
    ['a comment behind the last statement', 'def f():\n    # fmt: off\n    a  + b   # c\n    # d\n\n\na  +  b\n', '    # fmt: off\n    a  + b   # c\n    # d\n'],
    ['blank lines before an `on` at an outer level', 'def f():\n    # fmt: off\n    a   = 1\n\n\n\n# fmt: on\nb  = 1\n', '    # fmt: off\n    a   = 1\n\n\n\n# fmt: on\n'],
    ['an inner `on`', '# fmt: off\nif  x :\n   # fmt: on\n   a  =  1\nb  =  2\n# fmt: on\nc  =  1\n', '# fmt: off\nif  x :\n   # fmt: on\n   a  =  1\nb  =  2\n# fmt: on\n'],
    ['an `on` in a bracket', '# fmt: off\nx  =  [\n  # fmt: on\n  1  ,  2]\n# fmt: on\nc  =  1\n', '# fmt: off\nx  =  [\n  # fmt: on\n  1  ,  2]\n# fmt: on\n'],
    ['blocks around with another step', 'if a:\n    b  =  1\nif a:\n    b  =  1\nif c:\n  if d:\n    # fmt: off\n    e  =  [ 1,\n        2 ]\n    # fmt: on\n    f  =  3\n', '    # fmt: off\n    e  =  [ 1,\n        2 ]\n    # fmt: on\n'],
    ['off among other words for tools', 'a  =  1\n# pylint: disable=x; fmt: off\nb  =  2\n# pylint: enable=x # fmt: on\nc  =  1\n', '\nb  =  2\n# py'],
    ['of autopep8', '# autopep8: off\nb  =  2\n# autopep8: on\nc  =  1\n', '# autopep8: off\nb  =  2\n# autopep8: on\n'],
    ['skip among other words for tools', 'a  =  1\nb  =  "a"    +   "b"  # noqa; fmt: skip\nc  =  1\n', 'b  =  "a"    +   "b"  # noqa; fmt: skip\n'],
  ])('%s', (_, text, region) => {
    expect(text).toContain(region);
    const outputs = [...wild(), shipping].map((policy) => expectKept(text, [region], policy));
    expect(outputs.some((output) => output !== text)).toBe(true);
  });

  test.each([
    ['to the end of its block', 'def f():\n    # fmt: off\n    a  =  1 \t\n\n\nb  =  1\n', '    # fmt: off\n    a  =  1 \t\n'],
    ['before a comment further out', 'def f():\n    # fmt: off\n    a  =  1  \n# c\nb  =  1\n', '    # fmt: off\n    a  =  1  \n'],
    ['with a comment last', 'def f():\n    # fmt: off\n    a  =  1  # c \t\nb  =  1\n', '    # fmt: off\n    a  =  1  # c \t\n'],
    ['with a semicolon last', 'def f():\n    # fmt: off\n    a  =  1  ;  \nb  =  1\n', '    # fmt: off\n    a  =  1  ;  \n'],
    ['before a clause', 'if a:\n    # fmt: off\n    a  =  1  \nelse :\n    b  =  1\n', '    # fmt: off\n    a  =  1  \n'],
    ['before the end of the file', 'c  =  1\ndef f():\n    # fmt: off\n    a  =  1  \n\n\n', '    # fmt: off\n    a  =  1  \n'],
    ['before the end of the file, without a line end', 'c  =  1\ndef f():\n    # fmt: off\n    a  =  1  ', '    # fmt: off\n    a  =  1  '],
    ['that `on` ends', '# fmt: off\na  =  1\n# fmt: on \t\nb  =  1\n', '# fmt: off\na  =  1\n# fmt: on \t\n'],
    ['that `on` ends in a bracket', 'x  =  [\n    # fmt: off\n    1  ,\n    # fmt: on  \n  2  ,\n]\n', '    # fmt: off\n    1  ,\n    # fmt: on  \n'],
    ['of one line, by `skip`', 'c  =  1\na  =  "a"    +  "b"  # fmt: skip \t\n\nb  =  1\n', 'a  =  "a"    +  "b"  # fmt: skip \t\n'],
    ['of one line, by `off`', 'c  =  1\na  =  "a"    +  "b"  # fmt: off \t\nb  =  1\n', 'a  =  "a"    +  "b"  # fmt: off \t\n'],
    ['of a header, by `skip`', 'c  =  1\nif  a  :  # fmt: skip  \n      b  =  1\n', 'if  a  :  # fmt: skip  \n'],
    ['of a bracket, by `skip`', 'c  =  1\na  =  [  # fmt: skip\n   1  ]  \nb  =  1\n', 'a  =  [  # fmt: skip\n   1  ]  \n'],
  ])('blanks at the end of a region %s', (_, text, region) => {
    expect(text).toContain(region);
    for (const policy of [...wild(), shipping]) expectKept(text, [region], policy);
    expect(wild().some((policy) => format(text, policy) !== text)).toBe(true);
  });

  test('the line end of a region stays of its kind, and what is new behind it is of the usual one', () => {
    const text = 'c  =  1\r\ndef f():\r\n    # fmt: off\r\n    a  =  1  \nb  =  1\r\nd  =  1  # fmt: skip \ne  =  1\r\n# fmt: off\r\n# fmt: on \ng  =  1\r\n';
    const outputs = [...wild(), shipping].map((policy) => format(text, policy));
    for (const output of outputs) {
      expect(output).toContain('    # fmt: off\r\n    a  =  1  \n');
      expect(output).toMatch(/d {2}= {2}1 {2}# fmt: skip \n/u);
      expect(output).toContain('# fmt: off\r\n# fmt: on \n');
    }
    expect(outputs.some((output) => output.includes('a  =  1  \n\r\n'))).toBe(true);
  });

  test('what changes behind a region is told with its probability', () => {
    const { deviations } = formatSource(tokenizer, prefer('lines-3'), 'def f():\n    # fmt: off\n    a  =  1  \nb\n', 'a.py', { deviations: true });
    const behind = deviations!.find(({ after }) => after === '  \n\n\n');
    expect(behind).toMatchObject({ before: '  \n', line: 4, column: 1 });
    expect(behind!.probability).toBeGreaterThan(0.9);
  });

  test('a region stays with its block, however the block before it is indented', () => {
    const text = 'def f():\n class A:\n      x  =  1\n     # fmt: off\n y  =  ( 1 )\nz  =  1\nif a:\n  b\nif a:\n  b\n';
    for (const policy of [...wild(), shipping]) expectKept(text, ['     # fmt: off\n y  =  ( 1 )\n'], policy);
  });

  test('what follows a region is formatted again', () => {
    for (const text of [
      'def f():\n    a  =  1\n    # fmt: off\n\n\nb  =  1\n',
      'def f():\n    # fmt: off\n    a  =  1\n# c\nb  =  1\n',
      'x  =  [  # c\n    # fmt: off\n    1  ,\n    # fmt: on\n]\nb  =  1\n',
      'f(\n    # fmt: off\n    1  ,\n)\n# fmt: on\nb  =  1\n',
    ]) expect(format(text, prefer('space'))).toMatch(/b = 1\n$/u);
  });

  test.each([
    ['a random decider', 120, () => fc.integer({ min: 0, max: 999 }).map((seed) => randomPolicy(seed, { power: 1 + (seed % 3) * 4, confidence: seed % 2 === 0 ? 0 : 0.4 }))],
    ['the shipping model', 40, () => fc.constant(null)],
  ])('random programs with random regions, spoilt and formatted by %s', (_, numRuns, policies) => {
    let changed = 0;
    let regions = 0;
    fc.assert(
      fc.property(programWithRegions, policies(), fc.constantFrom(0, 0.1, 0.5, 1), fc.nat(), (program, policy, rate, seed) => {
        const input = rate === 0 ? program : mutateSource(tokenizer, program, { rate, seed: String(seed), path: 'a.py' });
        const kept = regionsOf(input);
        regions += kept.length;
        if (expectKept(input, kept, policy ?? shipping) !== input) changed++;
      }),
      { numRuns, seed: 9 },
    );
    expect(changed).toBeGreaterThan(numRuns / 3);
    expect(regions).toBeGreaterThan(numRuns);
  });

  test.each(layoutFixtures().filter(({ text }) => !text.includes('\r')))('lines of a real file: $name', ({ text }) => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.constantFrom(0, 0.2, 1), (from, size, seed, rate) => {
        const { source, structure } = withStructure(tokenizer.tokenize(text));
        const starts = [...source.start.keys()].filter((i) => structure.startsLine[i] && structure.blockDepth[i] === 0 && source.gaps[i].includes('\n'));
        if (starts.length < 3) return;
        const first = from % (starts.length - 1);
        const last = first + 1 + (size % Math.min(3, starts.length - first - 1));
        const spoilt = rate === 0 ? text : mutateSource(tokenizer, text, { rate, seed: String(seed), path: 'a.py' });
        const { start } = tokenizer.tokenize(spoilt);
        const [off, on] = [start[starts[first]], start[starts[last]]];
        // The mutation may have joined statements.
        if (![off, on].every((at) => spoilt[at - 1] === '\n')) return;
        const region = `# fmt: off\n${spoilt.slice(off, on)}# fmt: on\n`;
        expectKept(spoilt.slice(0, off) + region + spoilt.slice(on), [region], randomPolicy(seed, { power: 4, confidence: 0.3 }));
      }),
      { numRuns: 6, seed: 3 },
    );
  });
});
