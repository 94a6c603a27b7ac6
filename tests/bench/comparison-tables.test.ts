import { describe, expect, test } from 'vitest';
import {
  BASE, bestPeer, comparisonSvg, comparisonText, damageText, PROFILE, rateName, shortfalls, type ComparisonRow,
} from '../../bench/support/comparison-tables.js';
import { replaceSection, table } from '../../bench/support/markdown.js';
import { emptyRestoration, restorationFigures } from '../../src/evaluate/index.js';

function row(tool: string, project: string, exact: number, changes: { input?: string; kind?: 'mutant' | 'damage'; score?: number } = {}): ComparisonRow {
  const { input = '20 %', kind = 'mutant', score = exact } = changes;
  const figures = { ...restorationFigures(emptyRestoration()), files: 3, exact, score, changed: 1 - exact, inputExact: 0.5, inputScore: 0.6 };
  return { project, input, kind, tool, figures, failed: tool === 'black' ? 1 : 0, edited: 2 };
}

const rows = [
  row(BASE, 'one', 0.9), row(PROFILE, 'one', 0.95), row('black', 'one', 0.8), row('black, defaults', 'one', 0.97, { score: 0.9 }), row('ruff', 'one', 0.6, { score: 0.99 }),
  row(BASE, 'two', 0.9), row(PROFILE, 'two', 0.95), row('black', 'two', 0.95), row('black, defaults', 'two', 0.1), row('ruff', 'two', 0.6),
];
const choices = [{ project: 'one', peer: 'black', version: '1.2', settings: { line_length: 99 } }];
/** The rows of a table that begin with these cells. */
const lines = (text: string, ...cells: string[]): string[] => text.split('\n').filter((line) => line.startsWith(`| ${cells.join(' | ')} |`));

describe('the best peer', () => {
  test('of a project, with defaults or settings, by either figure', () => {
    expect(bestPeer(rows, { project: 'one', input: '20 %' })?.tool).toBe('black, defaults');
    expect(bestPeer(rows, { project: 'one', input: '20 %', figure: 'score' })?.tool).toBe('ruff');
    expect(bestPeer(rows, { project: 'two', input: '20 %' })?.tool).toBe('black');
    expect(bestPeer(rows, { project: 'two', input: 'clean' })).toBeUndefined();
  });

  test('where it is above the profile; a tie is not', () => {
    expect(shortfalls(rows).map(({ figure, profile, best }) => [figure, profile.project, best.tool]))
      .toEqual([['exact', 'one', 'black, defaults'], ['score', 'one', 'ruff']]);
  });
});

describe('tables', () => {
  const clean = [row(BASE, 'one', 1, { input: 'clean' }), row(PROFILE, 'one', 0.9999, { input: 'clean' }), row('black', 'one', 0.9, { input: 'clean' })];
  const text = comparisonText({ rows: [...clean, ...rows], choices });
  test('means over projects', () => {
    expect(lines(text, '20 %', PROFILE)[0]).toContain('| .9500 | .9500 |');
    expect(lines(text, '20 %', 'nothing done')[0]).toContain('| .5000 | .6000 |');
    // .97 of one and .95 of two.
    expect(lines(text, '20 %', '*best peer of each project*')[0]).toContain('| .9600 |');
    expect(lines(text, PROFILE)[0]).toBe(`| ${PROFILE} | .00010 | 1.0000 |`);
  });

  test('projects, with the best peer in bold where its settings are the tuned ones', () => {
    expect(lines(text, '20 %', 'two', '3')[0]).toBe('| 20 % | two | 3 | .5000 | .9000 | .9500 | **.9500** | .6000 | black .9500 |');
    expect(lines(text, '20 %', 'one', '3')[0]).not.toContain('**');
  });

  test('shortfalls, failures and settings', () => {
    expect(lines(text, 'exact', '20 %', 'one')[0]).toBe('| exact | 20 % | one | black, defaults | .9700 | .9500 | .9000 | -0.0200 |');
    expect(lines(text, 'black')[1]).toBe('| black | 1 / 2 | 2 / 4 | 3 |');
    expect(lines(text, 'one', 'black 1.2', 'line_length=99')).toHaveLength(1);
    expect(comparisonText({ rows: rows.filter(({ tool }) => !tool.includes('black') && tool !== 'ruff'), choices: [] })).toContain('Nowhere');
  });

  test('the second damage apart', () => {
    const damage = ['one', 'two'].flatMap((project) => [
      row(BASE, project, 0.6, { kind: 'damage', input: 'tabs' }), row(PROFILE, project, 0.7, { kind: 'damage', input: 'tabs' }), row('ruff', project, 0.8, { kind: 'damage', input: 'tabs' }),
    ]);
    const result = damageText({ rows: [...rows, ...damage], choices });
    expect(lines(result, 'tabs')).toEqual([
      '| tabs | 6 | .5000 / .6000 | .6000 / .6000 | .7000 / .7000 | .8000 / .8000 | 1.0000 | 1.0000 | 1.0000 |',
      '| tabs | .6000 → .7000, .8000 | .6000 → .7000, .8000 |',
    ]);
    expect(comparisonText({ rows: [...rows, ...damage], choices })).not.toContain('tabs');
  });

  test('the plot has a dot a project', () => {
    const svg = comparisonSvg({ rows, choices });
    expect(svg.match(/<circle/gu)).toHaveLength(8);
    expect(svg).toContain('<text x="190" y="52" font-weight="bold">20 %</text>');
  });
});

test('names of rates', () => {
  expect([0, 0.02, 0.2, 1].map(rateName)).toEqual(['clean', '2 %', '20 %', 'every gap']);
});

test('a section of a page is replaced between its marks', () => {
  const page = 'a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n';
  const once = replaceSection(page, 'x', table(['h'], [['c']]));
  expect(once).toBe('a\n<!-- x: begin -->\n\n| h |\n| --- |\n| c |\n\n<!-- x: end -->\nb\n');
  expect(replaceSection(once, 'x', 'new')).toBe('a\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nb\n');
  expect(() => replaceSection(page, 'y', '')).toThrow('no section');
});
