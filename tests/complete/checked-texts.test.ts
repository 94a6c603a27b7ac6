import { describe, expect, it } from 'vitest';
import { CheckedTexts } from '../../src/complete/checked-texts.js';
import { loadPolicy } from '../../src/format/index.js';
import { layOutRange } from '../../src/format/lay-out-range.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

const tokenizer = await createTokenizer();
const policy = loadPolicy();

/** The same tokenizer, which takes down what it is given. */
function counting(): { readonly seen: string[]; readonly tokenizer: Tokenizer } {
  const seen: string[] = [];
  return {
    seen, tokenizer: {
      tokenize(text, path, options) {
        seen.push(text);
        return tokenizer.tokenize(text, path, options);
      },
    },
  };
}

describe('checked texts', () => {
  it('are parsed once, and laid out as if they were not remembered', () => {
    const { seen, tokenizer: counted } = counting();
    const checked = new CheckedTexts(counted);
    const above = 'def f(a, b):\n    return a+b\n\n\n';
    const texts = [
      `${above}x=f(1,2)\n`, `${above}x = f( 1 )\n`, `${above}x = f(1\n`, `${above.replaceAll('\n', '\r\n')}x=f(1,2)\r\n`,
    ];
    for (let time = 0; time < 2; time++) {
      for (const text of texts) {
        const [start, end] = [text.lastIndexOf('x'), text.length];
        expect(checked.parses(text)).toBe(!text.endsWith('(1\n'));
        expect(checked.layOut(text, policy, start, end)).toEqual(layOutRange(tokenizer, policy, text, { start, end }));
      }
    }
    // What does not parse is tried once more without strictness when it is laid out.
    expect(seen).toEqual([texts[0], texts[1], texts[2], texts[2], texts[3]]);
  });

  it('are laid out anew by another policy and in another range', () => {
    const { seen, tokenizer: counted } = counting();
    const checked = new CheckedTexts(counted);
    const text = 'x=1;y=2\n';
    expect(checked.layOut(text, policy, 0, 3)).toHaveLength(3);
    expect(checked.layOut(text, policy, 0, 1)).toHaveLength(1);
    expect(checked.layOut(text, { ...policy }, 0, 7)).toHaveLength(7);
    expect(seen).toEqual([text]);
  });

  it('that the grammar does not take as they stand may be Python all the same', () => {
    const { seen, tokenizer: counted } = counting();
    const checked = new CheckedTexts(counted);
    // A line of nothing but a backslash, which the grammar takes for the line's indentation.
    const odd = 'if x:\n    y = 1 + \\\n\\\n        2\n    z = 3\n';
    expect([checked.isPlain('x = 1\n'), checked.isPlain('x = (1\n'), checked.isPlain(odd)]).toEqual([true, false, false]);
    expect([checked.parses('x = 1\n'), checked.parses('x = (1\n'), checked.parses(odd)]).toEqual([true, false, true]);
    // What was taken as it stands is not read again.
    expect(seen).toEqual(['x = 1\n', 'x = (1\n', 'x = (1\n', odd]);
  });

  it('are forgotten after a while', () => {
    const { seen, tokenizer: counted } = counting();
    const checked = new CheckedTexts(counted);
    for (let k = 0; k < 100; k++) expect(checked.parses(`x = ${k}\n`)).toBe(true);
    expect(checked.parses('x = 99\n') && checked.parses('x = 0\n')).toBe(true);
    expect(seen).toHaveLength(101);
  });

  it('read what stands behind a backslash alone without strictness where they are laid out', () => {
    const { seen, tokenizer: counted } = counting();
    const text = 'if a:\n    b = 1\n\\\nc = 2\n';
    const range = { start: text.length - 6, end: text.length };
    const checked = new CheckedTexts(counted);
    checked.parses(text);
    expect(checked.layOut(text, policy, range.start, range.end)).toEqual(layOutRange(tokenizer, policy, text, range));
    expect(seen).toEqual([text, text]);
  });
});
