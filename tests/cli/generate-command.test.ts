import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeCompletionModel } from '../../src/model/completion/completion-file.js';
import { completionLayout, initialCompletionWeights } from '../../src/model/completion/completion-layout.js';
import { createRandom } from '../../src/shared/random.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const scratch = folderWith();
const generate = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(['generate', ...args]);

describe('nnfmt generate', () => {
  const start = 'def read(path):\n    with open(path) as handle:\n        ';

  it('goes on from a start, in its depth, and always the same for a seed', async () => {
    const { code, stdout } = await generate('--start', start, '--length', '40');
    expect(code).toBe(0);
    expect(stdout.startsWith(start)).toBe(true);
    expect(stdout.slice(start.length)).toMatch(/^\S/);
    expect((await generate('--start', start, '--length', '40')).stdout).toBe(stdout);
    const drawn = async (seed: string): Promise<string> => (await generate('--start', start, '--length', '40', '--temperature', '1', '--seed', seed)).stdout;
    expect(await drawn('5')).toBe(await drawn('5'));
    expect(await drawn('5')).not.toBe(await drawn('6'));
  });

  it('closes no bracket that is not open', async () => {
    const { stdout } = await generate('--length', '300', '--temperature', '2');
    let open = '';
    const closes: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
    for (const c of stdout.replace(/"""[^]*?"""|'''[^]*?'''|"[^"]*"|'[^']*'/g, '')) {
      if ('([{'.includes(c)) open += c;
      else if (c in closes) {
        expect(open.endsWith(closes[c]!)).toBe(true);
        open = open.slice(0, -1);
      }
    }
  });

  it('generates characters with a network over characters', async () => {
    const sizes = { pieces: 8, embedding: 8, units: 8, layers: 2, backbone: 0, key: 0, window: 0 };
    const path = join(scratch, 'char.bin');
    writeFileSync(path, encodeCompletionModel({
      sizes, values: initialCompletionWeights(completionLayout(sizes), createRandom(1)), vocabulary: 'abcd', unit: 'char',
      backboneDigest: null, training: {},
    }));
    const { code, stdout } = await generate('--model', path, '--start', 'ab', '--length', '30', '--temperature', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ab[abcd]{30}\n$/);
  });

  it('says what is wrong with a model', async () => {
    const { code, stderr } = await generate('--model', join(scratch, 'nothing.bin'));
    expect(code).toBe(2);
    expect(stderr).toContain('there is no such file');
  });
});
