import { fc } from '../support/properties.js';
import { describe, expect, it } from 'vitest';
import { PIECE, PieceVocabulary } from '../../src/complete/pieces.js';
import { lexPython } from '../../src/tokenize/index.js';

const vocabulary = new PieceVocabulary({
  numbers: ['0', '1', '0.5'], merges: ['se', '#lf', 'self', '#me', '#ame', 'nam', '#na', '#name'], commonStrings: ['utf-8'],
});
const spell = (text: string): string[] =>
  lexPython(text).tokens.flatMap((token) => [...vocabulary.encode(token)]).map((piece) => vocabulary.text(piece));

describe('PieceVocabulary', () => {
  it('cuts names by the earliest merges, beginnings apart from the rest', () => {
    expect(spell('self')).toEqual(['self']);
    expect(spell('rename')).toEqual(['r', 'e', 'name']);
    expect(spell('name')).toEqual(['n', 'ame']);
    expect(spell('self_name1')).toEqual(['self', '_', 'name', '1']);
  });

  it('keeps keywords, operators and known numbers whole', () => {
    expect(spell('if not x >= 0.5:')).toEqual(['if', 'not', 'x', '>=', '0.5', ':']);
    expect(spell('42')).toEqual(['<num>']);
    expect(spell('from ... import a')).toEqual(['from', '...', 'import', 'a']);
  });

  it('says which pieces go on with a token', () => {
    const [first, second] = vocabulary.encodeName('xy');
    expect([vocabulary.continues(first!), vocabulary.continues(second!)]).toEqual([false, true]);
    expect(vocabulary.continues(PIECE.string)).toBe(true);
    expect(vocabulary.continues(PIECE.line)).toBe(false);
  });

  it('gives back every name', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z_]\w{0,20}$/), (name) => {
      const pieces = vocabulary.encodeName(name);
      expect(vocabulary.decode(pieces)).toEqual([{ text: name, role: 'start', first: 0, last: pieces.length }]);
    }));
  });

  it('gives back every short plain string', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_ !#$%&()*+,\-./:;<=>?@]{0,24}$/), (content) => {
      for (const quote of ['"', "'", '"""']) {
        const token = lexPython(`b${quote}${content}${quote}`).tokens[0]!;
        expect(vocabulary.decode(vocabulary.encode(token)).map(({ text }) => text)).toEqual([token.text]);
      }
    }));
  });

  it('marks what it cannot spell', () => {
    expect(spell('größe')).toEqual(['<unk>']);
    expect(spell('"a\\n"')).toEqual(['"', '<str>', '']);
  });
});
