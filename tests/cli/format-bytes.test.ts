import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CreateFormatter } from '../../src/cli/formatter.js';
import { formatSource } from '../../src/format/index.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { prefer } from '../format/support/fake-policies.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const folder = folderWith();
const path = join(folder, 'a.py');

/** A model that wants one space everywhere. */
const createFormatter: CreateFormatter = async () => ({
  format: (text, options) => formatSource(tokenizer, prefer('space'), text, options!.path!),
});

/** The real way from bytes to bytes. */
async function formatted(bytes: Uint8Array): Promise<Buffer> {
  writeFileSync(path, bytes);
  expect(await runInProcess(['format', path, '-q'], { createFormatter })).toMatchObject({ code: 0, stderr: '' });
  const once = readFileSync(path);
  expect(await runInProcess(['format', '--check', path], { createFormatter })).toMatchObject({ code: 0 });
  const piped = await runInProcess(['format', '-'], { createFormatter, readStdin: () => Promise.resolve(bytes) });
  expect(Buffer.from(piped.stdout)).toEqual(Buffer.from(once.toString()));
  return once;
}

const utf8 = (text: string): Buffer => Buffer.from(text);

test.each([
  ['a byte order mark', utf8('\ufeffx=1\n'), utf8('\ufeffx = 1\n')],
  ['a byte order mark, CRLF', utf8('\ufeffx=1\r\ny=2\r\n'), utf8('\ufeffx = 1\r\ny = 2\r\n')],
  ['a byte order mark and nothing else', utf8('\ufeff'), utf8('\ufeff')],
  ['lone CR', utf8('x=1\ry=2\r'), utf8('x = 1\ry = 2\r')],
  ['no final line end', utf8('x=1'), utf8('x = 1')],
  ['emoji and combining characters', utf8('s="🐍é"  #  ✂️\n'), utf8('s = "🐍é" #  ✂️\n')],
  ['nothing', utf8(''), utf8('')],
  ['a comment alone', utf8('#   a'), utf8('#   a')],
])('%s', async (_, input, expected) => {
  expect(await formatted(input)).toEqual(expected);
});

test('Latin-1, as its coding line says', async () => {
  const input = Buffer.from('# coding: latin-1\ns="\xe9\xff"\n', 'latin1');
  writeFileSync(path, input);
  expect((await runInProcess(['format', path], { createFormatter })).code).toBe(0);
  expect(readFileSync(path)).toEqual(Buffer.from('# coding: latin-1\ns = "\xe9\xff"\n', 'latin1'));
});
