import { escapeHtml } from '../shared/html.js';
import { CHART_STYLE, lineChart, shortNumber, type Chart } from '../shared/line-chart.js';
import { htmlPage, scrolling } from '../shared/page.js';
import { type DistanceCurves, type DistancePoint } from './distance-curves.js';
import { type CompletionFigures, type Share } from './evaluate-completion.js';

/** What the network writes by itself. */
export interface Sample {
  readonly temperature: number;
  readonly text: string;
}

/** Exploring-RNNs' own questions as a page: what is remembered against how far away it began, and samples. */
export function completionReport(report: {
  readonly projects: readonly string[];
  readonly figures: CompletionFigures;
  readonly curves: DistanceCurves;
  readonly samples: readonly Sample[];
}): string {
  const { projects, figures, curves, samples } = report;
  const { longRange } = figures;
  const rows: readonly (readonly [string, Share])[] = [
    ['the right brackets are open behind the suggestion', longRange.brackets],
    ['… where the author closes the innermost one', longRange.bracketsClosed],
    ['strings are closed', longRange.quotes],
    ['else, elif, except or finally, as the author', longRange.clauses],
    ['the next line stands as deep as the author’s', longRange.indentation],
    ['… for who only looks for a colon', longRange.indentationByColon],
    ['… in blocks that began ten lines before', longRange.longBlocks],
    ['… where such a block ends', longRange.longBlockEnds],
  ];
  return htmlPage({
    title: 'Completion', kind: 'nnfmt eval --task complete', heading: 'What the network remembers',
    lead: `Measured at ${figures.cases} cuts and ${longRange.indentation.cases} line ends of ${escapeHtml(projects.join(', '))}.`,
    style: `${CHART_STYLE}\n${SAMPLE_STYLE}`,
    main: `<section><h2>Figures</h2>${figuresTable(rows)}</section>
<section><h2>Against distance</h2><p class="hint">Distances are gathered in ranges that double; the tables below say how many cases each holds.</p>
<div class="charts">${charts(curves).map((chart) => lineChart(chart)).join('\n')}</div>${curvesTables(curves)}</section>
<section><h2>Samples</h2>${samplesOf(samples)}</section>`,
  });
}

const SAMPLE_STYLE = `
pre.sample { margin: .5rem 0 1.5rem; padding: .9rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); font-size: .875rem; line-height: 1.45; } details { margin-top: 1.25rem; } summary { cursor: pointer; color: var(--accent); }
`.trim();

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** By the middle of each range, on a logarithmic axis. */
const pointsOf = (points: readonly DistancePoint[]): readonly (readonly [number, number])[] =>
  points.map(({ from, mean }) => [Math.log2(from) + 0.5, mean] as const);

function charts(curves: DistanceCurves): Chart[] {
  const chart = (title: string, across: string, lines: Chart['lines']): Chart => ({
    title, across, up: 'share that is right', range: [0, 1], showValue: (value) => `${Math.round(100 * value)} %`,
    showAcross: (power) => shortNumber(Math.round(2 ** power)), points: true, lines,
  });
  return [
    chart('Brackets', 'tokens since the bracket was opened', [
      { name: 'all', points: pointsOf(curves.brackets) },
      { name: 'where it is closed', points: pointsOf(curves.bracketsClosed) },
    ]),
    chart('Indentation', 'lines since the block began', [
      { name: 'network', points: pointsOf(curves.indentation) },
      { name: 'by the colon alone', points: pointsOf(curves.indentationByColon) },
    ]),
    {
      ...chart('Indentation drift', 'lines since the block began', [
        { name: 'network', points: pointsOf(curves.drift) },
      ]),
      up: 'blocks deeper than the author, on average', range: driftRange(curves.drift),
      showValue: (value) => value.toFixed(2),
    },
    chart('Quotes', 'characters of the string', [{ name: 'closed', points: pointsOf(curves.quotes) }]),
    chart('Clauses', 'lines since the clause before', [{ name: 'right', points: pointsOf(curves.clauses) }]),
  ];
}

/** Around zero, so that both directions show. */
function driftRange(points: readonly DistancePoint[]): readonly [number, number] {
  const most = points.reduce((high, { mean }) => Math.max(high, Math.abs(mean)), 0.1);
  return [-most, most];
}

function figuresTable(rows: readonly (readonly [string, Share])[]): string {
  const body = rows.map(([name, { cases, share }]) =>
    `<tr><th scope="row">${name}</th><td class="number">${cases === 0 ? '–' : percent(share)}</td><td class="number">${cases}</td></tr>`);
  return scrolling('Figures', `<table><thead><tr><th scope="col">asked</th><th scope="col" class="number">right</th><th scope="col" class="number">cases</th></tr></thead><tbody>${body.join('')}</tbody></table>`);
}

const CURVE_NAMES = {
  brackets: 'brackets', bracketsClosed: 'brackets that are closed', quotes: 'quotes', clauses: 'clauses',
  indentation: 'indentation', indentationByColon: 'indentation by the colon', drift: 'indentation drift',
} as const satisfies Readonly<Record<keyof DistanceCurves, string>>;

function curvesTables(curves: DistanceCurves): string {
  const body = (Object.entries(CURVE_NAMES) as [keyof DistanceCurves, string][]).flatMap(([key, name]) =>
    curves[key].map(({ from, to, cases, mean }) =>
      `<tr><th scope="row">${name}</th><td class="number">${from}–${to - 1}</td><td class="number">${key === 'drift' ? mean.toFixed(3) : percent(mean)}</td><td class="number">${cases}</td></tr>`));
  return `<details><summary>The numbers of the curves</summary>${scrolling('Numbers of the curves', `<table><thead><tr><th scope="col">curve</th><th scope="col" class="number">distance</th><th scope="col" class="number">mean</th><th scope="col" class="number">cases</th></tr></thead><tbody>${body.join('')}</tbody></table>`)}</details>`;
}

function samplesOf(samples: readonly Sample[]): string {
  if (samples.length === 0) return '<p class="hint">The network was left out, and nothing else writes by itself.</p>';
  return samples.map(({ temperature, text }) =>
    `<h3>temperature ${temperature}</h3><pre class="sample" tabindex="0"><code>${escapeHtml(text)}</code></pre>`).join('\n');
}
