import { beforeAll, expect, test } from 'vitest';
import { createFormatter, formatSource, type Formatter } from '../../src/format/index.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { prefer } from './support/fake-policies.js';

let tokenizer: Tokenizer;
let shipped: Formatter;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  shipped = await createFormatter({ profilePath: null });
});

const wantsNone = (text: string): string => formatSource(tokenizer, prefer('lines-1', 0.9), text, 'a.py').text;

test('a single blank line between two statements stays, however sure the network is', () => {
  const text = 'a = 1\n\nb = 2\nc = 3\n';
  expect(wantsNone(text)).toBe(text);
});

test('two go in a body, and one before a clause; two in a module stay', () => {
  expect(wantsNone('if c:\n    a = 1\n\n\n    b = 2\n')).toBe('if c:\n    a = 1\n    b = 2\n');
  expect(wantsNone('a = 1\n\n\nb = 2\n')).toBe('a = 1\n\n\nb = 2\n');
  expect(wantsNone('if a:\n    b = 1\n\nelse:\n    c = 2\n')).toBe('if a:\n    b = 1\nelse:\n    c = 2\n');
});

test('many blank lines in a body become one', () => {
  const body = (lines: string): string => `import os\n\n\ndef first(a, b):\n    c = a + b\n    print(c)\n${lines}    return os.path.join(c, "b")\n`;
  expect(shipped.format(body('\n\n\n\n\n'), { path: 'a.py' }).text).toBe(body('\n'));
});
