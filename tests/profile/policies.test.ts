import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModelFileError } from '../../src/errors.js';
import { readProgram } from '../../src/format/read-program.js';
import { createFormatter, createPolicies, loadBaseModel, loadPolicy } from '../../src/format/index.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { writeProfile, type Profile } from '../../src/profile/index.js';
import { createTokenizer } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';
import { writeTinyModel } from './support/tiny-model.js';

let root: string;
let modelPath: string;
let profile: Profile;

beforeAll(() => {
  root = folderWith();
  modelPath = join(root, 'model.bin');
  writeTinyModel(modelPath);
  const counts = new StyleCounts();
  counts.add(0, 5, 1);
  profile = {
    baseModel: loadBaseModel({ modelPath }).digest, counts, unit: '  ', hang: '    ', drift: 0.01, brackets: null, thresholds: { space: { clean: 0.6, damaged: 0.6 } }, files: 3, delta: [],
  };
  for (const folder of ['with', 'with/deep', 'without', 'other']) mkdirSync(join(root, folder));
  writeProfile(join(root, 'with', '.nnfmt', 'profile'), profile);
  writeProfile(join(root, 'other', '.nnfmt', 'profile'), { ...profile, baseModel: 'f'.repeat(64) });
});

describe('policies', () => {
  it('take the profile above a source, read once', () => {
    const policyFor = createPolicies({ modelPath });
    const found = policyFor(join(root, 'with', 'deep', 'a.py'));
    expect(found.project).toEqual(profile.counts);
    expect(found.unit).toBe('  ');
    expect(found.thresholds.space).toEqual({ clean: 0.6, damaged: 0.6 });
    expect(found.thresholds.lines).toEqual(policyFor(join(root, 'without', 'a.py')).thresholds.lines);
    expect(policyFor(join(root, 'with', 'b.py'))).toBe(found);
    expect(policyFor(join(root, 'without', 'a.py')).project).toBeNull();
  });

  it('take the named profile everywhere, or none', () => {
    const profilePath = join(root, 'with', '.nnfmt', 'profile');
    expect(createPolicies({ modelPath, profilePath })(join(root, 'without', 'a.py')).project).toEqual(profile.counts);
    expect(createPolicies({ modelPath, profilePath: null })(join(root, 'with', 'a.py')).project).toBeNull();
    // Measuring must not depend on where it runs.
    expect(loadPolicy({ modelPath }).project).toBeNull();
  });

  it('refuse a profile of another base model for its sources alone', async () => {
    const formatter = await createFormatter({ modelPath });
    expect(() => formatter.format('x = 1\n', { path: join(root, 'other', 'a.py') })).toThrow(ModelFileError);
    expect(() => formatter.format('x = 1\n', { path: join(root, 'other', 'a.py') })).toThrow(/needs the base model ffffffffffff/u);
    expect(formatter.format('x = 1\n', { path: join(root, 'without', 'a.py') }).gaps).toBe(4);
    await expect(createFormatter({ modelPath, profilePath: join(root, 'none') })).rejects.toThrow(/no such profile/u);
  });
});

describe("the project's unit", () => {
  const unitOf = async (text: string, projectUnit: string | null): Promise<string> => {
    const context = readProgram(await createTokenizer(), text, 'a.py');
    return observeLayout(context, context.structured.source.gaps, projectUnit).unit;
  };
  const blocks = (unit: string, count: number): string => `if a:\n${unit}b\n`.repeat(count);

  it('decides where the file has no blocks, or few and doubtful ones', async () => {
    expect(await unitOf('x = 1\n', null)).toBe('    ');
    expect(await unitOf('x = 1\n', '\t')).toBe('\t');
    expect(await unitOf(blocks('   ', 2) + blocks('  ', 1), '  ')).toBe('  ');
  });

  it('gives way to a file that is sure of its own', async () => {
    expect(await unitOf(blocks('    ', 20), '  ')).toBe('    ');
    expect(await unitOf(blocks('\t', 5), '    ')).toBe('\t');
  });
});
