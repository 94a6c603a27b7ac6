import { isAbsolute, resolve } from 'node:path';
import { NnfmtError } from '../errors.js';
import { lspOptions, PROCESS_OPTIONS } from '../options/lsp-options.js';
import { checkValue, type OptionsFor } from '../options/index.js';
import { nearestName } from '../shared/nearest-name.js';
import type { LayoutSettings } from '../library/project-layout.js';

/** What an editor may set. */
export type EditorSettings = Omit<OptionsFor<'lsp'>, 'stdio'>;

/** Keys of the same section that are for the editor's own side. */
const NOT_OURS = new Set<string>(['path', 'trace', 'enable', ...PROCESS_OPTIONS]);

/**
 * Settings as they come from an editor: null and what is missing leave the value as it is, what cannot be is told and
 * left out, so that a slip in one of them does not stop the others.
 *
 * @param base what holds where nothing is said
 * @param tell hears what is wrong
 */
export function readSettings(raw: unknown, base: EditorSettings, tell: (message: string) => void): EditorSettings {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return base;
  const settings: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(raw)) {
    if (NOT_OURS.has(name) || value === null || value === undefined || value === '') continue;
    const row = Object.hasOwn(lspOptions, name) ? lspOptions[name as keyof typeof lspOptions] : undefined;
    if (row === undefined) {
      const nearest = nearestName(name, Object.keys(lspOptions));
      tell(`nnfmt.${name}: there is no such setting.${nearest === undefined ? '' : ` Did you mean nnfmt.${nearest}?`}`);
      continue;
    }
    try {
      settings[name] = checkValue(`nnfmt.${name}`, row, value);
    } catch (cause) {
      if (!(cause instanceof NnfmtError)) throw cause;
      tell(cause.message);
    }
  }
  return settings as EditorSettings;
}

/** What of them is about layout. @param folder that relative paths start from */
export function layoutSettings(settings: EditorSettings, folder: string): LayoutSettings {
  const { model, profile, confidence, maxSeconds, maxMemory } = settings;
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  return {
    model: model === null ? null : absolute(model),
    profile: typeof profile === 'string' ? absolute(profile) : profile,
    confidence, maxSeconds, maxMemory,
  };
}
