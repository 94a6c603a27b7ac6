import { HEAT_HINT, HEAT_STYLE, heatCode, heatLegend } from '../format/heat-map.js';
import { escapeHtml } from '../shared/html.js';
import { htmlPage, scrolling } from '../shared/page.js';
import { KINDS, agreeingShare, type Agreement } from '../model/style-agreement.js';
import { HABITS } from './habits.js';
import type { LearnReport } from './learn-profile.js';
import type { BeforeAndAfter } from './measure-profile.js';
import { isContradictory } from './render-report.js';
import { cautions, count, learnedFrom, leftOutWords, percent, plural, roleWords, weakened } from './report-words.js';
import { CLASSES, curvePicture, errorBars, lengthsPicture, shareBar } from './report-pictures.js';
import type { UncertainPlace } from './uncertain-gaps.js';

/** Files listed on the page. */
const MOST_FILES = 30;

/**
 * The report as a page that needs nothing else.
 *
 * @param places for the heat map, least certain first
 */
export function reportHtml(report: LearnReport, project: string, places: readonly UncertainPlace[]): string {
  return htmlPage({
    title: `nnfmt: the layout of ${project}`,
    kind: 'nnfmt train',
    heading: `The layout of ${project}`,
    lead: lead(report),
    style: `${STYLE}\n${HEAT_STYLE}`,
    main: [
      `<h2>Habits</h2>\n<dl class="rows habits">${habitRows(report)}</dl>`,
      places.length === 0 ? '' : heatMap(places),
      `<h2>Line lengths</h2>\n${lineLengths(report)}`,
      consistency(report),
      report.figures.length === 0 ? '' : heldOut(report),
      report.curve.length < 2
        ? ''
        : `<h2>Fine-tuning</h2>\n<p>Loss on the project's own mutants and on replayed examples, in nats a gap.</p>\n${curvePicture(report.curve)}`,
      fileTable(report),
    ].filter((part) => part !== '').join('\n'),
  });
}

function lead(report: LearnReport): string {
  const words = [...leftOutWords(report), ...roleWords(report)];
  return [learnedFrom(report), ...words.map((line) => `${line[0].toUpperCase()}${line.slice(1)}.`)].join(' ');
}

function consistency({ agreement }: LearnReport): string {
  const rows = KINDS.filter((kind) => agreement[kind].decisions > 0).map((kind) =>
    `<div><dt>${kind} <small>${percent(shareOf(agreement, kind), 1)}</small></dt><dd>${shareBar([shareOf(agreement, kind)])}</dd></div>`);
  return `<h2>Consistency</h2>
<p>${percent(agreeingShare(agreement), 1)} of the layout is what the project mostly does in the same context.</p>
<dl class="rows">${rows.join('\n')}</dl>`;
}

function heldOut(report: LearnReport): string {
  const { roles, figures } = report;
  const bars =
    figures.map((figure) => errorBars({ ...figure, input: inputName(figure.rate) })).filter((html) => html !== null);
  const table = `<table><thead><tr><th scope="col">input</th><th scope="col">gaps</th><th scope="col" class="number">base model</th><th scope="col" class="number">with the profile</th></tr></thead>
${figures.map(figureRows).join('\n')}</table>`;
  const words = [...cautions(report), ...weakened(report)];
  const list = words.length === 0 ? '' : `<ul>${words.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>\n`;
  return `<h2>On ${plural(roles.measuring, 'held-out file')}</h2>
${list}${bars.join('\n')}
<p>Share of the gaps that are as the author wrote them, without and with the profile.</p>
${scrolling('Gaps restored, by class', table)}`;
}

function heatMap(places: readonly UncertainPlace[]): string {
  const shown = places.map(({ path, line, today, agreement, likelier, probability, html }) =>
    `<section><h3><code>${escapeHtml(path)}:${line}</code></h3>
<p>Has ${escapeHtml(today)} (${percent(agreement, 1)}); likelier: ${escapeHtml(likelier)} (${percent(probability, 1)}).</p>
${heatCode(`${path}, around line ${line}`, html)}</section>`);
  return `<h2>Least certain gaps</h2>
<p>Where the project's least consistent files are laid out as the model would not have guessed.</p>
${heatLegend()}
${HEAT_HINT}
${shown.join('\n')}`;
}

