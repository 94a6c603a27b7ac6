import { basename, join } from 'node:path';
import { findFiles } from '../corpus/index.js';
import { FileReadError, GatheringError } from '../errors.js';
import { repositoryLicence, saysLicence } from '../gather/extract.js';
import { readRecord } from '../gather/fetch-corpus.js';
import { listFolder, lookAt } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';
import { readRegularText } from '../shared/read-file.js';

/** A file of a corpus, where it lies, and what is known of it before it is read. */
export interface CorpusFile {
  readonly project: string;
  /** From the project's folder down, with slashes. */
  readonly path: string;
  readonly place: string;
  readonly licence: string | null;
  readonly bytes: number;
}

const MAX_LICENCE_BYTES = 1_000_000;

/**
 * The Python files of corpora: each folder in one is a project. A folder of the same name in several corpora is one
 * project.
 *
 * @throws GatheringError for a corpus that is no folder, or cannot be read
 */
export function corpusFiles(roots: readonly string[]): CorpusFile[] {
  return roots.flatMap((root) => {
    const entries = listFolder(root);
    if (typeof entries === 'string') {
      throw new GatheringError(`${shownName(root)}: this folder cannot be read (${entries}). Check the path.`);
    }
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    return folders.map(({ name }) => name).sort().flatMap((name) => projectFiles(join(root, name)));
  });
}

function projectFiles(folder: string): CorpusFile[] {
  const record = readRecord(folder);
  const licence = record?.licence ?? licenceIn(folder);
  return findFiles([folder]).files.map((place) => {
    const path = place.slice(folder.length + 1).replaceAll('\\', '/');
    const bytes = lookAt(place).stats?.size ?? 0;
    return { project: basename(folder), path, place, licence: record?.files[path] ?? licence, bytes };
  });
}

/** What the files at the top of a project say of its licence; null where they say nothing that is known. */
function licenceIn(folder: string): string | null {
  const entries = listFolder(folder);
  if (typeof entries === 'string') return null;
  const texts = entries.map(({ name }) => name).filter(saysLicence).sort().flatMap((path) => {
    try {
      return [{ path, text: readRegularText(join(folder, path), { limitBytes: MAX_LICENCE_BYTES }) }];
    } catch (fault) {
      if (!(fault instanceof FileReadError)) throw fault;
      return [];
    }
  });
  return repositoryLicence(texts, null);
}
