import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateRestoration, mergeRestorations, restorationFigures, type RestorationFigures } from '../../src/evaluate/index.js';
import { loadBaseModel } from '../../src/format/load-policy.js';
import { withProfile, type FormatPolicy } from '../../src/format/index.js';
import { learnProfile, loadReplay } from '../../src/learn/index.js';
import { assetPath } from '../../src/shared/asset-path.js';
import { BASE_MODEL } from '../../src/shared/base-model.js';
import { createTokenizer, findDifference, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { DEFAULT_FINE_TUNING } from '../../src/train/fine-tune.js';
import { folderWith } from '../support/folder-with.js';
import { layOut } from './support/odd-style.js';

// The first one is tested, the others are learned from.
const fixtures = ['layout/services.py', 'demo/inventory.py', 'layout/expressions.py', 'layout/modern.py', 'layout/statements.py', 'layout/two_spaces.py']
  .map((name) => join(import.meta.dirname, '..', '..', 'fixtures', name));
const style = { unit: '   ', spacesInBrackets: true };

let root: string;
let tokenizer: Tokenizer;
beforeAll(async () => {
  root = folderWith();
  tokenizer = await createTokenizer();
  fixtures.forEach((path, k) => {
    const text = readFileSync(path, 'utf8');
    const odd = layOut(tokenizer, text, path, style);
    expect(findDifference(withStructure(tokenizer.tokenize(text, path)), withStructure(tokenizer.tokenize(odd, path)))).toBeNull();
    writeFileSync(join(root, `m${k}.py`), odd);
  });
});

// The base model comes with a release; a checkout without it has nothing to test here.
describe.skipIf(!existsSync(assetPath(BASE_MODEL)))('a style that is absent from training, with the base model', () => {
  it('is learned from a few files', async () => {
    const base = loadBaseModel();
    const names = readdirSync(root).sort();
    const [tested, ...files] = names.map((name) => join(root, name));
    const learned = await learnProfile({
      tokenizer, base, root, files, tuning: { replay: loadReplay(), config: DEFAULT_FINE_TUNING }, onProgress: () => undefined, signal: new AbortController().signal,
    });
    if (learned === null || !('profile' in learned)) throw new Error('nothing was learned');
    expect(learned.profile.unit).toBe('   ');
    const text = readFileSync(tested, 'utf8');
    const figuresOf = (policy: FormatPolicy): RestorationFigures =>
      restorationFigures(mergeRestorations([1, 2, 3].map((seed) =>
        evaluateRestoration({ tokenizer, policy, text, path: 'm0.py', rate: 0.2, seed }))));
    const before = figuresOf(base.policy);
    const after = figuresOf(withProfile(base, learned.profile));
    // Counts alone go half the way: what no training example looked like is believed only in part.
    expect(after.exact).toBeGreaterThan(0.93);
    expect(after.exact).toBeGreaterThan(before.exact + 0.1);
    expect(after.editPrecision).toBeGreaterThan(before.editPrecision);
  }, 120_000);
});
