import type { Calibration } from '../src/evaluate/index.js';

/** The curves of one class of edit. */
export interface Panel {
  readonly title: string;
  readonly curves: readonly (Calibration & { readonly name: string })[];
}

const COLUMNS = 4;
const SIDE = 150;
const CELL = { width: SIDE + 50, height: SIDE + 68 };
const COLOURS = ['#2f6fb0', '#c98a1b', '#c8443c'];
/** Bins with fewer proposals are not drawn: their frequency is chance. */
const LEAST_COUNT = 20;

/**
 * Reliability diagrams side by side: how sure the model was from left to right, how often it was right
 * from bottom to top; on the diagonal both are equal, below it the model is too sure. A larger dot stands for
 * more proposals in its bin, on a logarithmic scale.
 */
export function reliabilitySvg(panels: readonly Panel[]): string {
  const rows = Math.ceil(panels.length / COLUMNS);
  const [width, height] = [COLUMNS * CELL.width + 20, rows * CELL.height + 46];
  const names = panels[0]?.curves.map(({ name }) => name) ?? [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#444">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...names.map((name, k) => `<circle cx="${46 + 110 * k}" cy="18" r="5" fill="${COLOURS[k]}"/><text x="${56 + 110 * k}" y="22">${name}</text>`),
    `<text x="${56 + 110 * names.length}" y="22">across: how sure, in %; up: how often right, in %</text>`,
    ...panels.map((panel, k) => panelSvg(panel, 40 + (k % COLUMNS) * CELL.width, 62 + Math.floor(k / COLUMNS) * CELL.height)),
    '</svg>',
    '',
  ].join('\n');
}

function panelSvg({ title, curves }: Panel, left: number, top: number): string {
  const most = Math.max(1, ...curves.flatMap(({ bins }) => bins.map(({ count }) => count)));
  const parts = [
    `<text x="0" y="-8" font-weight="bold">${title}</text>`,
    `<rect width="${SIDE}" height="${SIDE}" fill="none" stroke="#d0d5db"/>`,
    `<line x1="0" y1="${SIDE}" x2="${SIDE}" y2="0" stroke="#b8c0c9" stroke-dasharray="4 3"/>`,
    ...[0, 50, 100].map((tick) => `<text x="${(SIDE * tick) / 100}" y="${SIDE + 14}" text-anchor="middle">${tick}</text><text x="-5" y="${SIDE - (SIDE * tick) / 100 + 4}" text-anchor="end">${tick}</text>`),
  ];
  curves.forEach(({ bins }, k) => {
    const dots = bins.filter(({ count }) => count >= LEAST_COUNT).map(({ count, share, right }) => ({
      x: (share! * SIDE).toFixed(1), y: (SIDE - right! * SIDE).toFixed(1), radius: (1.5 + (5 * Math.log(count)) / Math.log(most)).toFixed(1), count,
    }));
    parts.push(`<polyline fill="none" stroke="${COLOURS[k]}" stroke-width="1.4" points="${dots.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`);
    parts.push(...dots.map(({ x, y, radius, count }) => `<circle cx="${x}" cy="${y}" r="${radius}" fill="${COLOURS[k]}" fill-opacity=".7"><title>${count} proposals</title></circle>`));
  });
  return `<g transform="translate(${left} ${top})">${parts.join('')}</g>`;
}
