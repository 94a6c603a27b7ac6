import { escapeHtml } from '../shared/html.js';
import { CHART_STYLE, lineChart, shortNumber, type ChartLine } from '../shared/line-chart.js';
import { htmlPage, scrolling } from '../shared/page.js';
import { type Run, type RunPoint } from './read-run.js';
import { type RunFigures } from './run-figures.js';

interface Row {
  readonly run: Run;
  readonly figures: RunFigures;
}

/** Runs side by side: their curves, and the settings in which they differ. */
export function runsPage(rows: readonly Row[], differing: readonly string[]): string {
  const runs = rows.map(({ run }) => run);
  const across = [...new Set(runs.map(({ unit }) => unit))].join(', ');
  const linesOf = (value: (point: RunPoint) => number | null, types: readonly RunPoint['type'][]): ChartLine[] =>
    runs.flatMap(({ name, points }) => types.flatMap((type) => {
      const found = points.filter((point) => point.type === type).flatMap((point) => {
        const y = value(point);
        return y === null || (y === 0 && type === 'validation') ? [] : [[point.examples, y] as const];
      });
      return found.length === 0 ? [] : [{ name: types.length === 1 ? name : `${name}, ${type}`, points: found }];
    }));
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const charts = [
    lineChart({
      title: 'Loss', up: 'nats, on a logarithmic scale', across, scale: 'logarithmic',
      lines: linesOf(({ lossNats }) => lossNats, ['train', 'validation']),
    }),
    lineChart({
      title: 'Accuracy', up: 'share of examples', across, showValue: percent,
      lines: linesOf(({ accuracy }) => accuracy, ['train', 'validation']),
    }),
    lineChart({
      title: 'Learning rate', up: 'a step', across, lines: linesOf(({ learningRate }) => learningRate, ['train']),
    }),
    lineChart({
      title: 'Speed', up: 'examples a second', across, lines: linesOf(({ perSecond }) => perSecond, ['train']),
    }),
  ];
  return htmlPage({
    title: 'Runs', kind: 'nnfmt runs', heading: runs.length === 1 ? runs[0].name : `${runs.length} runs`,
    lead: 'What was trained, how it went, and in what the runs differ.', style: CHART_STYLE,
    main: `<section><h2>Figures</h2>${figuresTable(rows)}</section>
<section><h2>Curves</h2><div class="charts">${charts.join('\n')}</div></section>
${runs.length < 2 || differing.length === 0 ? '' : `<section><h2>Where they differ</h2>${differences(runs, differing)}</section>`}`,
  });
}

function figuresTable(rows: readonly Row[]): string {
  const head = ['run', 'task', 'examples', 'loss', 'best validation', 'accuracy', 'a second', 'seed', 'revision'];
  const body = rows.map(({ run, figures }) => {
    const cells = [
      shortNumber(figures.examples), figures.lossNats?.toFixed(4), figures.bestLossNats?.toFixed(4),
      figures.accuracy === null ? undefined : `${(100 * figures.accuracy).toFixed(1)} %`,
      figures.perSecond === null ? undefined : shortNumber(figures.perSecond),
    ];
    return `<tr><th scope="row">${escapeHtml(run.name)}</th><td>${escapeHtml(figures.task)}</td>${cells.map((cell) =>
      `<td class="number">${cell ?? '–'}</td>`).join('')}<td>${escapeHtml(figures.seed)}</td><td>${escapeHtml(figures.revision)}</td></tr>`;
  });
  return scrolling('Figures', `<table><thead><tr>${head.map((name, k) =>
    `<th scope="col"${k >= 2 && k <= 6 ? ' class="number"' : ''}>${name}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`);
}

function differences(runs: readonly Run[], names: readonly string[]): string {
  const body = names.map((name) =>
    `<tr><th scope="row"><code>${escapeHtml(name)}</code></th>${runs.map(({ settings }) =>
      `<td>${escapeHtml(settings.get(name) ?? '–')}</td>`).join('')}</tr>`);
  return scrolling('Settings', `<table><thead><tr><th scope="col">setting</th>${runs.map(({ name }) =>
    `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`);
}
