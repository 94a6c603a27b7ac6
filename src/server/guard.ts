import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { Refusal } from './refusal.js';
import type { ServerOptions } from './server-options.js';

/** True for an address or name that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/gu, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** What of a request is looked at before anything else. */
interface Asked {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * Looks at who asks. The name in `Host` has to be one that the server goes by: a page whose name was made to lead here
 * (DNS rebinding) comes with its own. Pages of other origins are refused unless they are allowed, and what is not free
 * takes the token.
 */
export class Guard {
  private readonly hosts: ReadonlySet<string>;

  constructor(private readonly options: Pick<ServerOptions, 'host' | 'allowHost' | 'allowOrigin' | 'token'>) {
    this.hosts = new Set(['localhost', options.host, ...options.allowHost].map((name) => name.toLowerCase()));
  }

  /**
   * @returns the origin that may read the answer; null for none that needs to be told
   * @throws Refusal
   */
  admit(asked: Asked): string | null {
    const { host, origin, fetchSite } = asked;
    if (host === undefined || !this.isOwnName(host)) {
      throw new Refusal(421, 'HOST', 'this server does not go by that name (Host); --allow-host adds names.');
    }
    if (origin === undefined) {
      if (fetchSite === 'cross-site') throw FOREIGN();
      return null;
    }
    const isOwn = origin === `http://${host}` || origin === `https://${host}`;
    if (isOwn) return null;
    if (!this.options.allowOrigin.includes(origin)) throw FOREIGN();
    return origin;
  }

  /** @throws Refusal without the token, where one is needed */
  checkToken({ authorization }: Asked): void {
    const { token } = this.options;
    if (token === null) return;
    const [, given] = /^Bearer +(\S+)$/iu.exec(authorization ?? '') ?? [];
    if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
    const message = 'this needs the token of the server, as Authorization: Bearer TOKEN.';
    throw new Refusal(401, 'TOKEN', message, { 'www-authenticate': 'Bearer realm="nnfmt"' });
  }

  private isOwnName(host: string): boolean {
    const match = /^(\[[0-9a-f:.]+\]|[^:\s/@]+)(?::\d{1,5})?$/iu.exec(host);
    if (match === null) return false;
    const name = match[1].toLowerCase();
    // No name leads anywhere else than it says.
    return this.hosts.has(name) || isIP(name.replace(/^\[|\]$/gu, '')) !== 0;
  }
}

const FOREIGN = (): Refusal =>
  new Refusal(403, 'ORIGIN', 'pages of other origins may not ask this server; --allow-origin names those that may.');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
