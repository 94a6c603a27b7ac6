import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { lengthIn } from '../../src/shared/position-encoding.js';
import { countCharacters, indexLines, offsetOfCharacter, positionAt } from '../../src/shared/positions.js';

const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', '\r', '\r\n', '\uD83D') });

test('columns count code points, whichever way they are asked for', () => {
  fc.assert(fc.property(text, fc.nat(40), (source, at) => {
    // Never into the middle of a pair or of a line end.
    const before = [...source].slice(0, at).join('');
    fc.pre(!(before.endsWith('\r') && source[before.length] === '\n'));
    const offset = before.length;
    const lines = before.split(/\r\n|\r|\n/u);
    const wanted = { line: lines.length, column: [...lines[lines.length - 1]].length + 1 };
    const index = indexLines(source);
    expect({ line: index.lineOf(offset), column: index.columnOf(offset) }).toEqual(wanted);
    expect(positionAt(source, offset)).toMatchObject(wanted);
    expect(index.charactersBefore(offset)).toBe([...before].length);
  }));
});

test('a character is found again where it stands', () => {
  fc.assert(fc.property(text, fc.nat(40), (source, count) => {
    expect(offsetOfCharacter(source, count)).toBe([...source].slice(0, count).join('').length);
    expect(countCharacters(source)).toBe([...source].length);
  }));
});

test('the length of a text in every unit', () => {
  expect(['utf-8', 'utf-16', 'utf-32'].map((encoding) => lengthIn('aé😀', encoding as 'utf-8'))).toEqual([7, 4, 3]);
});
