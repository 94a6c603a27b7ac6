import { beforeAll, describe, expect, it } from 'vitest';
import { excerptOf } from '../../src/learn/excerpt.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const excerpt = (text: string, tokens: number): string => excerptOf(tokenizer.tokenize(text), tokens);
const tokensOf = (text: string): number => tokenizer.tokenize(text).tokenCount;

const statements = Array.from({ length: 800 }, (_, k) => (k % 3 === 0
  ? `@mark\ndef f${k}(a):\n    if a:\n        return ${k}\n    else:\n        return 0\n\n\n`
  : k % 3 === 1 ? `try:\n    a${k} = 1\nexcept E:\n    a${k} = 2; b = 1\n# after ${k}\n\n` : `x${k} = [${k}, 1]; y = 2\n`));
const text = statements.join('');

describe('an excerpt', () => {
  it('holds whole statements with what follows them, from all over the source, and no more tokens than it may', () => {
    const cut = excerpt(text, 1000);
    const size = tokensOf(cut);
    expect(size).toBeGreaterThan(800);
    expect(size).toBeLessThanOrEqual(1000);
    const held = statements.filter((statement) => cut.includes(statement));
    expect(held.join('')).toBe(cut);
    const places = held.map((statement) => statements.indexOf(statement));
    for (let part = 0; part < 8; part++) expect(places.some((k) => k >= 100 * part && k < 100 * (part + 1))).toBe(true);
  });

  it('passes over what is too large, and is empty where everything is', () => {
    const table = `TABLE = [\n${'    1,\n'.repeat(600)}]\n`;
    expect(excerpt(`${table}${'x = 1\n'.repeat(80)}`, 200)).toBe('x = 1\n'.repeat(66));
    expect(excerpt(table, 200)).toBe('');
    expect(excerpt(table, 40_000)).toBe(table);
  });
});
