/** Line charts for pages: words and numbers are HTML beside the drawing, so that they keep their size on any width. */
import { escapeHtml } from './html.js';

export interface ChartLine {
  readonly name: string;
  /** In the order in which they are joined. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  /** What stands below and beside the axes. */
  readonly across: string;
  readonly up: string;
  readonly lines: readonly ChartLine[];
  /** The scale of the values; those that are not positive are left out of a logarithmic one. */
  readonly scale?: 'linear' | 'logarithmic';
  /** Of the values' axis where it should not follow the values. */
  readonly range?: readonly [number, number];
  readonly showValue?: (value: number) => string;
  readonly showAcross?: (x: number) => string;
  /** Also marks each point. */
  readonly points?: boolean;
}

const WIDTH = 640;
const HEIGHT = 220;
/** Colours that both schemes can show; the rest repeat with dashes. */
const COLOURS = 6;

/** A figure; an empty chart says that there is nothing to show. */
export function lineChart(chart: Chart): string {
  const { scale = 'linear', showValue = shortNumber, showAcross = shortNumber } = chart;
  const toScale = (value: number): number => (scale === 'logarithmic' ? Math.log10(value) : value);
  const fits = ([x, y]: readonly [number, number]): boolean => Number.isFinite(x) && Number.isFinite(toScale(y));
  const lines = chart.lines.map(({ name, points }) => ({ name, points: points.filter(fits) }));
  const all = lines.flatMap(({ points }) => points);
  const caption = `<figcaption><strong>${escapeHtml(chart.title)}</strong> <small>${escapeHtml(chart.up)}</small></figcaption>`;
  if (all.length === 0) return `<figure class="chart">${caption}<p class="hint">Nothing was measured.</p></figure>`;
  const [left, right] = wide(extent(all.map(([x]) => x)), 1);
  const values = chart.range ?? extent(all.map(([, y]) => y));
  const [low, high] = wide([toScale(values[0]), toScale(values[1])], scale === 'logarithmic' ? 0.1 : 1e-9);
  const at = ([x, y]: readonly [number, number]): string =>
    `${((WIDTH * (x - left)) / (right - left)).toFixed(1)},${((HEIGHT * (high - toScale(y))) / (high - low)).toFixed(1)}`;
  const back = (share: number): number => {
    const value = low + share * (high - low);
    return scale === 'logarithmic' ? 10 ** value : value;
  };
  const drawn = lines.map(({ points }, k) => {
    const className = `l${k % COLOURS}${k >= COLOURS ? ' dashed' : ''}`;
    const marks = chart.points === true || points.length === 1
      ? points.map((point) => `<path class="mark ${className}" d="M${at(point).replace(',', ' ')}h0"/>`).join('')
      : '';
    return `<polyline class="${className}" points="${points.map(at).join(' ')}"/>${marks}`;
  });
  const key = lines.length < 2
    ? ''
    : `<ul class="plain key">${lines.map(({ name }, k) =>
        `<li><i class="l${k % COLOURS}${k >= COLOURS ? ' dashed' : ''}"></i>${escapeHtml(name)}</li>`).join('')}</ul>`;
  const words = `${chart.title}: ${lines.map(({ name, points }) => {
    const [last] = points.slice(-1);
    return `${name} ${last === undefined ? 'without values' : `ends at ${showValue(last[1])}`}`;
  }).join(', ')}`;
  return `<figure class="chart">${caption}${key}<div class="plot">
<div class="up" aria-hidden="true">${[1, 0.5, 0].map((share) => `<span>${escapeHtml(showValue(back(share)))}</span>`).join('')}</div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(words)}"><path class="rule" d="M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}"/>${drawn.join('')}</svg>
<div class="along" aria-hidden="true">${[left, (left + right) / 2, right].map((x) => `<span>${escapeHtml(showAcross(x))}</span>`).join('')}</div>
</div><p class="axis">${escapeHtml(chart.across)}</p></figure>`;
}

/** Rules of a page with charts. */
export const CHART_STYLE = `
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem 2rem; } figure.chart { margin: 0; min-width: 0; }
figure.chart figcaption strong { color: var(--ink); } .axis { margin: .15rem 0 0 4rem; color: var(--quiet); font-size: .875rem; }
.chart .plot { display: grid; grid-template-columns: 3.6rem 1fr; gap: .3rem .4rem; margin-top: .4rem; color: var(--quiet); font-size: .8125rem; font-variant-numeric: tabular-nums; }
.chart .up { display: flex; flex-direction: column; justify-content: space-between; text-align: right; line-height: 1; } .chart .along { grid-column: 2; display: flex; justify-content: space-between; }
.chart svg { width: 100%; height: 13rem; overflow: visible; } .chart svg * { vector-effect: non-scaling-stroke; fill: none; } .chart .rule { stroke: var(--line); }
.chart polyline { stroke-width: 1.75; stroke-linejoin: round; } .chart .mark { stroke-width: 6; stroke-linecap: round; } .chart svg .dashed:not(.mark) { stroke-dasharray: 5 4; }
.chart .key { margin: .3rem 0 0; font-size: .875rem; } .key i { display: inline-block; width: 1.2em; height: 0; margin-right: .45em; vertical-align: .3em; border-top: 3px solid; } .key i.dashed { border-top-style: dashed; }
.l0 { --c: #0b5fd0; } .l1 { --c: #b3261e; } .l2 { --c: #14713a; } .l3 { --c: #8a5a00; } .l4 { --c: #7b3fb5; } .l5 { --c: #0a7c86; } .chart svg [class*=l] { stroke: var(--c, var(--line)); } .key i { border-color: var(--c); }
@media (prefers-color-scheme: dark) { .l0 { --c: #6cb0ff; } .l1 { --c: #ff8a80; } .l2 { --c: #57c77f; } .l3 { --c: #e0b050; } .l4 { --c: #c9a2ff; } .l5 { --c: #5fd0d8; } }
`.trim();

const extent = (values: readonly number[]): readonly [number, number] =>
  [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];

/** A range that is not empty. */
const wide = ([low, high]: readonly [number, number], least: number): readonly [number, number] =>
  (high - low >= least ? [low, high] : [low - least / 2, low + least / 2]);

/** 950, 12k, 3.4M, 0.0021 */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}
