import type { Explainer } from '../format/explain-source.js';
import type { Formatter as FullFormatter, FormatterOptions } from '../format/formatter.js';
import type { OptionsFor } from '../options/index.js';
import type { Budget } from '../shared/budget.js';

export type { Deviation } from '../format/deviation.js';
export type { FormatRequest, FormatResult, FormatterOptions } from '../format/formatter.js';

/** What commands ask of a formatter. */
export type Formatter = Pick<FullFormatter, 'format'>;

/**
 * The maker of formatters, which tests replace by one that needs no model. How much it will be given to format, at
 * most, is no part of what it makes, but of how fast that is ready.
 */
export type CreateFormatter = (options: FormatterOptions, sourceBytes?: number) => Promise<Formatter>;

/** The maker of explainers, which takes the same options. */
export type CreateExplainer = (options: FormatterOptions) => Promise<Explainer>;

/** What the options say about the model. */
export function formatterOptions(
  options: Pick<OptionsFor<'format'>, 'model' | 'confidence' | 'profile'>
    & Partial<Pick<OptionsFor<'format'>, 'restyle' | 'editorconfig'>>,
): FormatterOptions {
  return {
    ...(options.model === null ? {} : { modelPath: options.model }),
    ...(options.confidence === null ? {} : { confidence: options.confidence }),
    ...(options.profile === null ? {} : { profilePath: options.profile === false ? null : options.profile }),
    ...(options.restyle === true ? { restyle: true } : {}),
    ...(options.editorconfig === false ? { editorconfig: false } : {}),
  };
}

/** What the options allow one file. */
export function fileBudget(options: Pick<OptionsFor<'format'>, 'maxSeconds' | 'maxMemory'>): Budget {
  return { seconds: options.maxSeconds, bytes: 1_000_000 * options.maxMemory };
}
