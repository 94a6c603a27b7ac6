/** What the report says in words and its page alike. */
import { exceedsChance, USUAL_STRENGTH } from './choose-strength.js';
import type { FileCounts, LearnReport } from './learn-profile.js';
import { EXCERPT_TOKENS, MOST_CHARACTERS } from './learning-budget.js';
import type { BeforeAndAfter } from './measure-profile.js';

/** Held-out files and gaps of them below which figures are a hint at best. */
const FEW = { files: 5, gaps: 2000 };

export const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`;
export const count = (number: number): string => number.toLocaleString('en');
export const plural = (number: number, noun: string): string => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

/** All files of the project, whatever became of them. */
export function filesFound({ learned, notDrawn, tooLong, generated, tiny, refused }: FileCounts): number {
  return learned + notDrawn + tooLong + generated + tiny + refused.length;
}

export function learnedFrom(report: LearnReport): string {
  const found = filesFound(report);
  const of = found === report.learned ? '' : `, of ${plural(found, 'file')} found`;
  return `Learned from ${plural(report.learned, 'file')} with ${plural(report.gaps, 'gap')}${of}.`;
}

/** Of the files that were found those of which nothing was learned, and why; `refused` last, for its messages. */
export function leftOutWords({ notDrawn, tooLong, generated, tiny, refused }: FileCounts): string[] {
  const { file, all } = MOST_CHARACTERS;
  const words: [number, string][] = [
    [notDrawn, `${plural(notDrawn, 'more file')} not looked at: so many say nothing new`],
    [tooLong, `left out: ${plural(tooLong, 'long file')}, of more than ${count(file)} characters, or ${count(all)} together`],
    [tiny, `left out: ${plural(tiny, 'file')} with next to nothing in ${tiny === 1 ? 'it' : 'them'}`],
    [generated, `left out: ${plural(generated, 'generated or vendored file')}`],
    [refused.length, `left out: ${plural(refused.length, 'file')} that nnfmt cannot read`],
  ];
  return words.filter(([files]) => files > 0).map(([, line]) => line);
}

/** What the files served for that were learned from. */
export function roleWords({ learned, roles, strength }: LearnReport): string[] {
  const { training, choosing, measuring, spare, excerpts, countedOnly } = roles;
  const heldOut = learned - training;
  const lines: string[] = [];
  if (choosing + measuring > 0) {
    const taught = `${strength === null ? 'learned' : 'fine-tuned'} on ${plural(training, 'file')}`;
    const parts = [
      `${choosing} to choose how far to trust that`, `${measuring} for the figures below`,
      ...(spare > 0 ? [`${spare} not needed`] : []),
    ];
    const served = heldOut === 1 ? 'to choose how far to trust that, and for the figures below' : parts.join(', ');
    lines.push(`${taught}, ${heldOut} held out: ${served}`, `the profile counts all ${count(learned)}`);
  }
  if (excerpts > 0) {
    const tokens = count(EXCERPT_TOKENS);
    lines.push(
      excerpts === 1
        ? `1 of them is long: counted whole, otherwise seen in an excerpt of ${tokens} tokens`
        : `${excerpts} of them are long: counted whole, otherwise seen in excerpts of ${tokens} tokens each`,
    );
  }
  if (countedOnly > 0) {
    lines.push(`${countedOnly} of them ${countedOnly === 1 ? 'is' : 'are'} too long in one statement, and counted only`);
  }
  return lines;
}

/** What a person should know before he believes the figures: what they rest on, and where learning lost. */
export function cautions(report: LearnReport): string[] {
  const { figures, roles, learned } = report;
  if (figures.length === 0) return [];
  const gaps = Math.max(...figures.map(({ compared }) => compared));
  const words: string[] = [];
  if (roles.measuring < FEW.files || gaps < FEW.gaps) {
    words.push(
      `measured on ${plural(roles.measuring, 'held-out file')} with ${plural(gaps, 'gap')} only: a hint, no more`,
    );
  }
  if (learned - roles.training === 1) {
    words.push('what to trust was chosen on that file, too, so the figures flatter the profile');
  }
  const losses = figures.filter(({ lost }) => sum(lost) > 0);
  words.push(...losses.map(lossWords));
  if (losses.some(({ lost }) => exceedsChance(lost))) {
    words.push(
      report.strength === null || report.strength === 0
        ? 'this project may be better off without a profile'
        : 'this project may be better off with --counts-only, or without a profile',
    );
  }
  return words;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function lossWords({ rate, lost, compared }: BeforeAndAfter): string {
  const gaps = plural(sum(lost), 'gap');
  const what = rate === 0
    ? `${gaps} more of ${count(compared)} would be changed in files as they are`
    : `${gaps} fewer of ${count(compared)} come back where ${percent(rate, 0)} are spoilt`;
  return `the profile loses: ${what}, ${exceedsChance(lost) ? 'more than chance explains' : 'which may be chance'}`;
}

/** What a person should know of fine-tuning that was not kept whole. */
export function weakened({ strength, roles }: LearnReport): string[] {
  if (strength === null || strength >= USUAL_STRENGTH) return [];
  const kept = strength === 0 ? 'left out, the counts alone are kept' : `kept by ${percent(strength, 0)}`;
  const others = plural(roles.choosing, 'other held-out file');
  return [`fine-tuning is ${kept}: with more it restored fewer gaps of ${others}`];
}

/** In place of figures where there are none. */
export const noFigures = ({ learned }: LearnReport): string =>
  (learned === 1
    ? 'none: a single file leaves nothing to measure on'
    : 'none: the held-out files are too long in one statement');
