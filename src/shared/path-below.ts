import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isLink, lookAt, realPath } from './look-at-path.js';

/**
 * Whether a path lies below a folder once all links in both are followed. What does not exist yet counts as it is
 * written; where it cannot be seen where a path leads, the answer is no.
 */
export function liesBelow(folder: string, path: string): boolean {
  const root = realPath(folder);
  const full = withoutLinks(resolve(path));
  if (root === null || full === null) return false;
  const way = relative(root, full);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function withoutLinks(path: string): string | null {
  const real = realPath(path);
  if (real !== null) return real;
  // A broken link would be followed as soon as somebody makes what it points to.
  if (isLink(path) || lookAt(path).kind !== 'missing' || dirname(path) === path) return null;
  const folder = withoutLinks(dirname(path));
  return folder === null ? null : join(folder, basename(path));
}
