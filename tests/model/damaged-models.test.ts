import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../../src/model/features.js';
import { LAYOUT_CLASSES } from '../../src/model/layout-classes.js';
import { decodeModel } from '../../src/model/weights-file.js';
import { decodeTensorFile, encodeTensorFile } from '../../src/model/tensor-file.js';
import { createFormatter } from '../../src/format/index.js';
import { folderWith } from '../support/folder-with.js';
import { writeTinyModel } from '../profile/support/tiny-model.js';
import { expectRefusedOrHarmless, withChecksum } from './support/damage.js';

const scratch = folderWith();
const path = join(scratch, 'model.bin');
writeTinyModel(path);
const file = readFileSync(path);
const expected = { shape: FEATURE_SHAPE, labelNames: LAYOUT_CLASSES, vocabularyDigest: FEATURE_DIGEST };

describe('a model that was damaged on purpose, with a right checksum', () => {
  it('is refused in one line or decodes, whatever its header says and whichever bytes are flipped', () => {
    expect(expectRefusedOrHarmless(file, 1500, (bytes) => decodeModel(bytes, { path, expected }))).toBeGreaterThan(500);
    expect(expectRefusedOrHarmless(file, 300, (bytes) => decodeModel(bytes, { path }))).toBeGreaterThan(300);
  });

  it('keeps the meaning of what it formats even where its numbers are absurd', async () => {
    const wild = decodeTensorFile(file, { kind: 'model', path });
    for (const value of [3e38, -3e38, 0]) {
      const tensors = wild.tensors.map((tensor) => ({ ...tensor, precision: 'f32' as const, values: tensor.values.map(() => value) }));
      writeFileSync(path, encodeTensorFile({ ...wild, tensors }));
      const { format } = await createFormatter({ modelPath: path, profilePath: null });
      const { text } = format('def f( a,b ):\n  return {a : b,\n   1:2}\n', { path: 'a.py' });
      expect(text.replace(/[\s\\]/gu, '')).toBe('deff(a,b):return{a:b,1:2}');
    }
  });

  it('is refused where its prefix claims other lengths', () => {
    for (const length of [0, 1, 0x7fff_ffff, 0xffff_ffff]) {
      const bytes = Buffer.from(file);
      bytes.writeUInt32LE(length, 12);
      expect(() => decodeModel(withChecksum(bytes), { path, expected })).toThrow(/header/u);
    }
  });
});
