import { beforeAll, describe, expect, it } from 'vitest';
import { readProgram } from '../../src/format/read-program.js';
import { HabitTally } from '../../src/learn/habits.js';
import type { LearnReport } from '../../src/learn/learn-profile.js';
import { isContradictory, renderReport } from '../../src/learn/render-report.js';
import { reportHtml } from '../../src/learn/report-html.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import type { Agreement } from '../../src/model/style-agreement.js';
import { createTokenizer } from '../../src/tokenize/index.js';

const agreementOf = (differing: number, decisions = 100): Agreement => ({
  spaces: { decisions, agreeing: decisions - differing },
  'broken lines': { decisions: 0, agreeing: 0 },
  'blank lines': { decisions: 10, agreeing: 10 },
});

const habits = new HabitTally();
beforeAll(async () => {
  const context = readProgram(await createTokenizer(), `${'f(a, b)\n'.repeat(9)}${'f(a,b)\n'.repeat(3)}`, 'a.py');
  habits.add(context, observeLayout(context, context.structured.source.gaps), '\t');
});

const report = (changes: Partial<LearnReport> = {}): LearnReport => ({
  learned: 2, gaps: 1234, notDrawn: 0, generated: 0, refused: [], habits, agreement: agreementOf(4), files: [], heldOut: 0,
  figures: [], curve: [], strength: null, ...changes,
});
/** The lines below a title. */
const section = (text: string, title: string): string[] => {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith(title));
  return from < 0 ? [] : lines.slice(from + 1, lines.indexOf('', from)).map((line) => line.trim());
};

describe('the report in words', () => {
  it('begins with what was learned from, and what was not', () => {
    expect(renderReport(report()).split('\n')[0]).toBe('Learned from 2 files with 1,234 gaps.');
    const refused = Array.from({ length: 12 }, (_, k) => `f${k}.py:1:1: no`);
    expect(section(renderReport(report({ notDrawn: 1, generated: 3, refused })), 'Learned')).toEqual([
      '1 more file not looked at: so many say nothing new',
      'left out: 3 generated or vendored files',
      'left out: 12 files that nnfmt cannot read',
      ...refused.slice(0, 10), 'and 2 more',
    ]);
  });

  it('says of each habit what is done how often, and which contradicts itself', () => {
    const lines = section(renderReport(report()), 'Habits');
    expect(lines.map((line) => line.split(/ {2,}/u).slice(0, 2))).toEqual([
      ['indentation', 'tabs 100 %'], ['line length', '100.0 % of lines within 60 columns, the longest has 7'],
      ['after commas', 'one space 75 %, no space 25 %'], ['inside brackets', 'no space 100 %'],
    ]);
    expect(lines.filter((line) => line.endsWith('contradictory'))).toHaveLength(1);
  });

  it('says where fine-tuning was not kept whole', () => {
    const said = (strength: number | null): string => section(renderReport(report({ strength })), 'Held-out').join(' ');
    expect(said(0.5)).toMatch(/fine-tuning is kept by 50 %/u);
    expect(said(0)).toMatch(/left out, the counts alone are kept/u);
    for (const strength of [1, 0.75, null]) expect(said(strength)).not.toMatch(/fine-tuning/u);
  });

  it('leaves out kinds of layout of which there are none', () => {
    expect(section(renderReport(report()), 'Consistency')).toEqual([
      '96.4 % of the layout is what the project mostly does in the same context',
      expect.stringMatching(/^spaces +96\.0 % of 100$/u), expect.stringMatching(/^blank lines +100\.0 % of 10$/u),
    ]);
  });

  it('names files that differ much more than the project, and with enough to tell', () => {
    const files = [
      { path: 'worst.py', agreement: agreementOf(30) }, { path: 'small.py', agreement: agreementOf(9, 10) },
      { path: 'usual.py', agreement: agreementOf(4) },
    ];
    expect(section(renderReport(report({ files })), 'Least consistent')).toEqual([
      expect.stringMatching(/^worst\.py +27\.3 % differ \(project 3\.6 %\), mostly spaces$/u),
    ]);
    expect(renderReport(report())).not.toContain('Least consistent');
  });

  it.each([
    ['one answer', [[1, 50]], false], ['a rare second one', [[0.9, 45], [0.1, 5]], false],
    ['a frequent second one', [[0.7, 35], [0.3, 15]], true], ['few in all', [[0.5, 2], [0.5, 2]], false],
  ] as const)('%s: contradictory or not', (_, answers, expected) => {
    expect(isContradictory(answers.map(([share, count]) => ({ share, count })))).toBe(expected);
  });
});

describe('the report as a page', () => {
  it('says the same, and runs nothing that a name or a source says', () => {
    const place = {
      path: '<script>.py', line: 3, today: 'no <b>', agreement: 0.1, likelier: 'one & two', probability: 0.8, html: ['x'],
    };
    const page = reportHtml(report({ notDrawn: 7, files: [{ path: '<i>.py', agreement: agreementOf(30) }] }), '<project>', [place]);
    expect(page).toContain('Learned from 2 files with 1,234 gaps. 7 more files not looked at');
    expect(page).toContain('&lt;script&gt;.py:3');
    expect(page).toContain('likelier: one &amp; two (80.0 %)');
    expect(page.match(/<(script|project|i>\.py|b>)/gu)).toBeNull();
    expect(page.match(/class="mixed"/gu)).toHaveLength(1);
  });

  it('leaves out what there is nothing to say of', () => {
    const titles = (page: string): string[] => [...page.matchAll(/<h2>([^<]*)/gu)].map(([, title]) => title);
    expect(titles(reportHtml(report(), 'p', []))).toEqual(expect.not.arrayContaining(['Least certain gaps', 'Fine-tuning']));
    const curve = [{ gaps: 1, lossNats: 1 }, { gaps: 2, lossNats: 0.5 }];
    expect(titles(reportHtml(report({ curve }), 'p', []))).toContain('Fine-tuning');
  });
});
