import type * as original from '../../shared/look-at-path.js';
import { fileAt, holdsFolder } from '../memory-files.js';

/** Nothing but files in memory and the folders that hold them. */
export const lookAt: typeof original.lookAt = (path) => {
  const kind = fileAt(path) !== undefined ? 'file' : holdsFolder(path) ? 'folder' : 'missing';
  return { kind, errno: kind === 'missing' ? 'ENOENT' : null, stats: null };
};

export const isFile: typeof original.isFile = (path) => lookAt(path).kind === 'file';
export const isFolder: typeof original.isFolder = (path) => lookAt(path).kind === 'folder';
export const isThere: typeof original.isThere = (path) => lookAt(path).kind !== 'missing';
export const errnoOf: typeof original.errnoOf = (cause) => (cause as { code?: string } | null)?.code ?? String(cause);
export const isRunnable: typeof original.isRunnable = () => false;
export const isLink: typeof original.isLink = () => false;
export const linkTarget: typeof original.linkTarget = () => null;
export const realPath: typeof original.realPath = (path) => (isThere(path) ? path : null);
/** Folders are not listed: whoever puts files there knows them. */
export const listFolder: typeof original.listFolder = () => 'ENOENT';
