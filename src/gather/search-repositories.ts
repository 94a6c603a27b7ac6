import { GatheringError } from '../errors.js';
import { fromNode, type GitHub } from './github.js';
import type { RepositoryNode } from './github-queries.js';
import type { RepositoryStore } from './store.js';

/** GitHub shows no more of a search than this. */
const MOST_SHOWN = 1000;
const PAGE = 100;
/** More stars than any repository has. */
const MOST_STARS = 10_000_000;

/** What a search is done with. */
export interface SearchRun {
  readonly github: GitHub;
  readonly store: RepositoryStore;
  /** Repositories that are wanted. */
  readonly limit: number;
  readonly now: Date;
  /** Told after each page; the store has been saved. */
  readonly onPage: (found: number) => void;
}

interface Stars {
  readonly least: number;
  readonly most: number;
}

/**
 * Stores the repositories of a query, most stars first. GitHub shows 1,000 of a search: the next search asks for no
 * more stars than the last one had, and where all of these have the same number, by the days when they were created.
 * How
 * far it came is in the store, so that the same query goes on there.
 *
 * @returns how many of this query were met in this run
 * @throws GatheringError where GitHub cannot be asked
 */
export async function searchRepositories(query: string, run: SearchRun): Promise<number> {
  const { rest, stars } = withoutStars(query);
  const before = run.store.searchMark(query);
  if (before?.done === true) return 0;
  const seen = new Set<string>();
  let most = before === null ? stars.most : Number(before.mark);
  while (most >= stars.least && seen.size < run.limit) {
    const window = `${rest} stars:${stars.least}..${most} sort:stars-desc`.trim();
    const { last, isWhole } = await readWindow(window, seen, run, (node) =>
      run.store.setSearchMark(query, String(node.stargazerCount), false),
    );
    if (isWhole || last === null) {
      run.store.setSearchMark(query, String(stars.least), seen.size < run.limit);
      break;
    }
    if (last < most) {
      most = last;
      continue;
    }
    // A thousand repositories with as many stars.
    await byCreation(`${rest} stars:${most}..${most}`.trim(), [Date.UTC(2007, 9, 1), run.now.getTime()], seen, run);
    most--;
    run.store.setSearchMark(query, String(most), false);
  }
  run.store.save();
  return seen.size;
}

/** Reads all that GitHub shows of a search. `last` is the smallest number of stars that was met. */
async function readWindow(
  query: string,
  seen: Set<string>,
  run: SearchRun,
  mark: (node: RepositoryNode) => void,
): Promise<{ last: number | null; isWhole: boolean }> {
  let last: number | null = null;
  let after: string | null = null;
  for (let shown = 0; shown < MOST_SHOWN && seen.size < run.limit; shown += PAGE) {
    const { nodes, pageInfo, repositoryCount } = await run.github.searchPage(query, PAGE, after);
    for (const node of nodes) {
      if (node === null || !('nameWithOwner' in node) || seen.size >= run.limit) continue;
      const known = node as RepositoryNode;
      if (!known.isFork) {
        seen.add(known.nameWithOwner);
        run.store.addFound(fromNode(known));
      }
      last = Math.min(last ?? MOST_STARS, known.stargazerCount);
      mark(known);
    }
    run.store.save();
    run.onPage(seen.size);
    if (!pageInfo.hasNextPage) return { last, isWhole: repositoryCount <= shown + PAGE };
    after = pageInfo.endCursor;
  }
  return { last, isWhole: seen.size >= run.limit };
}

const DAY_MS = 86_400_000;

/** Halves the time until GitHub shows all that was created in a part. */
async function byCreation(
  query: string,
  [from, to]: [number, number],
  seen: Set<string>,
  run: SearchRun,
): Promise<void> {
  if (seen.size >= run.limit) return;
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const part = `${query} created:${day(from)}..${day(to)}`;
  const { repositoryCount } = await run.github.searchPage(part, 1, null);
  if (repositoryCount <= MOST_SHOWN || to - from < DAY_MS) {
    if (repositoryCount > 0) await readWindow(part, seen, run, () => undefined);
    return;
  }
  const middle = from + Math.floor((to - from) / 2 / DAY_MS) * DAY_MS;
  await byCreation(query, [from, middle], seen, run);
  await byCreation(query, [middle + DAY_MS, to], seen, run);
}

/** A query without what it says of stars, and the range that it says. */
function withoutStars(query: string): { rest: string; stars: Stars } {
  let stars: Stars = { least: 0, most: MOST_STARS };
  const rest = query.replace(/(?:^|\s)stars:(\S+)/gu, (_, range: string) => {
    const words = /^(>=|<=|>|<|)(\d+)$|^(\d+|\*)\.\.(\d+|\*)$/u.exec(range);
    if (words === null)
      throw new GatheringError(`--query: "stars:${range}" is no range; write stars:>1000 or stars:10..50.`);
    const [, sign, bound, low, high] = words;
    if (bound === undefined)
      stars = { least: low === '*' ? 0 : Number(low), most: high === '*' ? MOST_STARS : Number(high) };
    else if (sign.startsWith('>')) stars = { ...stars, least: Number(bound) + (sign === '>' ? 1 : 0) };
    else if (sign.startsWith('<')) stars = { ...stars, most: Number(bound) - (sign === '<' ? 1 : 0) };
    else stars = { least: Number(bound), most: Number(bound) };
    return '';
  });
  return { rest: rest.trim(), stars };
}

/** Sizes of files that GitHub's code search knows, in bytes. */
const CODE_SIZES: readonly [number, number] = [0, 384 * 1024];

/**
 * Stores the repositories with files that hold a text. Parts of more than 1,000 results are halved by the files' size.
 *
 * @throws GatheringError where GitHub cannot be asked
 */
export async function searchCode(text: string, run: SearchRun): Promise<number> {
  const key = `code:${text}`;
  const before = run.store.searchMark(key);
  if (before?.done === true) return 0;
  const names = new Set<string>();
  const met = new Set<string>();
  const firstSize = before === null ? CODE_SIZES[0] : Number(before.mark);
  const read = async ([from, to]: readonly [number, number]): Promise<void> => {
    if (met.size >= run.limit) return;
    const query = `${text} language:Python size:${from}..${to}`;
    for (let page = 1; page <= MOST_SHOWN / PAGE && met.size < run.limit; page++) {
      const { total, names: found } = await run.github.codePage(query, page);
      if (total > MOST_SHOWN && to > from) {
        const middle = Math.floor((from + to) / 2);
        await read([from, middle]);
        await read([middle + 1, to]);
        return;
      }
      for (const name of found) {
        if (names.has(name) || met.size >= run.limit) continue;
        names.add(name);
        const node = await run.github.repository(name);
        if (node === null || node.isFork) continue;
        run.store.addFound(fromNode(node));
        met.add(node.nameWithOwner);
      }
      run.store.save();
      run.onPage(met.size);
      if (page * PAGE >= total) break;
    }
    if (met.size < run.limit) run.store.setSearchMark(key, String(to + 1), false);
  };
  await read([firstSize, CODE_SIZES[1]]);
  if (met.size < run.limit) run.store.setSearchMark(key, String(CODE_SIZES[1] + 1), true);
  run.store.save();
  return met.size;
}
