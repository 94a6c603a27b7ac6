import { expect, test } from 'vitest';
import { ParserInput } from '../../src/tokenize/parser-input.js';

const BUFFER = 64;
const LENGTH = 16;

/** What the parser finds in its buffer, and how much it is told is left. */
function read(text: string, index: number): { units: string; left: number } {
  const heap = new Uint8Array(BUFFER + 10 * 1024 + 8).fill(0xee);
  const input = new ParserInput();
  input.take(text);
  input.read(heap, BUFFER, index, LENGTH);
  const units = Buffer.from(heap.buffer, BUFFER).toString('utf16le');
  return { units: units.slice(0, units.indexOf('\0')), left: new DataView(heap.buffer).getUint32(LENGTH, true) };
}

test('the parser is given what stands at an offset, and a zero behind it', () => {
  expect(read('añ𝒳b', 0)).toEqual({ units: 'añ𝒳b', left: 5 });
  expect(read('añ𝒳b', 4)).toEqual({ units: 'b', left: 1 });
  expect(read('ab', 2)).toEqual({ units: '', left: 0 });
  expect(read('ab', 9)).toEqual({ units: '', left: 0 });
});

test('a long text comes in pieces that fill the buffer but for the zero', () => {
  const text = Array.from({ length: 12_000 }, (_, k) => String.fromCharCode(97 + (k % 26))).join('');
  const first = read(text, 0);
  expect(first).toEqual({ units: text.slice(0, 5119), left: 12_000 });
  expect(read(text, 5119)).toEqual({ units: text.slice(5119, 10_238), left: 12_000 - 5119 });
  expect(read(text, 11_999)).toEqual({ units: text.slice(-1), left: 1 });
});
