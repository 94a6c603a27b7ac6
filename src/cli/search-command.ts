import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { findFiles, readSource } from '../corpus/index.js';
import { BadOptionError, FileReadError, NnfmtError } from '../errors.js';
import { fileStarts, fileOfRow, loadSearchEncoder, type SearchIndex } from '../search/index.js';
import {
  askIndex, decodeIndex, encodeIndex, updateIndex, type IndexUpdate, type SourceToIndex,
} from '../search/index.js';
import { lookAt } from '../shared/look-at-path.js';
import { createProgress, type Progress } from '../shared/progress.js';
import { shownExcerpt, shownJson, shownName } from '../shared/quote-name.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { makeFolder, writeAtomically } from '../shared/write-atomically.js';
import { cacheFolder } from './cache-folder.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';
import type { ProjectOptions } from './project-options.js';
import { createFilterIn } from './select-files.js';

/** A function as it is told. */
interface Found {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
  readonly name: string;
  readonly score: number;
  readonly similarity: number;
  readonly words: number;
  /** First lines, as they stand in the file. */
  readonly text: string;
}

/** `nnfmt search QUERY [PATHS…]`: the functions that do what is asked for, best first. */
export async function runSearch(
  query: string,
  paths: readonly string[],
  project: ProjectOptions<'search'>,
  context: CliContext,
): Promise<number> {
  await Promise.resolve();
  const { options } = project;
  if (query.trim() === '') {
    throw new BadOptionError({ option: 'QUERY', reason: 'is empty: say what the function does' });
  }
  const encoder = loadSearchEncoder(options.network);
  const given = paths.length === 0 ? ['.'] : paths;
  const found = findFiles(given, createFilterIn(project.optionsIn));
  for (const { message } of found.errors) context.stderr.write(`error: ${message}\n`);
  // Cells of notebooks have no lines of their own to name.
  const files = found.files.filter((path) => !path.endsWith('.ipynb'));
  const place = indexPlace(options.index, given, context);
  const note = (line: string): void => {
    if (!options.quiet) context.stderr.write(`${line}\n`);
  };
  const old = place === null ? null : openIndex(place, note);
  const progress = createProgress({ target: context.stderr, quiet: options.quiet, now: context.now });
  const update = updateIndex(texts(files, old, progress, context), encoder, old);
  progress.finish();
  const { index } = update;
  if (place !== null && index !== old) saveIndex(place, update, note);
  if (index.names.length === 0) {
    context.stderr.write(`error: no Python function found under ${given.map(shownName).join(', ')}\n`);
    return EXIT_FAILED;
  }
  const starts = fileStarts(index);
  const isTest = index.files.map(({ path }) => isTestFile(path));
  const ranked = askIndex(index, encoder, query, {
    count: options.count,
    takes: (row) =>
      options.tests || !(isTest[fileOfRow(starts, row)] || /^(?:.*\.)?test(?:_|[A-Z]|$)/u.test(index.names[row])),
  });
  const shown = new Map(files.map((path) => [resolve(path), path]));
  const results = ranked.map(({ row, score, similarity, wordScore }): Found => {
    const { path } = index.files[fileOfRow(starts, row)];
    const [line, endLine] = [index.lines[row], index.lastLines[row]];
    return {
      path: shown.get(path) ?? path, line, endLine, name: index.names[row], score, similarity, words: wordScore,
      text: linesOf(path, line, Math.min(endLine, line + options.lines - 1)),
    };
  });
  const { added, kept, removed } = update;
  const counts = { files: index.files.length, functions: index.names.length, added, kept, removed };
  context.stdout.write(
    options.json ? `${shownJson({ query, index: counts, results })}\n` : results.map(shownFound).join(''),
  );
  return found.errors.length > 0 ? EXIT_FAILED : EXIT_FINE;
}

interface IndexPlace {
  readonly path: string;
  /** Named by the user, and not one of the cache. */
  readonly isGiven: boolean;
}

/** Where the index lies; null for none. */
function indexPlace(asked: string | false | null, given: readonly string[], context: CliContext): IndexPlace | null {
  if (asked === false) return null;
  if (asked !== null) return { path: asked, isGiven: true };
  const key = createHash('sha256').update(JSON.stringify(given.map((path) => resolve(path)).sort())).digest('hex');
  return { path: join(cacheFolder(null, context), 'search', `${key.slice(0, 32)}.index`), isGiven: false };
}

const FAULTS = {
  foreign: 'this is no index of `nnfmt search`',
  version: 'this index was made by another version of nnfmt',
  damaged: 'this index is damaged',
} as const;

/**
 * The index that is there, null without one. One in the cache that cannot be used is made anew.
 *
 * @throws BadOptionError for one that the user named and that is of no use; FileReadError where it cannot be read
 */
function openIndex({ path, isGiven }: IndexPlace, note: (line: string) => void): SearchIndex | null {
  if (lookAt(path).kind === 'missing') return null;
  let bytes: Buffer;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch (fault) {
    if (isGiven || !(fault instanceof FileReadError)) throw fault;
    return null;
  }
  const index = decodeIndex(bytes);
  if (typeof index !== 'string') return index;
  if (isGiven) {
    throw new BadOptionError({
      option: '--index', reason: `${shownName(path)}: ${FAULTS[index]}; remove it, or name another file`,
    });
  }
  note(`The index is made anew: ${FAULTS[index]}.`);
  return null;
}

/** Keeps the index for the next time. Where the cache cannot be written, it is only said. */
function saveIndex({ path, isGiven }: IndexPlace, { index }: IndexUpdate, note: (line: string) => void): void {
  try {
    if (!isGiven) makeFolder(join(path, '..'), 0o700);
    writeAtomically(path, encodeIndex(index));
  } catch (fault) {
    if (isGiven || !(fault instanceof NnfmtError)) throw fault;
    note(`The index is not kept: ${fault.message.split('\n')[0]}`);
  }
}

/** The texts of files, one at a time; what cannot be read is told and passed over. */
function* texts(
  files: readonly string[], old: SearchIndex | null, progress: Progress, context: CliContext,
): Generator<SourceToIndex> {
  for (const [k, file] of files.entries()) {
    // With an index there is little to wait for.
    if (old === null) progress.update(k / files.length, 'indexing');
    try {
      yield { path: resolve(file), text: readSource(file).text };
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
      context.stderr.write(`left out: ${fault.message.split('\n')[0]}\n`);
    }
  }
}

const isTestFile = (path: string): boolean =>
  /(?:^|[\\/])(?:tests?[\\/]|test_[^\\/]*$|conftest\.py$|[^\\/]*_test\.py$)/u.test(path);

/** Lines from `first` to `last`, from 1; '' where the file cannot be read any more. */
function linesOf(path: string, first: number, last: number): string {
  try {
    return readSource(path).text.split(/\r\n|\r|\n/u).slice(first - 1, last).join('\n');
  } catch {
    return '';
  }
}

function shownFound({ path, line, name, score, text }: Found): string {
  const lines = text === '' ? [] : text.split('\n');
  const margin = /^[ \t]*/u.exec(lines[0] ?? '')![0];
  const body =
    lines.map((row) => `    ${shownExcerpt(row.startsWith(margin) ? row.slice(margin.length) : row.trimStart())}\n`);
  return `${shownName(path)}:${line}  ${shownName(name)}  ${score.toFixed(2)}\n${body.join('')}`;
}
