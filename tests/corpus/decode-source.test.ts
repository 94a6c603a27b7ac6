import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSource, encodeSource } from '../../src/corpus/decode-source.js';
import { NotEquivalentError, SourceReadError } from '../../src/errors.js';

const bom = [0xef, 0xbb, 0xbf];
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function refusal(bytes: Uint8Array): SourceReadError {
  try {
    decodeSource(bytes, 'a.py');
  } catch (fault) {
    if (fault instanceof SourceReadError) return fault;
    throw fault;
  }
  throw new Error('was not refused');
}

test('plain UTF-8, with and without byte order mark', () => {
  const text = 's = "é 😀"\n';
  const plain = Buffer.from(text);
  expect(decodeSource(plain, 'a.py')).toEqual({ text, bom: false, encoding: 'utf-8' });
  const marked = Buffer.concat([Buffer.from(bom), plain]);
  expect(decodeSource(marked, 'a.py')).toEqual({ text, bom: true, encoding: 'utf-8' });
  expect(Buffer.from(encodeSource(decodeSource(marked, 'a.py'), 'a.py'))).toEqual(marked);
});

test('a second byte order mark belongs to the text', () => {
  const bytes = Buffer.from([...bom, ...bom, 0x78]);
  const source = decodeSource(bytes, 'a.py');
  expect(source.text).toBe('\ufeffx');
  expect(Buffer.from(encodeSource(source, 'a.py'))).toEqual(bytes);
});

test('decode then encode is identity for all Latin-1 bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
      const body = tail.filter((byte) => byte !== 0);
      const bytes = Buffer.concat([Buffer.from('#!/x\n# vim: set fileencoding=iso-8859-1 :\n'), body]);
      expect(Buffer.from(encodeSource(decodeSource(bytes, 'a.py'), 'a.py'))).toEqual(bytes);
    }),
  );
});

test('decode then encode is identity for all UTF-8 text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, marked) => {
      const body = Buffer.from(`pass\n${text.replaceAll('\0', '')}`);
      const bytes = marked ? Buffer.concat([Buffer.from(bom), body]) : body;
      expect(Buffer.from(encodeSource(decodeSource(bytes, 'a.py'), 'a.py'))).toEqual(bytes);
    }),
  );
});

// Each head is judged by CPython too, where it is at hand.
const heads: readonly (readonly [string, string])[] = [
  ['# coding: latin-1\n', 'latin-1'],
  ['# -*- coding: ISO_8859_1 -*-\n', 'latin-1'],
  ['# coding=l1\n', 'latin-1'],
  ['#!/usr/bin/python\r\n# coding: latin-1-unix\r\n', 'latin-1'],
  ['\f \n# coding: latin-1\n', 'latin-1'],
  ['# coding: utf8\n', 'utf-8'],
  ['# coding: utf-8-dos\n', 'utf-8'],
  ['# coding: UTF_8\n', 'utf-8'],
  ['# coding: us-ascii\n', 'ascii'],
  ['x = 1\n# coding: latin-1\n', 'utf-8'],
  ['"""doc"""\n# coding: latin-1\n', 'utf-8'],
  ['#\n#\n# coding: latin-1\n', 'utf-8'],
  ['', 'utf-8'],
];

test.each(heads)('coding line %j', (head, encoding) => {
  expect(decodeSource(bytesOf(head), 'a.py').encoding).toBe(encoding);
});

const python = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!python)('coding lines as CPython reads them (skipped where python3 is missing)', () => {
  const script =
    'import io, json, sys, tokenize, codecs\n' +
    'heads = json.load(sys.stdin)\n' +
    'print(json.dumps([codecs.lookup(tokenize.detect_encoding(io.BytesIO(h.encode()).readline)[0]).name for h in heads]))';
  const run = spawnSync('python3', ['-c', script], { input: JSON.stringify(heads.map(([head]) => head)) });
  const names: Record<string, string> = { 'iso8859-1': 'latin-1' };
  const answers = (JSON.parse(run.stdout.toString()) as string[]).map((name) => names[name] ?? name);
  expect(answers).toEqual(heads.map(([, encoding]) => encoding));
});

test('what is refused, and why', () => {
  expect(refusal(Buffer.from([0x78, 0x00])).reason).toBe('binary');
  expect(refusal(bytesOf('# coding: shift_jis\n')).message).toContain('"shift-jis"');
  expect(refusal(bytesOf('# coding: shift_jis\n')).reason).toBe('unknown-coding');
  expect(refusal(Buffer.from([...bom, ...bytesOf('# coding: latin-1\n')])).reason).toBe('unknown-coding');
  expect(refusal(bytesOf('# coding: ascii\n\n\xe9')).message).toContain('line 3: byte 0xe9 is not valid ASCII');
  expect(refusal(bytesOf('x\n\xe9\n')).message).toContain('line 2: byte 0xe9 is not valid UTF-8');
  expect(refusal(bytesOf('x\xc3')).reason).toBe('not-utf8');
});

test('a coding line that layout pushed away is noticed', () => {
  const source = decodeSource(bytesOf('#!/x\n# coding: latin-1\n"\xe9"\n'), 'a.py');
  expect(() => encodeSource({ ...source, text: `\n\n${source.text}` }, 'a.py')).toThrow(NotEquivalentError);
});
