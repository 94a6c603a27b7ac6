import type { Explanation, GapExplanation } from '../format/explain-source.js';
import { HEAT_LEVELS, HEAT_STYLE, heatLegend, heatLines } from '../format/heat-map.js';
import { escapeHtml } from '../shared/html.js';
import { between, explainGap } from './explain-command.js';

/**
 * A page of one file, needing nothing else: the source, each gap coloured by how well it
 * agrees with the model, and what `nnfmt explain` says of it when it is pointed at.
 *
 * @param text the source that was explained
 * @param explanation of all its gaps
 */
export function explainHtml(text: string, explanation: Explanation): string {
  const { path, gaps, gapCount, changeCount } = explanation;
  const doubtful = gaps.filter(({ agreement }) => agreement < HEAT_LEVELS[0].least);
  const lines = heatLines(text, gaps, titleOf).map((line, k) => `<span id="L${k + 1}">${line}</span>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>nnfmt: ${escapeHtml(path)}</title>
<style>${STYLE}
${HEAT_STYLE}</style>
</head>
<body>
<h1>${escapeHtml(path)}</h1>
<p>${changeCount} of ${gapCount} gaps would change; ${doubtful.length} are not what the model is sure of. Point at a gap for the reasons.</p>
${doubtful.length === 0 ? '' : `<p>Least certain: ${leastCertain(doubtful)}</p>`}
${heatLegend()}
<pre class="heat">${lines.join('\n')}</pre>
</body>
</html>
`;
}

/** Gaps that are linked to from the top of the page. */
const MOST_LINKS = 12;

function leastCertain(doubtful: readonly GapExplanation[]): string {
  const sorted = [...doubtful].sort((a, b) => a.agreement - b.agreement).slice(0, MOST_LINKS);
  return sorted.map(({ line, beforeWords }) => `<a href="#L${line}">line ${line}</a> (${escapeHtml(beforeWords)})`).join(', ');
}

const titleOf = (gap: GapExplanation): string =>
  [between(gap), ...(gap.message === null ? [] : [gap.message]), ...explainGap(gap)].join('\n');

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --quiet: #8c959f; }
@media (prefers-color-scheme: dark) { :root { --ink: #d1d7e0; --paper: #0d1117; --quiet: #656c76; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem; }
h1 { font-size: 1.1rem; }
a { color: inherit; }
:target { outline: 1px solid var(--quiet); }
`.trim();
