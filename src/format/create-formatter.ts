import { BOOLEAN, checkArgument, checkFields, listOf, numberFrom, orNull, TEXT } from '../shared/check-arguments.js';
import { NoProfileError } from '../errors.js';
import { isLineRange } from '../shared/line-ranges.js';
import { createTokenizer } from '../tokenize/index.js';
import { formatSource } from './format-source.js';
import type { FormatRequest, FormatResult, Formatter, FormatterOptions } from './formatter.js';
import { createPolicies } from './load-policy.js';

/**
 * Loads grammar and model once; each call of the formatter is synchronous after that. A profile is read once.
 *
 * @param options.profilePath the project's profile, or null for none; where it is not given,
 *   each source is formatted with the nearest `.nnfmt/profile` above its path
 * @throws ModelFileError when a file is missing, damaged or does not fit; for a profile that is
 *   found by a source's path, `format` throws it
 * @throws BadOptionError for options that do not exist or cannot be
 */
export async function createFormatter(options: FormatterOptions = {}): Promise<Formatter> {
  checkFields('createFormatter', options, FORMATTER_RULES);
  const [tokenizer, policyFor] = await Promise.all([createTokenizer(), createPolicies(options)]);
  const format = (text: string, { path, restyle = options.restyle, ...request }: FormatRequest): FormatResult => {
    const policy = policyFor(path ?? null);
    if (restyle === true && policy.project === null) throw new NoProfileError({ path: path ?? '<source>' });
    return formatSource(tokenizer, policy, text, path ?? '<source>', { ...request, restyle: restyle === true });
  };
  return {
    format(text, options = {}) {
      checkArgument('format: text', text, TEXT);
      checkFields('format', options, REQUEST_RULES);
      return format(text, options);
    },
    check(text, options = {}) {
      checkArgument('check: text', text, TEXT);
      checkFields('check', options, CHECK_RULES);
      return format(text, { ...options, deviations: true }).deviations!;
    },
  };
}

export const FORMATTER_RULES = {
  modelPath: TEXT, confidence: numberFrom(0, 1), profilePath: orNull(TEXT), restyle: BOOLEAN,
  editorconfig: BOOLEAN,
} satisfies Record<keyof FormatterOptions, unknown>;

/** What is asked for a source, but for how the answer is told. */
export const CHECK_RULES = {
  path: TEXT,
  lines: listOf('objects with first and last, lines from 1', isLineRange),
  seams: listOf('offsets from 0', (value) => Number.isSafeInteger(value) && (value as number) >= 0),
  restyle: BOOLEAN,
} satisfies Record<Exclude<keyof FormatRequest, 'deviations'>, unknown>;

const REQUEST_RULES = { ...CHECK_RULES, deviations: BOOLEAN } satisfies Record<keyof FormatRequest, unknown>;
