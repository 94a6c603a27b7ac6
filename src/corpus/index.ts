/**
 * Corpus: from paths to sources. Finds Python files as git and the usual tools would,
 * and reads them as CPython would, so that writing back gives the same bytes.
 *
 * Limits: UTF-8, Latin-1 and ASCII only; no file above 20 MB.
 */
export {
  decodeDocument, decodeSource, encodeDocument, encodeSource, MAX_SOURCE_BYTES, refuseForeignCoding,
  type DecodedSource, type SourceEncoding,
} from './decode-source.js';
export { createFileMatcher, pathFrom, type FileFilter, type FileMatcher } from './file-filter.js';
export { findFiles, type FilterIn, type FoundFiles, type LeftOut, type SearchFault } from './find-files.js';
export { isForeignPath, isGenerated } from './foreign-code.js';
export { badName, readSource, type ReadSource } from './read-source.js';
export { NearDuplicates } from './near-duplicates.js';
export { folderOf, listProjects, type Project, type ProjectOptions } from './projects.js';
