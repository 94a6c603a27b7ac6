import type { FineTunePoint } from '../train/fine-tune.js';
import type { BeforeAndAfter } from './learn-profile.js';

/** Classes of gaps as figures name them, and in words. */
export const CLASSES = {
  spaces: 'spaces', lineBreaks: 'line breaks', indentation: 'indentation', blankLines: 'blank lines', comments: 'comments',
} as const;

const CURVE = { width: 640, height: 180, left: 48, bottom: 28, top: 8 };

/** The loss of fine-tuning against the gaps seen, from zero. */
export function curveSvg(curve: readonly FineTunePoint[]): string {
  const { width, height, left, bottom, top } = CURVE;
  const most = Math.max(...curve.map(({ lossNats }) => lossNats));
  const last = curve[curve.length - 1].gaps;
  const x = (gaps: number): string => (left + ((width - left - 8) * gaps) / last).toFixed(1);
  const y = (loss: number): string => (top + (height - top - bottom) * (1 - loss / most)).toFixed(1);
  const rules = [0, most / 2, most].map(
    (loss) => `<line class="rule" x1="${left}" x2="${width - 8}" y1="${y(loss)}" y2="${y(loss)}"/><text x="${left - 6}" y="${y(loss)}" dy=".35em" text-anchor="end">${loss.toFixed(3)}</text>`,
  );
  const ticks = [0, last / 2, last].map(
    (gaps) => `<text x="${x(gaps)}" y="${height - 10}" text-anchor="${gaps === 0 ? 'start' : gaps === last ? 'end' : 'middle'}">${Math.round(gaps / 1000)}k gaps</text>`,
  );
  const points = curve.map(({ gaps, lossNats }) => `${x(gaps)},${y(lossNats)}`).join(' ');
  return `<svg viewBox="0 0 ${width} ${height}" style="width:${width}px" role="img" aria-label="loss of fine-tuning">
${rules.join('')}${ticks.join('')}<polyline class="curve" points="${points}"/></svg>`;
}

const BARS = { width: 640, label: 150, row: 34, bar: 11 };

/**
 * For each class of gaps, how many are not as their author wrote them: by the base model, and with the
 * profile. Null where there are none.
 */
export function errorBars({ before, after, input }: Pick<BeforeAndAfter, 'before' | 'after'> & { readonly input: string }): string | null {
  const rows = (Object.entries(CLASSES) as [keyof typeof CLASSES, string][])
    .map(([key, name]) => ({ name, compared: before.classes[key].compared, base: before.classes[key].changed, profile: after.classes[key].changed }))
    .filter(({ compared }) => compared > 0);
  const most = Math.max(0, ...rows.flatMap(({ base, profile }) => [base, profile]));
  if (most === 0) return null;
  const { width, label, row, bar } = BARS;
  const scale = (width - label - 130) / most;
  const parts = rows.map(({ name, compared, base, profile }, k) => {
    const y = k * row + 4;
    const one = (count: number, at: number, className: string): string =>
      `<rect class="${className}" x="${label}" y="${at}" width="${Math.max(1, count * scale).toFixed(1)}" height="${bar}"/><text x="${(label + 6 + count * scale).toFixed(1)}" y="${at + bar - 2}">${count}</text>`;
    return `<text x="${label - 8}" y="${y + bar + 4}" text-anchor="end">${name}, ${compared.toLocaleString('en')}</text>${one(base, y, 'base')}${one(profile, y + bar + 2, 'profile')}`;
  });
  return `<figure><figcaption>${input}: gaps that are not as the author wrote them, <span class="key base"></span> by the base model, <span class="key profile"></span> with the profile</figcaption>
<svg viewBox="0 0 ${width} ${rows.length * row + 4}" style="width:${width}px" role="img" aria-label="errors by class">${parts.join('')}</svg></figure>`;
}
