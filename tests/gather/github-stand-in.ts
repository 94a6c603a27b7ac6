import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the stand-in. */
export interface StandInRepository {
  readonly nameWithOwner: string;
  readonly stars: number;
  /** YYYY-MM-DD */
  readonly created?: string;
}

/** An answer in place of the next one. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Answers as GitHub does, from a list: shows 1,000 of a search, by pages. */
export async function startStandIn(
  repositories: readonly StandInRepository[], code: readonly { readonly name: string; readonly size: number }[] = [],
): Promise<{ url: string; faults: Fault[]; asked: { path: string; variables?: Record<string, unknown> }[]; renamed: Map<string, string>; close: () => Promise<void> }> {
  const faults: Fault[] = [];
  const asked: { path: string; variables?: Record<string, unknown> }[] = [];
  const renamed = new Map<string, string>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults, asked, renamed,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const send = (status: number, value: object, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(value));
    };
    const variables = body === '' ? undefined : (JSON.parse(body) as { variables: Record<string, unknown> }).variables;
    asked.push({ path: request.url!, ...(variables && { variables }) });
    const fault = faults.shift();
    if (fault !== undefined) return send(fault.status, fault.body ?? { message: 'no' }, fault.headers);
    if (request.headers.authorization !== 'token good') return send(401, { message: 'Bad credentials' });
    const url = new URL(request.url!, 'http://x');
    if (url.pathname === '/search/code') {
      const [from, to] = /size:(\d+)\.\.(\d+)/u.exec(url.searchParams.get('q')!)!.slice(1).map(Number);
      const found = code.filter(({ size }) => size >= from && size <= to);
      const page = Number(url.searchParams.get('page'));
      return send(200, {
        total_count: found.length, incomplete_results: false,
        items: found.slice((page - 1) * 100, page * 100).map(({ name }) => ({ repository: { full_name: name } })),
      });
    }
    if (variables!['name'] !== undefined) {
      const name = `${variables!['owner'] as string}/${variables!['name'] as string}`;
      const found = repositories.find(({ nameWithOwner }) => nameWithOwner === (renamed.get(name) ?? name));
      return send(200, found === undefined
        ? { data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to a Repository' }] }
        : { data: { repository: node(found) } });
    }
    const query = variables!['words'] as string;
    const [least, most] = /stars:(\d+)\.\.(\d+)/u.exec(query)!.slice(1).map(Number);
    const [from, to] = /created:(\S+)\.\.(\S+)/u.exec(query)?.slice(1) ?? ['', '9'];
    const found = repositories
      .filter(({ stars, created = '2020-01-01' }) => stars >= least && stars <= most && created >= from && created <= to)
      .sort((a, b) => b.stars - a.stars);
    const start = Number(variables!['after'] ?? 0);
    const end = start + Number(variables!['first']);
    const shown = found.slice(0, 1000);
    send(200, { data: { search: {
      repositoryCount: found.length, pageInfo: { hasNextPage: end < shown.length, endCursor: String(end) },
      nodes: [...shown.slice(start, end).map(node), null],
    } } });
  }
}

const node = ({ nameWithOwner, stars }: StandInRepository): object => {
  const [login, name] = nameWithOwner.split('/');
  return {
    nameWithOwner, name, owner: { login }, diskUsage: 12, url: `https://github.com/${nameWithOwner}`,
    sshUrl: `git@github.com:${nameWithOwner}.git`, forkCount: 3, stargazerCount: stars, watchers: { totalCount: 2 },
    licenseInfo: { spdxId: 'MIT' }, defaultBranchRef: { name: 'main' }, pushedAt: '2026-01-01T00:00:00Z', isFork: false,
  };
};
