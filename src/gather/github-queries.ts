/** What is asked of GitHub. Tests check the queries against its published schema. */

const FIELDS = `
  nameWithOwner name owner { login } diskUsage url sshUrl forkCount stargazerCount watchers { totalCount }
  licenseInfo { spdxId } defaultBranchRef { name } pushedAt isFork`;

/** A page of repositories, and how many there are. */
export const SEARCH_QUERY = `query search($words: String!, $first: Int!, $after: String) {
  search(query: $words, type: REPOSITORY, first: $first, after: $after) {
    repositoryCount
    pageInfo { hasNextPage endCursor }
    nodes { ... on Repository { ${FIELDS} } }
  }
}`;

/** Metadata of one repository, by a name that it may have had before. */
export const REPOSITORY_QUERY = `query repository($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ${FIELDS} }
}`;

/** A repository as GitHub tells it. */
export interface RepositoryNode {
  readonly nameWithOwner: string;
  readonly name: string;
  readonly owner: { readonly login: string };
  readonly diskUsage: number | null;
  readonly url: string;
  readonly sshUrl: string;
  readonly forkCount: number;
  readonly stargazerCount: number;
  readonly watchers: { readonly totalCount: number };
  readonly licenseInfo: { readonly spdxId: string | null } | null;
  readonly defaultBranchRef: { readonly name: string } | null;
  readonly pushedAt: string | null;
  readonly isFork: boolean;
}

export interface SearchAnswer {
  readonly search: {
    readonly repositoryCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    /** GitHub gives null, or an empty object, for what the token may not see. */
    readonly nodes: readonly (RepositoryNode | Record<string, never> | null)[];
  };
}
