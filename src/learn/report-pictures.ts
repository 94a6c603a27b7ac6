/**
 * Pictures of the report. What can be a box is HTML, and drawings hold no text: so words keep their
 * size on a narrow screen.
 */
import type { FineTunePoint } from '../train/fine-tune.js';
import type { BeforeAndAfter } from './measure-profile.js';

/** Classes of gaps as figures name them, and in words. */
export const CLASSES = {
  spaces: 'spaces', lineBreaks: 'line breaks', indentation: 'indentation', blankLines: 'blank lines',
  comments: 'comments',
} as const;

const number = (value: number): string => value.toLocaleString('en');
const width = (share: number): string => `style="width:${(100 * share).toFixed(2)}%"`;

/** A bar that is filled by as many parts as there are shares. */
export const shareBar = (shares: readonly number[]): string =>
  `<span class="bar" aria-hidden="true">${shares.map((share, k) => `<i class="a${Math.min(k, 3)}" ${width(share)}></i>`).join('')}</span>`;

const CURVE = { width: 640, height: 180 };

/** The loss of fine-tuning against the gaps seen, from zero. */
export function curvePicture(curve: readonly FineTunePoint[]): string {
  const { width: across, height } = CURVE;
  const most = Math.max(...curve.map(({ lossNats }) => lossNats));
  const last = curve[curve.length - 1].gaps;
  const points = curve.map(({ gaps, lossNats }) =>
    `${((across * gaps) / last).toFixed(1)},${(height * (1 - lossNats / most)).toFixed(1)}`).join(' ');
  const words =
    `Loss of fine-tuning, from ${curve[0].lossNats.toFixed(3)} to ${curve[curve.length - 1].lossNats.toFixed(3)} nats a gap`;
  return `<div class="plot">
<div class="up" aria-hidden="true">${[most, most / 2, 0].map((loss) => `<span>${loss.toFixed(3)}</span>`).join('')}</div>
<svg viewBox="0 0 ${across} ${height}" preserveAspectRatio="none" role="img" aria-label="${words}"><path class="rule" d="M0 0H${across}M0 ${height / 2}H${across}M0 ${height}H${across}"/><polyline class="curve" points="${points}"/></svg>
<div class="along" aria-hidden="true">${[0, last / 2, last].map((gaps) => `<span>${number(Math.round(gaps / 1000))}k gaps</span>`).join('')}</div>
</div>`;
}

/**
 * Lines by length, with the length that the project seems to keep to.
 *
 * @param columns lines of each length, from 0
 */
export function lengthsPicture(columns: readonly number[], limit: number): string {
  const highest = Math.max(1, ...columns);
  const bars = columns
    // Square roots, so that the few lines beyond the limit can be seen.
    .map((count, k) => {
      const height = 100 * Math.sqrt(count / highest);
      return count === 0
        ? ''
        : `<rect x="${k}" width=".8" y="${(100 - height).toFixed(1)}" height="${height.toFixed(1)}"><title>${number(count)} line${count === 1 ? '' : 's'} of ${k} columns</title></rect>`;
    })
    .join('');
  const at = (column: number): string => `left:${((100 * column) / columns.length).toFixed(2)}%`;
  const ticks =
    TICKS.filter((tick) => tick < columns.length).map((tick) => `<span style="${at(tick)}">${tick}</span>`).join('');
  const mark = limit < columns.length ? `<span class="limit" style="${at(limit + 1)}" aria-hidden="true"></span>` : '';
  return `<div class="lengths"><div class="field"><svg viewBox="0 0 ${columns.length} 100" preserveAspectRatio="none" role="img" aria-label="histogram of line lengths">${bars}</svg>${mark}</div>
<div class="ticks" aria-hidden="true">${ticks}</div></div>`;
}

const TICKS = [0, 40, 80, 120, 160];

/**
 * For each class of gaps, how many are not as their author wrote them: by the base model, and with the
 * profile. Null where there are none.
 */
export function errorBars(
  { before, after, input }: Pick<BeforeAndAfter, 'before' | 'after'> & { readonly input: string },
): string | null {
  const rows = (Object.entries(CLASSES) as [keyof typeof CLASSES, string][])
    .map(([key, name]) => ({
      name, compared: before.classes[key].compared, base: before.classes[key].changed,
      profile: after.classes[key].changed,
    }))
    .filter(({ compared }) => compared > 0);
  const most = Math.max(0, ...rows.flatMap(({ base, profile }) => [base, profile]));
  if (most === 0) return null;
  const one = (count: number, className: string, words: string): string =>
    `<span class="error ${className}"><span class="track" aria-hidden="true">${count === 0 ? '' : `<i ${width(Math.max(count / most, 0.005))}></i>`}</span> ${number(count)}<span class="unseen"> ${words}</span></span>`;
  const parts = rows.map(({ name, compared, base, profile }) =>
    `<div><dt>${name} <small>of ${number(compared)}</small></dt><dd>${one(base, 'base', 'by the base model,')}${one(profile, 'profile', 'with the profile')}</dd></div>`);
  return `<figure><figcaption><strong>${input}</strong>: gaps that are not as the author wrote them
<ul class="plain key"><li><i class="base"></i>by the base model</li><li><i class="profile"></i>with the profile</li></ul></figcaption>
<dl class="rows">${parts.join('\n')}</dl></figure>`;
}
