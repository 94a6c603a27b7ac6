import { basename, join, resolve } from 'node:path';
import pino from 'pino';
import { BadOptionError, FileReadError } from '../errors.js';
import { flagOf, type OptionsFor } from '../options/index.js';
import { isLoopback, startServer, type ServerOptions } from '../server/start-server.js';
import { assetPath } from '../shared/asset-path.js';
import { isFolder, listFolder, realPath } from '../shared/look-at-path.js';
import { readRegularText } from '../shared/read-file.js';
import { VERSION } from '../shared/version.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';

type Options = OptionsFor<'serve'>;

/** More threads of one server than these are asked for by name. */
const MOST_DEFAULT_THREADS = 4;
/** A token that can be guessed is none. */
const LEAST_TOKEN = 16;
const MOST_TOKEN_BYTES = 4096;
/** How long requests at hand may go on when the server is to end. */
const GRACE_SECONDS = 10;

/** `nnfmt serve`: answers requests until a signal ends it. */
export async function runServe(options: Options, context: CliContext): Promise<number> {
  const serverOptions = resolveServer(options, context);
  const logger = pino({ level: options.logLevel, base: null }, { write: (line) => void context.stderr.write(line) });
  const signal = context.interruption();
  let server;
  try {
    server = await startServer(serverOptions, logger);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const words = { EADDRINUSE: 'something listens there already', EACCES: 'this takes more rights' }[code] ?? message;
    context.stderr.write(`error: ${options.host}:${options.port}: ${words}. Choose another --port or --host.\n`);
    return EXIT_FAILED;
  }
  context.stdout.write(`nnfmt serves ${server.address}\n`);
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
  await server.close(GRACE_SECONDS);
  return EXIT_FINE;
}

function resolveServer(options: Options, { cores }: CliContext): ServerOptions {
  const { host, port, allowOrigin, allowHost, queue, maxSeconds, maxMemory, maxBody, logLevel } = options;
  const token = options.tokenFile === null ? null : readToken(options.tokenFile);
  if (token === null && !isLoopback(host)) {
    throw new BadOptionError({ option: '--host', reason: `others can reach ${host}: name a token with --token-file` });
  }
  for (const origin of allowOrigin) checkOrigin(origin);
  return {
    host, port, allowOrigin, allowHost, queue, maxSeconds, maxMegabytes: maxMemory, maxBodyMegabytes: maxBody, logLevel,
    token, root: options.root === null ? null : readFolder('root', options.root),
    models: options.models === null ? {} : readModels(readFolder('models', options.models)),
    ...pageFolders(), threads: options.jobs ?? Math.min(cores, MOST_DEFAULT_THREADS), version: VERSION,
  };
}

/** The page, where it was built, and what it loads. */
function pageFolders(): Pick<ServerOptions, 'siteFolder' | 'libraryFolder'> {
  // Models lie in a folder of their own as long as nothing was built.
  const beside = join(assetPath('base.bin'), '..');
  const libraryFolder = import.meta.url.endsWith('.ts') ? join(beside, '../dist') : beside;
  const siteFolder = join(libraryFolder, 'site');
  return isFolder(siteFolder) ? { siteFolder, libraryFolder } : { siteFolder: null, libraryFolder: null };
}

function readFolder(option: string, path: string): string {
  const real = realPath(resolve(path));
  if (real === null || !isFolder(real)) {
    throw new BadOptionError({ option: flagOf(option), reason: `${path} is no folder that can be read` });
  }
  return real;
}

function readModels(folder: string): Readonly<Record<string, string>> {
  const entries = listFolder(folder);
  const names = typeof entries === 'string' ? [] : entries.map(({ name }) => name);
  const files = names.filter((name) => name.endsWith('.bin')).sort();
  return Object.fromEntries(files.map((name) => [basename(name, '.bin'), join(folder, name)]));
}

/** @throws BadOptionError for a file that cannot be read, or holds no token that protects anything */
function readToken(path: string): string {
  const option = '--token-file';
  let text: string;
  try {
    text = readRegularText(path, { limitBytes: MOST_TOKEN_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new BadOptionError({ option, reason: `${path}: ${cause.clause}`, cause });
  }
  const token = text.trim();
  if (token.length < LEAST_TOKEN || /[^\x21-\x7e]/u.test(token)) {
    const reason = `${path} has to hold one word of at least ${LEAST_TOKEN} printable ASCII characters`;
    throw new BadOptionError({ option, reason });
  }
  return token;
}

/** @throws BadOptionError for what no browser sends as an origin */
function checkOrigin(origin: string): void {
  const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
  if (isOrigin) return;
  const reason = `takes origins such as http://localhost:4200, not ${JSON.stringify(origin)}`;
  throw new BadOptionError({ option: '--allow-origin', reason });
}
