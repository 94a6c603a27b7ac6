import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';

/**
 * At most `count` files of a project: those whose relative paths have the smallest hashes,
 * so that the choice is the same on every machine and does not follow the alphabet.
 */
export function sampleFiles(root: string, files: readonly string[], count: number): string[] {
  const hash = (file: string): string =>
    createHash('sha256').update(relative(root, file).split(sep).join('/')).digest('hex');
  return [...files]
    .map((file) => ({ file, key: hash(file) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, count)
    .map(({ file }) => file);
}
