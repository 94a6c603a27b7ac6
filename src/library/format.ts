import { CHECK_RULES, FORMATTER_RULES } from '../format/create-formatter.js';
import { createPoliciesOn, formatSource, loadBaseModel, type BaseModel } from '../format/index.js';
import type { Deviation } from '../format/deviation.js';
import type { FormatRequest, FormatResult, FormatterOptions } from '../format/formatter.js';
import { checkArgument, checkFields, TEXT } from '../shared/check-arguments.js';
import { createTokenizer } from '../tokenize/index.js';

/** Where a source lies, what may change of it, and what is decided by. */
export interface FormatOptions extends FormatterOptions, Omit<FormatRequest, 'deviations'> {}

const FORMAT_RULES = { ...FORMATTER_RULES, ...CHECK_RULES } satisfies Record<keyof FormatOptions, unknown>;

/** The model that was used last: a program uses one, as a rule. */
let loaded: { readonly key: string; readonly base: BaseModel } | undefined;

/**
 * Restores the layout of one source.
 *
 * @returns the source in its new layout
 * @throws as `Formatter.format`, and ModelFileError for a model or profile that cannot be used
 */
export async function format(text: string, options: FormatOptions = {}): Promise<string> {
  return (await formatOnce('format', text, options, false)).text;
}

/**
 * The gaps of one source that formatting would change, in their order; none where it is well laid out.
 *
 * @throws as `format`
 */
export async function check(text: string, options: FormatOptions = {}): Promise<readonly Deviation[]> {
  return (await formatOnce('check', text, options, true)).deviations!;
}

/** Reads profiles anew, so that a program that runs for days sees one that was learned meanwhile. */
async function formatOnce(
  caller: string,
  text: string,
  options: FormatOptions,
  deviations: boolean,
): Promise<FormatResult> {
  checkArgument(`${caller}: text`, text, TEXT);
  checkFields(caller, options, FORMAT_RULES);
  const { path, modelPath, confidence, profilePath, editorconfig, ...request } = options;
  const tokenizer = await createTokenizer();
  const policyFor = createPoliciesOn(baseModel({ modelPath, confidence }), {
    ...(profilePath === undefined ? {} : { profilePath }), ...(editorconfig === undefined ? {} : { editorconfig }),
  });
  return formatSource(tokenizer, policyFor(path ?? null), text, path ?? '<source>', { ...request, deviations });
}

function baseModel({ modelPath, confidence }: {
  readonly modelPath: string | undefined;
  readonly confidence: number | undefined;
}): BaseModel {
  const key = JSON.stringify([modelPath, confidence]);
  if (loaded?.key !== key) {
    const options = {
      ...(modelPath === undefined ? {} : { modelPath }),
      ...(confidence === undefined ? {} : { confidence }),
    };
    loaded = { key, base: loadBaseModel(options) };
  }
  return loaded.base;
}
