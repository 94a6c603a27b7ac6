import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ModelFileError } from '../../src/errors.js';
import { BracketHabits, HABIT_PLACES } from '../../src/model/bracket-habits.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { encodeTensorFile } from '../../src/model/tensor-file.js';
import { decodeProfile, encodeProfile, projectCounts, readProfile, writeProfile, type Profile } from '../../src/profile/index.js';
import { createRandom } from '../../src/shared/random.js';
import { folderWith } from '../support/folder-with.js';

const sums = (): StyleCounts => {
  const random = createRandom(5);
  const counts = new StyleCounts();
  for (let n = 0; n < 30_000; n++) counts.add(random.int(3), random.int(400), random.int(4));
  for (let n = 0; n < 5000; n++) counts.add(0, 7, 1);
  for (let n = 0; n < 900; n++) counts.flatWidths[random.int(30)]++;
  return counts;
};
const brackets = new BracketHabits(100);
for (const [place, count] of [[3, 1], [70_000, 12], [HABIT_PLACES - 1, 700]]) brackets.add(place, count);
const profile: Profile = {
  baseModel: 'ab'.repeat(32),
  counts: projectCounts(sums(), 40),
  unit: '\t',
  hang: '    ',
  drift: 0.0625,
  brackets,
  thresholds: { space: { clean: 0.8, damaged: 0.5 } },
  files: 40,
  delta: [
    { name: 'head.embedding', rows: Int32Array.of(3, 70, 2001), values: Float32Array.from({ length: 3 * 192 }, (_, k) => ((k * 37) % 255) - 127) },
    { name: 'output.bias', rows: Int32Array.of(0), values: Float32Array.of(1, -127, 0, 127) },
  ],
};
const bytes = encodeProfile(profile);

let folder: string;
beforeEach(() => {
  folder = folderWith();
});

describe('profile file', () => {
  it('comes back as it was, from the same bytes every time, and is small', () => {
    expect(decodeProfile(bytes, { path: 'p' })).toEqual(profile);
    expect(encodeProfile(decodeProfile(bytes, { path: 'p' }))).toEqual(bytes);
    expect(bytes.byteLength).toBeLessThan(100_000);
  });

  it('is read where it says nothing of whole brackets', () => {
    const { brackets: none } = decodeProfile(encodeProfile({ ...profile, brackets: null }), { path: 'p' });
    expect(none).toBeNull();
  });

  it('refuses brackets in places that are none', () => {
    const odd = new BracketHabits(100);
    odd.add(HABIT_PLACES, 1);
    expect(() => decodeProfile(encodeProfile({ ...profile, brackets: odd }), { path: 'p' })).toThrow(/brackets of the profile/u);
  });

  it.each([
    ['truncated', bytes.subarray(0, bytes.length - 100), /instead of .*Restore it from version control/u],
    ['empty', new Uint8Array(0), /not a file written by nnfmt.*nnfmt train/u],
    ['foreign', Buffer.from('[profile]\nindent = 4\n'.repeat(20)), /not a file written by nnfmt/u],
    ['edited', Uint8Array.from(bytes, (byte, k) => (k === 400 ? byte ^ 1 : byte)), /checksum does not match/u],
    ['a model', encodeTensorFile({ kind: 'model', metadata: {}, tensors: [] }), /a model, not a profile/u],
    [
      'of another version',
      encodeTensorFile({ kind: 'profile', metadata: { version: 9 }, tensors: [] }),
      /version 9.*Learn it again/u,
    ],
  ])('refuses one that is %s', (_, damaged, message) => {
    const read = (): Profile => decodeProfile(damaged, { path: 'some/.nnfmt/profile' });
    expect(read).toThrow(ModelFileError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^some\/\.nnfmt\/profile: /u);
  });

  it('refuses another base model, naming both', () => {
    expect(() => decodeProfile(bytes, { path: 'p', baseModel: 'cd'.repeat(32) })).toThrow(
      /needs the base model abababababab, this one is cdcdcdcdcdcd/u,
    );
    expect(decodeProfile(bytes, { path: 'p', baseModel: profile.baseModel }).files).toBe(40);
  });

  it('is written with its folder, in one step, and leaves nothing else behind', () => {
    const path = join(folder, '.nnfmt', 'profile');
    const size = writeProfile(path, profile);
    expect(readFileSync(path)).toHaveLength(size);
    writeProfile(path, { ...profile, files: 41 });
    expect(readProfile(path).files).toBe(41);
    expect(readdirSync(join(folder, '.nnfmt'))).toEqual(['profile']);
  });

  it('says what went wrong on disk', () => {
    expect(() => readProfile(join(folder, 'none'))).toThrow(/there is no such profile/u);
    writeFileSync(join(folder, '.nnfmt'), 'a file');
    expect(() => writeProfile(join(folder, '.nnfmt', 'profile'), profile)).toThrow(/cannot be written \((EEXIST|ENOTDIR)\)/u);
    mkdirSync(join(folder, 'profile'));
    expect(() => readProfile(join(folder, 'profile'))).toThrow(/this is a folder, not a file/u);
  });
});

describe('counts of a project', () => {
  it('is scaled to as many files as training showed, never up', () => {
    const raw = sums();
    const counts = projectCounts(raw, 40);
    const total = (table: Float32Array): number => table.reduce((sum, value) => sum + value, 0);
    expect(total(counts.table) / total(raw.table)).toBeCloseTo(16 / 40, 2);
    expect(total(counts.flatWidths)).toBeCloseTo((900 * 16) / 40, 3);
    expect(projectCounts(raw, 3).flatWidths).toEqual(raw.flatWidths);
    expect(projectCounts(raw, 16).table.subarray(40, 60)).toEqual(raw.table.subarray(40, 60));
  });
});
