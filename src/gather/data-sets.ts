import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type Compressors } from 'hyparquet';
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import * as zlib from 'node:zlib';
import { GatheringError, NnfmtError } from '../errors.js';
import { isFolder, lookAt } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';
import { readLines } from '../shared/read-lines.js';
import { makeFolder } from '../shared/write-atomically.js';
import { isSafePath } from './extract.js';
import { addToPart, makePart, markUsed, namesIn, publishPart, removePart } from './part-folder.js';

/** Which columns of a data set say what. */
export interface DataSetColumns {
  readonly text: string;
  /** null: the whole data set is one project. */
  readonly project: string | null;
  /** null: rows are numbered. */
  readonly path: string | null;
}

/** Columns of The Stack, CodeSearchNet, and others of their kind; the first whose columns are all there is taken. */
const PRESETS: readonly DataSetColumns[] = [
  { text: 'content', project: 'max_stars_repo_name', path: 'max_stars_repo_path' },
  { text: 'original_string', project: 'repo', path: 'path' },
  { text: 'whole_func_string', project: 'repository_name', path: 'func_path_in_repository' },
  { text: 'code', project: 'repo_name', path: 'path' },
  { text: 'code', project: 'repo', path: 'path' },
  { text: 'content', project: 'repo_name', path: 'path' },
  { text: 'content', project: null, path: null },
  { text: 'text', project: null, path: null },
  { text: 'code', project: null, path: null },
];

/** What `text=content,project=repo,path=file` says. @throws GatheringError */
export function readColumns(words: string): DataSetColumns {
  const given = new Map(words.split(',').map((part): [string, string] => {
    const at = part.indexOf('=');
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  }));
  const text = given.get('text');
  const unknown = [...given.keys()].find((name) => !['text', 'project', 'path'].includes(name));
  if (text === undefined || unknown !== undefined) {
    throw new GatheringError(`--columns: "${words}" is not of the form text=COLUMN,project=COLUMN,path=COLUMN.`);
  }
  return { text, project: given.get('project') ?? null, path: given.get('path') ?? null };
}

type Row = Readonly<Record<string, unknown>>;

/** Rows at a time that are in memory, beside a group of a Parquet file's rows. */
const ROWS_AT_ONCE = 500;
const MAX_TEXT = 1_000_000;

/**
 * Puts the Python texts of a data set into folders of projects below `cache`, unless they are there: a stream, of which
 * a few rows are in memory.
 *
 * @returns a folder whose folders are projects
 * @throws GatheringError for a file without the columns, or that is broken; FileReadError; FileWriteError
 */
export async function unpackDataSet(path: string, columns: DataSetColumns | null, cache: string): Promise<string> {
  const { stats } = lookAt(path);
  const key = createHash('sha256')
    .update(JSON.stringify([1, resolve(path), stats?.size, stats?.mtimeMs, columns])).digest('hex').slice(0, 24);
  const name = basename(path).replace(/\.(?:parquet|jsonl|ndjson)(?:\.gz)?$/iu, '');
  try {
    return await openUnpacked({
      key, name, cache, files: filesOf(path, columns),
      refuse: () => {
        throw new GatheringError(`${shownName(path)}: no row of it holds Python.`);
      },
    });
  } catch (fault) {
    if (fault instanceof NnfmtError || !(fault instanceof Error)) throw fault;
    throw new GatheringError(`${shownName(path)}: this file is damaged (${fault.message}).`, fault);
  }
}

/** A text, and where it goes: a path below the folder of projects that no other has. */
export interface UnpackedFile {
  readonly place: string;
  readonly text: string;
}

async function* filesOf(path: string, columns: DataSetColumns | null): AsyncGenerator<UnpackedFile> {
  const taken = new Set<string>();
  let known: DataSetColumns | null = null;
  let number = 0;
  for await (const row of /\.parquet$/iu.test(path) ? parquetRows(path, columns) : jsonRows(path)) {
    number++;
    known ??= columnsOf(path, Object.keys(row), columns);
    const text = row[known.text];
    if (typeof text !== 'string' || text === '' || text.length > MAX_TEXT) continue;
    const place = placeOf(row, known, number, taken);
    if (place !== null) yield { place, text };
  }
}

/**
 * A folder of projects in the cache; it is written where it is not there, and appears when it is whole.
 *
 * @param rows.key names what the files are made of
 * @param rows.refuse throws, where there is no file
 * @throws FileWriteError, and what `files` throws
 */
