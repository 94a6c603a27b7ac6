import { between, explainGap } from '../format/explanation-words.js';
import type { Explanation, GapExplanation } from '../format/explain-source.js';
import { HEAT_HINT, HEAT_LEVELS, HEAT_STYLE, heatCode, heatLegend, heatLines } from '../format/heat-map.js';
import { escapeHtml } from '../shared/html.js';
import { htmlPage } from '../shared/page.js';

/**
 * A page of one file, needing nothing else: the source, each gap coloured by how well it
 * agrees with the model, and what `nnfmt explain` says of it when it is pointed at or has the focus.
 *
 * @param text the source that was explained
 * @param explanation of all its gaps
 */
export function explainHtml(text: string, explanation: Explanation): string {
  const { path, gaps, gapCount, changeCount } = explanation;
  const doubtful = gaps.filter(({ agreement }) => agreement < HEAT_LEVELS[0].least);
  const lines = heatLines(text, gaps, noteOf, (line) => `L${line}`);
  return htmlPage({
    title: `nnfmt: ${path}`,
    kind: 'nnfmt explain',
    heading: path,
    lead:
      `${count(changeCount)} of ${count(gapCount)} gaps would change; ${count(doubtful.length)} are not what the model is sure of.`,
    style: `${STYLE}\n${HEAT_STYLE}`,
    main: `${heatLegend()}
${HEAT_HINT}
${heatCode(`Source of ${path}`, lines)}
${doubtful.length === 0 ? '' : leastCertain(doubtful)}`,
  });
}

const count = (number: number): string => number.toLocaleString('en');

/** Gaps that are linked to from the top of the page. */
const MOST_LINKS = 12;

function leastCertain(doubtful: readonly GapExplanation[]): string {
  const sorted = [...doubtful].sort((a, b) => a.agreement - b.agreement).slice(0, MOST_LINKS);
  const links = sorted.map(({ line, beforeWords }) =>
    `<li><a href="#L${line}">line ${line}</a> <small>${escapeHtml(beforeWords)}</small></li>`);
  return `<nav aria-labelledby="least-certain"><h2 id="least-certain">Least certain${doubtful.length > MOST_LINKS ? `, ${MOST_LINKS} of ${count(doubtful.length)}` : ''}</h2>
<ul class="plain">${links.join('')}</ul></nav>`;
}

const noteOf = (gap: GapExplanation): string =>
  [between(gap), ...(gap.message === null ? [] : [gap.message]), ...explainGap(gap)].join('\n');

const STYLE = 'body { max-width: 80rem; } h1 { font-family: var(--code); font-weight: 600; }';
