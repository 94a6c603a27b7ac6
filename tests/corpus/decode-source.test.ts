import { spawnSync } from 'node:child_process';
import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { codecName, codecOf } from '../../src/corpus/codecs.js';
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
  expect(refusal(bytesOf('x = 1\r\n# \u00e9\0\n')).place).toEqual({ line: 2, column: 4 });
  // Known to CPython alone, to none, with another ASCII, and to iconv-lite alone.
  for (const name of ['iso2022_jp', 'klingon', 'utf_7', 'cp037', 'utf-16', 'armscii8', 'base64', 'hex']) {
    expect(refusal(bytesOf(`# coding: ${name}\n`)).message).toContain(`"${name.replaceAll('_', '-')}", and nnfmt does not read that`);
    expect(refusal(bytesOf(`# coding: ${name}\n`)).reason).toBe('unknown-coding');
  }
  expect(refusal(bytesOf('# coding: cp1252\n\n"\x81"\n')).message).toContain('line 3: byte 0x81 is not valid cp1252');
  expect(refusal(bytesOf('# coding: shift_jis\n"\x81"')).message).toContain('line 2: byte 0x81 is not valid shift_jis');
  expect(refusal(Buffer.from([...bom, ...bytesOf('# coding: latin-1\n')])).reason).toBe('unknown-coding');
  expect(refusal(bytesOf('# coding: ascii\n\n\xe9')).message).toContain('line 3: byte 0xe9 is not valid ASCII');
  expect(refusal(bytesOf('x\n\xe9\n')).message).toContain('line 2: byte 0xe9 is not valid UTF-8');
  expect(refusal(bytesOf('x\xc3')).reason).toBe('not-utf8');
});

test('a coding line that layout pushed away is noticed', () => {
  const source = decodeSource(bytesOf('#!/x\n# coding: latin-1\n"\xe9"\n'), 'a.py');
  expect(() => encodeSource({ ...source, text: `\n\n${source.text}` }, 'a.py')).toThrow(NotEquivalentError);
});

test.each([
  ['cp1252', '"\x80 \x93"', '"€ “"'],
  ['iso-8859-15', '"\xa4"', '"€"'],
  ['koi8-r', '"\xf0\xd2"', '"Пр"'],
  ['latin9', '"\xa4"', '"€"'],
  ['windows-1251', 'x = "\xcf"', 'x = "П"'],
  ['Shift_JIS', '"\x83\x5c"  # \x95\x5c', '"ソ"  # 表'],
  ['euc-jp', '"\xc6\xfc"', '"日"'],
  ['gbk', '"\xc4\xe3"', '"你"'],
  ['big5', '"\xa7\xda"', '"我"'],
])('coding line %s: read, and written back', (name, bytes, text) => {
  const head = `# -*- coding: ${name} -*-\n`;
  const source = decodeSource(bytesOf(`${head}${bytes}\n`), 'a.py');
  expect(source.text).toBe(`${head}${text}\n`);
  expect(Buffer.from(encodeSource({ ...source, text: `${head}\n${text}\n` }, 'a.py'))).toEqual(bytesOf(`${head}\n${bytes}\n`));
  expect(() => encodeSource({ ...source, text: `${source.text}# ☃\n` }, 'a.py')).toThrow(NotEquivalentError);
});

test('no byte changes that a codec reads, or the file is refused', () => {
  const names = ['cp1252', 'koi8_r', 'shift_jis', 'cp932', 'euc_jp', 'gbk', 'gb18030', 'big5', 'big5hkscs', 'euc_kr', 'cp949', 'mac_roman', 'tis_620'];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 60 }), (name, tail) => {
      const bytes = Buffer.concat([Buffer.from(`# coding: ${name}\n`), tail.filter((byte) => byte !== 0)]);
      let source;
      try {
        source = decodeSource(bytes, 'a.py');
      } catch (fault) {
        expect(fault).toBeInstanceOf(SourceReadError);
        return;
      }
      expect(Buffer.from(encodeSource(source, 'a.py'))).toEqual(bytes);
    }),
    { numRuns: 400 },
  );
});

/** What CPython knows: per codec that reads ASCII as ASCII, its aliases and which bytes and pairs it reads as how many characters. */
const ALIASES = `
import encodings, encodings.aliases, json, pkgutil
names = {}
for module in pkgutil.iter_modules(encodings.__path__): names.setdefault(module.name, set()).add(module.name)
for alias, name in encodings.aliases.aliases.items(): names.setdefault(name, set()).add(alias.lower())
ascii = bytes(range(128))
pairs = 'big5 big5hkscs cp932 cp949 cp950 euc_jp euc_kr gb2312 gbk gb18030 shift_jis'.split()
seconds = [b for b in range(1, 256) if b < 128 or b % 9 == 1]
def widths(name):
    try:
        if ascii.decode(name) != ascii.decode('latin-1'): return None
    except Exception: return None
    if name not in pairs: return []
    found = []
    for a in range(128, 256):
        for b in seconds:
            try: text = bytes([a, b]).decode(name)
            except Exception: text = None
            found.append(-1 if text is None else len(text) * 2 + (len(text) == 2 and text[1] == chr(b)))
    return found
print(json.dumps([[sorted(aliases), widths(name)] for name, aliases in names.items() if name not in ('idna', 'charmap', 'unicode_escape', 'raw_unicode_escape') and widths(name) is not None]))
`;

test.skipIf(!python)('the aliases are CPython\'s, and the codecs cut bytes into the same characters (skipped where python3 is missing)', () => {
  const known = JSON.parse(spawnSync('python3', ['-W', 'ignore', '-c', ALIASES], { maxBuffer: 1 << 28 }).stdout.toString()) as [string[], number[]][];
  const differing: string[] = [];
  let read = 0;
  for (const [aliases, widths] of known) {
    const name = codecName(aliases[0]);
    expect(aliases.map(codecName), aliases.join(' ')).toEqual(aliases.map(() => name));
    if (name === undefined) continue;
    read++;
    // Codecs of single bytes need no look at pairs.
    if (widths.length === 0) continue;
    const codec = codecOf(name);
    let at = 0;
    for (let a = 128; a < 256; a++) {
      for (let b = 1; b < 256; b++) {
        if (b >= 128 && b % 9 !== 1) continue;
        const width = widths[at++];
        const pair = Buffer.from([a, b]);
        const text = codec.decode(pair);
        // What does not come back is refused.
        if (width < 0 || !pair.equals(codec.encode(text))) continue;
        if ([...text].length * 2 + ([...text].length === 2 && text[1] === String.fromCharCode(b) ? 1 : 0) !== width) differing.push(`${name} ${a} ${b}`);
      }
    }
  }
  expect(read).toBeGreaterThan(60);
  expect(differing).toEqual([]);
});
