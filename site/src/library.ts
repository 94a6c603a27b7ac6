import type * as library from '../../src/browser/index.js';

export type Library = typeof library;
export type { AssetProgress, FormatResult, GapExplanation, ScoreFigures, Suggestion, Deviation } from '../../src/browser/index.js';

/** Where the library and what it fetches lie: beside the page, wherever that is served. */
export const assetsUrl = (): string => new URL('nnfmt/', document.baseURI).href;

/** Loads the published bundle as it is; workers are told where it lies. */
export const loadLibrary = (assets: string): Promise<Library> =>
  import(/* @vite-ignore */ new URL('browser/index.js', assets).href) as Promise<Library>;