export async function openUnpacked({ key, name, cache, files, refuse }: {
  readonly key: string;
  readonly name: string;
  readonly cache: string;
  readonly files: AsyncIterable<UnpackedFile>;
  readonly refuse: () => never;
}): Promise<string> {
  const parent = join(cache, 'data-sets', key);
  const folder = join(parent, name);
  if (isFolder(folder)) {
    markUsed(parent);
    return folder;
  }
  makeFolder(parent, 0o700);
  removeUnused(dirname(parent), parent);
  const part = makePart(parent);
  try {
    let count = 0;
    for await (const { place, text } of files) {
      addToPart(join(part, place), text);
      count++;
    }
    if (count === 0) refuse();
    publishPart(part, folder);
  } catch (fault) {
    removePart(part);
    throw fault;
  }
  return folder;
}

/** Data sets that stay unpacked, beside those that were asked for within the last hours: the ones asked for last. */
export const MOST_UNPACKED = 8;
/** What another process may be reading is let alone. */
const IN_USE_MS = 24 * 3600 * 1000;

/** Removes all but the data sets that were asked for last, and those that may be in use. */
function removeUnused(folder: string, but: string): void {
  const now = Date.now();
  const known = namesIn(folder).map((name) => join(folder, name)).filter((path) => path !== but)
    .map((path) => ({ path, askedMs: lookAt(path).stats?.mtimeMs ?? now }))
    .sort((a, b) => b.askedMs - a.askedMs || (a.path < b.path ? -1 : 1));
  for (const { path, askedMs } of known.slice(MOST_UNPACKED - 1)) if (now - askedMs > IN_USE_MS) removePart(path);
}

function columnsOf(path: string, names: readonly string[], asked: DataSetColumns | null): DataSetColumns {
  const has = ({ text, project, path: place }: DataSetColumns): boolean =>
    [text, project, place].every((name) => name === null || names.includes(name));
  const found = asked === null ? PRESETS.find(has) : has(asked) ? asked : undefined;
  if (found !== undefined) return found;
  const missing = asked === null ? 'no column of source text that is known' : `no columns ${
    [asked.text, asked.project, asked.path].filter((name) => name !== null && !names.includes(name)).join(', ')}`;
  throw new GatheringError(
    `${shownName(path)}: it has ${missing}; its columns are ${names.slice(0, 30).join(', ')}. ` +
    'Say which ones hold text, project and path: --columns text=…,project=…,path=….');
}

/** Where a row's text goes, below the part; null for what is no Python. */
function placeOf(row: Row, columns: DataSetColumns, number: number, taken: Set<string>): string | null {
  const said = (name: string | null): string => (name === null ? '' : typeof row[name] === 'string' ? row[name] : '');
  const project = said(columns.project).replaceAll('/', '+').replace(/[^\w.+-]/gu, '_').replace(/^\.+/u, '_') || 'rows';
  const path = said(columns.path);
  if (/\.\w+$/u.test(path) && !/\.pyi?$/iu.test(path)) return null;
  const below = path !== '' && isSafePath(path) ? path.replace(/\.pyi?$/iu, '') : `row-${number}`;
  let place = join(project, `${below}.py`);
  // Functions of one file are rows of their own.
  if (taken.has(place)) place = join(project, `${below}-${number}.py`);
  taken.add(place);
  return place;
}

async function* jsonRows(path: string): AsyncGenerator<Row> {
  let number = 0;
  for await (const line of readLines(path)) {
    number++;
    if (line.trim() === '') continue;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch (cause) {
      throw new GatheringError(`${shownName(path)}:${number}: this line is no JSON.`, cause);
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new GatheringError(`${shownName(path)}:${number}: this line is no JSON object.`);
    }
    yield row as Row;
  }
}

/** Node has them; Zstandard since 22.15. */
const COMPRESSORS: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ZSTD: (input) => {
    const unpack = (zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array }).zstdDecompressSync;
    if (unpack === undefined) throw new Error('it is compressed by Zstandard, which Node.js knows since 22.15');
    return unpack(input);
  },
};

async function* parquetRows(path: string, asked: DataSetColumns | null): AsyncGenerator<Row> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const names = metadata.schema.slice(1).map(({ name }) => name);
  const { text, project, path: place } = columnsOf(path, names, asked);
  const columns = [text, project, place].filter((name) => name !== null);
  const total = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < total; rowStart += ROWS_AT_ONCE) {
    const rowEnd = Math.min(total, rowStart + ROWS_AT_ONCE);
    yield* await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors: COMPRESSORS });
  }
}
