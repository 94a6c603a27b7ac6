import { expect, test } from 'vitest';
import { LearningProgress } from '../../src/learn/learning-progress.js';

const times = { reading: 10, tuning: 0, strength: 0, thresholds: 30, habits: 20, figures: 40 };

test('each part takes the room of its time, and what is known better later moves nothing back', () => {
  const told: number[] = [];
  const progress = new LearningProgress((done) => told.push(done), times);
  progress.update('reading', 0.5, 'a');
  progress.update('reading', 1, 'a');
  progress.expect('tuning', { ...times, reading: 0, tuning: 90 });
  progress.update('tuning', 0, 'b');
  progress.update('tuning', 1, 'b');
  progress.update('thresholds', 0, 'b');
  progress.update('figures', 0.5, 'c');
  progress.update('figures', 1, 'c');
  expect(told.map((done) => Number(done.toFixed(3)))).toEqual([0.05, 0.1, 0.1, 0.55, 0.55, 0.9, 1]);
});

test('no time at all stands still', () => {
  const told: number[] = [];
  const none = { reading: 0, tuning: 0, strength: 0, thresholds: 0, habits: 0, figures: 0 };
  new LearningProgress((done) => told.push(done), none).update('figures', 1, 'a');
  expect(told).toEqual([0]);
});
