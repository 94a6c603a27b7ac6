import { schema } from '@octokit/graphql-schema';
import { buildSchema, parse, validate } from 'graphql';
import Bottleneck from 'bottleneck';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  connectGitHub, REPOSITORY_QUERY, RepositoryStore, SEARCH_QUERY, searchCode, searchRepositories,
} from '../../src/gather/index.js';
import { folderWith } from '../support/folder-with.js';
import { startStandIn, type StandInRepository } from './github-stand-in.js';

const quick = new Bottleneck.Group({ id: 'quick', maxConcurrent: 1 });
const throttle = { write: quick, search: quick };

type StandIn = Awaited<ReturnType<typeof startStandIn>>;
const open: StandIn[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((standIn) => standIn.close()));
});

const many = (count: number, stars: (k: number) => number, created?: (k: number) => string): StandInRepository[] =>
  Array.from({ length: count }, (_, k) => ({ nameWithOwner: `o/r${k}`, stars: stars(k), ...(created && { created: created(k) }) }));

async function start(repositories: readonly StandInRepository[], code: { name: string; size: number }[] = []) {
  const standIn = await startStandIn(repositories, code);
  open.push(standIn);
  const store = await RepositoryStore.open(join(folderWith(), 'corpus.sqlite'));
  const notes: string[] = [];
  const run = (limit = 10_000, token = 'good') => ({
    github: connectGitHub({ token, baseUrl: standIn.url, note: (line) => notes.push(line), patience: 0.001, throttle }),
    store, limit, now: new Date('2026-01-01'), onPage: () => undefined,
  });
  return { standIn, store, run, notes };
}

