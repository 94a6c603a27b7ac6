import { dirname, join } from 'node:path';
import { readSource, NearDuplicates } from '../corpus/index.js';
import { FileWriteError, NnfmtError } from '../errors.js';
import { isFile } from '../shared/look-at-path.js';
import { readRegularFile } from '../shared/read-file.js';
import { makeFolder } from '../shared/write-atomically.js';
import {
  keepFile,
  licenceEntries,
  nothingLeftOut,
  pythonEntries,
  repositoryLicence,
  type KeptFile,
  type LeftOut,
} from './extract.js';
import { cloneShallow, listTree, readBlobs, TooLargeError, type GitLimits } from './git-clone.js';
import { makePart, namesIn, removePart, removeParts, writeFolder } from './part-folder.js';
import { isAllowed, licenceOf, type LicencePolicy } from './licences.js';
import type { Repository } from './repository.js';
import type { RepositoryStore } from './store.js';

/** Stands in each folder of a fetched repository. */
export const RECORD = '.nnfmt-corpus.json';

/** What a record says. */
export interface FetchRecord {
  readonly repository: string;
  readonly url: string;
  readonly commit: string;
  readonly licence: string | null;
  readonly bytes: number;
  readonly leftOut: LeftOut;
  /** The licence of each file, by its path. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** How repositories are fetched. */
export interface FetchRun {
  readonly dest: string;
  readonly store: RepositoryStore;
  readonly policy: LicencePolicy;
  /** Clones at a time. */
  readonly jobs: number;
  /** Bytes that the folder may hold in all. */
  readonly budgetBytes: number;
  /** A larger repository, by GitHub's figure or by what its clone turns out to take, is left out. */
  readonly maxRepositoryBytes: number;
  readonly maxFileBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told of each repository that is done with. */
  readonly onDone: (repository: Repository, outcome: FetchOutcome) => void;
}

/** What became of one repository. */
export type FetchOutcome =
  | {
      readonly state: 'fetched';
      readonly files: number;
      readonly bytes: number;
      readonly commit: string;
      readonly licence: string | null;
    }
  | { readonly state: 'excluded' | 'failed' | 'gone'; readonly error: string; readonly licence?: string | null };

/** How a run ended. */
export interface FetchSummary {
  readonly fetched: number;
  readonly files: number;
  readonly bytes: number;
  readonly excluded: number;
  readonly failed: number;
  /** Not begun, since the budget was used up or the run was interrupted. */
  readonly left: number;
  readonly why: 'budget' | 'interrupted' | 'disk' | null;
}

/**
 * Brings the Python files of repositories into folders OWNER+NAME of `dest`. Clones are made side by side, files are
 * chosen in the order given, so that which of two copies is kept does not depend on the network. A repository stands
 * whole in its folder or not at all; one that fails is noted, and the others go on.
 */
export async function fetchCorpus(repositories: readonly Repository[], run: FetchRun): Promise<FetchSummary> {
  makeFolder(run.dest);
  removeParts(run.dest);
  const duplicates = new NearDuplicates();
  let bytes = 0;
  for (const name of namesIn(run.dest)) {
    const record = readRecord(join(run.dest, name));
    if (record === null) continue;
    bytes += record.bytes;
    for (const path of Object.keys(record.files)) remember(duplicates, join(run.dest, name, path));
  }
  const summary = { fetched: 0, files: 0, bytes, excluded: 0, failed: 0, left: 0 };
  const waiting = repositories.filter((repository) => !isThere(repository, run));
  const clones: Promise<Clone>[] = [];
  let why: FetchSummary['why'] = null;
  for (const [k, repository] of waiting.entries()) {
    if (run.signal.aborted) why = 'interrupted';
    else if (summary.bytes >= run.budgetBytes) why = 'budget';
    if (why !== null) {
      summary.left = waiting.length - k;
      break;
    }
    for (let ahead = clones.length; ahead < Math.min(waiting.length, k + run.jobs); ahead++)
      clones.push(cloneOf(waiting[ahead], run));
    const clone = await clones[k];
    let outcome: FetchOutcome;
    try {
      outcome =
        typeof clone === 'object' && 'state' in clone
          ? clone
          : await choose(repository, clone.folder, run, duplicates, run.budgetBytes - summary.bytes);
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
      if (fault instanceof FileWriteError && /ENOSPC|EDQUOT/u.test(fault.message)) why = 'disk';
      outcome = { state: fault instanceof TooLargeError ? 'excluded' : 'failed', error: fault.message };
    } finally {
      if ('folder' in clone) removePart(clone.folder);
    }
    if (run.signal.aborted && outcome.state === 'failed') {
      why = 'interrupted';
      summary.left = waiting.length - k;
      break;
    }
    if (outcome.state === 'failed' && /disk is full/u.test(outcome.error)) why = 'disk';
    if (outcome.state === 'fetched') {
      summary.fetched++;
      summary.files += outcome.files;
      summary.bytes += outcome.bytes;
    } else if (outcome.state === 'excluded') summary.excluded++;
    else summary.failed++;
    run.store.change(repository.nameWithOwner, {
      state: outcome.state,
      error: outcome.state === 'fetched' ? null : outcome.error,
      ...(outcome.state === 'fetched' ? { commit: outcome.commit } : {}),
      ...(outcome.licence === undefined ? {} : { licence: outcome.licence }),
    });
    run.store.save();
    run.onDone(repository, outcome);
  }
  // Clones that were begun ahead are of no use any more.
  for (const clone of await Promise.all(clones)) if ('folder' in clone) removePart(clone.folder);
  return { ...summary, why };
}

const folderOf = ({ nameWithOwner }: Repository): string => nameWithOwner.replace('/', '+');

/** Whether a repository was fetched before: the store may have missed the end of a run that was killed. */
function isThere(repository: Repository, run: FetchRun): boolean {
  const record = readRecord(join(run.dest, folderOf(repository)));
  if (record === null) return false;
  if (repository.state !== 'fetched') {
    run.store.change(repository.nameWithOwner, {
      state: 'fetched',
      commit: record.commit,
      licence: record.licence,
      error: null,
    });
  }
  return true;
}

/** The record of a fetched repository; null where there is none. */
export function readRecord(folder: string): FetchRecord | null {
  const path = join(folder, RECORD);
  if (!isFile(path)) return null;
  try {
    return JSON.parse(readRegularFile(path, { limitBytes: 2 ** 26 }).toString('utf8')) as FetchRecord;
  } catch {
    return null;
  }
}

function remember(duplicates: NearDuplicates, path: string): void {
  try {
    duplicates.add(readSource(path).text);
  } catch (fault) {
    if (!(fault instanceof NnfmtError)) throw fault;
  }
}

type Clone = { readonly folder: string } | Exclude<FetchOutcome, { state: 'fetched' }>;

async function cloneOf(repository: Repository, run: FetchRun): Promise<Clone> {
  const { diskUsage, licence, nameWithOwner } = repository;
  if (!/^[\w.-]+\/[\w.-]+$/u.test(nameWithOwner) || /\/\.{1,2}$/u.test(nameWithOwner)) {
    return { state: 'failed', error: 'its name is none that GitHub gives' };
  }
  if (diskUsage !== null && diskUsage * 1024 > run.maxRepositoryBytes) {
    return { state: 'excluded', error: `too large: ${Math.round(diskUsage / 1024)} MB` };
  }
  if (licence !== null && !isAllowed(licence, run.policy))
    return { state: 'excluded', error: `its licence is ${licence}` };
  let folder: string | null = null;
  try {
    folder = makePart(run.dest);
    await cloneShallow(repository.url, join(folder, 'git'), limitsOf(run));
    return { folder };
  } catch (fault) {
    if (folder !== null) removePart(folder);
    const error = fault instanceof Error ? fault.message : String(fault);
    if (fault instanceof TooLargeError) return { state: 'excluded', error };
    return /not found|does not exist|does not appear to be a git/iu.test(error)
      ? { state: 'gone', error }
      : { state: 'failed', error };
  }
}

const limitsOf = ({ signal, timeoutMs, maxRepositoryBytes: mostBytes }: FetchRun): GitLimits =>
  ({ signal, timeoutMs, mostBytes });

async function choose(
  repository: Repository,
  clone: string,
  run: FetchRun,
  duplicates: NearDuplicates,
  leftBytes: number,
): Promise<FetchOutcome> {
  const git = join(clone, 'git');
  const { commit, entries } = await listTree(git, limitsOf(run));
  const stating = licenceEntries(entries);
  const texts = await readBlobs(
    git,
    repository.url,
    stating.map(({ id }) => id),
    limitsOf(run),
  );
  const licence = repositoryLicence(
    stating.map(({ id, path }) => ({ path, text: texts.get(id)?.toString('utf8') ?? '' })),
    repository.licence,
  );
  if (!isAllowed(licence, run.policy)) {
    return {
      state: 'excluded',
      licence,
      error: licence === null ? 'no licence that is known' : `its licence is ${licence}`,
    };
  }
  const leftOut = nothingLeftOut();
  const python = pythonEntries(entries, leftOut);
  const folders = nestedLicences(entries, python);
  const blobs = await readBlobs(
    git,
    repository.url,
    [...python, ...folders.values()].map(({ id }) => id),
    limitsOf(run),
  );
  const kept: KeptFile[] = [];
  let bytes = 0;
  for (const { id, path } of python) {
    const nested = nestedLicence(path, folders, blobs);
    const file = keepFile(
      path,
      blobs.get(id),
      {
        licence: nested ?? licence,
        policy: run.policy,
        maxBytes: run.maxFileBytes,
        duplicates,
      },
      leftOut,
    );
    if (file === null) continue;
    kept.push(file);
    bytes += file.content.length;
  }
  if (kept.length === 0) return { state: 'excluded', licence, error: 'no Python file of its own' };
  if (bytes > leftBytes) return { state: 'failed', licence, error: 'the disk budget is used up' };
  const record: FetchRecord = {
    repository: repository.nameWithOwner,
    url: repository.url,
    commit,
    licence,
    bytes,
    leftOut,
    files: Object.fromEntries(kept.map((file) => [file.path, file.licence])),
  };
  writeFolder(
    join(run.dest, folderOf(repository)),
    new Map<string, Uint8Array | string>([
      ...kept.map((file): [string, Uint8Array] => [file.path, file.content]),
      [RECORD, `${JSON.stringify(record, null, 1)}\n`],
    ]),
  );
  return { state: 'fetched', files: kept.length, bytes, commit, licence };
}

/** Licence files below the top, by folder, where Python files lie beneath them. */
function nestedLicences(
  entries: readonly TreeEntryLike[],
  python: readonly TreeEntryLike[],
): Map<string, TreeEntryLike> {
  const used = new Set(
    python.flatMap(({ path }) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, k, parts) => parts.slice(0, k + 1).join('/')),
    ),
  );
  return new Map(
    entries
      .filter(
        ({ path }) => path.includes('/') && /^(?:licen[cs]e|copying)/iu.test(path.slice(path.lastIndexOf('/') + 1)),
      )
      .map((entry): [string, TreeEntryLike] => [dirname(entry.path), entry])
      .filter(([folder]) => used.has(folder)),
  );
}

type TreeEntryLike = { readonly id: string; readonly path: string };

function nestedLicence(
  path: string,
  folders: ReadonlyMap<string, TreeEntryLike>,
  blobs: ReadonlyMap<string, Buffer>,
): string | null {
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    const entry = folders.get(at);
    if (entry !== undefined) return licenceOf(blobs.get(entry.id)?.toString('utf8') ?? '');
  }
  return null;
}
