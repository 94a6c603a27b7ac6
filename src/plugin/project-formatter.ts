import { dirname, resolve } from 'node:path';
import { isLeftOut } from '../corpus/file-filter.js';
import { isGenerated } from '../corpus/foreign-code.js';
import { createFormatter, type Formatter, type FormatterOptions } from '../format/index.js';
import { optionTables, resolveOptions } from '../options/index.js';
import { createEditorConfigReader, type AssumedHabits } from '../options/editorconfig.js';
import { createSettingsFinder, type ProjectSettings } from '../options/project-settings.js';
import { createProfileFinder } from '../profile/index.js';
import type { Budget } from '../shared/budget.js';
import { lookAt } from '../shared/look-at-path.js';
import type { GivenOptions } from './plugin-options.js';

/** What formats the sources of a path, as `nnfmt format` would. */
export interface ProjectFormatter {
  readonly formatter: Pick<Formatter, 'format'>;
  readonly budget: Budget;
  /** Whether the project leaves out a source even where it is named. */
  leavesOut(text: string): boolean;
}

/** Formatters by what they depend on, the last ones used; each holds a model. */
const formatters = new Map<string, Promise<Formatter>>();
const MOST_FORMATTERS = 4;

/**
 * The formatter for a path by the options given, the nearest `[tool.nnfmt]` and the nearest profile. A profile that
 * was learned meanwhile is read anew, for an editor keeps Prettier running.
 *
 * @param path null for a source that lies nowhere
 * @throws BadOptionError for options that cannot be, ModelFileError for a model or profile that cannot be read
 */
export async function projectFormatter(path: string | null, given: GivenOptions): Promise<ProjectFormatter> {
  const settings = path === null ? null : createSettingsFinder()(dirname(resolve(path)));
  const { format: table } = optionTables;
  const own = Object.entries(settings?.values ?? {}).filter(([name]) => Object.hasOwn(table, name));
  const options = resolveOptions(table, { ...Object.fromEntries(own), ...given });
  const { model, confidence, profile, restyle, editorconfig, maxSeconds, maxMemory } = options;
  const profilePath = profile === null ? (path === null ? null : createProfileFinder()(path)) : profile || null;
  // What is assumed without a profile is part of what formatters are told apart by: it may change, too.
  const assumed = editorconfig && profilePath === null && path !== null ? createEditorConfigReader()(path) : null;
  const formatter = await formatterFor(assumed, {
    profilePath, restyle, editorconfig,
    ...(model === null ? {} : { modelPath: model }),
    ...(confidence === null ? {} : { confidence }),
  });
  return {
    formatter,
    budget: { seconds: maxSeconds, bytes: 1_000_000 * maxMemory },
    leavesOut: (text) => path !== null && options.forceExclude && isExcluded(path, text, options, settings),
  };
}

function formatterFor(assumed: AssumedHabits | null, options: FormatterOptions): Promise<Formatter> {
  const key = JSON.stringify([assumed, options, stampOf(options.modelPath), stampOf(options.profilePath)]);
  let formatter = formatters.get(key);
  formatters.delete(key);
  formatter ??= createFormatter(options);
  formatters.set(key, formatter);
  // What failed is tried again; whoever asked hears of it.
  formatter.catch(() => formatters.delete(key));
  for (const oldest of formatters.keys()) {
    if (formatters.size <= MOST_FORMATTERS) break;
    formatters.delete(oldest);
  }
  return formatter;
}

/** Tells versions of a file apart. */
function stampOf(path: string | null | undefined): string | null {
  const stats = typeof path === 'string' ? lookAt(path).stats : null;
  return stats === null || stats === undefined ? null : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}

function isExcluded(
  path: string, text: string,
  { exclude, include, includeVendored }: {
    readonly exclude: readonly string[]; readonly include: readonly string[]; readonly includeVendored: boolean;
  },
  settings: ProjectSettings | null,
): boolean {
  const folder = settings?.folder ?? '.';
  const filter = {
    include: { folder, patterns: include }, exclude: { folder: resolve(folder), patterns: exclude },
    forceExclude: true, leaveOutForeign: !includeVendored,
  };
  return isLeftOut(resolve(path), false, filter) || (!includeVendored && isGenerated(text));
}
