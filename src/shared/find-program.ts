import { posix, win32 } from 'node:path';
import { isRunnable } from './look-at-path.js';

/** Where programs are looked for, and how to tell one. */
export interface ProgramSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly isProgram?: (path: string) => boolean;
}

/** Folders of packages' programs: what lies there came with a project, and is never a tool of the machine. */
const PACKAGE_PROGRAMS = /[/\\]node_modules[/\\]\.bin[/\\]*$/u;

/**
 * The folders of PATH that programs may come from. Empty and relative entries mean the current
 * folder or one below it, which may hold anything; so may those of packages in a project. They
 * are left out.
 */
export function programFolders({ env, platform }: Pick<ProgramSearch, 'env' | 'platform'>): string[] {
  const windows = platform === 'win32';
  const name = Object.keys(env).find((key) => (windows ? key.toUpperCase() : key) === 'PATH');
  const entries = (name === undefined ? '' : (env[name] ?? '')).split(windows ? win32.delimiter : posix.delimiter);
  return entries
    .map((entry) => (windows ? entry.replace(/^"(.*)"$/u, '$1') : entry))
    // On Windows `\tools` is relative to the current drive.
    .filter((entry) => (windows ? /^(?:[a-z]:[/\\]|\\\\)/iu.test(entry) : posix.isAbsolute(entry)))
    .filter((entry) => !PACKAGE_PROGRAMS.test(entry));
}

/** The absolute path of a program of the machine; null where there is none. */
export function findProgram(name: string, search: ProgramSearch): string | null {
  const { platform, isProgram = isRunnable } = search;
  const { join } = platform === 'win32' ? win32 : posix;
  for (const folder of programFolders(search)) {
    const path = join(folder, platform === 'win32' ? `${name}.exe` : name);
    if (isProgram(path)) return path;
  }
  return null;
}
