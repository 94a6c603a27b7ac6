import { describe, expect, it } from 'vitest';
import { exceedsChance } from '../../src/learn/choose-strength.js';

describe('what files lose in sum', () => {
  it('counts where several files agree, not where one of them lost much', () => {
    expect(exceedsChance([2, 1, 2, 0])).toBe(true);
    expect(exceedsChance([9, 0, 0, 0])).toBe(false);
    expect(exceedsChance([3, -3, 2, -1])).toBe(false);
  });

  it('is nothing where as many gaps or more come back', () => {
    expect(exceedsChance([])).toBe(false);
    expect(exceedsChance([0, 0])).toBe(false);
    expect(exceedsChance([-4, -5, -1])).toBe(false);
  });
});
