import { createHash } from 'node:crypto';
import { readSourceBytes } from '../corpus/read-source.js';
import { documentKind } from '../embedded/open-document.js';
import { createProfileFinder } from '../profile/find-profile.js';
import { createEditorConfigReader } from '../options/editorconfig.js';
import { assetPath } from '../shared/asset-path.js';
import { BASE_MODEL, RESTYLE_MODEL } from '../shared/base-model.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
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

/** What is known of files with one profile, or with none and what an .editorconfig says. */
interface OpenCache {
  readonly profilePath: string | null;
  readonly profile: string | null;
  readonly cache: LayoutCache;
}

/**
 * Opens the cache of a run. What a result depends on besides the content makes its key: the build, the
 * bytes of model and profile, what an .editorconfig says where there is no profile, and the confidence asked for.
 * Where one of them cannot be read, nothing is known, and formatting will say why.
 */
export function openKnownFiles(options: {
  readonly folder: string;
  readonly build: string;
  readonly formatterOptions: FormatterOptions;
  /** Whether the blocks of a page are taken. */
  readonly markdownOf?: (path: string) => boolean;
}): KnownFiles {
  const { folder, build, formatterOptions, markdownOf = () => false } = options;
  const { modelPath, confidence, profilePath, restyle = false, editorconfig = true } = formatterOptions;
  // The other network is asked for lines of somebody else, and no run on some lines is remembered.
  const model = restyle && modelPath === undefined
    ? fileDigest(assetPath(RESTYLE_MODEL))
    : fileDigest(modelPath ?? assetPath(BASE_MODEL));
  const profileOf = profilePath === undefined ? createProfileFinder() : () => profilePath;
  const assumedOf = editorconfig ? createEditorConfigReader() : () => null;
  const caches = new Map<string, OpenCache | null>();

  const open = (profilePath: string | null, assumed: object | null): OpenCache | null => {
    const profile = profilePath === null ? 'none' : fileDigest(profilePath);
    if (model === null || profile === null) return null;
    const key =
      createHash('sha256').update(JSON.stringify([build, model, profile, confidence ?? null, restyle, assumed]));
    return { profilePath, profile, cache: new LayoutCache(folder, key.digest('hex').slice(0, 32)) };
  };
  const cacheOf = (path: string): LayoutCache | undefined => {
    const profilePath = profileOf(path);
    const assumed = profilePath === null ? assumedOf(path) : null;
    const name = profilePath ?? JSON.stringify(assumed);
    if (!caches.has(name)) caches.set(name, open(profilePath, assumed));
    return caches.get(name)?.cache;
  };

  return {
    isFinal: (path) => {
      try {
        const cache = cacheOf(path);
        if (cache === undefined) return false;
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
      for (const opened of caches.values()) {
        if (opened === null) continue;
        const { profilePath, profile, cache } = opened;
        if (profilePath === null || fileDigest(profilePath) === profile) cache.save();
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
