import { escapeHtml } from '../shared/html.js';
import type { GapExplanation } from './explain-source.js';

/** How much the model agrees with a gap as it is; colours from calm to loud. */
export const HEAT_LEVELS = [
  { name: 'c0', least: 0.99, words: 'agrees (99 % or more)' },
  { name: 'c1', least: 0.9, words: '90 %' },
  { name: 'c2', least: 0.5, words: '50 %' },
  { name: 'c3', least: 0.1, words: '10 %' },
  { name: 'c4', least: 0, words: 'disagrees' },
] as const;

const levelOf = (agreement: number): string => HEAT_LEVELS.find(({ least }) => agreement >= least)?.name ?? 'c4';

/** Rules for what `heatLines` and `heatLegend` write. The page has to declare `--ink`, `--paper` and `--quiet`. */
export const HEAT_STYLE = `
:root { --c1: #fff4c2; --c2: #ffd98a; --c3: #ffae70; --c4: #f47067; --mark: #0969da; }
@media (prefers-color-scheme: dark) { :root { --c1: #3a3312; --c2: #5c4612; --c3: #7d4411; --c4: #a5322b; --mark: #58a6ff; } }
pre.heat { font: 13px/1.55 ui-monospace, monospace; tab-size: 4; overflow-x: auto; }
.n { display: inline-block; width: 4ch; margin-right: 1.5ch; text-align: right; color: var(--quiet); user-select: none; }
.g { border-radius: 2px; }
.c1 { background: var(--c1); } .c2 { background: var(--c2); } .c3 { background: var(--c3); } .c4 { background: var(--c4); }
.change { outline: 1.5px solid var(--mark); }
.e::after { content: "\\2060"; padding: 0 .15ch; }
.b::before { content: "\\21B5"; color: var(--quiet); }
.legend span { margin-left: 1rem; }
`.trim();

/** What the colours mean, in a line. */
export function heatLegend(): string {
  const levels = HEAT_LEVELS.map(({ name, words }) => `<span class="g ${name}">&nbsp;&nbsp;</span> ${words}`).join(' ');
  return `<p class="legend">${levels}\n<span class="g change">&nbsp;&nbsp;</span> would change</p>`;
}

/**
 * The lines of a source as HTML, each with its number and each gap coloured by how well the model
 * agrees with it.
 *
 * @param gaps all gaps of the source, in order
 * @param titleOf what is said of a gap that is pointed at
 */
export function heatLines(text: string, gaps: readonly GapExplanation[], titleOf: (gap: GapExplanation) => string): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const gap of gaps) {
    parts.push(escapeHtml(text.slice(at, gap.from)), gapHtml(text.slice(gap.from, gap.to), gap, titleOf));
    at = gap.to;
  }
  const source = (parts.join('') + escapeHtml(text.slice(at))).replace(/\r\n?/gu, '\n');
  return source.split('\n').map((line, k) => `<span class="n">${k + 1}</span>${line}`);
}

/** A gap in which nothing is of interest is only its text. */
function gapHtml(raw: string, gap: GapExplanation, titleOf: (gap: GapExplanation) => string): string {
  const level = levelOf(gap.agreement);
  if (level === 'c0' && !gap.changes) return escapeHtml(raw);
  const kind = raw === '' ? ' e' : /[\r\n]/u.test(raw) ? ' b' : '';
  const title = escapeHtml(titleOf(gap)).replaceAll('\n', '&#10;');
  const open = `<span class="g ${level}${gap.changes ? ' change' : ''}${kind}" title="${title}">`;
  // A mark may not run over the line numbers: it is closed at each line's end and opened again.
  const pieces = raw.split(/\r\n|\r|\n/u);
  return pieces
    .map((piece, k) => (k === 0 || piece !== '' ? `${k === 0 ? open : open.replace(kind, '')}${escapeHtml(piece)}</span>` : ''))
    .join('\n');
}
