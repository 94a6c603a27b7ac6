import { AssetLoadError } from '../errors.js';
import { assetPath, type AssetName } from '../shared/asset-path.js';
import type { Abortable } from '../shared/abortable.js';
import { fetchBytes } from './fetch-bytes.js';
import { putFile, putModule, setAssetFolder } from './memory-files.js';

declare const __NNFMT_ASSET_BYTES__: Readonly<Record<string, number>> | undefined;

/** What has arrived of the files that a call waits for. */
export interface AssetProgress {
  /** Unpacked bytes, of all of them. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** Where the library's files come from. */
export interface AssetOptions {
  /** Address of the folder with models and WebAssembly; that of the package's own `dist`, where not given. */
  readonly assets?: string | { readonly href: string };
  /** Hears how much of what is needed has arrived. */
  readonly onProgress?: (progress: AssetProgress) => void;
  /** Aborting ends the download; the promise is then rejected. */
  readonly signal?: Abortable;
}

/** What each function needs, beside its code. */
export const PARSER_FILES = ['web-tree-sitter.wasm', 'tree-sitter-python.wasm'] as const satisfies readonly AssetName[];
export const FORMAT_FILES = [...PARSER_FILES, 'base.bin'] as const satisfies readonly AssetName[];
/** Where the project may have authority: a profile is given. */
export const RESTYLE_FILES = ['restyle.bin'] as const satisfies readonly AssetName[];
export const COMPLETE_FILES = ['complete.bin', 'complete-caches.bin'] as const satisfies readonly AssetName[];
export const LEARN_FILES = ['replay.bin'] as const satisfies readonly AssetName[];

interface Download {
  readonly done: Promise<void>;
  loaded: number;
  readonly listeners: Set<() => void>;
}

/** By address: what has arrived or is under way in this thread. */
const downloads = new Map<string, Download>();

/** The one thing of WebAssembly that is used here; the compiler's own types come with the DOM only. */
const wasm = (globalThis as unknown as {
  WebAssembly?: {
    compileStreaming?: (response: unknown) => Promise<object>;
    compile(bytes: Uint8Array): Promise<object>;
  };
}).WebAssembly;

/**
 * Fetches files of the library, each once a thread, and keeps them in memory. WebAssembly is compiled as it arrives.
 *
 * @throws AssetLoadError when a file does not arrive after three tries, is no such file, or may not be compiled
 */
export async function loadAssets(names: readonly AssetName[], options: AssetOptions): Promise<void> {
  const folder = folderOf(options);
  setAssetFolder(folder);
  const { onProgress } = options;
  const wanted = names.map((name) => ({
    name, download: downloadOf(new URL(name, folder).href, name, options.signal),
  }));
  const report = (): void => onProgress?.({
    loadedBytes: wanted.reduce((sum, { download }) => sum + download.loaded, 0),
    totalBytes: wanted.reduce((sum, { name, download }) => sum + (sizeOf(name) ?? download.loaded), 0),
  });
  for (const { download } of wanted) download.listeners.add(report);
  try {
    await Promise.all(wanted.map(({ download }) => download.done));
    report();
  } finally {
    for (const { download } of wanted) download.listeners.delete(report);
  }
}

/** Ends with a slash, and is absolute. */
function folderOf({ assets }: AssetOptions): string {
  const own = (): string => new URL('../', import.meta.url).href;
  const given = assets === undefined ? own() : typeof assets === 'string' ? assets : assets.href;
  const base = (globalThis as unknown as { location?: { href: string } }).location?.href;
  const url = new URL(given, base);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href;
}

const sizeOf = (name: string): number | undefined =>
  typeof __NNFMT_ASSET_BYTES__ === 'undefined' ? undefined : __NNFMT_ASSET_BYTES__[name];

function downloadOf(url: string, name: AssetName, signal: Abortable | undefined): Download {
  const known = downloads.get(url);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  const onBytes = (loaded: number): void => {
    download.loaded = loaded;
    for (const listener of listeners) listener();
  };
  const expectedBytes = sizeOf(name);
  const work = fetchBytes(url, {
    onBytes, ...(expectedBytes === undefined ? {} : { expectedBytes }), ...(signal === undefined ? {} : { signal }),
    read: name.endsWith('.wasm') ? (response) => compile(url, response) : undefined,
  }).then((arrived) => {
    if (arrived instanceof Uint8Array) putFile(assetPath(name), arrived);
    else putModule(name, arrived);
  });
  const download: Download = { loaded: 0, listeners, done: work };
  downloads.set(url, download);
  // What failed may be asked for again.
  work.catch(() => downloads.delete(url));
  return download;
}

/** Compiles what a response brings, while it arrives where the browser can. */
async function compile(url: string, response: Response): Promise<object> {
  const blocked = (cause?: unknown): AssetLoadError => new AssetLoadError({
    url, cause, reason: 'WebAssembly may not run here',
    advice: "Allow it, in the page's policy by 'wasm-unsafe-eval' or in the browser's settings.",
  });
  if (wasm === undefined) throw blocked();
  try {
    return wasm.compileStreaming === undefined
      ? await wasm.compile(new Uint8Array(await response.arrayBuffer()))
      : await wasm.compileStreaming(response);
  } catch (cause) {
    if (cause instanceof Error && /content security policy|unsafe-eval|blocked by CSP/iu.test(cause.message)) {
      throw blocked(cause);
    }
    throw cause;
  }
}
