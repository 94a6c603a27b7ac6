import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/complete/piece-text.js';
import { PIECE, PieceVocabulary } from '../../src/complete/pieces.js';
import { FEATURE_SHAPE } from '../../src/model/features.js';
import { LINE_END, lexPython } from '../../src/tokenize/index.js';

const vocabulary = new PieceVocabulary({
  numbers: ['0', '1'], merges: ['se', 'self', 'na', '#me', 'name', 'val', '#ue', 'value', '#ut', '#utf'], commonStrings: ['utf-8', ''],
});

const SOURCE = `import os
from . import base


class Reader(base.Reader):
    def __init__(self, name=None, *args, **kwargs):
        self.name = name or "utf-8"
        if not name: return
        for value in lambda: 1, 0:
            yield -value ** 0
        else:
            raise Error(
                name, {"value": [value, 0]},
                self.name)

    @property
    def value(self):
        return self.name[1:-1]


x: int = 1
print(x)
`;

describe('encodeText', () => {
  it('spells tokens that decode to themselves', () => {
    const { pieces } = encodeText(SOURCE, vocabulary);
    const decoded = vocabulary.decode(pieces).slice(1).map(({ text }) => text.replace('\n', ''));
    expect(decoded).toEqual(lexPython(SOURCE).tokens.map(({ text, kind }) => (kind === LINE_END ? '' : text)));
  });

  it('tells the depth of what follows a line, unless it is normalised', () => {
    const ends = (normalised: boolean): number[] =>
      [...encodeText('if x:\n    f(a,\n      b)\n\ny\n', vocabulary, { normalised }).pieces].filter((piece) => piece >= PIECE.line && piece <= PIECE.lineDedent3);
    expect(ends(false)).toEqual([PIECE.lineIndent, PIECE.lineSame, PIECE.lineDedent, PIECE.line]);
    expect(ends(true)).toEqual([PIECE.line, PIECE.line, PIECE.line, PIECE.line]);
  });

  it('hides long and odd strings, and uncommon ones where literals are normalised', () => {
    const texts = (text: string, normalised = false): string[] => vocabulary.decode(encodeText(text, vocabulary, { normalised }).pieces).map((token) => token.text);
    expect(texts('f("value")')).toContain('"value"');
    expect(texts('f("value")', true)).toContain('"<str>"');
    expect(texts('f("utf-8")', true)).toContain('"utf-8"');
    expect(texts("f('')", true)).toContain("''");
    expect(texts(`f(r'${'x'.repeat(40)}')`)).toContain("r'<str>'");
    expect(texts('f("é")')).toContain('"<str>"');
    expect(texts('f("open')).toContain('"open');
  });

  it('stops where it is told to', () => {
    expect(encodeText(SOURCE, vocabulary, { maxPieces: 10 }).pieces.length).toBeLessThan(16);
  });
});

describe('PieceTracker', () => {
  it('gives the rows that the same text gives, from pieces alone', () => {
    const text = encodeText(SOURCE, vocabulary);
    const lines = SOURCE.split('\n');
    const slots = new Int16Array(FEATURE_SHAPE.backboneSlots);
    const numbers = new Float32Array(FEATURE_SHAPE.backboneNumbers);
    // From every line's start on, up to that line's end.
    for (let line = 0; line + 1 < lines.length; line++) {
      if (lines[line] === '' || lines[line + 1] === '') continue;
      const before = encodeText(lines.slice(0, line).map((l) => `${l}\n`).join('') + /^ */.exec(lines[line]!)![0], vocabulary);
      const tracker = before.tracker();
      // A line break inside brackets aligns as the author liked; and blank lines come in numbers.
      if (lines[line - 1] === '' || lines[line]!.startsWith('                ')) continue;
      const until = encodeText(lines.slice(0, line + 1).join('\n'), vocabulary).pieces.length;
      for (let k = before.pieces.length; k < until; k++) {
        tracker.push(text.pieces[k]!);
        tracker.describe(slots, 0, numbers, 0);
        const row = `${lines[line]}, piece ${vocabulary.text(text.pieces[k]!)}`;
        expect([...slots], row).toEqual([...text.slots.subarray(k * slots.length, (k + 1) * slots.length)]);
        expect([...numbers], row).toEqual([...text.numbers.subarray(k * numbers.length, (k + 1) * numbers.length)]);
      }
    }
  });

  it('goes on apart from its copy', () => {
    const text = encodeText('f(a', vocabulary);
    const row = (tracker: ReturnType<typeof text.tracker>): number[] => {
      const slots = new Int16Array(FEATURE_SHAPE.backboneSlots);
      tracker.describe(slots, 0, new Float32Array(FEATURE_SHAPE.backboneNumbers), 0);
      return [...slots];
    };
    const tracker = text.tracker();
    const before = row(tracker);
    const copy = tracker.clone();
    copy.push(vocabulary.encodeName('value')[0]!);
    copy.push(PIECE.line);
    expect(row(tracker)).toEqual(before);
    expect(row(copy)).not.toEqual(before);
  });
});
