import { resolve } from 'node:path';
import { BadOptionError, FileReadError, GatheringError } from '../errors.js';
import {
  COLUMNS,
  connectGitHub,
  fetchCorpus,
  repositoryAt,
  RepositoryStore,
  searchCode,
  searchRepositories,
  type Repository,
  type RepositoryState,
} from '../gather/index.js';
import type { OptionsFor } from '../options/index.js';
import { isFolder, isThere } from '../shared/look-at-path.js';
import { nearestName } from '../shared/nearest-name.js';
import { shownName } from '../shared/quote-name.js';
import { readRegularFile } from '../shared/read-file.js';
import { EXIT_FAILED, EXIT_FINE, EXIT_INTERRUPTED, type CliContext } from './context.js';

const PARTS = ['search', 'list', 'fetch', 'stats', 'prepare', 'similar', 'manifest'];

/** `nnfmt corpus` with a word that is none of its parts. @throws BadOptionError */
export function refusePart(what: string): never {
  const near = nearestName(what, PARTS);
  throw new BadOptionError({
    option: 'WHAT',
    reason: `"${what}" is none of ${PARTS.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
  });
}

/** `nnfmt corpus search`: stores what GitHub finds. */
export async function runCorpusSearch(
  _: readonly string[],
  options: OptionsFor<'corpus search'>,
  context: CliContext,
): Promise<number> {
  const { query, code } = options;
  if ((query === null) === (code === null)) {
    throw new BadOptionError({ option: '--query', reason: 'is needed, or --code: one of the two' });
  }
  const token = readToken(options.tokenFile, context);
  const store = await RepositoryStore.open(options.db);
  const note = (line: string): void => {
    if (!options.quiet) context.stderr.write(`${line}\n`);
  };
  const signal = context.interruption();
  const github = connectGitHub({ token, baseUrl: options.api.replace(/\/+$/u, ''), note, signal });
  const run = {
    github,
    store,
    limit: options.limit,
    now: new Date(),
    onPage: (met: number) => note(`${met} repositories`),
  };
  try {
    const met = query === null ? await searchCode(code!, run) : await searchRepositories(query, run);
    context.stdout.write(`${met} repositories found, ${store.list().length} known in ${shownName(options.db)}\n`);
    return EXIT_FINE;
  } catch (fault) {
    // A search that never began leaves no file that looks as if it had found nothing.
    if (!store.isEmpty()) store.save();
    if (!signal.aborted) throw fault;
    context.stderr.write('Interrupted. The same command goes on where it stopped.\n');
    return EXIT_INTERRUPTED;
  } finally {
    store.close();
  }
}

function readToken(path: string | null, context: CliContext): string {
  const token =
    path === null
      ? (context.env['GITHUB_TOKEN'] ?? '')
      : readRegularFile(path, { limitBytes: 10_000 }).toString('utf8');
  if (/^[\x21-\x7e]+$/u.test(token.trim())) return token.trim();
  throw new BadOptionError({
    option: '--token-file',
    reason:
      path === null
        ? 'is needed, or the variable GITHUB_TOKEN: GitHub answers searches of nobody'
        : `${shownName(path)} holds no token`,
  });
}

/** `nnfmt corpus list`. */
export async function runCorpusList(
  _: readonly string[],
  options: OptionsFor<'corpus list'>,
  context: CliContext,
): Promise<number> {
  const store = await openKnown(options.db);
  const { state, licence, minStars, name } = options;
  const found = store.list({ state: state === 'all' ? null : (state as RepositoryState), licence, minStars, name });
  store.close();
  if (options.json) context.stdout.write(`${JSON.stringify({ repositories: found })}\n`);
  else if (options.csv) context.stdout.write(csv(found));
  else context.stdout.write(table(found));
  return EXIT_FINE;
}

async function openKnown(path: string): Promise<RepositoryStore> {
  if (!isThere(path)) throw new FileReadError({ path, reason: 'missing' });
  return RepositoryStore.open(path);
}

function csv(found: readonly Repository[]): string {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? '');
    return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [COLUMNS.join(','), ...found.map((row) => COLUMNS.map((name) => cell(row[name])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}

function table(found: readonly Repository[]): string {
  const rows = [
    ['repository', 'stars', 'forks', 'licence', 'state', 'error'],
    ...found.map(({ nameWithOwner, stars, forks, licence, state, error }) => [
      nameWithOwner,
      String(stars ?? '-'),
      String(forks ?? '-'),
      licence ?? '-',
      state,
      error ?? '',
    ]),
  ];
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, k) => cell.padEnd(widths[k]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `nnfmt corpus fetch [REPOSITORIES…]`. */
export async function runCorpusFetch(
  places: readonly string[],
  options: OptionsFor<'corpus fetch'>,
  context: CliContext,
): Promise<number> {
  const store = places.length === 0 ? await openKnown(options.db) : await RepositoryStore.open(options.db);
  if (places.length === 0 && store.list().length === 0) {
    store.close();
    throw new GatheringError(
      `${shownName(options.db)} knows of no repository: find some with nnfmt corpus search, or name them here.`,
    );
  }
  const given = places.map((place) => repositoryAt(isFolder(place) ? resolve(place) : place));
  const folders = new Map<string, string>();
  for (const { nameWithOwner, url } of given) {
    const other = folders.get(nameWithOwner);
    if (other !== undefined && other !== url) {
      throw new BadOptionError({
        option: 'REPOSITORIES',
        reason: `${other} and ${url} are both called ${nameWithOwner}`,
      });
    }
    folders.set(nameWithOwner, url);
    if (store.get(nameWithOwner) === null) store.addFound({ ...store.get(nameWithOwner), ...repositoryAt(url) });
  }
  const { licence, minStars, name } = options;
  const known =
    given.length === 0
      ? store.list({ licence, minStars, name }).filter(({ state }) => state !== 'gone')
      : [...folders].map(([nameWithOwner, url]) => ({ ...store.get(nameWithOwner)!, url }));
  const signal = context.interruption();
  const summary = await fetchCorpus(options.limit === null ? known : known.slice(0, options.limit), {
    dest: options.dest,
    store,
    policy: options.license as 'permissive' | 'any',
    jobs: options.jobs,
    budgetBytes: options.budget * 1e6,
    maxRepositoryBytes: options.maxRepository * 1e6,
    maxFileBytes: options.maxFile * 1000,
    timeoutMs: options.timeout * 1000,
    signal,
    onDone: ({ nameWithOwner }, outcome) => {
      if (outcome.state === 'fetched') {
        if (!options.quiet) context.stderr.write(`${nameWithOwner}: ${outcome.files} files, ${outcome.licence}\n`);
      } else if (outcome.state === 'excluded') {
        if (!options.quiet) context.stderr.write(`${nameWithOwner}: left out: ${outcome.error}\n`);
      } else context.stderr.write(`error: ${nameWithOwner}: ${outcome.error}\n`);
    },
  });
  store.save();
  store.close();
  const { fetched, files, bytes, excluded, failed, left, why } = summary;
  context.stdout.write(
    `${fetched} repositories with ${files} files fetched, ${excluded} left out, ${failed} failed; ` +
      `${shownName(options.dest)} holds ${(bytes / 1e6).toFixed(1)} MB\n`,
  );
  if (why !== null) {
    const words = { budget: 'the budget is used up (--budget)', disk: 'the disk is full', interrupted: 'interrupted' }[
      why
    ];
    context.stderr.write(`${left} repositories were not begun: ${words}. The same command goes on there.\n`);
  }
  if (why === 'interrupted') return EXIT_INTERRUPTED;
  return failed > 0 || why === 'disk' ? EXIT_FAILED : EXIT_FINE;
}
