/** A training curve as a small SVG: losses against examples, the learning rate below. */

export interface CurvePoint {
  /** Seen so far: gaps, pieces or characters. */
  readonly examples: number;
  readonly lossNats: number;
}

export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

const WIDTH = 760;
const HEIGHT = 380;
const MARGIN = { left: 64, right: 16, top: 36, bottom: 44 };
const COLOURS = ['#9aa7b8', '#c8443c', '#2f6fb0', '#3d8f5f'];

/** Logarithmic loss axis. Points that are not finite and positive are left out. */
export function curveSvg(title: string, curves: readonly Curve[], unit = 'gaps'): string {
  const shown = curves.map(({ name, points }) => ({
    name,
    points: points.filter(({ lossNats }) => Number.isFinite(lossNats) && lossNats > 0),
  }));
  const all = shown.flatMap(({ points }) => points);
  const last = Math.max(1, ...all.map(({ examples }) => examples));
  const logs = all.map(({ lossNats }) => Math.log10(lossNats));
  const low = logs.length === 0 ? -1 : Math.min(...logs) - 0.05;
  const high = logs.length === 0 ? 0 : Math.max(...logs, low + 0.1) + 0.05;

  const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (examples: number): number => MARGIN.left + (plotWidth * examples) / last;
  const y = (log: number): number => MARGIN.top + (plotHeight * (high - log)) / (high - low);
  const at = (value: number): string => value.toFixed(1);

  const lines: string[] = [];
  for (const loss of ticks(low, high)) {
    const height = at(y(Math.log10(loss)));
    lines.push(
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${height}" y2="${height}" stroke="#e3e6ea"/>`,
      `<text x="${MARGIN.left - 8}" y="${height}" dy="0.35em" text-anchor="end">${loss}</text>`,
    );
  }
  for (let part = 0; part <= 4; part++) {
    const examples = (last * part) / 4;
    lines.push(
      `<text x="${at(x(examples))}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${shortCount(examples)}</text>`,
    );
  }
  shown.forEach(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const path = points.map(({ examples, lossNats }) => `${at(x(examples))},${at(y(Math.log10(lossNats)))}`).join(' ');
    lines.push(
      `<polyline fill="none" stroke="${colour}" stroke-width="1.6" points="${path}"/>`,
      `<text x="${WIDTH - MARGIN.right - 130 * (shown.length - index) + 20}" y="20" fill="${colour}">${escapeXml(name)}</text>`,
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#444">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${MARGIN.left}" y="20" font-weight="bold">${escapeXml(title)}</text>`,
    ...lines,
    `<text x="${MARGIN.left + plotWidth / 2}" y="${HEIGHT - 8}" text-anchor="middle">${unit}</text>`,
    `<text transform="translate(14 ${MARGIN.top + plotHeight / 2}) rotate(-90)" text-anchor="middle">loss (nats)</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** 1, 2 and 5 times powers of ten between two logarithms. */
function ticks(low: number, high: number): number[] {
  const result: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of [1, 2, 5]) {
      const value = Number(`${digit}e${power}`);
      if (Math.log10(value) >= low && Math.log10(value) <= high) result.push(value);
    }
  }
  return result;
}

/** 950, 12k, 3.4M */
function shortCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const [value, unit] = count < 1e6 ? [count / 1e3, 'k'] : [count / 1e6, 'M'];
  return `${Number(value.toPrecision(2))}${unit}`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/gu, (character) => `&#${character.charCodeAt(0)};`);
}
