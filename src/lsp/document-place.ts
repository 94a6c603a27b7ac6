import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a document lies. */
export interface DocumentPlace {
  /** Of its file, or of the file that it would be; null where no folder is known. */
  readonly path: string | null;
  readonly isCell: boolean;
}

/** Notebooks' cells have the path of their notebook. */
const CELL_SCHEMES = ['vscode-notebook-cell:', 'nnfmt-notebook-cell:'];

/**
 * The place of a document by its address: that of a file; for an unsaved one a place in the workspace's folder, where
 * there is just one, so that it follows that project's style.
 */
export function placeOf(uri: string, folders: readonly string[]): DocumentPlace {
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    return { path: null, isCell: false };
  }
  const isCell = CELL_SCHEMES.includes(url.protocol);
  if (url.protocol === 'file:' || isCell) return { path: pathOf(uri), isCell };
  return { path: folders.length === 1 ? join(folders[0], 'unsaved.py') : null, isCell };
}

/**
 * Whether a document is for us. JSON and TOML often parse as Python, so an editor that hands over all that it opens
 * must not see them laid out.
 *
 * @param language as the editor calls it
 */
export function isPython(uri: string, language: unknown): boolean {
  return typeof language !== 'string' || language === '' || /python/iu.test(language) ||
    /\.py[iw]?$/iu.test(pathOf(uri) ?? '');
}

/** The path of an address; null where it has none on this machine. */
export function pathOf(uri: string): string | null {
  try {
    // Host, query and fragment tell windows and cells apart.
    const { pathname } = new URL(uri);
    return resolve(fileURLToPath(`file://${pathname}`));
  } catch {
    return null;
  }
}

/** The innermost of some folders that holds a path; null for one outside all of them. */
export function folderAround(path: string | null, folders: readonly string[]): string | null {
  const around = folders.filter((folder) => path !== null && (path === folder || path.startsWith(folder + sep)));
  return around.sort((a, b) => b.length - a.length)[0] ?? null;
}
