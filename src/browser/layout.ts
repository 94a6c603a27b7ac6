import { createFormatter as createFormatterOf } from '../format/index.js';
import type { Explainer } from '../format/explanation.js';
import type { FormatRequest, Formatter, FormatterOptions } from '../format/formatter.js';
import type { Deviation } from '../format/deviation.js';
import { BOOLEAN, checkFields, numberFrom } from '../shared/check-arguments.js';
import { given } from './given.js';
import { FORMAT_FILES, loadAssets, RESTYLE_FILES, type AssetOptions } from './load-assets.js';
import { ASSET_RULES, BYTES, BYTES_OR_NULL } from './option-rules.js';
import { withFile } from './placed-files.js';
import { loadRestyling } from './stand-ins/restyle-gaps.js';

/** What a formatter decides by, and where its files come from. */
export interface BrowserFormatterOptions extends AssetOptions, Pick<FormatterOptions, 'confidence' | 'restyle'> {
  /** A model instead of the built-in one. */
  readonly model?: Uint8Array;
  /** The bytes of the project's profile; null or nothing for none. */
  readonly profile?: Uint8Array | null;
  /** Whether requests will name lines: what judges these by the rest of their file is fetched as well. */
  readonly ranges?: boolean;
}

/** Where a source lies, what may change of it, and what is decided by. */
export interface BrowserFormatOptions extends BrowserFormatterOptions, Omit<FormatRequest, 'deviations'> {}

const RULES = {
  ...ASSET_RULES, confidence: numberFrom(0, 1), restyle: BOOLEAN, ranges: BOOLEAN, model: BYTES,
  profile: BYTES_OR_NULL,
} satisfies Record<keyof BrowserFormatterOptions, unknown>;

/**
 * Fetches grammar and model once; each call of the formatter is synchronous after that.
 *
 * @throws AssetLoadError for what cannot be fetched
 * @throws ModelFileError when model or profile is damaged, foreign or does not fit
 * @throws BadOptionError for options that do not exist or cannot be
 */
export async function createFormatter(options: BrowserFormatterOptions = {}): Promise<Formatter> {
  checkFields('createFormatter', options, RULES);
  return withPolicy(options, createFormatterOf);
}

/**
 * Says, gap by gap, what formatting considers and why: what `nnfmt explain` prints.
 *
 * @throws as `createFormatter`
 */
export async function createExplainer(options: BrowserFormatterOptions = {}): Promise<Explainer> {
  checkFields('createExplainer', options, RULES);
  const code = import('../format/explain-source.js');
  return withPolicy(options, async (own) => (await code).createExplainer(own));
}

/**
 * Restores the layout of one source.
 *
 * @throws as `createFormatter` and `Formatter.format`
 */
export async function format(text: string, options: BrowserFormatOptions = {}): Promise<string> {
  const { path, lines, seams, restyle, ...rest } = options;
  const formatter = await createFormatter({ ranges: lines !== undefined, ...rest });
  return formatter.format(text, given({ path, lines, seams, restyle })).text;
}

/**
 * The gaps of one source that formatting would change, in their order; none where it is well laid out.
 *
 * @throws as `format`
 */
export async function check(text: string, options: BrowserFormatOptions = {}): Promise<readonly Deviation[]> {
  const { path, lines, seams, restyle, ...rest } = options;
  const formatter = await createFormatter({ ranges: lines !== undefined, ...rest });
  return formatter.check(text, given({ path, lines, seams, restyle }));
}

async function withPolicy<T>(
  options: BrowserFormatterOptions, create: (options: FormatterOptions) => Promise<T>,
): Promise<T> {
  const { confidence, restyle, ranges = false, model, profile } = options;
  const hasProfile = (profile ?? null) !== null;
  const mayRestyle = model === undefined && (hasProfile || ranges);
  await Promise.all([
    loadAssets([...FORMAT_FILES, ...(mayRestyle ? RESTYLE_FILES : [])], options),
    hasProfile || mayRestyle ? loadRestyling() : null,
  ]);
  const common = { ...given({ confidence, restyle }), editorconfig: false, profilePath: null } as const;
  const withModel = (more: FormatterOptions): Promise<T> => model === undefined
    ? create({ ...common, ...more })
    : withFile('model', model, (modelPath) => create({ ...common, ...more, modelPath }));
  return profile === undefined || profile === null
    ? withModel({})
    : withFile('profile', profile, (profilePath) => withModel({ profilePath }));
}
