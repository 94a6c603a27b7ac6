import { HEAT_STYLE, heatLegend } from '../format/heat-map.js';
import { escapeHtml } from '../shared/html.js';
import { KINDS, agreeingShare, type Agreement } from './consistency.js';
import { HABITS } from './habits.js';
import type { BeforeAndAfter, LearnReport } from './learn-profile.js';
import { isContradictory } from './render-report.js';
import { CLASSES, curveSvg, errorBars } from './report-pictures.js';
import type { UncertainPlace } from './uncertain-gaps.js';

/** Files listed on the page. */
const MOST_FILES = 30;

/**
 * The report as a page that needs nothing else.
 *
 * @param places for the heat map, least certain first
 */
export function reportHtml(report: LearnReport, project: string, places: readonly UncertainPlace[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>nnfmt: the layout of ${escapeHtml(project)}</title>
<style>${STYLE}
${HEAT_STYLE}</style>
</head>
<body>
<h1>The layout of ${escapeHtml(project)}</h1>
<p>Learned from ${report.learned.toLocaleString('en')} files with ${report.gaps.toLocaleString('en')} gaps${report.refused.length > 0 ? `; ${report.refused.length} could not be read` : ''}.</p>
<h2>Habits</h2>
<table>${habitRows(report)}</table>
<h2>Line lengths</h2>
${lineLengths(report)}
<h2>Consistency</h2>
<p>${percent(agreeingShare(report.agreement), 1)} of the layout is what the project mostly does in the same context.</p>
<table>${KINDS.map((kind) => `<tr><th>${kind}</th><td>${bar(shareOf(report.agreement, kind))}</td><td>${percent(shareOf(report.agreement, kind), 1)}</td></tr>`).join('\n')}</table>
${report.figures.length === 0 ? '' : heldOut(report)}
${report.curve.length < 2 ? '' : `<h2>Fine-tuning</h2>\n<p>Loss on the project's own mutants and on replayed examples, in nats a gap.</p>\n${curveSvg(report.curve)}`}
${places.length === 0 ? '' : heatMap(places)}
<h2>Least consistent files</h2>
<table><tr><th>file</th><th>differs from the project's majority</th>${KINDS.map((kind) => `<th>${kind}</th>`).join('')}</tr>
${report.files.slice(0, MOST_FILES).map(fileRow).join('\n')}</table>
</body>
</html>
`;
}

function heldOut({ heldOut: files, figures }: LearnReport): string {
  const bars = figures.map((figure) => errorBars({ ...figure, input: inputName(figure.rate) })).filter((svg) => svg !== null);
  return `<h2>On ${files} held-out file${files === 1 ? '' : 's'}</h2>
${bars.join('\n')}
<p>Share of the gaps that are as the author wrote them, without and with the profile.</p>
<table><tr><th>input</th><th>gaps</th><th>restored by the base model</th><th>with the profile</th></tr>
${figures.map(figureRows).join('\n')}</table>`;
}

function heatMap(places: readonly UncertainPlace[]): string {
  const shown = places.map(({ path, line, today, agreement, likelier, probability, html }) =>
    `<section><p><code>${escapeHtml(path)}:${line}</code> has ${escapeHtml(today)} (${percent(agreement, 1)}); likelier: ${escapeHtml(likelier)} (${percent(probability, 1)})</p>
<pre class="heat">${html.join('\n')}</pre></section>`);
  return `<h2>Least certain gaps</h2>
<p>Where the project's least consistent files are laid out as the model would not have guessed.</p>
${heatLegend()}
${shown.join('\n')}`;
}

const inputName = (rate: number): string => (rate === 0 ? 'as it is' : `${percent(rate, 0)} spoilt`);

function habitRows({ habits }: LearnReport): string {
  return HABITS.filter((habit) => habits.of(habit).length > 0)
    .map((habit) => {
      const answers = habits.of(habit);
      const parts = answers.map(({ share }, k) => `<i class="a${Math.min(k, 3)}" style="width:${(100 * share).toFixed(2)}%"></i>`).join('');
      const words = answers.slice(0, 4).map(({ answer, share, count }) => `${escapeHtml(answer)} ${percent(share, 0)} (${count})`).join(', ');
      const mixed = isContradictory(answers) ? ' <b class="worse">contradictory</b>' : '';
      return `<tr><th>${habit}</th><td><span class="bar">${parts}</span></td><td>${words}${mixed}</td></tr>`;
    })
    .join('\n');
}

function lineLengths({ habits }: LearnReport): string {
  const limit = habits.lineLimit();
  if (limit === null) return '<p>No lines.</p>';
  const columns = habits.lengthHistogram();
  const highest = Math.max(...columns);
  const bars = columns
    .map((count, k) => `<rect x="${k * 4}" width="3" y="${(80 - (80 * Math.sqrt(count)) / Math.sqrt(highest)).toFixed(1)}" height="80"><title>${count} lines of ${k} columns</title></rect>`)
    .join('');
  const at = 4 * limit.columns + 4;
  return `<p>${percent(limit.withinShare, 1)} of lines are within ${limit.columns} columns, the longest has ${limit.longest}.</p>
<svg viewBox="0 0 ${columns.length * 4} 96" role="img" aria-label="histogram of line lengths">
<svg width="${columns.length * 4}" height="80">${bars}</svg><line x1="${at}" x2="${at}" y1="0" y2="80"/>
${[0, 40, 80, 120, 160].map((tick) => `<text x="${tick * 4}" y="93">${tick}</text>`).join('')}</svg>`;
}

function figureRows({ rate, before, after }: BeforeAndAfter): string {
  const input = inputName(rate);
  const row = (name: string, from: number | null, to: number | null): string =>
    from === null || to === null
      ? ''
      : `<tr><td>${input}</td><td>${name}</td><td>${percent(from, 2)}</td><td class="${to > from ? 'better' : to < from ? 'worse' : ''}">${percent(to, 2)}</td></tr>`;
  const classes = Object.entries(CLASSES) as [keyof typeof CLASSES, string][];
  return [
    row('all', before.exact, after.exact),
    ...classes.map(([key, name]) => row(name, before.classes[key].exact, after.classes[key].exact)),
    // Of what its author has laid out, every edit is wrong.
    rate === 0 ? '' : row('edits that are right', before.editPrecision, after.editPrecision),
  ].join('\n');
}

function fileRow({ path, agreement }: { readonly path: string; readonly agreement: Agreement }): string {
  const cells = KINDS.map((kind) => `<td>${agreement[kind].decisions === 0 ? '' : percent(1 - shareOf(agreement, kind), 1)}</td>`).join('');
  const differing = 1 - agreeingShare(agreement);
  return `<tr><td><code>${escapeHtml(path)}</code></td><td>${bar(differing)} ${percent(differing, 1)}</td>${cells}</tr>`;
}

const shareOf = (agreement: Agreement, kind: keyof Agreement): number =>
  agreement[kind].decisions === 0 ? 1 : agreement[kind].agreeing / agreement[kind].decisions;

const bar = (share: number): string => `<span class="bar"><i class="a0" style="width:${(100 * share).toFixed(2)}%"></i></span>`;
const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`;
const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --line: #d1d9e0; --a0: #0969da; --a1: #bf8700; --a2: #cf222e; --a3: #8250df; --quiet: #8c959f; --better: #1a7f37; --worse: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --ink: #d1d7e0; --paper: #0d1117; --line: #3d444d; --a0: #58a6ff; --a1: #d29922; --a2: #f85149; --a3: #a371f7; --quiet: #656c76; --better: #3fb950; --worse: #f85149; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { text-align: left; font-weight: normal; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.bar { display: inline-flex; width: 12rem; height: .7rem; background: var(--line); } .bar i { height: 100%; }
.a0 { background: var(--a0); } .a1 { background: var(--a1); } .a2 { background: var(--a2); } .a3 { background: var(--a3); }
.better { color: var(--better); } .worse { color: var(--worse); }
svg { max-width: 100%; } rect { fill: var(--a0); } line { stroke: var(--a2); stroke-width: 1.5; } text { fill: var(--ink); font: 10px system-ui; }
.rule { stroke: var(--line); stroke-width: 1; } .curve { fill: none; stroke: var(--a0); stroke-width: 1.6; }
figure { margin: 1rem 0; } figure text { font-size: 11px; } rect.base { fill: var(--quiet); } .key { display: inline-block; width: .8em; height: .8em; margin-left: .4em; }
.key.base { background: var(--quiet); } .key.profile { background: var(--a0); }
section { margin: 1.2rem 0; } section p { margin: 0 0 .2rem; } section pre { margin: 0; padding: .4rem; border: 1px solid var(--line); border-radius: 4px; }
`;
