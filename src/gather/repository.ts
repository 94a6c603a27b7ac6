/** A repository as the store keeps it. Counts are null where nobody has said them. */
export interface Repository {
  /** `owner/name`. */
  readonly nameWithOwner: string;
  readonly owner: string;
  readonly name: string;
  /** In kilobytes, as GitHub counts. */
  readonly diskUsage: number | null;
  readonly url: string;
  readonly sshUrl: string | null;
  readonly forks: number | null;
  readonly stars: number | null;
  readonly watchers: number | null;
  /** SPDX. */
  readonly licence: string | null;
  readonly defaultBranch: string | null;
  /** ISO 8601. */
  readonly pushedAt: string | null;
  /** The commit whose files were taken. */
  readonly commit: string | null;
  readonly state: RepositoryState;
  /** Why it is not there, in a clause. */
  readonly error: string | null;
}

/**
 * `found`: only its metadata is known; `fetched`; `excluded`: by licence or size; `failed`: next time it is tried
 * again; `gone`: GitHub does not know it any more.
 */
export const STATES = ['found', 'fetched', 'excluded', 'failed', 'gone'] as const;
export type RepositoryState = (typeof STATES)[number];

/** The columns, in the order in which they are listed. */
export const COLUMNS = [
  'nameWithOwner',
  'owner',
  'name',
  'diskUsage',
  'url',
  'sshUrl',
  'forks',
  'stars',
  'watchers',
  'licence',
  'defaultBranch',
  'pushedAt',
  'commit',
  'state',
  'error',
] as const satisfies readonly (keyof Repository)[];

/** A repository of which only a place is known: a URL, or a folder on this machine. */
export function repositoryAt(place: string): Repository {
  const parts = place
    .replace(/[/\\]+$/u, '')
    .split(/[/\\:]/u)
    .filter((part) => part !== '' && !/^(?:repo|\.git)$/u.test(part));
  const last = (parts.at(-1) ?? 'repository').replace(/\.git$/u, '');
  const [owner, name] = last.includes('+') ? last.split('+', 2) : [parts.at(-2) ?? 'local', last];
  return {
    nameWithOwner: `${owner}/${name}`,
    owner,
    name,
    url: place,
    diskUsage: null,
    sshUrl: null,
    forks: null,
    stars: null,
    watchers: null,
    licence: null,
    defaultBranch: null,
    pushedAt: null,
    commit: null,
    state: 'found',
    error: null,
  };
}
