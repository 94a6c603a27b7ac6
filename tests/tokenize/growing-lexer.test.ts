import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/shared/random.js';
import { createGrowingLexer } from '../../src/tokenize/growing-lexer.js';
import { lexPython } from '../../src/tokenize/lexical-stream.js';

const folder = 'fixtures';
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.py')).sort().map((name) => readFileSync(join(folder, name), 'utf8'));
const text = sources.join('\n');
/** What makes a line depend on others: brackets that stay open, strings, backslashes, headers, layout. */
const SNIPPETS = [
  '(', ')', '[\n', ']', "'''", '"', '\\\n', '\n', '\r\n', '    ', '\t', 'if x:', 'def f(', 'else:', '@d\n', 'match x:', '# c\n', 'x = ',
  '@a\ndef g():\n', 'return', 'é', '\f', ';', 'lambda: ', 'print x',
];

describe('a growing lexer', () => {
  test.each([true, false])('splits each of many edited texts as if it had never seen another one (comments: %s)', (comments) => {
    const random = createRandom('growing');
    const lex = createGrowingLexer({ comments });
    let now = text.slice(0, 3000);
    for (let k = 0; k < 150; k++) {
      const at = random.int(10) < 7 ? now.length - random.int(now.length / 10) : random.int(now.length);
      const cut = random.int(10) < 3 ? random.int(60) : 0;
      const start = random.int(text.length - 200);
      const added = random.int(2) === 0 ? random.pick(SNIPPETS) : text.slice(start, start + random.int(200));
      now = now.slice(0, at) + added + now.slice(at + cut);
      if (now.length > 9000) now = now.slice(0, 2500);
      expect(lex(now)).toEqual(lexPython(now, { comments }));
    }
  });

  test('reads a text that goes on from its last lines alone', () => {
    const lex = createGrowingLexer();
    const before = lex(text);
    const after = lex(`${text}x`);
    const same = after.tokens.filter((token, k) => token === before.tokens[k]).length;
    expect(same).toBeGreaterThan(0.95 * before.tokens.length);
  });
});
