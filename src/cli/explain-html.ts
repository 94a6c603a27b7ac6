import type { Explanation, GapExplanation } from '../format/explain-source.js';
import { between, explainGap } from './explain-command.js';

/**
 * A page of one file, needing nothing else: the source, each gap coloured by how well it
 * agrees with the model, and what `nnfmt explain` says of it when it is pointed at.
 *
 * @param text the source that was explained
 * @param explanation of all its gaps
 */
export function explainHtml(text: string, explanation: Explanation): string {
  const parts: string[] = [];
  let at = 0;
  for (const gap of explanation.gaps) {
    parts.push(escapeHtml(text.slice(at, gap.from)), gapHtml(text.slice(gap.from, gap.to), gap));
    at = gap.to;
  }
  const { path, gapCount, changeCount } = explanation;
  const doubtful = explanation.gaps.filter(({ agreement }) => agreement < LEVELS[0].least).length;
  const source = (parts.join('') + escapeHtml(text.slice(at))).replace(/\r\n?/gu, '\n');
  const lines = source.split('\n').map((line, k) => `<span class="n">${k + 1}</span>${line}`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>nnfmt: ${escapeHtml(path)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(path)}</h1>
<p>${changeCount} of ${gapCount} gaps would change; ${doubtful} are not what the model is sure of. Point at a gap for the reasons.</p>
<p class="legend">${LEVELS.map(({ name, words }) => `<span class="g ${name}">&nbsp;&nbsp;</span> ${words}`).join(' ')}
<span class="g change">&nbsp;&nbsp;</span> would change</p>
<pre>${lines}</pre>
</body>
</html>
`;
}

/** How much the model agrees with a gap as it is; colours from calm to loud. */
const LEVELS = [
  { name: 'c0', least: 0.99, words: 'agrees (99 % or more)' },
  { name: 'c1', least: 0.9, words: '90 %' },
  { name: 'c2', least: 0.5, words: '50 %' },
  { name: 'c3', least: 0.1, words: '10 %' },
  { name: 'c4', least: 0, words: 'disagrees' },
] as const;

const levelOf = (agreement: number): string => LEVELS.find(({ least }) => agreement >= least)?.name ?? 'c4';

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --quiet: #8c959f;
  --c1: #fff4c2; --c2: #ffd98a; --c3: #ffae70; --c4: #f47067; --mark: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ink: #d1d7e0; --paper: #0d1117; --quiet: #656c76;
  --c1: #3a3312; --c2: #5c4612; --c3: #7d4411; --c4: #a5322b; --mark: #58a6ff; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem; }
h1 { font-size: 1.1rem; }
pre { font: 13px/1.55 ui-monospace, monospace; tab-size: 4; overflow-x: auto; }
.n { display: inline-block; width: 4ch; margin-right: 1.5ch; text-align: right; color: var(--quiet); user-select: none; }
.g { border-radius: 2px; }
.c1 { background: var(--c1); } .c2 { background: var(--c2); } .c3 { background: var(--c3); } .c4 { background: var(--c4); }
.change { outline: 1.5px solid var(--mark); }
.e::after { content: "\\2060"; padding: 0 .15ch; }
.b::before { content: "\\21B5"; color: var(--quiet); }
.legend span { margin-left: 1rem; }
`.trim();

/** A gap in which nothing is of interest is only its text. */
function gapHtml(raw: string, gap: GapExplanation): string {
  const level = levelOf(gap.agreement);
  if (level === 'c0' && !gap.changes) return escapeHtml(raw);
  const title = [between(gap), ...(gap.message === null ? [] : [gap.message]), ...explainGap(gap)].join('\n');
  const kind = raw === '' ? ' e' : /[\r\n]/u.test(raw) ? ' b' : '';
  const open = `<span class="g ${level}${gap.changes ? ' change' : ''}${kind}" title="${escapeHtml(title).replaceAll('\n', '&#10;')}">`;
  // A mark may not run over the line numbers: it is closed at each line's end and opened again.
  const pieces = raw.split(/\r\n|\r|\n/u);
  return pieces
    .map((piece, k) => (k === 0 || piece !== '' ? `${k === 0 ? open : open.replace(kind, '')}${escapeHtml(piece)}</span>` : ''))
    .join('\n');
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Also fit for an attribute in quotes; control characters that HTML forbids become visible. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/gu, (character) => ESCAPES[character])
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu, '\ufffd');
}
