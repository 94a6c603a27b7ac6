import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runInProcess } from '../cli/support/run-in-process.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { folderWith } from '../support/folder-with.js';
import { largestDifference } from '../support/largest-difference.js';
import { gpuForTests } from '../support/software-gpu.js';

const found = await gpuForTests();
const device = 'device' in found ? found.device : null;
const hasHalf = device?.hasHalf === true;

const scratch = folderWith(Object.fromEntries(layoutFixtures().slice(0, 4).map(({ name, text }, k) => [`corpus/p${k}/${basename(name)}`, text])));
const at = (...names: string[]): string => join(scratch, ...names);
const lossesOf = (run: string): number[] =>
  readFileSync(at(run, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { lossNats: number }).lossNats);

const complete = (run: string, ...more: string[]): ReturnType<typeof runInProcess> => runInProcess([
  'train', '--task', 'complete', at('corpus'), '--out', at(run), '--hold-out', '0.3', '--units', '16', '--embedding', '8', '--context', '16',
  '--texts', '2', '--learning-rate', '0.02', '--schedule', 'constant', '--window', '16', '--unit', 'char', '-q', ...more,
]);
const base = (run: string, ...more: string[]): ReturnType<typeof runInProcess> => runInProcess([
  'train', '--base', at('corpus'), '--out', at(run), '--batch', '64', '--backbone-size', '8', '--hidden-sizes', '16,8', '--hold-out', '0', '-q', ...more,
]);

describe.skipIf(device === null)('--backend webgpu', () => {
  test('trains the completion network as wasm does, validates, and goes on from its checkpoint and from that of the other', async () => {
    expect(await complete('wasm', '--pieces', '320')).toMatchObject({ code: 0, stderr: '' });
    expect(await complete('gpu', '--pieces', '320', '--backend', 'webgpu')).toMatchObject({ code: 0, stderr: '' });
    expect(lossesOf('gpu')).toHaveLength(2);
    expect(largestDifference(lossesOf('gpu'), lossesOf('wasm'))).toBeLessThan(0.02);
    expect(await complete('gpu', '--pieces', '480', '--backend', 'webgpu', '--resume')).toMatchObject({ code: 0, stderr: '' });
    expect(await complete('wasm', '--pieces', '480', '--backend', 'webgpu', '--resume')).toMatchObject({ code: 0, stderr: '' });
    expect(largestDifference(lossesOf('gpu'), lossesOf('wasm'))).toBeLessThan(0.05);
  }, 90_000);

  test('trains the layout network as wasm does', async () => {
    expect(await base('base-wasm', '--gaps', '256')).toMatchObject({ code: 0, stderr: '' });
    expect(await base('base-gpu', '--gaps', '256', '--backend', 'webgpu')).toMatchObject({ code: 0, stderr: '' });
    expect(lossesOf('base-gpu')).toHaveLength(lossesOf('base-wasm').length);
    expect(largestDifference(lossesOf('base-gpu'), lossesOf('base-wasm'))).toBeLessThan(2e-3);
  }, 60_000);

  test.skipIf(hasHalf)('mixed precision is refused where the GPU has no float16', async () => {
    const { code, stderr } = await complete('half', '--pieces', '320', '--backend', 'webgpu', '--precision', 'mixed');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--precision: mixed needs float16, which the GPU here \(.+\) does not calculate with; use f32/u);
  });

  test.skipIf(!hasHalf)('mixed precision gives the curve of float32, and keeps its scale in the checkpoint', async () => {
    expect(await complete('full', '--pieces', '640', '--backend', 'webgpu')).toMatchObject({ code: 0 });
    expect(await complete('half', '--pieces', '640', '--backend', 'webgpu', '--precision', 'mixed')).toMatchObject({ code: 0 });
    expect(largestDifference(lossesOf('half'), lossesOf('full'))).toBeLessThan(0.1);
    const refused = await complete('half', '--pieces', '960', '--backend', 'webgpu', '--resume');
    expect(refused.stderr).toContain('lossScale');
  }, 90_000);
});

describe('without a GPU', () => {
  test.each([['complete', complete], ['base', base]] as const)('mixed precision is refused for %s on wasm', async (_, train) => {
    const { code, stderr } = await train('refused', '--precision', 'mixed');
    expect(code).toBe(2);
    expect(stderr).toContain('--precision: mixed needs --backend webgpu, not wasm');
  });

  test.skipIf(device !== null).each([
    ['complete', complete, '--pieces'], ['base', base, '--gaps'],
  ] as const)('--backend webgpu says what is missing for %s, and leaves no folder', async (_, train, amount) => {
    const { code, stderr } = await train('without', '--backend', 'webgpu', amount, '32');
    expect(code).toBe(2);
    // The package, or with it a GPU.
    expect(stderr).toMatch(/npm install webgpu|no GPU is found on this machine/u);
    expect(existsSync(at('without'))).toBe(false);
  });
});
