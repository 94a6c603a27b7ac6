import { dirname, join, resolve } from 'node:path';
import { isThere, lookAt } from '../shared/look-at-path.js';
import { liesBelow } from '../shared/path-below.js';

/** Where a project keeps its profile, from its root. */
export const PROFILE_PATH = join('.nnfmt', 'profile');

/**
 * Finds the profile of a source: `.nnfmt/profile` in its folder or the nearest one above, not
 * beyond the root of the repository that the source is in. What stands there and cannot be read as a file
 * (a pipe, a broken link, a folder that is locked) is found too, so that reading it is refused: to format
 * in another style than the project's, without a word, would be worse. Folders are remembered, so that
 * many files cost few looks at the disk; a finder is for one run.
 *
 * @param within the folder beyond which nothing is looked at, links followed; null for none
 */
export function createProfileFinder(within: string | null = null): (sourcePath: string) => string | null {
  const known = new Map<string, string | null>();
  const inFolder = (folder: string): string | null => {
    const found = known.get(folder);
    if (found !== undefined) return found;
    const here = join(folder, PROFILE_PATH);
    const up = dirname(folder);
    const isTop = up === folder || folder === within || isThere(join(folder, '.git'));
    const isHere = isProfile(here) && (within === null || liesBelow(within, here));
    const result = isHere ? here : isTop ? null : inFolder(up);
    known.set(folder, result);
    return result;
  };
  return (sourcePath) => inFolder(dirname(resolve(sourcePath)));
}

function isProfile(path: string): boolean {
  const { kind } = lookAt(path);
  return kind !== 'missing' && kind !== 'folder';
}
