import { describe, expect, test } from 'vitest';
import { longestCopy } from '../../bench/support/baseline-caches.js';
import { py150Cases, readablePython, spellForPy150 } from '../../bench/support/baseline-cases.js';
import { lastLines } from '../../bench/support/baseline-networks.js';
import { bitsPerCharacter, codeCharacters } from '../../bench/support/code-characters.js';
import { PIECE, PieceVocabulary } from '../../src/complete/pieces.js';

const vocabulary = new PieceVocabulary({ numbers: ['0', '1'], merges: [], commonStrings: [] });

describe('characters that every network has to predict', () => {
  const countedOf = (text: string): string => {
    const { counted } = codeCharacters(text, vocabulary);
    return [...text].map((c, k) => (counted[k] === 1 ? c : '_')).join('');
  };

  test('are those of code that pieces spell out, of line ends and of indentation', () => {
    expect(countedOf('if a == 1:  # why\n\n    b = 12\n')).toBe('if_a_==_1:_______\n_    b_=___\n');
    expect(countedOf(`c = "é"\n`)).toBe('c_=____\n');
    expect(countedOf('x:\n  # no\n\n    y')).toBe('x:\n________    y');
  });

  test('are counted, and their loss is told in bits', () => {
    expect(codeCharacters('ab\n', vocabulary).count).toBe(3);
    expect(bitsPerCharacter(4 * Math.LN2, 2)).toBeCloseTo(2);
  });
});

test('the longest repeated end is copied up to its line end', () => {
  expect(longestCopy([9, 20, 21, 22, 23, PIECE.line, 8, 20, 21, 25, 20, 21])).toEqual({ copied: [25, 20, 21], length: 2 });
  expect(longestCopy([9, 20, 21, 22, 23, PIECE.line, 8, 21, 22])).toEqual({ copied: [23], length: 2 });
  expect(longestCopy([1, 2, 3])).toEqual({ copied: [], length: 0 });
});

test("PY150's text is shown to networks over characters as people write it", () => {
  const input = `<s> def f ( self , x = <NUM_LIT> ) : <EOL> print ( '<STR_LIT:a>' , "<STR_LIT>" ) <EOL> self .`;
  expect(readablePython(input, vocabulary)).toBe(`def f(self, x=0):\nprint('a', "")\nself.`);
  const [found] = py150Cases([{ input, gt: "x = '<STR_LIT>' <EOL>" }], vocabulary);
  expect(found.pieces.text.endsWith('self .')).toBe(true);
  expect(found.truth).toBe("x = '' <EOL>");
  expect(spellForPy150(['f', '(', "'a, b'"])).toBe("f ( 'aU+002CU+0020b'");
});

test('a long text is read from the beginning of a line', () => {
  expect(lastLines('ab\ncd\nef', 100)).toBe('ab\ncd\nef');
  expect(lastLines('ab\ncd\nef', 5)).toBe('cd\nef');
  expect(lastLines('ab\ncd\nef', 4)).toBe('cd\nef');
});