describe('the search for repositories', () => {
  test("asks what GitHub's published schema has", () => {
    const github = buildSchema(schema.idl, { assumeValidSDL: true });
    for (const query of [SEARCH_QUERY, REPOSITORY_QUERY]) expect(validate(github, parse(query))).toEqual([]);
    expect(validate(github, parse(SEARCH_QUERY.replace('forkCount', 'forks_count')))).toHaveLength(1);
  });

  test('stores all columns', async () => {
    const { store, run } = await start([{ nameWithOwner: 'a/b', stars: 7 }]);
    expect(await searchRepositories('language:Python stars:>5', run())).toBe(1);
    expect(store.list()).toEqual([{
      nameWithOwner: 'a/b', owner: 'a', name: 'b', diskUsage: 12, url: 'https://github.com/a/b',
      sshUrl: 'git@github.com:a/b.git', forks: 3, stars: 7, watchers: 2, licence: 'MIT', defaultBranch: 'main',
      pushedAt: '2026-01-01T00:00:00Z', commit: null, state: 'found', error: null,
    }]);
  });

  test('goes past the thousand that GitHub shows, by stars', async () => {
    const { store, run } = await start(many(2350, (k) => 10 + Math.floor(k / 3)));
    await searchRepositories('stars:>=10', run());
    expect(store.list()).toHaveLength(2350);
  });

  test('goes on by the day of creation where a thousand have the same stars', async () => {
    const day = (k: number): string => new Date(Date.UTC(2015, 0, 1 + (k % 400))).toISOString().slice(0, 10);
    const { store, run } = await start([...many(1700, () => 5, day), { nameWithOwner: 'last/one', stars: 4 }]);
    await searchRepositories('stars:>3', run());
    expect(store.list()).toHaveLength(1701);
  });

  test('keeps the limit', async () => {
    const { store, run } = await start(many(500, (k) => k));
    expect(await searchRepositories('x', run(150))).toBe(150);
    expect(store.list()[149]!.stars).toBe(350);
  });

  test('goes on where a fault stopped it, and asks nothing again when it is done', async () => {
    const { standIn, store, run } = await start(many(1500, (k) => k));
    const first = run();
    const { searchPage } = first.github;
    let pages = 0;
    await expect(searchRepositories('x', { ...first, github: { ...first.github, searchPage: (...args) => {
      if (++pages === 8) throw new Error('killed');
      return searchPage(...args);
    } } })).rejects.toThrow('killed');
    expect(store.list()).toHaveLength(700);
    standIn.asked.length = 0;
    await searchRepositories('x', run());
    expect(standIn.asked[0]!.variables!['words']).toContain('stars:0..800');
    expect(store.list()).toHaveLength(1500);
    standIn.asked.length = 0;
    await searchRepositories('x', run());
    expect(standIn.asked).toEqual([]);
  });

  test('waits out rate limits and faults of the server', async () => {
    const { standIn, store, run, notes } = await start(many(3, (k) => k));
    standIn.faults.push(
      { status: 502 },
      { status: 403, headers: { 'retry-after': '1' }, body: { message: 'You have exceeded a secondary rate limit' } },
    );
    await searchRepositories('x', run());
    expect(store.list()).toHaveLength(3);
    expect(notes).toEqual(["GitHub's secondary rate limit is used up: waiting 1 seconds"]);
  });

  test('waits until the hour of a primary rate limit has passed', async () => {
    const { standIn, store, run, notes } = await start(many(3, (k) => k));
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 1) };
    // GraphQL tells of it in an answer that is fine otherwise.
    const body = { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] };
    standIn.faults.push({ status: 200, headers, body });
    await searchRepositories('x', run());
    expect(store.list()).toHaveLength(3);
    expect(notes).toEqual([expect.stringMatching(/^GitHub's rate limit is used up: waiting \d+ seconds$/u)]);
  });

  test('gives up on a limit that does not end, and goes on there next time', async () => {
    const { standIn, store, run } = await start(many(300, (k) => k));
    const first = run();
    const { searchPage } = first.github;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) - 1) };
    const body = { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] };
    await expect(searchRepositories('x', { ...first, github: { ...first.github, searchPage: (...args) => {
      if (store.list().length === 100) standIn.faults.push(...Array.from({ length: 8 }, () => ({ status: 200, headers, body })));
      return searchPage(...args);
    } } })).rejects.toThrow(/wants no more questions for now.*goes on where it stopped/u);
    expect(store.list()).toHaveLength(100);
    standIn.faults.length = 0;
    await searchRepositories('x', run());
    expect(store.list()).toHaveLength(300);
  }, 30_000);

  test('says what is wrong with a token, a query, a network', async () => {
    const { standIn, run } = await start([]);
    await expect(searchRepositories('x', run(1, 'old'))).rejects.toThrow(/token.*expired/u);
    await expect(searchRepositories('stars:many', run())).rejects.toThrow(/"stars:many" is no range/u);
    standIn.faults.push({ status: 422, body: { message: 'Validation Failed' } });
    await expect(searchRepositories('x', run())).rejects.toThrow(/does not understand the query/u);
    const { url } = standIn;
    await standIn.close();
    const github = connectGitHub({ token: 'good', baseUrl: url, note: () => undefined, patience: 0.001, throttle });
    await expect(github.searchPage('x', 1, null)).rejects.toThrow(/cannot be reached/u);
  });
});

describe('the search for code', () => {
  test('halves sizes past a thousand results, follows a new name, and leaves out what is gone', async () => {
    const code = Array.from({ length: 1400 }, (_, k) => ({ name: `o/r${k % 4}`, size: k * 100 }));
    code.push({ name: 'was/here', size: 5 }, { name: 'was/called', size: 6 });
    const { standIn, store, run } = await start([...many(4, () => 1), { nameWithOwner: 'is/called', stars: 9 }], code);
    standIn.renamed.set('was/called', 'is/called');
    expect(await searchCode('import keras', run())).toBe(5);
    expect(store.list().map(({ nameWithOwner }) => nameWithOwner)).toEqual(['is/called', 'o/r0', 'o/r1', 'o/r2', 'o/r3']);
  });
});

describe('the store', () => {
  test('keeps state and commit when a search finds a repository again', async () => {
    const { store, run } = await start([{ nameWithOwner: 'a/b', stars: 7 }]);
    await searchRepositories('x', run());
    store.change('a/b', { state: 'fetched', commit: 'abc' });
    await searchRepositories('y', run());
    expect(store.get('A/B')).toMatchObject({ state: 'fetched', commit: 'abc' });
  });

  test('refuses a file that is no database of it', async () => {
    const folder = folderWith({ 'text.sqlite': 'hello, this is text\n'.repeat(100) });
    await expect(RepositoryStore.open(join(folder, 'text.sqlite'))).rejects.toThrow(/no SQLite database/u);
  });
});
