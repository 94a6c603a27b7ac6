import { basename, join } from 'node:path';
import { SourceReadError } from '../errors.js';
import { listFolder, lookAt } from '../shared/look-at-path.js';
import { findFiles } from './find-files.js';
import { NearDuplicates } from './near-duplicates.js';
import { readSource } from './read-source.js';

/** A project of a corpus: the unit by which training and validation are kept apart. */
export interface Project {
  readonly name: string;
  readonly files: readonly string[];
  /** Completion reads it without layout and with normalised literals alone: an old revision, say. */
  readonly normalised?: true;
}

/** A project's name without its corpus: revisions of one project in several corpora have the same. */
export const folderOf = ({ name }: Project): string => name.slice(name.indexOf('/') + 1);

export interface ProjectOptions {
  /** Files larger than this are data, not code that somebody laid out. */
  readonly maxBytes?: number;
  /** Corpora whose code must not be learned: files that repeat it are left out. */
  readonly exclude?: readonly string[];
  /**
   * Roots whose projects are marked as `normalised`; they are listed last, so that what they repeat is left out there.
   */
  readonly normalised?: readonly string[];
}

/**
 * Lists the projects below corpus roots (each folder in a root is one project), without
 * unreadable, oversized and near-duplicate files. Reads every file once, one at a time.
 *
 * @throws SourceReadError when a root, or a folder to exclude, is missing or no folder
 */
export function listProjects(roots: readonly string[], options: ProjectOptions = {}): Project[] {
  const maxBytes = options.maxBytes ?? 250_000;
  const duplicates = new NearDuplicates();
  const normalised = options.normalised ?? [];
  for (const path of [...roots, ...normalised, ...(options.exclude ?? [])]) requireFolder(path);
  for (const path of findFiles([...(options.exclude ?? [])]).files) {
    const text = readOrNull(path, maxBytes);
    if (text !== null) duplicates.add(text);
  }
  const projects: Project[] = [];
  for (const root of [...roots, ...normalised]) {
    const entries = listFolder(root);
    if (typeof entries === 'string') throw unreadableFolder(root, entries);
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    for (const name of folders) {
      const files = findFiles([join(root, name)]).files.filter((path) => {
        const text = readOrNull(path, maxBytes);
        return text !== null && text.length > 0 && !duplicates.isDuplicate(text);
      });
      if (files.length === 0) continue;
      projects.push({
        name: `${basename(root)}/${name}`, files, ...(normalised.includes(root) ? { normalised: true } : {}),
      });
    }
  }
  return projects;
}

/** A mistyped folder would otherwise be a corpus of nothing, or exclude nothing. */
function requireFolder(path: string): void {
  const { kind, errno } = lookAt(path);
  if (kind === 'folder') return;
  if (kind === 'unreachable') throw unreadableFolder(path, errno);
  throw kind === 'missing' || kind === 'broken-link'
    ? new SourceReadError({ path, reason: 'missing', message: 'there is no such folder. Check the path.' })
    : new SourceReadError({
      path, reason: 'not-a-file', message: 'this is a file: give the folder that holds the projects.',
    });
}

function unreadableFolder(path: string, errno: string | null): SourceReadError {
  return new SourceReadError({
    path, reason: 'unreadable', message: `cannot be read (${errno}). Check its permissions.`,
  });
}

function readOrNull(path: string, maxBytes: number): string | null {
  try {
    return (lookAt(path).stats?.size ?? 0) > maxBytes ? null : readSource(path).text;
  } catch {
    return null;
  }
}
