import { beforeAll, expect, test } from 'vitest';
import { sourceContext, type SourceContext } from '../../src/model/source-context.js';
import { createRandom } from '../../src/shared/random.js';
import { conventionIndex, createTokenizer, findDifference, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { drawAuthorStyle, layOutInStyle, type AuthorStyle } from '../../src/train/author-styles.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const read = (text: string): SourceContext => sourceContext(withStructure(tokenizer.tokenize(text)));
const PLAIN: AuthorStyle = {
  spacing: new Map(), unit: null, opensWithBlank: false, betweenDefinitions: null, commentLead: null, aligns: false,
};

test.each(layoutFixtures().filter(({ text }) => !text.includes('\r')))('$name in 12 styles is the same program, and the same each time', ({ name, text }) => {
  const context = read(text);
  let different = 0;
  for (let seed = 0; seed < 12; seed++) {
    const style = drawAuthorStyle(createRandom(`${name} ${seed}`));
    const output = layOutInStyle(context, style);
    expect(findDifference(context.structured, withStructure(tokenizer.tokenize(output)))).toBeNull();
    expect(layOutInStyle(context, style)).toBe(output);
    if (output !== text) different++;
  }
  expect(different).toBeGreaterThan(0);
});

test('no habit leaves a file as it is', () => {
  const text = 'def f(a, b=1):\n    return g(a,\n             b)  # why\n';
  expect(layOutInStyle(read(text), PLAIN)).toBe(text);
});

test.each<[string, Partial<AuthorStyle>, string, string]>([
  [
    'pads, and lines under the bracket move along',
    { spacing: new Map([[conventionIndex('call-pads'), [' ', ' ']]]) },
    'x = f(a,\n      b)\ng()\n', 'x = f( a,\n       b )\ng()\n',
  ],
  ['a blank before header colons', { spacing: new Map([[conventionIndex('header-colon'), [' ', ' ']]]) }, 'if a:\n    b\n', 'if a :\n    b\n'],
  ['another unit', { unit: '\t' }, 'if a:\n    f(\n        b,\n    )\n', 'if a:\n\tf(\n\t\tb,\n\t)\n'],
  ['a blank line below headers', { opensWithBlank: true }, 'def f():\n    pass\nif a:\n    b\n', 'def f():\n\n    pass\nif a:\n    b\n'],
  [
    'columns of neighbouring lines', { aligns: true },
    'a = 1\nbbb = 2\n\ncc = 3\nx = {\n    "k": 1,\n    "kk": 2,\n}\n', 'a   = 1\nbbb = 2\n\ncc = 3\nx  = {\n    "k":  1,\n    "kk": 2,\n}\n',
  ],
  ['operators need their blanks where tokens would merge', { spacing: new Map([[conventionIndex('sum'), ['', '']]]) }, 'x = 1 + +a\n', 'x = 1++a\n'],
])('%s', (_, habits, text, expected) => {
  expect(layOutInStyle(read(text), { ...PLAIN, ...habits })).toBe(expected);
});