const inputName = (rate: number): string => (rate === 0 ? 'as it is' : `${percent(rate, 0)} spoilt`);

/** Answers of a habit in words; the bar shows all. */
const MOST_ANSWERS = 4;

function habitRows({ habits }: LearnReport): string {
  return HABITS.filter((habit) => habits.of(habit).length > 0)
    .map((habit) => {
      const answers = habits.of(habit);
      const words = answers.slice(0, MOST_ANSWERS).map(({ answer, share, count: votes }, k) =>
        `<li><i class="swatch a${Math.min(k, 3)}" aria-hidden="true"></i>${escapeHtml(answer)} ${percent(share, 0)} <small>(${count(votes)})</small></li>`);
      const mixed = isContradictory(answers) ? ' <em class="mixed">contradictory</em>' : '';
      return `<div><dt>${habit}${mixed}</dt><dd>${shareBar(answers.map(({ share }) => share))}<ul class="plain">${words.join('')}</ul></dd></div>`;
    })
    .join('\n');
}

function lineLengths({ habits }: LearnReport): string {
  const limit = habits.lineLimit();
  if (limit === null) return '<p>No lines.</p>';
  const { columns, longer } = habits.lengthHistogram();
  const beyond = longer === 0
    ? ''
    : `; ${plural(longer, 'line')} beyond ${columns.length - 1} columns ${longer === 1 ? 'is' : 'are'} not shown`;
  const words = limit.longest <= limit.columns
    ? `The longest line has ${plural(limit.longest, 'column')}.`
    : `${percent(limit.withinShare, 1)} of lines are within ${count(limit.columns)} columns, the longest has ${count(limit.longest)}.`;
  return `<p>${words}</p>
${lengthsPicture(columns, limit.columns)}
<p class="hint">Columns from left to right; heights are square roots of the lines that long${beyond}.</p>`;
}

function figureRows({ rate, before, after }: BeforeAndAfter): string {
  const classes = Object.entries(CLASSES) as [keyof typeof CLASSES, string][];
  const rows: [string, number | null, number | null][] = [
    ['all', before.exact, after.exact],
    ...classes.map(([key, name]): [string, number | null, number | null] =>
      [name, before.classes[key].exact, after.classes[key].exact]),
    // Of what its author has laid out, every edit is wrong.
    ...(rate === 0 ? [] : [
      ['edits that are right', before.editPrecision, after.editPrecision] as [string, number | null, number | null],
    ]),
  ];
  const known = rows.filter((row): row is [string, number, number] => row[1] !== null && row[2] !== null);
  const cells = known.map(([name, from, to], k) => {
    const change = to === from || percent(to, 2) === percent(from, 2)
      ? ''
      : to > from
        ? ' <span class="better">▲<span class="unseen"> better</span></span>'
        : ' <span class="worse">▼<span class="unseen"> worse</span></span>';
    const head = k === 0 ? `<th scope="rowgroup" rowspan="${known.length}">${inputName(rate)}</th>` : '';
    return `<tr>${head}<th scope="row">${name}</th><td class="number">${percent(from, 2)}</td><td class="number">${percent(to, 2)}${change}</td></tr>`;
  });
  return `<tbody>${cells.join('\n')}</tbody>`;
}

function fileTable({ files }: LearnReport): string {
  const shown = files.slice(0, MOST_FILES);
  const table = `<table><thead><tr><th scope="col">file</th><th scope="col">differs</th>${KINDS.map((kind) => `<th scope="col" class="number">${kind}</th>`).join('')}</tr></thead>
<tbody>${shown.map(fileRow).join('\n')}</tbody></table>`;
  return `<h2>Least consistent files${shown.length < files.length ? `, ${shown.length} of ${count(files.length)}` : ''}</h2>
<p>Shares of the layout that differ from what the project mostly does in the same context.</p>
${scrolling('Least consistent files', table)}`;
}

