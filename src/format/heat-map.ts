import { escapeHtml } from '../shared/html.js';
import type { GapExplanation } from './explain-source.js';

/** How much the model agrees with a gap as it is; colours from calm to loud. */
export const HEAT_LEVELS = [
  { name: 'c0', least: 0.99, words: '99 % or more: agrees' },
  { name: 'c1', least: 0.9, words: '90 % or more' },
  { name: 'c2', least: 0.5, words: '50 % or more' },
  { name: 'c3', least: 0.1, words: '10 % or more' },
  { name: 'c4', least: 0, words: 'below 10 %: disagrees' },
] as const;

const levelOf = (agreement: number): string => HEAT_LEVELS.find(({ least }) => agreement >= least)?.name ?? 'c4';

/**
 * Rules for what this module writes, on a page of `htmlPage`. What is said of a gap stands at the bottom
 * of the window while the gap is pointed at or has the focus; without a script, so that it shows
 * wherever a page may be opened.
 */
export const HEAT_STYLE = `
:root { --c1: #fff3bf; --c2: #ffdc8f; --c3: #ffb87a; --c4: #f48479; }
@media (prefers-color-scheme: dark) { :root { --c1: #3d3615; --c2: #604a14; --c3: #804715; --c4: #a3352d; } }
pre.heat { margin: 0; padding: .85rem 0; font-size: .875rem; line-height: 1.6; tab-size: 4; overflow-x: auto; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; }
pre.heat > span { display: inline-block; min-width: 100%; padding-right: 1rem; } pre.heat > span:target { background: color-mix(in srgb, var(--accent) 18%, transparent); }
.n { display: inline-block; width: var(--digits, 5ch); margin-right: 1.25ch; text-align: right; color: var(--quiet); user-select: none; }
.g { border-radius: 2px; box-decoration-break: clone; -webkit-box-decoration-break: clone; } .g[tabindex] { cursor: help; scroll-margin: 4rem 0 45vh; }
.c1 { background: var(--c1); } .c2 { background: var(--c2); } .c3 { background: var(--c3); } .c4 { background: var(--c4); }
.change { box-shadow: 0 0 0 1.5px var(--accent); }
.e::before { content: "\\2060"; padding: 0 .2ch; } .b::before { content: "\\21B5"; color: var(--quiet); }
.g[data-note]:hover::after, .g[data-note]:focus::after { content: attr(data-note); position: fixed; z-index: 1; inset: auto 0 0 0; max-height: 60vh; overflow: auto; padding: .85rem clamp(1rem, 4vw, 2rem) 1rem; font: .875rem/1.5 var(--code); white-space: pre-wrap; overflow-wrap: anywhere; color: var(--ink); background: var(--paper); border-top: 2px solid var(--accent); box-shadow: 0 -6px 24px rgb(0 0 0 / .18); }
.g[data-note]:hover::after { z-index: 2; }
.plain.legend { margin: 0 0 .75rem; font-size: .9375rem; } .legend .g { display: inline-block; width: 1.6em; height: 1em; margin-right: .45em; vertical-align: -.1em; } .legend .c0 { border: 1px solid var(--line); }
`.trim();

/** What the colours mean. */
export function heatLegend(): string {
  const levels = HEAT_LEVELS.map(({ name, words }) => `<li><span class="g ${name}"></span>${words}</li>`).join('');
  return `<ul class="plain legend" aria-label="What the colours mean">${levels}<li><span class="g change"></span>would change</li></ul>`;
}

/** How the reasons are reached. */
export const HEAT_HINT =
  '<p class="hint">Point at a coloured gap, tap it, or go to it with the Tab key for the reasons.</p>';

/**
 * A box with lines of `heatLines`.
 *
 * @param label what the code is, for those who cannot see
 */
export function heatCode(label: string, lines: readonly string[]): string {
  return `<pre class="heat" role="region" tabindex="0" aria-label="${escapeHtml(label)}" style="--digits:${digitsOf(lines)}ch">${lines.join('\n')}</pre>`;
}

/** Of the largest line number, and a blank before it. */
const digitsOf = (lines: readonly string[]): number =>
  1 + (/class="n">(\d+)/u.exec(lines[lines.length - 1] ?? '')?.[1].length ?? 1);

/**
 * The lines of a source as HTML, each with its number and an id, and each gap coloured by how well the
 * model agrees with it.
 *
 * @param gaps all gaps of the source, in order
 * @param noteOf what is said of a gap that is pointed at
 * @param idOf of a line, by its number; the page's own
 */
export function heatLines(
  text: string, gaps: readonly GapExplanation[], noteOf: (gap: GapExplanation) => string,
  idOf: (line: number) => string | null = () => null,
): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const gap of gaps) {
    parts.push(escapeHtml(text.slice(at, gap.from)), gapHtml(text.slice(gap.from, gap.to), gap, noteOf));
    at = gap.to;
  }
  const source = (parts.join('') + escapeHtml(text.slice(at))).replace(/\r\n?/gu, '\n');
  return source.split('\n').map((line, k) => {
    const id = idOf(k + 1);
    return `<span${id === null ? '' : ` id="${id}"`}><span class="n">${k + 1}</span>${line}</span>`;
  });
}

/** A gap in which nothing is of interest is only its text. */
function gapHtml(raw: string, gap: GapExplanation, noteOf: (gap: GapExplanation) => string): string {
  const level = levelOf(gap.agreement);
  if (level === 'c0' && !gap.changes) return escapeHtml(raw);
  const kind = raw === '' ? ' e' : /[\r\n]/u.test(raw) ? ' b' : '';
  const note = escapeHtml(noteOf(gap)).replaceAll('\n', '&#10;');
  const classes = `g ${level}${gap.changes ? ' change' : ''}`;
  // A mark may not run over the line numbers: it is closed at each line's end and opened again. The first piece speaks
  // for all.
  const pieces = raw.split(/\r\n|\r|\n/u);
  return pieces
    .map((piece, k) => {
      if (k > 0) return piece === '' ? '' : `<span class="${classes}">${escapeHtml(piece)}</span>`;
      return `<span class="${classes}${kind}" tabindex="0" role="note" aria-label="${note}" data-note="${note}">${escapeHtml(piece)}</span>`;
    })
    .join('\n');
}
