import { expect, test } from 'vitest';
import { fc } from '../support/properties.js';
import { readLines, readWhole } from '../../src/cli/read-input.js';

async function* stream(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function linesOf(chunks: AsyncIterable<Uint8Array>, limitBytes?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(chunks, limitBytes)) lines.push(typeof line === 'string' ? line : line.message);
  return lines;
}

test('lines are those of the whole text, however it was cut', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', '😀b'), { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (parts, size) => {
    const bytes = Buffer.from(parts.join(''));
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) => bytes.subarray(k * size, (k + 1) * size));
    const expected = bytes.toString().split('\n');
    expect(await linesOf(stream(...chunks))).toEqual(expected.at(-1) === '' ? expected.slice(0, -1) : expected);
  }));
});

test('a line beyond the limit is told in its place, the next ones are read', async () => {
  const told = '<stdin>: a line is longer than 0.00000286102294921875 MB.';
  expect(await linesOf(stream('ab\ncd', 'ef\n', 'g\nhi', 'jk'), 3)).toEqual(['ab', told, 'g', told]);
});

test('a line that is no UTF-8 is told in its place, the next ones are read', async () => {
  const latin = Buffer.from('x = "\u00e9"\n', 'latin1');
  expect(await linesOf(stream('a\n', latin, '\u00e9\n'))).toEqual(['a', '<stdin>: a line is not UTF-8.', '\u00e9']);
});

test('a line is there before the next one comes', async () => {
  const events: string[] = [];
  async function* slow(): AsyncGenerator<Uint8Array> {
    for (const line of ['a\n', 'b\n', 'c']) {
      events.push(`sent ${line.trim()}`);
      yield Buffer.from(line);
    }
  }
  for await (const line of readLines(slow())) events.push(`got ${String(line)}`);
  expect(events).toEqual(['sent a', 'got a', 'sent b', 'got b', 'sent c', 'got c']);
});

test('a source beyond the limit is refused without reading on', async () => {
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      sent++;
      yield Buffer.alloc(10);
    }
  }
  await expect(readWhole(endless(), 35)).rejects.toMatchObject({ code: 'SOURCE_READ', reason: 'too-large' });
  expect(sent).toBe(4);
  expect(Buffer.from(await readWhole(stream('ab', 'c'), 3)).toString()).toBe('abc');
});
