import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { isFile, listFolder } from '../shared/look-at-path.js';

/** What a file has besides owner, mode and content. */
export type ExtendedAttributes = 'none' | 'some' | 'capabilities';

/** Never looked for in PATH: its folders may be the project's. */
const TOOL_FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin'];
/** Every file has these where they exist, and a new one gets its own. */
const INHERITED = new Set(['security.selinux', 'btrfs.compression']);
const CAPABILITIES = 'security.capability';
/** Names that are given to one call. */
const MOST_NAMES = 500;
const MOST_OUTPUT_BYTES = 1 << 26;

/** By folder: a run asks once for each folder in which it writes, because a call takes some milliseconds. */
const known = new Map<string, ReadonlyMap<string, ExtendedAttributes>>();

/**
 * Whether a file has access control lists, capabilities or other extended attributes, or would get some from its
 * folder if it were made anew. Node cannot ask the system, so this asks `getfattr`, or `getfacl` for the lists alone.
 *
 * Limits: Linux only, and 'none' where neither program is installed; changes within a run are not seen.
 *
 * @param path absolute
 */
export function extendedAttributes(path: string): ExtendedAttributes {
  if (process.platform !== 'linux') return 'none';
  const folder = dirname(path);
  let found = known.get(folder);
  if (found === undefined) known.set(folder, (found = inFolder(folder)));
  const own = found.get(path) ?? 'none';
  // The lists that a folder hands on to what is made in it.
  return own === 'none' ? (found.get(folder) ?? 'none') : own;
}

/** Forgets what was seen; for tests. */
export function forgetExtendedAttributes(): void {
  known.clear();
}

function inFolder(folder: string): ReadonlyMap<string, ExtendedAttributes> {
  const found = new Map<string, ExtendedAttributes>();
  const entries = listFolder(folder);
  const lister = findLister();
  if (lister === null || typeof entries === 'string') return found;
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  for (let at = 0; at <= files.length; at += MOST_NAMES) {
    const names = [...(at === 0 ? [folder] : []), ...files.slice(at, at + MOST_NAMES)];
    if (names.length > 0) readListing(lister, names, found);
  }
  return found;
}

interface Lister {
  readonly program: string;
  readonly args: readonly string[];
}

function findLister(): Lister | null {
  const programAt = (name: string): string | undefined => TOOL_FOLDERS.map((folder) => join(folder, name)).find(isFile);
  const getfattr = programAt('getfattr');
  if (getfattr !== undefined) {
    return { program: getfattr, args: ['--absolute-names', '--no-dereference', '--match=-', '--'] };
  }
  const getfacl = programAt('getfacl');
  return getfacl === undefined ? null : { program: getfacl, args: ['--absolute-names', '--skip-base', '--'] };
}

/** Both print `# file: NAME` before what they found of a file, and no name of a file that has nothing. */
function readListing(
  { program, args }: Lister,
  names: readonly string[],
  found: Map<string, ExtendedAttributes>,
): void {
  const { stdout } = spawnSync(program, [...args, ...names], {
    env: { LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: MOST_OUTPUT_BYTES,
  });
  if (!(stdout instanceof Uint8Array)) return;
  let current = '';
  for (const line of Buffer.from(stdout).toString('latin1').split('\n')) {
    if (line.startsWith('# file: ')) current = unescapeName(line.slice('# file: '.length));
    else if (line === CAPABILITIES) found.set(current, 'capabilities');
    else if (line !== '' && !line.startsWith('#') && !INHERITED.has(line) &&
      found.get(current) !== 'capabilities') found.set(current, 'some');
  }
}

/** Bytes outside ASCII and signs that would end a line stand there as `\ooo`. */
function unescapeName(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/gu, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