function fileRow({ path, agreement }: { readonly path: string; readonly agreement: Agreement }): string {
  const cells = KINDS.map((kind) =>
    `<td class="number">${agreement[kind].decisions === 0 ? '' : percent(1 - shareOf(agreement, kind), 1)}</td>`).join(
      '',
    );
  const differing = 1 - agreeingShare(agreement);
  return `<tr><th scope="row"><code>${escapeHtml(path)}</code></th><td>${shareBar([differing])} ${percent(differing, 1)}</td>${cells}</tr>`;
}

const shareOf = (agreement: Agreement, kind: keyof Agreement): number =>
  agreement[kind].decisions === 0 ? 1 : agreement[kind].agreeing / agreement[kind].decisions;

const STYLE = `
:root { --a0: var(--accent); --a1: color-mix(in srgb, var(--accent) 55%, var(--paper)); --a2: color-mix(in srgb, var(--accent) 32%, var(--paper)); --a3: color-mix(in srgb, var(--accent) 16%, var(--paper)); }
small { white-space: nowrap; }
dl.rows { margin: 0 0 1rem; } dl.rows > div { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: .15rem 1.5rem; padding: .7rem 0; border-top: 1px solid var(--line); } dl.rows > div:first-child { border-top: 0; }
dt { font-weight: 600; } dt small { font-weight: 400; margin-left: .3em; } dd { margin: 0; align-self: center; }
@media (max-width: 40rem) { dl.rows > div { grid-template-columns: minmax(0, 1fr); } }
.bar { display: flex; gap: 2px; height: .75rem; border-radius: 3px; overflow: hidden; background: var(--line); } .bar i { height: 100%; } .habits .bar { margin: .35rem 0 .5rem; }
td .bar { display: inline-flex; width: 6rem; vertical-align: -.05em; margin-right: .4em; }
.a0 { background: var(--a0); } .a1 { background: var(--a1); } .a2 { background: var(--a2); } .a3 { background: var(--a3); }
.swatch, .key i { display: inline-block; width: .75em; height: .75em; margin-right: .45em; border-radius: 2px; outline: 1px solid var(--line); } .key i.base { background: var(--quiet); } .key i.profile { background: var(--accent); }
.mixed { display: inline-block; padding: .05rem .5rem; border: 1px solid var(--worse); border-radius: 99px; color: var(--worse); font: 500 .8125rem/1.4 var(--body); } .better { color: var(--better); } .worse { color: var(--worse); }
.lengths .field { position: relative; height: 9rem; border-bottom: 1px solid var(--quiet); } .lengths svg { display: block; width: 100%; height: 100%; } .lengths rect { fill: var(--accent); }
.limit { position: absolute; top: 0; bottom: 0; border-left: 2px dashed var(--ink); }
.ticks { position: relative; height: 1.6rem; margin-bottom: .5rem; } .ticks span { position: absolute; transform: translateX(-50%); } .ticks span:first-child { transform: none; } .ticks, .up, .along { color: var(--quiet); font-size: .875rem; font-variant-numeric: tabular-nums; }
.plot { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .35rem .6rem; max-width: 44rem; } .plot svg { width: 100%; height: 11rem; overflow: visible; } .up { display: flex; flex-direction: column; justify-content: space-between; text-align: right; line-height: 1; margin: -.4em 0; } .along { grid-column: 2; display: flex; justify-content: space-between; }
.rule { stroke: var(--line); fill: none; vector-effect: non-scaling-stroke; } .curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
figure { margin: 0 0 2rem; } figcaption { margin-bottom: .5rem; } figcaption strong { color: var(--ink); } .key { margin-top: .25rem !important; }
.error { display: flex; align-items: center; gap: .6rem; font-variant-numeric: tabular-nums; line-height: 1.35; } .track { flex: 0 1 32rem; } .track i { display: block; height: .7rem; border-radius: 2px; } .base .track i { background: var(--quiet); } .profile .track i { background: var(--accent); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`.trim();
