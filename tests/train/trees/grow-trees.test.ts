import { describe, expect, test } from 'vitest';
import { scoreOf } from '../../../src/model/boosted-trees.js';
import { createRandom } from '../../../src/shared/random.js';
import { growTrees, type TreeExamples } from '../../../src/train/trees/grow-trees.js';

const OPTIONS = { trees: 40, depth: 3, rate: 0.2, shrinkage: 1, leastWeight: 5, monotone: [0, 0] };

/** Rows of two numbers in [0, 1), and what a rule says of them. */
function examplesOf(rule: (a: number, b: number) => boolean, count = 800, seed = 'rows'): TreeExamples {
  const random = createRandom(seed);
  const rows = Float32Array.from({ length: 2 * count }, () => random.next());
  return {
    columns: ['a', 'b'], rows,
    labels: Uint8Array.from({ length: count }, (_, k) => (rule(rows[2 * k], rows[2 * k + 1]) ? 1 : 0)),
    weights: new Float32Array(count).fill(1),
  };
}

describe('boosted trees', () => {
  test('learn a rule in which neither column says anything alone', () => {
    const differ = (a: number, b: number): boolean => a < 0.5 !== b < 0.5;
    const trees = growTrees(examplesOf(differ), OPTIONS);
    const { rows, labels } = examplesOf(differ, 400, 'others');
    const right = labels.filter((label, k) => scoreOf(trees, rows.subarray(2 * k, 2 * k + 2)) > 0 === (label === 1));
    expect(right.length).toBeGreaterThan(380);
  });

  test('the loss falls from tree to tree', () => {
    const losses: number[] = [];
    growTrees(examplesOf((a, b) => a + b > 1), { ...OPTIONS, onTree: (_, loss) => losses.push(loss) });
    expect(losses).toHaveLength(OPTIONS.trees);
    losses.slice(1).forEach((loss, k) => expect(loss).toBeLessThan(losses[k]));
  });

  test.each([1, -1])('the score moves one way with a monotone column (%i), whatever the examples say', (direction) => {
    // What the examples say goes up and down again.
    const trees = growTrees(examplesOf((a, b) => (a > 0.3 && a < 0.6) || b > 0.9), { ...OPTIONS, monotone: [direction, 0] });
    for (const b of [0.1, 0.5, 0.95]) {
      let before = -Infinity * direction;
      for (let a = 0; a < 1; a += 0.01) {
        const score = scoreOf(trees, Float32Array.of(a, b));
        expect(direction * (score - before)).toBeGreaterThanOrEqual(0);
        before = score;
      }
    }
  });

  test('an example that weighs more counts for more', () => {
    const examples = { ...examplesOf(() => false, 200), labels: Uint8Array.from({ length: 200 }, (_, k) => k % 2) };
    const heavy = { ...examples, weights: Float32Array.from({ length: 200 }, (_, k) => (k % 2 === 1 ? 9 : 1)) };
    const middle = Float32Array.of(0.5, 0.5);
    const [even, uneven] = [examples, heavy].map((given) => scoreOf(growTrees(given, { ...OPTIONS, trees: 1 }), middle));
    expect(Math.abs(even)).toBeLessThan(0.5);
    expect(uneven).toBeGreaterThan(1.5);
  });

  test('the same examples give the same trees', () => {
    const examples = examplesOf((a, b) => a * b > 0.2);
    expect(growTrees(examples, OPTIONS)).toEqual(growTrees(examples, OPTIONS));
  });

  test('examples that are all alike, or none at all, give trees that say nothing else', () => {
    const alike = examplesOf(() => true, 50);
    expect(scoreOf(growTrees(alike, OPTIONS), Float32Array.of(0.5, 0.5))).toBeGreaterThanOrEqual(0);
    const none = growTrees({ ...alike, rows: new Float32Array(0), labels: new Uint8Array(0), weights: new Float32Array(0) }, OPTIONS);
    expect(scoreOf(none, Float32Array.of(0.5, 0.5))).toBe(0);
  });
});
