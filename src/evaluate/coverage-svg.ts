import type { CoveragePoint } from './evaluate-completion.js';

const SIZE = { width: 560, height: 360, left: 56, right: 16, top: 36, bottom: 44 };

/** Precision against coverage as a small SVG: what share of the most confident suggestions is exactly right. */
export function coverageSvg(title: string, points: readonly CoveragePoint[]): string {
  const plotWidth = SIZE.width - SIZE.left - SIZE.right;
  const plotHeight = SIZE.height - SIZE.top - SIZE.bottom;
  const x = (coverage: number): string => (SIZE.left + plotWidth * coverage).toFixed(1);
  const y = (precision: number): string => (SIZE.top + plotHeight * (1 - precision)).toFixed(1);
  const marks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12" fill="#444">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${SIZE.left}" y="20" font-weight="bold">${title.replace(/[&<>"]/gu, (c) => `&#${c.charCodeAt(0)};`)}</text>`,
    ...marks.flatMap((mark) => [
      `<line x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}" y1="${y(mark)}" y2="${y(mark)}" stroke="#e3e6ea"/>`,
      `<text x="${SIZE.left - 8}" y="${y(mark)}" dy="0.35em" text-anchor="end">${mark * 100} %</text>`,
      `<text x="${x(mark)}" y="${SIZE.height - SIZE.bottom + 18}" text-anchor="middle">${mark * 100} %</text>`,
    ]),
    `<polyline fill="none" stroke="#2f6fb0" stroke-width="1.8" points="${points.map((point) => `${x(point.coverage)},${y(point.precision)}`).join(' ')}"/>`,
    `<text x="${SIZE.left + plotWidth / 2}" y="${SIZE.height - 8}" text-anchor="middle">coverage: share of places with a suggestion</text>`,
    `<text transform="translate(14 ${SIZE.top + plotHeight / 2}) rotate(-90)" text-anchor="middle">exactly right</text>`,
    '</svg>',
    '',
  ].join('\n');
}
