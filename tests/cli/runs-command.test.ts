import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineChart } from '../../src/shared/line-chart.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const line = (fields: Readonly<Record<string, unknown>>): string => `${JSON.stringify(fields)}\n`;
const record = (units: number, more: object = {}): string =>
  JSON.stringify({ task: 'complete', seed: 1, codeRevision: 'abc', config: { units, layers: 1 }, vocabulary: ['a', 'b'], ...more });
const metrics = (loss: number): string => [
  line({ type: 'train', pieces: 100, lossNats: loss + 1, accuracy: 0.25, piecesPerSecond: 1000, learningRate: 0.001 }),
  line({ type: 'validation', pieces: 100, lossNats: loss + 0.5, accuracy: 0.3 }),
  line({ type: 'train', pieces: 200, lossNats: loss, accuracy: 0.35, piecesPerSecond: 2000, learningRate: 0.002 }),
  line({ type: 'validation', pieces: 200, lossNats: loss + 0.25, accuracy: 0.375 }),
].join('');

const folder = folderWith({
  'runs/a/run.json': record(64), 'runs/a/metrics.jsonl': metrics(2),
  'runs/deep/b/run.json': record(128, { seed: 2 }), 'runs/deep/b/metrics.jsonl': `${metrics(1)}{"type": "tra`,
  'gaps/run.json': JSON.stringify({ seed: 1 }), 'gaps/metrics.jsonl': line({ type: 'train', gaps: 7, lossNats: 0.5, accuracy: 0.9, gapsPerSecond: 3 }),
  'new/run.json': record(8), 'sought/run.json': JSON.stringify({ task: 'search', seed: 3 }),
  'letters/run.json': record(8, { unit: 'char' }), 'broken/run.json': 'not JSON', 'lines/run.json': record(8), 'lines/metrics.jsonl': 'x\n{"type":"train"}\n',
});
const runs = (...args: string[]): ReturnType<typeof runInProcess> =>
  runInProcess(['runs', ...args.map((arg) => (arg.startsWith('-') || arg === 'loss' ? arg : join(folder, arg)))]);

describe('nnfmt runs', () => {
  test('lists each run below a folder', async () => {
    const { code, stdout, stderr } = await runs('runs');
    expect([code, stderr]).toEqual([0, '']);
    const rows = stdout.trimEnd().split('\n').map((row) => row.split(/ {2,}/u));
    expect(rows[0]).toEqual(['run', 'task', 'examples', 'loss', 'best validation', 'accuracy', 'a second', 'seed', 'revision']);
    expect(rows[1]!.slice(1)).toEqual(['complete', '200 pieces', '2.0000', '2.2500', '37.5 %', '2000', '1', 'abc']);
    expect(rows[2]!.slice(1)).toEqual(['complete', '200 pieces', '1.0000', '1.2500', '37.5 %', '2000', '2', 'abc']);
  });

  test('sorts them, and says in what they differ', async () => {
    const { stdout } = await runs('runs', '--sort', 'loss', '--compare');
    expect(stdout.indexOf('deep')).toBeLessThan(stdout.indexOf('runs/a'));
    expect(stdout).toMatch(/config\.units +128 +64\n/u);
    expect(stdout).not.toContain('layers');
  });

  test('tells a run without metrics, and one of gaps', async () => {
    const { code, stdout } = await runs('new', 'gaps', 'sought', 'letters');
    expect(code).toBe(0);
    expect(stdout).toMatch(/new +complete +0 pieces +- +- +- +- +1 +abc/u);
    expect(stdout).toMatch(/sought +search +0 pairs +-/u);
    expect(stdout).toMatch(/letters +complete +0 characters +-/u);
    expect(stdout).toMatch(/gaps +base +7 gaps +0\.5000 +- +90\.0 % +3 +1 +-/u);
  });

  test('JSON holds figures and settings', async () => {
    const { stdout } = await runs('runs/a', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [{ task: 'complete', examples: 200, lossNats: 2, bestLossNats: 2.25, accuracy: 0.375, perSecond: 2000, settings: { 'config.units': '64' } }],
    });
  });

  test('draws loss, accuracy, learning rate and speed of all on one page, which loads nothing', async () => {
    expect(await runs('runs', '--report', 'report.html')).toMatchObject({ code: 0 });
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    for (const title of ['Loss', 'Accuracy', 'Learning rate', 'Speed']) expect(page).toContain(`<strong>${title}</strong>`);
    // Two runs, each with a training and a validation curve.
    expect(page.match(/<polyline/gu)).toHaveLength(4 + 4 + 2 + 2);
    expect(page).toContain('<code>config.units</code>');
    expect(page).not.toMatch(/src=|href=|NaN|undefined/u);
  });

  test('a broken run is told and does not hide the others', async () => {
    const { code, stdout, stderr } = await runs('broken', 'lines', 'runs');
    expect(code).toBe(2);
    expect(stdout.split('\n')).toHaveLength(4);
    expect(stderr).toContain('run.json: this is no record of a run');
    expect(stderr).toContain('metrics.jsonl:1: this is no line of metrics');
  });

  test('refuses a folder without runs, and to write over what is no page', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    writeFileSync(join(folder, 'precious'), 'text');
    expect(await runs('empty')).toMatchObject({ code: 2, stderr: expect.stringContaining('no run in') as string });
    expect(await runs('missing')).toMatchObject({ code: 2, stderr: expect.stringContaining('no run in') as string });
    expect(await runs('runs', '--report', 'precious')).toMatchObject({ code: 2 });
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('text');
  });
});

describe('lineChart', () => {
  test('puts the first value of a falling line above its last', () => {
    const chart = lineChart({ title: 'A < B', up: '', across: '', lines: [{ name: 'x', points: [[0, 4], [1, 2], [2, NaN]] }] });
    const points = /points="([^"]*)"/u.exec(chart)![1]!.split(' ').map((pair) => pair.split(',').map(Number));
    expect(points).toHaveLength(2);
    expect(points[0]![1]).toBeLessThan(points[1]![1]!);
    expect(chart).toContain('A &lt; B');
  });

  test('a logarithmic scale leaves out what has no logarithm, and nothing at all is said in words', () => {
    const chart = (values: readonly number[]): string =>
      lineChart({ title: 't', up: '', across: '', scale: 'logarithmic', lines: [{ name: 'x', points: values.map((y, x) => [x, y] as const) }] });
    expect(/points="([^"]*)"/u.exec(chart([0, 1, -3, 10]))![1]!.split(' ')).toHaveLength(2);
    expect(chart([0])).toContain('Nothing was measured');
    expect(chart([5])).not.toContain('NaN');
  });
});
