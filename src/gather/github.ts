import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { GatheringError } from '../errors.js';
import { REPOSITORY_QUERY, SEARCH_QUERY, type RepositoryNode, type SearchAnswer } from './github-queries.js';
import type { Repository } from './repository.js';

/** Repositories that a page of code names. */
export interface CodePage {
  readonly total: number;
  readonly names: readonly string[];
}

/** What is asked of GitHub. Each question waits where GitHub asks for patience. */
export interface GitHub {
  searchPage(query: string, first: number, after: string | null): Promise<SearchAnswer['search']>;
  /** null for one that is gone. */
  repository(nameWithOwner: string): Promise<RepositoryNode | null>;
  /** @param page from 1, at most 10, of 100 results each */
  codePage(query: string, page: number): Promise<CodePage>;
}

const MOST_RETRIES = 4;

/**
 * A client that keeps GitHub's rate limits, its secondary ones too, and asks again after faults of the server.
 *
 * @param settings.baseUrl of the REST API; GraphQL lies below it
 * @param settings.note told of each wait
 * @param settings.patience factor of all waits; tests make it small
 */
export function connectGitHub(settings: {
  readonly token: string;
  readonly baseUrl: string;
  readonly note: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly patience?: number;
  /** Groups of the throttling in place of its own, which ask once a second. */
  readonly throttle?: Readonly<Record<string, unknown>>;
}): GitHub {
  const { token, baseUrl, note, signal, patience = 1, throttle = {} } = settings;
  const wait =
    (what: string) =>
    (seconds: number, _: object, __: unknown, count: number): boolean => {
      note(`GitHub's ${what} is used up: waiting ${seconds} seconds`);
      return count < MOST_RETRIES;
    };
  const octokit = new (Octokit.plugin(throttling, retry))({
    auth: token,
    baseUrl,
    userAgent: 'nnfmt',
    request: signal === undefined ? {} : { signal },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    throttle: {
      onRateLimit: wait('rate limit'),
      onSecondaryRateLimit: wait('secondary rate limit'),
      retryAfterBaseValue: 1000 * patience,
      fallbackSecondaryRateRetryAfter: 60,
      ...throttle,
    },
    retry: { retries: MOST_RETRIES, retryAfterBaseValue: 1000 * patience },
  });
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (fault) {
      if (signal?.aborted === true) throw fault;
      throw explain(fault, baseUrl);
    }
  };
  return {
    searchPage: async (query, first, after) =>
      ask(async () => (await octokit.graphql<SearchAnswer>(SEARCH_QUERY, { words: query, first, after })).search),
    repository: async (nameWithOwner) =>
      ask(async () => {
        const [owner, name] = nameWithOwner.split('/', 2);
        try {
          return (await octokit.graphql<{ repository: RepositoryNode | null }>(REPOSITORY_QUERY, { owner, name }))
            .repository;
        } catch (fault) {
          if (typesOf(fault).includes('NOT_FOUND')) return null;
          throw fault;
        }
      }),
    codePage: async (query, page) =>
      ask(async () => {
        const { data } = await octokit.request('GET /search/code', { q: query, per_page: 100, page });
        return { total: data.total_count, names: data.items.map(({ repository }) => repository.full_name) };
      }),
  };
}

function nothing(): void {
  // What octokit would print, messages here say.
}

const typesOf = (fault: unknown): string[] =>
  ((fault as { errors?: readonly { type?: string }[] }).errors ?? []).map(({ type }) => type ?? '');

/** What is wrong, and what to do about it. */
function explain(fault: unknown, baseUrl: string): GatheringError {
  const { status, message } = fault as { status?: number; message: string };
  const words = message.split('\n')[0];
  if (status === 401) {
    return new GatheringError(
      'GitHub refuses the token: it is wrong or has expired. Make a new one (no scope is needed) and name ' +
        'its file with --token-file.',
      fault,
    );
  }
  // The throttling that gives up throws an error of its own, without types and status.
  const isLimit = typesOf(fault).includes('RATE_LIMITED') || /rate limit exceeded/iu.test(words);
  if (isLimit || status === 403 || status === 429) {
    return new GatheringError(
      `GitHub wants no more questions for now (${words}). Run the same command later: it goes on where it stopped.`,
      fault,
    );
  }
  if (status === 422) return new GatheringError(`GitHub does not understand the query (${words}).`, fault);
  if (status === undefined || status === 500) {
    if (typesOf(fault).length > 0) return new GatheringError(`GitHub refuses the question (${words}).`, fault);
    return new GatheringError(
      `GitHub cannot be reached at ${baseUrl} (${words}). Check the network; the same command goes on where it stopped.`,
      fault,
    );
  }
  return new GatheringError(
    `GitHub answers ${status} (${words}). Run the same command later: it goes on where it stopped.`,
    fault,
  );
}

/** A repository as the store has it. */
export function fromNode(node: RepositoryNode): Repository {
  const spdx = node.licenseInfo?.spdxId ?? null;
  return {
    nameWithOwner: node.nameWithOwner,
    owner: node.owner.login,
    name: node.name,
    diskUsage: node.diskUsage,
    url: node.url,
    sshUrl: node.sshUrl,
    forks: node.forkCount,
    stars: node.stargazerCount,
    watchers: node.watchers.totalCount,
    licence: spdx === 'NOASSERTION' ? null : spdx,
    defaultBranch: node.defaultBranchRef?.name ?? null,
    pushedAt: node.pushedAt,
    commit: null,
    state: 'found',
    error: null,
  };
}
