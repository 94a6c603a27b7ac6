import { beforeAll, describe, expect, it } from 'vitest';
import { readProgram } from '../../src/format/read-program.js';
import { emptyRestoration, restorationFigures } from '../../src/evaluate/index.js';
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
  learned: 2, gaps: 1234, notDrawn: 0, tooLong: 0, generated: 0, tiny: 0, refused: [],
  roles: { training: 2, choosing: 0, measuring: 0, spare: 0, excerpts: 0, countedOnly: 0 },
  habits, agreement: agreementOf(4), files: [], figures: [], curve: [], strength: null, ...changes,
});
/** Figures at each rate of which only what files lost matters. */
const figures = (lost: readonly number[], compared = 9000): LearnReport['figures'] => {
  const none = restorationFigures(emptyRestoration());
  return [0, 0.02, 0.2].map((rate) => ({ rate, before: none, after: none, compared, lost: rate === 0 ? lost.map(() => 0) : lost }));
};
const measured = (changes: Partial<LearnReport['roles']>): Pick<LearnReport, 'learned' | 'roles'> =>
  ({ learned: 60, roles: { training: 48, choosing: 6, measuring: 6, spare: 0, excerpts: 0, countedOnly: 0, ...changes } });
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
    const text = renderReport(report({ notDrawn: 1, tooLong: 4, tiny: 1, generated: 3, refused }));
    expect(text.split('\n')[0]).toBe('Learned from 2 files with 1,234 gaps, of 23 files found.');
    expect(section(text, 'Learned')).toEqual([
      '1 more file not looked at: so many say nothing new',
      'left out: 4 long files, of more than 2,000,000 characters, or 16,000,000 together',
      'left out: 1 file with next to nothing in it',
      'left out: 3 generated or vendored files',
      'left out: 12 files that nnfmt cannot read',
      ...refused.slice(0, 10), 'and 2 more',
    ]);
  });

  it('says what each of the files served for', () => {
    const said = (changes: Partial<LearnReport>): string[] => section(renderReport(report(changes)), 'Learned');
    expect(said(measured({}))[0]).toBe('learned on 48 files, 12 held out: 6 to choose how far to trust that, 6 for the figures below');
    expect(said({ ...measured({ measuring: 5, spare: 1, excerpts: 2, countedOnly: 1 }), strength: 1 })).toEqual([
      'fine-tuned on 48 files, 12 held out: 6 to choose how far to trust that, 5 for the figures below, 1 not needed',
      'the profile counts all 60',
      '2 of them are long: counted whole, otherwise seen in excerpts of 20,000 tokens each',
      '1 of them is too long in one statement, and counted only',
    ]);
    expect(said({ roles: { training: 1, choosing: 1, measuring: 1, spare: 0, excerpts: 0, countedOnly: 0 } })[0])
      .toBe('learned on 1 file, 1 held out: to choose how far to trust that, and for the figures below');
  });

  it('says how little its figures rest on, and where the profile lost', () => {
    const said = (changes: Partial<LearnReport>): string[] => section(renderReport(report(changes)), 'Held-out')
      .filter((line) => !/ -> /u.test(line));
    expect(said({ ...measured({}), figures: figures([0, -1, 0, 0, 0, 0]) })).toEqual([]);
    expect(said({ ...measured({ measuring: 3 }), figures: figures([0, 0, 0]) }))
      .toEqual(['measured on 3 held-out files with 9,000 gaps only: a hint, no more']);
    expect(said({ ...measured({}), figures: figures([0], 400) })).toEqual([expect.stringContaining('400 gaps only')]);
    expect(said({ ...measured({}), figures: figures([5, 0, 0, -1, 0, 0]) })).toEqual([
      'the profile loses: 4 gaps fewer of 9,000 come back where 2 % are spoilt, which may be chance',
      'the profile loses: 4 gaps fewer of 9,000 come back where 20 % are spoilt, which may be chance',
    ]);
    const harmed = said({ ...measured({}), figures: figures([2, 2, 3, 1, 2, 2]), strength: 0.75 });
    expect(harmed[0]).toMatch(/12 gaps fewer of 9,000 come back where 2 % are spoilt, more than chance explains$/u);
    expect(harmed.at(-1)).toBe('this project may be better off with --counts-only, or without a profile');
    const one = { learned: 3, roles: { training: 2, choosing: 1, measuring: 1, spare: 0, excerpts: 0, countedOnly: 0 } };
    expect(said({ ...one, figures: figures([0]) }).at(-1)).toMatch(/chosen on that file, too/u);
  });

  it('says of each habit what is done how often, and which contradicts itself', () => {
    const lines = section(renderReport(report()), 'Habits');
    expect(lines.map((line) => line.split(/ {2,}/u).slice(0, 2))).toEqual([
      ['indentation', 'tabs 100 %'], ['line length', 'the longest line has 7 columns'],
      ['after commas', 'one space 75 %, no space 25 %'], ['inside brackets', 'no space 100 %'],
    ]);
    expect(lines.filter((line) => line.endsWith('contradictory'))).toHaveLength(1);
  });

  it('says why there are no figures', () => {
    const said = (changes: Partial<LearnReport>): string => /^Held-out files.*\n.*$/mu.exec(renderReport(report(changes)))![0];
    expect(said({ learned: 1 })).toBe('Held-out files\n  none: a single file leaves nothing to measure on');
    expect(said({})).toBe('Held-out files\n  none: the held-out files are too long in one statement');
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
      { path: 'worst.py', gaps: 9, agreement: agreementOf(30) }, { path: 'small.py', gaps: 9, agreement: agreementOf(9, 10) },
      { path: 'usual.py', gaps: 9, agreement: agreementOf(4) },
    ];
    expect(section(renderReport(report({ files })), 'Least consistent')).toEqual([
      expect.stringMatching(/^worst\.py +27\.3 % differ \(project 3\.6 %\), mostly spaces$/u),
    ]);
    expect(renderReport(report())).not.toContain('Least consistent');
    const hardly = [{ path: 'hardly.py', gaps: 9, agreement: agreementOf(8, 1000) }];
    expect(renderReport(report({ files: hardly, agreement: agreementOf(1, 9000) }))).not.toContain('hardly.py');
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
    const page = reportHtml(report({ notDrawn: 7, files: [{ path: '<i>.py', gaps: 9, agreement: agreementOf(30) }] }), '<project>', [place]);
    expect(page).toContain('Learned from 2 files with 1,234 gaps, of 9 files found. 7 more files not looked at');
    expect(page).toContain('&lt;script&gt;.py:3');
    expect(page).toContain('likelier: one &amp; two (80.0 %)');
    expect(page.match(/<(script|project|i>\.py|b>)/gu)).toBeNull();
    expect(page.match(/class="mixed"/gu)).toHaveLength(1);
  });

  it('says how little the figures rest on', () => {
    const few = report({ ...measured({ measuring: 1 }), figures: figures([3]) });
    const items = [...reportHtml(few, 'p', []).matchAll(/<li>([^<]+)<\/li>/gu)].map(([, words]) => words);
    expect(items).toEqual([
      expect.stringMatching(/^measured on 1 held-out file/u), ...Array<unknown>(2).fill(expect.stringMatching(/^the profile loses/u)),
    ]);
  });

  it('leaves out what there is nothing to say of', () => {
    const titles = (page: string): string[] => [...page.matchAll(/<h2>([^<]*)/gu)].map(([, title]) => title);
    expect(titles(reportHtml(report(), 'p', []))).toEqual(expect.not.arrayContaining(['Least certain gaps', 'Fine-tuning']));
    const curve = [{ gaps: 1, lossNats: 1 }, { gaps: 2, lossNats: 0.5 }];
    expect(titles(reportHtml(report({ curve }), 'p', []))).toContain('Fine-tuning');
  });
});
