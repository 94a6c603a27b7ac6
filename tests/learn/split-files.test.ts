import { describe, expect, it } from 'vitest';
import type { LearnedFile } from '../../src/learn/learned-file.js';
import { splitFiles } from '../../src/learn/split-files.js';

const files = (sampled: readonly number[]): LearnedFile[] =>
  sampled.map((gaps, k) => ({ path: `${k}`, gaps, sampled: gaps }) as LearnedFile);

describe('the files of a project', () => {
  it('are trained on or held out, each once, and what is held out is used or spare', () => {
    const all = files(Array.from({ length: 150 }, (_, k) => (k % 7 === 0 ? 9000 : 300)));
    const { training, forThresholds, forReport, spare } = splitFiles(all);
    expect(new Set([...training, ...forThresholds, ...forReport]).size + spare).toBe(150);
    expect(training).toHaveLength(120);
    for (const half of [forThresholds, forReport]) {
      expect(half).toHaveLength(10);
      expect(half.reduce((sum, file) => sum + file.sampled, 0)).toBeLessThanOrEqual(24_000);
    }
  });

  it('that nothing stands for are not measured on', () => {
    const { forThresholds, forReport, spare } = splitFiles(files([0, 50_000, 0, 0, 300, ...Array<number>(20).fill(100)]));
    expect(forThresholds.map(({ sampled }) => sampled)).toEqual([300]);
    expect(forReport.map(({ sampled }) => sampled)).toEqual([50_000]);
    expect(spare).toBe(3);
  });
});
