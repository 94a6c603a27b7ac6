import { htmlPage, scrolling } from '../shared/page.js';
import { escapeHtml } from '../shared/html.js';
import { percent } from '../shared/percent.js';
import type { CorpusStats, Tally } from './corpus-stats.js';

const STYLE = `
.bars { width: 100%; max-width: 44rem; height: auto; }
.bars rect { fill: var(--accent); }
.bars text { fill: var(--ink); font: 13px var(--body); }
.bars .count { fill: var(--quiet); }
table { border-collapse: collapse; }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
`;

const ROW = 22;
const LABEL = 150;
const WIDTH = 620;

/** Bars, the longest first. @param shares parts of a whole, or counts, by name */
function bars(title: string, tally: Tally, most = 12): string {
  const rows = Object.entries(tally).sort((a, b) => b[1] - a[1]);
  const total = rows.reduce((sum, [, value]) => sum + value, 0);
  const shown = rows.slice(0, most);
  const largest = Math.max(1, ...shown.map(([, value]) => value));
  const lines = shown.map(([name, value], k) => {
    const y = k * ROW;
    const width = Math.max(1, (value / largest) * (WIDTH - LABEL - 130));
    return (
      `<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end">${escapeHtml(name.length > 20 ? `${name.slice(0, 19)}…` : name)}</text>` +
      `<rect x="${LABEL}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW - 6}"/>` +
      `<text class="count" x="${LABEL + width + 6}" y="${y + 15}">${value.toLocaleString('en')} · ${percent(value / Math.max(1, total))}</text>`
    );
  });
  const label = `${title}: ${shown.map(([name, value]) => `${name} ${value}`).join(', ')}`;
  return `<h2>${escapeHtml(title)}</h2>
<svg class="bars" viewBox="0 0 ${WIDTH} ${shown.length * ROW}" role="img" aria-label="${escapeHtml(label)}">${lines.join('')}</svg>`;
}

/** The figures of a corpus as a page with pictures. */
export function statsPage(stats: CorpusStats): string {
  const number = (value: number): string => value.toLocaleString('en');
  const largest = [...stats.projects].sort((a, b) => b.lines - a.lines);
  const rows = largest.map(
    (project) =>
      `<tr><td>${escapeHtml(project.name)}</td><td>${number(project.files)}</td><td>${number(project.lines)}</td>` +
      `<td>${number(project.words)}</td><td>${number(project.characters)}</td><td>${escapeHtml(project.licence ?? 'unknown')}</td></tr>`,
  );
  return htmlPage({
    title: 'Corpus',
    kind: 'nnfmt corpus stats',
    heading: `${number(stats.projects.length)} projects`,
    lead:
      `${number(stats.files)} files, ${number(stats.lines)} lines, ${number(stats.words)} words, ${number(stats.characters)} characters. ` +
      `${number(stats.duplicates)} files mostly repeat others, ${number(stats.generated)} are generated, ${number(stats.unreadable)} cannot be read.`,
    style: STYLE,
    main: [
      bars('Lines of the largest projects', Object.fromEntries(largest.map(({ name, lines }) => [name, lines]))),
      bars('Files by licence', stats.licences),
      bars('Indentation', stats.indentation),
      bars('Quotes', stats.quotes),
      bars('Longest line, in columns', stats.longestLine),
      bars('Line ends', stats.lineEnds),
      '<h2>Projects</h2>',
      scrolling(
        'Projects',
        `<table><thead><tr><th>project</th><th>files</th><th>lines</th><th>words</th><th>characters</th><th>licence</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
      ),
    ].join('\n'),
  });
}
