/** Paths as on POSIX systems, in a process whose folder is the root: what of `node:path` runs in browsers. */

export const sep = '/';

export const isAbsolute = (path: string): boolean => path.startsWith('/');

/** Without `.`, empty parts, and `..` behind a folder; a slash at the end stays. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
    else if (!isAbsolute(path)) parts.push(part);
  }
  const last = parts.length > 0 && path.endsWith('/') ? '/' : '';
  const joined = (isAbsolute(path) ? '/' : '') + parts.join('/') + last;
  return joined === '' ? (path.endsWith('/') ? './' : '.') : joined;
}

export const join = (...parts: readonly string[]): string => normalize(parts.filter((part) => part !== '').join('/'));

export function resolve(...parts: readonly string[]): string {
  const path = normalize(parts.reduce((at, part) => (isAbsolute(part) ? part : `${at}/${part}`), '/'));
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

export function relative(from: string, to: string): string {
  const [source, target] = [from, to].map((path) => resolve(path).split('/').filter((part) => part !== ''));
  let same = 0;
  while (same < source!.length && source![same] === target![same]) same++;
  return [...source!.slice(same).map(() => '..'), ...target!.slice(same)].join('/');
}

export function dirname(path: string): string {
  const own = withoutSlashes(path);
  const at = own.lastIndexOf('/');
  if (at < 0) return isAbsolute(path) ? '/' : '.';
  return own.slice(0, at === 1 && isAbsolute(own) ? 2 : at) || '/';
}

export function basename(path: string, suffix = ''): string {
  const own = withoutSlashes(path);
  const name = own.slice(own.lastIndexOf('/') + 1);
  return suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function extname(path: string): string {
  const name = basename(path);
  const at = name.lastIndexOf('.');
  return at <= 0 || name === '..' ? '' : name.slice(at);
}

const withoutSlashes = (path: string): string => path.replace(/\/+$/u, '');
