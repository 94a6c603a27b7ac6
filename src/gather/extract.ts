import { isForeignPath, isGenerated, decodeSource, type NearDuplicates } from '../corpus/index.js';
import { NnfmtError } from '../errors.js';
import {
  declaredLicence, isAllowed, isLicenceName, licenceOf, ownLicence, PERMISSIVE, type LicencePolicy,
} from './licences.js';
import type { TreeEntry } from './git-clone.js';

/** A file that is kept, with what its folder's record says of it. */
export interface KeptFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** SPDX. */
  readonly licence: string | null;
}

/** What was left out, by reason. */
export interface LeftOut {
  foreign: number;
  tooLarge: number;
  generated: number;
  duplicate: number;
  licence: number;
  unreadable: number;
}

export const nothingLeftOut = (): LeftOut => ({
  foreign: 0,
  tooLarge: 0,
  generated: 0,
  duplicate: 0,
  licence: 0,
  unreadable: 0,
});

const DECLARING = /^(?:setup\.py|setup\.cfg|pyproject\.toml)$/u;
const isTop = (path: string): boolean => !path.includes('/');

/** Whether a name at the top of a repository is that of a file that says what its licence is. */
export const saysLicence = (name: string): boolean => isLicenceName(name) || DECLARING.test(name);

/** The files at the top of a repository that say what its licence is. */
export const licenceEntries = (entries: readonly TreeEntry[]): TreeEntry[] =>
  entries.filter(({ path }) => isTop(path) && saysLicence(path));

/**
 * The licence of a repository: what its licence files say, else what its project file declares, else what GitHub
 * thinks.
 * Of several licences the one that asks for most counts.
 */
export function repositoryLicence(
  files: readonly { readonly path: string; readonly text: string }[],
  told: string | null,
): string | null {
  const texts = files.filter(({ path }) => isLicenceName(path));
  if (texts.length === 0) {
    const declared = files.map(({ text }) => declaredLicence(text)).find((id) => id !== null);
    return declared ?? told;
  }
  const ids = texts.map(({ text }) => licenceOf(text));
  return ids.includes(null) && ids.length === 1
    ? told
    : (ids.find((id) => id !== null && !PERMISSIVE.has(id)) ?? ids.find((id) => id !== null) ?? told);
}

/** Python files whose paths do not lead to vendored or generated code. */
export function pythonEntries(entries: readonly TreeEntry[], leftOut: LeftOut): TreeEntry[] {
  const python = entries.filter(({ path }) => /\.pyi?$/u.test(path));
  const own = python.filter(({ path }) => !isForeignPath(path) && isSafePath(path));
  leftOut.foreign += python.length - own.length;
  return own;
}

/** A path that stays in the folder on every system. */
export const isSafePath = (path: string): boolean =>
  !/[\\:*?"<>|\u0000-\u001f]/u.test(path) && path.split('/').every((part) => !/^\.{0,2}$|^\.git$|[. ]$/iu.test(part));

/** What a kept file has to be. */
export interface KeepRules {
  readonly licence: string | null;
  readonly policy: LicencePolicy;
  readonly maxBytes: number;
  readonly duplicates: NearDuplicates;
}

/** The file as it is kept; null, counted in `leftOut`, where it is not. */
export function keepFile(
  path: string,
  content: Buffer | undefined,
  rules: KeepRules,
  leftOut: LeftOut,
): KeptFile | null {
  if (content === undefined || content.length === 0) return leave('unreadable');
  if (content.length > rules.maxBytes) return leave('tooLarge');
  let text: string;
  try {
    ({ text } = decodeSource(content, path));
  } catch (fault) {
    if (!(fault instanceof NnfmtError)) throw fault;
    return leave('unreadable');
  }
  if (isGenerated(text)) return leave('generated');
  const licence = ownLicence(text) ?? rules.licence;
  if (!isAllowed(licence, rules.policy)) return leave('licence');
  if (rules.duplicates.isDuplicate(text)) return leave('duplicate');
  return { path, content, licence };

  function leave(why: keyof LeftOut): null {
    leftOut[why]++;
    return null;
  }
}
