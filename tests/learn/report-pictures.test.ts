import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RestorationFigures } from '../../src/evaluate/index.js';
import { findUncertainPlaces, type UncertainPlace } from '../../src/learn/index.js';
import { curvePicture, errorBars, lengthsPicture } from '../../src/learn/report-pictures.js';
import { createTokenizer } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';
import { keeping, prefer } from '../format/support/fake-policies.js';

const folder = folderWith({ 'a.py': 'x = f(1)\ny = 2\n', 'b.py': 'def (\n', 'c.py': '# fmt: off\nx = f(1)\n' });

describe('the curve', () => {
  test('goes down when the loss does, within the picture', () => {
    const svg = curvePicture([{ gaps: 100, lossNats: 0.2 }, { gaps: 200, lossNats: 0.1 }]);
    const points = /points="([^"]+)"/u.exec(svg)![1]!.split(' ').map((point) => point.split(',').map(Number));
    expect(points).toHaveLength(2);
    expect(points[1]![0]).toBeGreaterThan(points[0]![0]!);
    expect(points[1]![1]).toBeGreaterThan(points[0]![1]!);
    expect(points.every(([x, y]) => x >= 0 && x <= 640 && y >= 0 && y <= 180)).toBe(true);
    expect(svg).toContain('0.200');
  });
});

describe('pictures', () => {
  test('hold no text that shrinks with them on a narrow screen', () => {
    const pictures = [curvePicture([{ gaps: 100, lossNats: 0.2 }, { gaps: 200, lossNats: 0.1 }]), lengthsPicture([0, 4, 1], 1)];
    for (const html of pictures) {
      expect(html).toMatch(/<svg [^>]*role="img" aria-label="[^"]+"/u);
      expect(html).not.toContain('<text');
    }
  });

  test('the histogram has a bar for each length that occurs, and a mark behind the usual limit', () => {
    const html = lengthsPicture([0, 4, 1, ...Array.from({ length: 97 }, () => 0)], 1);
    expect([...html.matchAll(/<rect x="(\d+)"[^>]* height="([\d.]+)"/gu)].map(([, x, height]) => [x, height])).toEqual([['1', '100.0'], ['2', '50.0']]);
    expect(html).toContain('4 lines of 1 columns');
    expect(html).toContain('<span class="limit" style="left:2.00%"');
    expect(lengthsPicture([0, 0, 3], 400)).not.toContain('class="limit"');
  });
});

describe('errors by class', () => {
  const figures = (changed: number): RestorationFigures => {
    const none = { compared: 0, changed: 0, exact: null };
    const classes = { spaces: { compared: 100, changed, exact: 1 - changed / 100 }, lineBreaks: none, indentation: none, blankLines: none, comments: none };
    return { classes } as unknown as RestorationFigures;
  };

  test('are bars as long as they are many, only of classes that occur', () => {
    const html = errorBars({ before: figures(8), after: figures(4), input: '2 % spoilt' })!;
    const [base, profile] = [...html.matchAll(/<i style="width:([\d.]+)%"/gu)].map(([, width]) => Number(width));
    expect(base).toBeCloseTo(2 * profile!, 0);
    expect(html).toContain('<dt>spaces <small>of 100</small></dt>');
    expect(html).toMatch(/8<span class="unseen"> by the base model,<\/span>.*4<span class="unseen"> with the profile<\/span>/u);
    expect(html).not.toContain('comments');
    expect(html).toContain('2 % spoilt');
  });

  test('are no picture where there are none', () => {
    expect(errorBars({ before: figures(0), after: figures(0), input: 'as it is' })).toBeNull();
  });
});

describe('uncertain places', () => {
  const heard = { onProgress: () => undefined, signal: new AbortController().signal };
  const listed = (...paths: string[]): { path: string; gaps: number }[] => paths.map((path) => ({ path, gaps: 10 }));
  const found = async (job: Parameters<typeof findUncertainPlaces>[0]): Promise<UncertainPlace[]> => (await findUncertainPlaces(job))!;

  test('are looked for in files that fit into a budget, and each is told of', async () => {
    const told: string[] = [];
    await found({
      tokenizer: await createTokenizer(), root: folder, policy: keeping(), ...heard, onProgress: (_, text) => told.push(text),
      files: [{ path: 'b.py', gaps: 200_000 }, { path: 'long.py', gaps: 90_000 }, { path: 'a.py', gaps: 10 }],
    });
    expect(told.map((text) => text.split(' ').at(-1))).toEqual(['b.py', 'a.py']);
  });

  test('are those where the model would have something else, with the lines around', async () => {
    const tokenizer = await createTokenizer();
    const job = { tokenizer, root: folder, files: listed('a.py', 'b.py', 'c.py', 'gone.py'), ...heard };
    const places = await found({ ...job, policy: prefer('space') });
    expect(places).toHaveLength(1);
    expect(places[0]).toMatchObject({ path: 'a.py', line: 1, today: 'no space', likelier: '1 space' });
    expect(places[0]!.agreement).toBeLessThan(0.1);
    expect(places[0]!.probability).toBeGreaterThan(0.9);
    expect(places[0]!.html.join('\n').replace(/<[^>]+>/gu, '')).toBe('1x = f(1)\n2y = 2\n3');
    expect(await found({ ...job, policy: keeping() })).toEqual([]);
    expect(await findUncertainPlaces({ ...job, policy: keeping(), signal: AbortSignal.abort() })).toBeNull();
  });

  test('are at most two of a file, apart from each other', async () => {
    writeFileSync(join(folder, 'long.py'), 'f(1)\n'.repeat(60));
    const places = await found({
      tokenizer: await createTokenizer(), root: folder, files: listed('long.py'), policy: prefer('space'), ...heard,
    });
    expect(places).toHaveLength(2);
    expect(Math.abs(places[0]!.line - places[1]!.line)).toBeGreaterThan(4);
  });
});
