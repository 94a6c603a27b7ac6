import { dirname, join, relative, resolve, sep } from 'node:path';
import { NnfmtError } from '../errors.js';
import { isThere } from '../shared/look-at-path.js';
import type { NamedSource } from '../shared/named-source.js';
import { findFiles } from './find-files.js';
import { readSource } from './read-source.js';

/** Marks the top folder of a project. */
const MARKERS = ['.git', '.hg', 'pyproject.toml', 'setup.py', 'setup.cfg', '.nnfmt'];

/**
 * Sources of the project around a folder, nearest last: first by how far they are, then by
 * name. A folder without any sign of a project gives only what lies in it. A file is read when
 * its text is asked for.
 *
 * @param within the folder beyond which nothing is looked at; null for none
 */
export function projectTexts(folder: string, without: string | null, within: string | null = null): NamedSource[] {
  const root = projectRoot(folder, within);
  const paths = root === null
    ? findFiles([folder]).files.filter((file) => dirname(resolve(file)) === folder)
    : findFiles([root]).files;
  return paths
    .map((file) => resolve(file))
    .filter((path) => path !== without)
    .map((path) => ({ path, distance: relative(folder, path).split(sep).length }))
    .sort((a, b) => b.distance - a.distance || (a.path < b.path ? -1 : 1))
    .slice(-MAX_PROJECT_FILES)
    .map(({ path }) => ({ path, get text() { return readContext(path); } }));
}

function readContext(path: string): string {
  try {
    return readSource(path).text;
  } catch (fault) {
    // Context only: what cannot be read does not help, and harms nobody.
    if (fault instanceof NnfmtError) return '';
    throw fault;
  }
}

const MAX_PROJECT_FILES = 2000;

function projectRoot(folder: string, within: string | null): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (MARKERS.some((marker) => isThere(join(at, marker)))) return at;
    if (at === within) return within;
    if (dirname(at) === at) return null;
  }
}
