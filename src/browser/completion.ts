import type { Completer, CompleterOptions } from '../library/completer.js';
import { checkFields, listOf } from '../shared/check-arguments.js';
import { given } from './given.js';
import { COMPLETE_FILES, FORMAT_FILES, loadAssets, RESTYLE_FILES, type AssetOptions } from './load-assets.js';
import { ASSET_RULES, BYTES_OR_NULL } from './option-rules.js';
import { withFile } from './placed-files.js';
import { loadRestyling } from './stand-ins/restyle-gaps.js';

export interface BrowserCompleterOptions extends AssetOptions, Pick<CompleterOptions, 'project'> {
  /** The bytes of the profile that lines are laid out by; null or nothing for none. */
  readonly profile?: Uint8Array | null;
  /** A network instead of the built-in one; null for caches alone. */
  readonly network?: Uint8Array | null;
}

const RULES = {
  ...ASSET_RULES, profile: BYTES_OR_NULL, network: BYTES_OR_NULL,
  project: listOf('objects with the strings path and text', (item) => typeof item === 'object' && item !== null),
} satisfies Record<keyof BrowserCompleterOptions, unknown>;

/**
 * Fetches what completes lines, some 9 MB, and reads the project.
 *
 * @throws AssetLoadError for what cannot be fetched
 * @throws ModelFileError when a file is damaged or foreign
 * @throws BadOptionError for options that do not exist or cannot be
 */
export async function createCompleter(options: BrowserCompleterOptions = {}): Promise<Completer> {
  checkFields('createCompleter', options, RULES);
  const { project, profile, network } = options;
  const [{ createCompleter: createCompleterOf }] = await Promise.all([
    import('../library/create-completer.js'),
    loadAssets(
      [...FORMAT_FILES, ...COMPLETE_FILES, ...(profile === undefined || profile === null ? [] : RESTYLE_FILES)],
      options,
    ),
    profile === undefined || profile === null ? null : loadRestyling(),
  ]);
  const create = (profilePath: string | null, networkPath: string | null | undefined): Promise<Completer> =>
    createCompleterOf({ ...given({ project, networkPath }), profilePath });
  const withNetwork = (profilePath: string | null): Promise<Completer> => network === undefined || network === null
    ? create(profilePath, network)
    : withFile('network', network, (path) => create(profilePath, path));
  return profile === undefined || profile === null ? withNetwork(null) : withFile('profile', profile, withNetwork);
}
