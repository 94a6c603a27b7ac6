import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where a project keeps its profile, from its root. */
export const PROFILE_PATH = join('.nnfmt', 'profile');

/**
 * Finds the profile of a source: `.nnfmt/profile` in its folder or the nearest one above, not
 * beyond the root of the repository that the source is in. Folders are remembered, so that many
 * files cost few looks at the disk; a finder is for one run.
 */
export function createProfileFinder(): (sourcePath: string) => string | null {
  const known = new Map<string, string | null>();
  const inFolder = (folder: string): string | null => {
    const found = known.get(folder);
    if (found !== undefined) return found;
    const here = join(folder, PROFILE_PATH);
    const up = dirname(folder);
    const result = isFile(here) ? here : up === folder || existsSync(join(folder, '.git')) ? null : inFolder(up);
    known.set(folder, result);
    return result;
  };
  return (sourcePath) => inFolder(dirname(resolve(sourcePath)));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
