import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BadOptionError, FileReadError } from '../../errors.js';
import { isFile, isLink, isThere } from '../../shared/look-at-path.js';
import { shownName } from '../../shared/quote-name.js';
import { MAX_SETTINGS_BYTES, readRegularText } from '../../shared/read-file.js';
import { makeFolder, removeFile, renameInFolder, writeAtomically } from '../../shared/write-atomically.js';
import { HOOK, hookPlace } from './hook-place.js';
import { hookScript, KEPT_NAME, ownerOf } from './hook-script.js';

/**
 * Writes the hook; one that is there is kept beside it and run first. Doing it again changes nothing.
 *
 * @param flags of `nnfmt hook run`
 * @returns what happened, a line each
 * @throws BadOptionError, FileReadError, FileWriteError; what was there is then as it was
 */
export function installHook(root: string, flags: readonly string[]): string[] {
  const { folder, isOwn } = hookPlace(root);
  const path = join(folder, 'pre-commit');
  const kept = join(folder, KEPT_NAME);
  const script = hookScript({ flags, program: isOwn ? installedProgram() : null });
  const owner = ownerAt(path);
  if (owner === 'edited') throw editedFault(path);
  if (owner === 'nnfmt' && readHook(path) === script) return [`${shownName(path)} is installed already.`];
  makeFolder(folder);
  if (owner === 'other') renameInFolder(path, kept);
  try {
    writeAtomically(path, script, { isProgram: true });
  } catch (fault) {
    if (owner === 'other') renameInFolder(kept, path);
    throw fault;
  }
  return [
    `${owner === 'nnfmt' ? 'Rewrote' : 'Wrote'} ${shownName(path)}.`,
    ...(owner === 'other' ? [`The hook that was there is ${shownName(kept)} now, and runs first.`] : []),
    ...(isOwn ? [] : [
      'core.hooksPath leads there: the hook holds wherever that folder is used, and takes the nnfmt on the path.',
    ]),
  ];
}

/**
 * Takes the hook away, and puts back the one that was there before.
 *
 * @returns what happened, a line each
 * @throws BadOptionError, FileReadError, FileWriteError
 */
export function uninstallHook(root: string): string[] {
  const { folder } = hookPlace(root);
  const path = join(folder, 'pre-commit');
  const kept = join(folder, KEPT_NAME);
  const isKept = isThere(kept) || isLink(kept);
  const owner = ownerAt(path);
  if (owner === 'edited') throw editedFault(path);
  if (owner === 'other') {
    const left = isKept ? ` ${shownName(kept)}, which nnfmt made, is left too.` : '';
    return [`${shownName(path)} is not nnfmt's and was left as it is.${left}`];
  }
  if (owner === 'nnfmt') removeFile(path);
  if (isKept) renameInFolder(kept, path);
  if (owner === 'none' && !isKept) return [`There is no ${shownName(path)}; nothing to do.`];
  return [`Removed the hook of nnfmt${isKept ? `; ${shownName(path)} is what it was before` : ''}.`];
}

function ownerAt(path: string): ReturnType<typeof ownerOf> | 'none' {
  // A link is somebody's work, wherever it leads.
  if (isLink(path)) return 'other';
  if (!isThere(path)) return 'none';
  if (!isFile(path)) throw new FileReadError({ path, reason: 'special' });
  return ownerOf(readHook(path));
}

const readHook = (path: string): string => readRegularText(path, { limitBytes: MAX_SETTINGS_BYTES });

const editedFault = (path: string): BadOptionError => new BadOptionError({
  option: HOOK,
  reason: `${shownName(path)} was made by nnfmt and edited since, so it was left as it is; move it away by hand`,
});

/** The nnfmt that is running, where it was built. */
function installedProgram(): { readonly node: string; readonly script: string } | null {
  const script = fileURLToPath(new URL('./nnfmt.cjs', import.meta.url));
  return isFile(script) ? { node: process.execPath, script } : null;
}
