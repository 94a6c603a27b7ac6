import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MissingBackendError } from '../../src/errors.js';
import { selectBackend } from '../../src/train/backends.js';
import { curveSvg } from '../../src/train/curve-svg.js';
import { learningRateAt } from '../../src/train/schedule.js';
import { stopSignal } from '../../src/train/stop-signal.js';
import { writeAtomically } from '../../src/shared/write-atomically.js';
import { folderWith } from '../support/folder-with.js';

describe('learningRateAt', () => {
  const config = { learningRate: 1, floor: 0.1, warmupExamples: 100 };

  it('rises, then follows a cosine to its floor', () => {
    expect(learningRateAt(config, 50, 0)).toBeCloseTo(0.5);
    expect(learningRateAt(config, 100, 0)).toBeCloseTo(1);
    expect(learningRateAt(config, 500, 0.5)).toBeCloseTo(0.55);
    expect(learningRateAt(config, 1000, 1)).toBeCloseTo(0.1);
    expect(learningRateAt(config, 2000, 1.2)).toBeCloseTo(0.1);
  });
});

describe('selectBackend', () => {
  it('names the package that is missing', async () => {
    const failure = await selectBackend('node-gpu').then(() => null, (error: unknown) => error);
    expect(failure).toBeInstanceOf(MissingBackendError);
    expect((failure as Error).message).toContain('npm install @tensorflow/tfjs-node-gpu');
  });
});

describe('curveSvg', () => {
  it('draws each curve, and copes with none', () => {
    const svg = curveSvg('A < B', [
      { name: 'training', points: [{ examples: 0, lossNats: 1 }, { examples: 100, lossNats: 0.1 }, { examples: 200, lossNats: NaN }] },
      { name: 'validation', points: [] },
    ]);
    expect(svg.match(/<polyline/gu)).toHaveLength(2);
    expect(svg).toContain('A &#60; B');
    expect(svg).not.toContain('NaN');
    expect(curveSvg('none', [])).toContain('</svg>');
  });
});

describe('writeAtomically', () => {
  it('replaces a file whole, and leaves nothing behind when it cannot', () => {
    const folder = folderWith();
    const file = path.join(folder, 'file');
    writeAtomically(file, 'one');
    writeAtomically(file, Uint8Array.of(50));
    expect(readFileSync(file, 'utf8')).toBe('2');
    expect(() => writeAtomically(path.join(folder, 'missing', 'file'), 'x')).toThrow();
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('stopSignal', () => {
  it('aborts once and gives the signals back', () => {
    const count = (): number => process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
    const before = count();
    const stop = stopSignal();
    expect(count()).toBe(before + 2);
    process.emit('SIGTERM');
    expect(stop.signal.aborted).toBe(true);
    expect(count()).toBe(before);
  });
});
