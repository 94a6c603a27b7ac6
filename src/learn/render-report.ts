import { shownName } from '../shared/quote-name.js';
import { KINDS, agreeingShare, type Agreement } from '../model/style-agreement.js';
import { HABITS } from './habits.js';
import type { LearnReport } from './learn-profile.js';
import {
  cautions, count, learnedFrom, leftOutWords, noFigures, percent, plural, roleWords, weakened,
} from './report-words.js';

/** Answers of a habit that are told. */
const MOST_ANSWERS = 3;
/** Share of the second answer, and answers in all, from which a habit counts as contradictory. */
const CONTRADICTION = { share: 0.2, answers: 10 };
const MOST_FILES_NAMED = 5;
const MOST_FAULTS_NAMED = 10;
/** Decisions that a file needs to be called inconsistent, how much worse than the project it must be, and how bad. */
const INCONSISTENT = { decisions: 60, times: 1.5, share: 0.01 };

/** What a person wants to know of a project's layout and of what the profile does with it. */
export function renderReport(report: LearnReport): string {
  return [
    ...section(learnedFrom(report), [...leftOut(report), ...roleWords(report)]),
    ...section('Habits', habits(report)),
    ...section('Consistency', consistency(report.agreement)),
    ...section(heldOutTitle(report), [...figures(report), ...cautions(report), ...weakened(report)]),
    ...section('Least consistent files', inconsistentFiles(report)),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 && !title.startsWith('Learned') ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function leftOut(report: LearnReport): string[] {
  const { refused } = report;
  const more = refused.length - MOST_FAULTS_NAMED;
  return [
    ...leftOutWords(report),
    ...refused.slice(0, MOST_FAULTS_NAMED).map((message) => `  ${message}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function habits({ habits: tally }: LearnReport): string[] {
  const rows: [string, string][] = [];
  const limit = tally.lineLimit();
  for (const habit of HABITS) {
    const answers = tally.of(habit);
    if (answers.length === 0) continue;
    const total = answers.reduce((sum, { count }) => sum + count, 0);
    const told = answers.slice(0, MOST_ANSWERS).filter(({ share }, k) => k === 0 || share >= 0.01);
    const mixed = isContradictory(answers);
    rows.push([
      habit,
      `${told.map(({ answer, share }) => `${answer} ${percent(share, 0)}`).join(', ')}  (${total})${mixed ? '  contradictory' : ''}`,
    ]);
    if (habit === 'indentation' && limit !== null) {
      rows.push([
        'line length',
        limit.longest <= limit.columns
          ? `the longest line has ${plural(limit.longest, 'column')}`
          : `${percent(limit.withinShare, 1)} of lines within ${count(limit.columns)} columns, the longest has ${count(limit.longest)}`,
      ]);
    }
  }
  return aligned(rows);
}

function consistency(agreement: Agreement): string[] {
  return [
    `${percent(agreeingShare(agreement), 1)} of the layout is what the project mostly does in the same context`,
    ...aligned(
      KINDS.filter((kind) => agreement[kind].decisions > 0).map((kind) => {
        const { decisions, agreeing } = agreement[kind];
        return [kind, `${percent(agreeing / decisions, 1)} of ${Math.round(decisions).toLocaleString('en')}`];
      }),
    ),
  ];
}

const heldOutTitle = ({ roles }: LearnReport): string =>
  (roles.measuring === 0 ? 'Held-out files' : `Held-out files (${roles.measuring}), base model -> with the profile`);

function figures(report: LearnReport): string[] {
  if (report.roles.measuring === 0) return [noFigures(report)];
  return report.figures.flatMap(({ rate, before, after }) => {
    if (rate === 0) {
      return aligned([
        [
          'as they are',
          `files left untouched ${percent(before.untouched, 0)} -> ${percent(after.untouched, 0)}, gaps changed ${percent(before.changed, 2)} -> ${percent(after.changed, 2)}`,
        ],
      ]);
    }
    return aligned([
      [
        `${percent(rate, 0)} of gaps spoilt`,
        `restored ${percent(before.exact, 2)} -> ${percent(after.exact, 2)} of gaps (input ${percent(after.inputExact, 2)}), right edits ${percent(before.editPrecision, 1)} -> ${percent(after.editPrecision, 1)}`,
      ],
    ]);
  });
}

function inconsistentFiles({ files, agreement }: LearnReport): string[] {
  const usual = 1 - agreeingShare(agreement);
  const rows: [string, string][] = [];
  for (const file of files) {
    const decisions = KINDS.reduce((sum, kind) => sum + file.agreement[kind].decisions, 0);
    const differing = 1 - agreeingShare(file.agreement);
    if (decisions < INCONSISTENT.decisions || rows.length === MOST_FILES_NAMED ||
      differing < Math.max(INCONSISTENT.share, INCONSISTENT.times * usual)) continue;
    const worst = [...KINDS].sort((a, b) => missing(file.agreement, b) - missing(file.agreement, a))[0];
    rows.push([
      shownName(file.path), `${percent(differing, 1)} differ (project ${percent(usual, 1)}), mostly ${worst}`,
    ]);
  }
  return aligned(rows);
}

/** True where a second answer is too frequent to be chance. */
export function isContradictory(answers: readonly { readonly share: number; readonly count: number }[]): boolean {
  const total = answers.reduce((sum, { count }) => sum + count, 0);
  return answers.length > 1 && answers[1].share >= CONTRADICTION.share && total >= CONTRADICTION.answers;
}

const missing = (agreement: Agreement, kind: keyof Agreement): number =>
  agreement[kind].decisions - agreement[kind].agreeing;

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(20, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}
