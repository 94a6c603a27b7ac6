import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readSourceBytes } from '../corpus/read-source.js';
import { documentKind } from '../embedded/open-document.js';
import { createProfileFinder } from '../profile/find-profile.js';
import { assetPath } from '../shared/asset-path.js';
import { BASE_MODEL, RESTYLE_MODEL } from '../shared/base-model.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import type { CliContext } from './context.js';
import type { FormatterOptions } from './formatter.js';
import { contentDigest, LayoutCache } from './layout-cache.js';

/** What is known of the files of a run before any of them is formatted. */
export interface KnownFiles {
  /** True for a file whose content is known to be in its final layout. */
  isFinal(path: string): boolean;
  /** Remembers that a content of this file is in its final layout. */
  add(path: string, digest: string): void;
  /** Keeps what was added for the next run. Never throws. */
  save(): void;
}

/**
 * Opens the cache of a run. What a result depends on besides the content makes its key: the build, the
 * bytes of model and profile, and the confidence asked for. Where one of them cannot be read, nothing is known,
 * and formatting will say why.
 */
export function openKnownFiles(options: {
  readonly folder: string;
  readonly build: string;
  readonly formatterOptions: FormatterOptions;
  /** Whether the blocks of a page are taken. */
  readonly markdownOf?: (path: string) => boolean;
}): KnownFiles {
  const { folder, build, formatterOptions, markdownOf = () => false } = options;
  const { modelPath, confidence, profilePath, restyle = false } = formatterOptions;
  // The other network is asked for lines of somebody else, and no run on some lines is remembered.
  const model = restyle && modelPath === undefined
    ? fileDigest(assetPath(RESTYLE_MODEL))
    : fileDigest(modelPath ?? assetPath(BASE_MODEL));
  const profileOf = profilePath === undefined ? createProfileFinder() : () => profilePath;
  /** By profile; '' where there is none. */
  const caches = new Map<string, { readonly profile: string | null; readonly cache: LayoutCache } | null>();

  const open = (profilePath: string | null): { profile: string | null; cache: LayoutCache } | null => {
    const profile = profilePath === null ? 'none' : fileDigest(profilePath);
    if (model === null || profile === null) return null;
    const key =
      createHash('sha256').update(JSON.stringify([build, model, profile, confidence ?? null, restyle])).digest('hex');
    return { profile, cache: new LayoutCache(folder, key.slice(0, 32)) };
  };
  const cacheOf = (path: string): LayoutCache | undefined => {
    const profilePath = profileOf(path);
    const name = profilePath ?? '';
    if (!caches.has(name)) caches.set(name, open(profilePath));
    return caches.get(name)?.cache;
  };

  return {
    isFinal: (path) => {
      const cache = cacheOf(path);
      if (cache === undefined) return false;
      try {
        // As Markdown where it may be such: what was formatted as Python has another digest.
        const bytes = readSourceBytes(path);
        return cache.has(contentDigest(bytes, documentKind(path, markdownOf(path)) ?? ''));
      } catch {
        return false;
      }
    },
    add: (path, digest) => cacheOf(path)?.add(digest),
    save: () => {
      // What was read under one profile must not be kept under another one that was written meanwhile.
      for (const [path, opened] of caches) {
        if (opened !== null && (path === '' || fileDigest(path) === opened.profile)) opened.cache.save();
      }
    },
  };
}

function fileDigest(path: string): string | null {
  try {
    return createHash('sha256').update(readRegularFile(path, { limitBytes: MAX_MODEL_BYTES })).digest('hex');
  } catch {
    return null;
  }
}

/** The folder of the cache: as asked for, as the environment says, or in the user's cache folder. */
export function cacheFolder(asked: string | null, { env, platform }: Pick<CliContext, 'env' | 'platform'>): string {
  const named = asked ?? env['NNFMT_CACHE_DIR'];
  if (named !== undefined && named !== '') return named;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'nnfmt', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'nnfmt');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nnfmt');
}
