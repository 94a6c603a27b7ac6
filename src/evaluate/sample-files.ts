import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';

/**
 * At most `count` files of a project: those whose relative paths have the smallest hashes,
 * so that the choice is the same on every machine and does not follow the alphabet.
 */
export const sampleFiles = (root: string, files: readonly string[], count: number): string[] =>
  sampleByPath(files, (file) => relative(root, file).split(sep).join('/'), count);

/** The same of anything that has a path, from the project down with slashes. */
export function sampleByPath<T>(files: readonly T[], pathOf: (file: T) => string, count: number): T[] {
  return files
    .map((file) => ({ file, key: createHash('sha256').update(pathOf(file)).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, count)
    .map(({ file }) => file);
}
