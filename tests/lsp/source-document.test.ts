import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { SourceDocument } from '../../src/lsp/source-document.js';
import type { PositionEncoding } from '../../src/shared/position-encoding.js';

const TEXT = 'a = "😀é" + b\r\nc = 1\rd\n';
const at = (encoding: PositionEncoding): SourceDocument => new SourceDocument('file:///x.py', 1, TEXT, encoding);

test.each([
  ['utf-8', 11],
  ['utf-16', 8],
  ['utf-32', 7],
] as const)('%s: the quote behind a face and an accent is column %i', (encoding, character) => {
  const offset = TEXT.indexOf('é') + 1;
  expect(at(encoding).positionAt(offset)).toEqual({ line: 0, character });
  expect(at(encoding).offsetAt({ line: 0, character })).toBe(offset);
});

test('lines end with LF, CRLF and a lone CR', () => {
  const document = at('utf-16');
  expect(document.lineCount).toBe(4);
  expect(TEXT.slice(document.lineStart(1), document.lineEnd(1))).toBe('c = 1');
  expect(TEXT.slice(document.lineStart(2), document.lineEnd(2))).toBe('d');
});

test('a place that is not in the text stands for the nearest one', () => {
  const document = at('utf-16');
  expect(document.offsetAt({ line: 1, character: 99 })).toBe(document.lineEnd(1));
  expect(document.offsetAt({ line: 99, character: 0 })).toBe(TEXT.length);
  expect(document.offsetAt({ line: -1, character: 5 })).toBe(0);
  expect(document.offsetAt({ line: 0, character: Number.NaN })).toBe(0);
});

test('no position is within a character', () => {
  const face = TEXT.indexOf('😀');
  expect(at('utf-16').offsetAt({ line: 0, character: 6 })).toBe(face);
  expect(at('utf-8').offsetAt({ line: 0, character: 7 })).toBe(face);
});

test.each(['utf-8', 'utf-16', 'utf-32'] as const)('%s: changes one after the other give what was typed', (encoding) => {
  const pieces = fc.string({ unit: fc.constantFrom('a', '😀', 'é', '\n', '\r\n', ' '), maxLength: 8 });
  fc.assert(fc.property(pieces, fc.array(fc.tuple(fc.nat(20), fc.nat(4), pieces), { maxLength: 5 }), (text, changes) => {
    let document = new SourceDocument('file:///x.py', 1, text, encoding);
    let expected = text;
    for (const [from, length, added] of changes) {
      // Characters are replaced as a whole, as editors do.
      const edges = [...expected.matchAll(/\r\n|[\s\S]/gu)].map(({ index }) => index).concat(expected.length);
      const start = edges[Math.min(from, edges.length - 1)]!;
      const end = edges[Math.min(from + length, edges.length - 1)]!;
      document = document.changed([{ range: document.rangeOf({ start, end }), text: added }], document.version + 1);
      expected = expected.slice(0, start) + added + expected.slice(end);
      expect(document.text).toBe(expected);
    }
    expect(document.version).toBe(1 + changes.length);
  }));
});

test('a change without a range is the whole text', () => {
  expect(at('utf-16').changed([{ text: 'x\n' }, { range: { start: { line: 0, character: 1 }, end: { line: 0, character: 1 } }, text: '1' }], 2).text).toBe('x1\n');
});
