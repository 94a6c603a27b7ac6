import { dirname } from 'node:path';
import type { FormatterOptions } from '../format/formatter.js';
import { createSettingsFinder } from '../options/project-settings.js';
import { checkArgument, TEXT } from '../shared/check-arguments.js';

/**
 * What `[tool.nnfmt]` of the nearest pyproject.toml says about formatting a file, as options for `format`, `check`
 * and `createFormatter`; null where no such table is above the file. Paths are absolute. The nearest profile needs no
 * such table: whoever formats with a path finds it.
 *
 * @param path of a file, which need not exist
 * @throws BadOptionError for a table that cannot be used, with its place
 */
export async function resolveConfig(path: string): Promise<FormatterOptions | null> {
  checkArgument('resolveConfig: path', path, TEXT);
  const settings = createSettingsFinder()(dirname(path));
  if (settings === null) return null;
  const { model, profile, confidence, editorconfig } = settings.values as {
    readonly model?: string; readonly profile?: string | false; readonly confidence?: number;
    readonly editorconfig?: boolean;
  };
  return {
    ...(model === undefined ? {} : { modelPath: model }),
    ...(profile === undefined ? {} : { profilePath: profile === false ? null : profile }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(editorconfig === undefined ? {} : { editorconfig }),
  };
}
