/** Shares of wrong gaps on a logarithmic axis: a dot a project, a bar at the mean. */

export interface DotPanel {
  readonly title: string;
  readonly rows: readonly DotRow[];
}

export interface DotRow {
  readonly name: string;
  /** Shares from 0 to 1, one a project. */
  readonly values: readonly number[];
  readonly isOurs: boolean;
}

const WIDTH = 760;
const LEFT = 190;
const RIGHT = 20;
const ROW = 18;
const TITLE = 30;
const AXIS = 26;
const LEAST = 1e-4;
const TICKS = [1e-4, 1e-3, 1e-2, 1e-1, 1];

/** The panels one below the other. Shares below .0001, zero too, stand at the left edge. */
export function dotPlotSvg(title: string, panels: readonly DotPanel[]): string {
  const x = (share: number): string => (LEFT + ((WIDTH - LEFT - RIGHT) * (Math.log10(Math.max(LEAST, share)) + 4)) / 4).toFixed(1);
  const parts: string[] = [];
  let y = 34;
  for (const panel of panels) {
    const bottom = y + TITLE + panel.rows.length * ROW;
    parts.push(`<text x="${LEFT}" y="${y + 18}" font-weight="bold">${escapeXml(panel.title)}</text>`);
    for (const tick of TICKS) {
      parts.push(
        `<line x1="${x(tick)}" x2="${x(tick)}" y1="${y + TITLE - 6}" y2="${bottom}" stroke="#e3e6ea"/>`,
        `<text x="${x(tick)}" y="${bottom + 14}" text-anchor="middle" fill="#888">${tick === LEAST ? '≤ .0001' : tick}</text>`,
      );
    }
    panel.rows.forEach(({ name, values, isOurs }, k) => {
      const centre = y + TITLE + k * ROW + ROW / 2;
      const colour = isOurs ? '#c8443c' : '#2f6fb0';
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      parts.push(`<text x="${LEFT - 10}" y="${centre}" dy="0.35em" text-anchor="end">${escapeXml(name)}</text>`);
      for (const value of values) parts.push(`<circle cx="${x(value)}" cy="${centre}" r="3" fill="${colour}" fill-opacity="0.4"/>`);
      parts.push(`<line x1="${x(mean)}" x2="${x(mean)}" y1="${centre - 7}" y2="${centre + 7}" stroke="${colour}" stroke-width="3"/>`);
    });
    y = bottom + AXIS;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 6}" font-family="sans-serif" font-size="12" fill="#444">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="16" y="22" font-size="14">${escapeXml(title)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
