import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../src/errors.js';
import { createPoliciesOn, loadBaseModel, loadPolicy } from '../../src/format/load-policy.js';
import { formatSource } from '../../src/format/format-source.js';
import { BracketHabits, HABIT_PLACES } from '../../src/model/bracket-habits.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { decodeProfile, encodeProfile, type Profile } from '../../src/profile/index.js';
import { createTokenizer } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';
import { expectRefusedOrHarmless } from '../model/support/damage.js';
import { writeTinyModel } from './support/tiny-model.js';

const scratch = folderWith();
const modelPath = join(scratch, 'model.bin');
const profilePath = join(scratch, 'profile');
writeTinyModel(modelPath);
const counts = new StyleCounts();
for (let k = 0; k < 300; k++) counts.add(k % 3, (k * 7) % 2048, k % 4);
counts.flatWidths[4] = 12;
const brackets = new BracketHabits(88);
for (let k = 0; k < 60; k++) brackets.add((k * 7919) % HABIT_PLACES, 1 + (k % 5));
const profile: Profile = {
  baseModel: loadBaseModel({ modelPath }).digest, counts, unit: '  ', hang: '    ', drift: 0.01, brackets, thresholds: { space: { clean: 0.6, damaged: 0.6 } }, files: 3,
  delta: [
    { name: 'hidden.weights', rows: Int32Array.of(0, 5), values: Float32Array.from({ length: 16 }, (_, k) => k) },
    { name: 'head.bias', rows: Int32Array.of(0), values: new Float32Array(8).fill(3) },
  ],
};
const file = Buffer.from(encodeProfile(profile));
const SOURCE = 'class A:\n    def f( self,b ):\n        return {self : b,\n   1:2}\n';

describe('a profile that was damaged on purpose, with a right checksum', () => {
  it('is refused in one line, or formats without a change of meaning', async () => {
    const tokenizer = await createTokenizer();
    const base = loadBaseModel({ modelPath });
    let formatted = 0;
    const refused = expectRefusedOrHarmless(file, 700, (bytes) => {
      writeFileSync(profilePath, bytes);
      const policy = createPoliciesOn(base, { profilePath })('a.py');
      if (++formatted % 20 !== 0) return;
      const { text } = formatSource(tokenizer, policy, SOURCE, 'a.py');
      expect(text.replace(/[\s\\]/gu, '')).toBe(SOURCE.replace(/\s/gu, ''));
      expect(text.length).toBeLessThan(10 * SOURCE.length);
    });
    expect(refused).toBeGreaterThan(400);
    expect(formatted).toBeGreaterThan(60);
  });

  it.each([
    ['an indentation of a hundred thousand columns', { unit: ' '.repeat(100_000) }, /unit/u],
    ['an indentation that is none', { unit: 'x = 1\n' }, /unit/u],
    ['rows that the network has not', { delta: [{ name: 'head.bias', rows: Int32Array.of(7), values: new Float32Array(8) }] }, /does not fit the base model/u],
    ['rows of another width', { delta: [{ name: 'head.bias', rows: Int32Array.of(0), values: new Float32Array(4) }] }, /does not fit the base model/u],
    ['a threshold beyond certainty', { thresholds: { space: { clean: 2, damaged: 0 } } }, /thresholds/u],
  ] as const)('is refused with %s', (_name, change, reason) => {
    writeFileSync(profilePath, encodeProfile({ ...profile, ...change } as Profile));
    expect(() => loadPolicy({ modelPath, profilePath })).toThrow(ModelFileError);
    expect(() => loadPolicy({ modelPath, profilePath })).toThrow(reason);
  });

  it('is read as it was written where nothing is wrong', () => {
    expect(Buffer.compare(encodeProfile(decodeProfile(file, { path: 'p' })), file)).toBe(0);
  });
});
