import { isUtf8 } from 'node:buffer';
import {
  accessSync, constants, lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Dirent, type Stats,
} from 'node:fs';

/** What a path leads to; `special` is a device, pipe or socket, `unreachable` what the system does not let us see. */
export type PathKind = 'file' | 'folder' | 'special' | 'missing' | 'broken-link' | 'unreachable';

export interface PathLook {
  readonly kind: PathKind;
  /** The system's word where there is nothing to see, such as EACCES; null otherwise. */
  readonly errno: string | null;
  /** Of what the path leads to; null where there is nothing to see. */
  readonly stats: Stats | null;
}

/**
 * Looks at what a path leads to, links followed. Never throws: what cannot be looked at (an unsearchable
 * folder on the way, a name that is too long, a file in place of a folder) is an answer as good as another.
 */
export function lookAt(path: string): PathLook {
  try {
    const stats = statSync(path);
    return { kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'special', errno: null, stats };
  } catch (cause) {
    const errno = errnoOf(cause);
    const isNowhere = errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP';
    return { kind: !isNowhere ? 'unreachable' : isLink(path) ? 'broken-link' : 'missing', errno, stats: null };
  }
}

export const isFile = (path: string): boolean => lookAt(path).kind === 'file';
export const isFolder = (path: string): boolean => lookAt(path).kind === 'folder';

/** True for a file that we may run. */
export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}

/** True where the path leads to anything that can be seen. */
export const isThere = (path: string): boolean => lookAt(path).stats !== null;

/** True for a link, wherever it leads. Never throws. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** What a link says; null for anything else. Never throws. */
export function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/**
 * The path without links, its names in the case that they have on disk; null where it leads nowhere or cannot be
 * followed.
 */
export function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

/**
 * The entries of a folder; the system's word, such as EACCES, where it cannot be read. Never throws.
 *
 * @param onMisnamed told of entries whose names are not UTF-8. No text stands for such a name, so they are left out:
 *   what Node makes of it may be the name of another file.
 */
export function listFolder(path: string, onMisnamed?: (entry: Dirent<Buffer>) => void): readonly Dirent[] | string {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes('\ufffd'))) return entries;
    return readdirSync(path, { withFileTypes: true, encoding: 'buffer' }).flatMap((entry): Dirent[] => {
      const name = entry.name.toString('utf8');
      if (isUtf8(entry.name)) return [Object.create(entry, { name: { value: name, enumerable: true } }) as Dirent];
      onMisnamed?.(entry);
      return [];
    });
  } catch (cause) {
    return errnoOf(cause);
  }
}

/** The system's short word for a fault, such as ENOSPC. */
export function errnoOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
}
