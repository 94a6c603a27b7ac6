import { dirname } from 'node:path';
import { recoverFolder } from '../format/undo-file.js';
import { removeLeftTemporaries } from '../shared/temporary-file.js';

/**
 * Clears up what earlier runs left beside these files when they were killed: temporary files go, and a file that was
 * being written in place gets its old content back.
 *
 * @returns a line for each file of the second kind
 */
export function tidyFolders(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => dirname(path)))].flatMap((folder) => {
    removeLeftTemporaries(folder);
    return recoverFolder(folder);
  });
}
