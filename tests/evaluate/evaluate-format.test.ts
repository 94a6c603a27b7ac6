import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_NETWORK_SIZES, networkLayout } from '../../src/model/network-weights.js';
import { emptyRestoration, evaluateRestoration, mergeRestorations, restorationFigures, sampleFiles } from '../../src/evaluate/index.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../../src/model/features.js';
import { LAYOUT_CLASSES } from '../../src/model/layout-classes.js';
import { encodeModel } from '../../src/model/weights-file.js';
import { mutateLayout } from '../../src/mutate/index.js';
import { createRandom } from '../../src/shared/random.js';
import { scoreFigures, scoreLayouts } from '../../src/score/index.js';
import { GapRole, createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { keeping, prefer } from '../format/support/fake-policies.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const services = layoutFixtures()[3]!.text;
const job = { path: '/a.py', seed: 1, rate: 0 };

describe('one file', () => {
  test('clean, kept: untouched and exact', () => {
    const tally = evaluateRestoration({ ...job, tokenizer, policy: keeping(), text: services });
    expect(tally).toMatchObject({ files: 1, untouched: 1, edits: 0, rightEdits: 0, reverted: 0 });
    expect(restorationFigures(tally)).toMatchObject({ untouched: 1, exact: 1, score: 1, changed: 0, editPrecision: 1, inputExact: 1 });
  });

  test('clean, changed: every edit is wrong', () => {
    // Gaps that are non-empty on either side: four in the source, and one that is filled.
    const tally = evaluateRestoration({ ...job, tokenizer, policy: prefer('space'), text: 'x = f(1)\ny = 2\n' });
    const figures = restorationFigures(tally);
    expect(tally).toMatchObject({ untouched: 0, edits: 3, rightEdits: 0 });
    expect(figures.editPrecision).toBe(0);
    expect(figures.exact).toBeCloseTo(6 / 9);
    expect(figures.changed).toBeCloseTo(3 / 9);
    expect(figures.score).toBeCloseTo(6 / 9);
    expect(figures.classes.spaces).toEqual({ compared: 7, changed: 3, exact: 4 / 7 });
    expect(figures.classes.blankLines.exact).toBe(1);
  });

  test('mutated, kept: the output is as good as the input', () => {
    const program = withStructure(tokenizer.tokenize(services));
    const mutant = mutateLayout(program, { rate: 0.2, random: createRandom('7:/a.py:0.2') });
    const expected = scoreFigures(scoreLayouts(program.source.gaps, mutant, program));
    const tally = evaluateRestoration({ ...job, tokenizer, policy: keeping(), text: services, rate: 0.2, seed: 7 });
    const figures = restorationFigures(tally);
    expect(figures.inputExact).toBe(expected.exact);
    expect(figures.inputScore).toBe(expected.score);
    // But for suites that stand on their colons' lines, which get a blank whatever the network says.
    const tight = mutant.filter((text, i) => text === '' && program.structure.role[i] === (GapRole.BlockStart as number));
    expect(tight.length).toBeGreaterThan(0);
    expect(figures.exact).toBeGreaterThanOrEqual(expected.exact);
    expect(figures.exact).toBeLessThanOrEqual(expected.exact + tight.length / (mutant.length / 2));
    expect(tally.untouched).toBe(0);
  });

  test('mutated, mended: edits that restore the original are right', () => {
    const text = 'x = 1\ny = 2\nz = 3\n';
    for (let seed = 0; seed < 10; seed++) {
      const tally = evaluateRestoration({ ...job, tokenizer, policy: prefer('space'), text, rate: 0.5, seed });
      expect(tally.rightEdits).toBeLessThanOrEqual(tally.edits);
      expect(tally.output.exact).toBeGreaterThanOrEqual(tally.input.exact);
    }
  });

  test('depends on seed, path and rate alone', () => {
    const of = (changes: Partial<typeof job>): unknown =>
      evaluateRestoration({ ...job, rate: 0.3, ...changes, tokenizer, policy: keeping(), text: services });
    expect(of({})).toEqual(of({}));
    expect(of({ seed: 2 })).not.toEqual(of({}));
    expect(of({ path: '/b.py' })).not.toEqual(of({}));
    expect(() => evaluateRestoration({ ...job, tokenizer, policy: keeping(), text: 'f(\n' })).toThrow('/a.py:1');
  });
});

describe('figures of many files', () => {
  test('weigh every gap alike', () => {
    const one = evaluateRestoration({ ...job, tokenizer, policy: prefer('space'), text: 'f(1)\n' });
    const two = evaluateRestoration({ ...job, tokenizer, policy: prefer('space'), text: 'x = y\n' });
    const both = restorationFigures(mergeRestorations([one, two]));
    // f ( 1 ) and a line end: 3 of 4 wrong; x = y and a line end: 0 of 3 wrong.
    expect(both).toMatchObject({ files: 2, untouched: 0.5, editPrecision: 0 });
    expect(both.exact).toBeCloseTo(4 / 7);
    expect(mergeRestorations([one, emptyRestoration()])).toEqual(one);
    expect(restorationFigures(emptyRestoration())).toMatchObject({ files: 0, untouched: 1, exact: 1, score: 1 });
  });
});

describe('the sample', () => {
  const files = Array.from({ length: 200 }, (_, k) => `/code/pkg${k % 7}/m${k}.py`);
  test('is the same wherever the project lies, in whatever order it is listed', () => {
    const sample = sampleFiles('/code', files, 25);
    expect(sample).toHaveLength(25);
    expect(sampleFiles('/code/', [...files].reverse(), 25)).toEqual(sample);
    expect(sampleFiles('/else/where', files.map((file) => file.replace('/code', '/else/where')), 25))
      .toEqual(sample.map((file) => file.replace('/code', '/else/where')));
    // Pinned: published figures are of these files.
    expect(sample.slice(0, 3)).toEqual(PINNED);
  });

  test('grows by adding, and holds all of a small project', () => {
    expect(sampleFiles('/code', files, 10)).toEqual(sampleFiles('/code', files, 25).slice(0, 10));
    expect(sampleFiles('/code', files.slice(0, 4), 25).sort()).toEqual(files.slice(0, 4).sort());
    expect(sampleFiles('/code', files.filter((_, k) => k !== 5), 200)).toEqual(sampleFiles('/code', files, 200).filter((file) => file !== files[5]));
  });
});
const PINNED = ['/code/pkg5/m54.py', '/code/pkg0/m126.py', '/code/pkg2/m86.py'];

describe('nnfmt eval', () => {
  const scratch = folderWith({
    'one/services.py': services,
    'one/broken.py': 'def f(:\n',
    'two/pkg/demo.py': readFileSync(new URL('../../fixtures/demo/inventory.py', import.meta.url)),
    'empty/readme.txt': '',
    'model.bin': modelOfZeros(),
  });
  const evaluate = (...args: string[]): ReturnType<typeof runInProcess> =>
    runInProcess(['eval', '--model', join(scratch, 'model.bin'), '--rates', '0,0.3', ...args]);
  const projects = [join(scratch, 'one'), join(scratch, 'two')];

  test('--json: figures by project and rate, their means, and what was left out', async () => {
    const run = await evaluate('--json', ...projects);
    expect(run.code).toBe(0);
    const report = JSON.parse(run.stdout) as {
      projects: { project: string; rate: number; figures: Record<string, number> }[];
      mean: Record<string, number>[];
      refused: string[];
    };
    expect(report.projects.map(({ project, rate }) => [project, rate])).toEqual([['one', 0], ['one', 0.3], ['two', 0], ['two', 0.3]]);
    expect(report.mean.map(({ rate }) => rate)).toEqual([0, 0.3]);
    expect(report.refused).toHaveLength(1);
    expect(report.refused[0]).toContain('broken.py:1');
    for (const [k, mean] of report.mean.entries()) {
      const [one, two] = [report.projects[k]!.figures, report.projects[k + 2]!.figures];
      expect(Object.keys(one!)).toEqual(expect.arrayContaining([
        'files', 'untouched', 'inputExact', 'inputScore', 'exact', 'score', 'changed', 'editPrecision', 'reverted', 'classes',
      ]));
      expect(mean.exact).toBeCloseTo((one!.exact! + two!.exact!) / 2, 12);
      expect(mean.files).toBe(2);
    }
    expect(report.mean[1]!.inputExact).toBeLessThan(0.95);
    expect((await evaluate('--json', ...projects)).stdout).toBe(run.stdout);
  });

  test('the same figures however the folder is written', async () => {
    const run = (await evaluate('--json', projects[1]!)).stdout;
    expect((await evaluate('--json', `${projects[1]!}/`)).stdout).toBe(run);
  });

  test('a table for people', async () => {
    const run = await evaluate(...projects, '-q');
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^project +rate +files/);
    expect(lines[5]).toMatch(/^MEAN +0 +2 /);
    expect(run.stderr).toMatch(/^left out: .*broken\.py:1/);
  });

  test('nothing to evaluate: exit 2', async () => {
    expect(await evaluate(join(scratch, 'empty'))).toMatchObject({ code: 2, stdout: '' });
    expect((await runInProcess(['eval', '--model', join(scratch, 'no.bin'), projects[0]!])).stderr).toContain('no such model file');
    expect((await evaluate('--rates', '0,7', projects[0]!)).code).toBe(2);
  });
});

/** Gives every legal class the same probability, so that nothing is sure enough. */
function modelOfZeros(): Uint8Array {
  const values = new Float32Array(networkLayout(FEATURE_SHAPE, DEFAULT_NETWORK_SIZES).total);
  return encodeModel({
    weights: { shape: FEATURE_SHAPE, sizes: DEFAULT_NETWORK_SIZES, values },
    labelNames: LAYOUT_CLASSES, vocabularyDigest: FEATURE_DIGEST, training: {}, thresholds: {},
  });
}
