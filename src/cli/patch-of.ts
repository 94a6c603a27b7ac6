import { relative, resolve, sep } from 'node:path';
import { unifiedDiff } from '../format/unified-diff.js';
import { realPath } from '../shared/look-at-path.js';

/**
 * A change of one file as a patch for the current folder: `git apply` and `patch -p1` take it
 * there. In bytes, because a patch holds the lines of the file as they lie on disk, byte order mark
 * and encoding included; its own part is ASCII.
 */
export function patchOf(change: {
  readonly path: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly color: boolean;
  /** What stands behind a hunk's line numbers, by the number of its first changed line. */
  readonly headingOf?: ((line: number) => string) | undefined;
}): Uint8Array {
  const { path, before, after, color, headingOf } = change;
  const name = patchedPath(path);
  // Latin-1 gives each byte a character of its own, and back.
  const text = unifiedDiff({
    before: textOf(before), after: textOf(after), beforeName: `a/${name}`, afterName: `b/${name}`, color,
  }, headingOf);
  return Buffer.from(text, 'latin1');
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/**
 * From the current folder, with slashes and without links, through which no patch is applied. What
 * lies elsewhere is named from the root: no program follows `..` in a patch.
 */
function patchedPath(path: string): string {
  const real = realPath(path) ?? resolve(path);
  const below = relative(realPath('.') ?? resolve('.'), real);
  const isElsewhere = below === '..' || below.startsWith(`..${sep}`) || resolve(below) === below;
  return (isElsewhere ? real.replace(/^[/\\]+/u, '') : below).split(sep).join('/');
}
