import { isUtf8 } from 'node:buffer';
import fastify, {
  LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest,
} from 'fastify';
import type { ApiRoute, Call, Services } from './api-route.js';
import { completionRoutes } from './completion-routes.js';
import { Guard } from './guard.js';
import { layoutRoutes } from './layout-routes.js';
import { Metrics } from './metrics.js';
import { profileRoutes } from './profile-routes.js';
import { Refusal, refusalOf } from './refusal.js';
import { RootFolder } from './root-folder.js';
import type { ServerOptions } from './server-options.js';
import { serverRoutes } from './server-routes.js';
import { SiteFiles } from './site-files.js';
import { ThreadPool } from './thread-pool.js';
import { welcomePage } from './welcome-page.js';

/** A server that listens. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:9078`. */
  readonly address: string;
  /** Takes no more requests, answers those at hand for so many seconds at most, and ends its threads. */
  close(graceSeconds: number): Promise<void>;
}

/** A request has to be there whole after so long, its head sooner. */
const REQUEST_MS = 30_000;
const HEAD_MS = 10_000;
const IDLE_MS = 5_000;
const MOST_CONNECTIONS = 1024;
/** Learning may take so many times as long as another request. */
const LEARNING_FACTOR = 30;
/** From its start, what completion needs is loaded so late, if nobody has asked before. */
const COMPLETION_AFTER_MS = 1000;

const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin',
  // What the page runs is its own: scripts, threads, WebAssembly. Its editor writes style sheets.
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self' " +
    "'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/**
 * Starts a server.
 *
 * @param logger hears of each request and of faults, never of texts and tokens
 * @throws what the system says where it cannot listen
 */
export async function startServer(options: ServerOptions, logger: FastifyBaseLogger): Promise<RunningServer> {
  const services = createServices(options);
  const metrics = new Metrics({
    text: () => services.text.state, completion: () => services.completion.state,
    learning: () => services.learning.state,
  });
  const app = fastify({
    loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.maxBodyMegabytes * 1024 * 1024,
    requestTimeout: REQUEST_MS, keepAliveTimeout: IDLE_MS, forceCloseConnections: 'idle', exposeHeadRoutes: false,
    http: { headersTimeout: HEAD_MS, connectionsCheckingInterval: 1000, maxHeaderSize: 16 * 1024 },
    // Answers are told as they are: schemas describe them.
    schemaController: { compilersFactory: { buildSerializer: () => () => (data) => JSON.stringify(data) } },
    routerOptions: { maxParamLength: 200 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
    // An address that cannot be read comes by no hook.
    frameworkErrors: (cause, _request, reply) => {
      const { status, body } = refusalOf(cause);
      void (reply as FastifyReply).code(status).headers(SAFE_HEADERS).send(body);
    },
    // Not even what is no HTTP at all is answered with more than a status.
    clientErrorHandler: (fault, socket) => {
      const status = fault.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout'
        : fault.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
      if (socket.writable) socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      socket.destroy();
    },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  readBodies(app);
  const others = [...layoutRoutes, ...completionRoutes, ...profileRoutes];
  const routes = [...others, ...serverRoutes(others, () => metrics.text())];
  guard(app, new Guard(options), routes);
  for (const route of routes) addRoute(app, route, services);
  serveSite(app, options, routes);
  tell(app, metrics);
  await app.listen({ host: options.host, port: options.port });
  services.text.warmUp();
  // Layout comes first; whoever types later finds all of it loaded and run.
  const later = setTimeout(() => services.completion.warmUp(), COMPLETION_AFTER_MS).unref();
  const { port } = app.server.address() as { readonly port: number };
  return {
    address: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async close(graceSeconds) {
      clearTimeout(later);
      const timer = setTimeout(() => app.server.closeAllConnections(), 1000 * graceSeconds);
      await app.close();
      clearTimeout(timer);
      await Promise.all([services.text.close(), services.completion.close(), services.learning.close()]);
    },
  };
}

function createServices(options: ServerOptions): Services {
  const { root, threads, queue, maxSeconds, maxMegabytes: megabytes, models } = options;
  const layout = { seconds: maxSeconds, exclusions: 'forced', within: root } as const;
  const limits = { mostWaiting: queue, seconds: maxSeconds, megabytes };
  return {
    options, root: root === null ? null : new RootFolder(root),
    text: new ThreadPool({ setup: { kind: 'text', layout }, threads, ...limits }),
    // It keeps what it has read of open documents.
    completion: new ThreadPool({ setup: { kind: 'completion', layout, models }, threads: 1, ...limits }),
    learning: new ThreadPool({
      setup: { kind: 'learning', layout }, threads: 1, ...limits, mostWaiting: Math.min(queue, 4),
      seconds: LEARNING_FACTOR * maxSeconds, endsCancelled: true,
    }),
  };
}

/** JSON and forms, in UTF-8 and not packed. */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const add = (type: string, parse: (text: string) => unknown): void => {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      try {
        const bytes = body as Buffer;
        const charset = /;\s*charset="?([^";\s]+)/iu.exec(request.headers['content-type'] ?? '')?.[1]?.toLowerCase();
        if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
          throw new Refusal(415, 'MEDIA_TYPE', `the body has to be in UTF-8, not ${charset}.`);
        }
        if (!isUtf8(bytes)) throw new Refusal(400, 'BAD_REQUEST', 'the body is no UTF-8.');
        done(null, parse(bytes.toString('utf8')));
      } catch (cause) {
        done(cause instanceof Refusal ? cause : new Refusal(400, 'BAD_REQUEST', `the body: ${(cause as Error).message}.`));
      }
    });
  };
  add('application/json', (text) => JSON.parse(text) as unknown);
  add('application/x-www-form-urlencoded', (text) => Object.fromEntries(new URLSearchParams(text)));
}

const preflight = (origin: string): Readonly<Record<string, string>> => ({
  'access-control-allow-origin': origin, 'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'Authorization, Content-Type', 'access-control-max-age': '600',
});

function guard(app: FastifyInstance, who: Guard, routes: readonly ApiRoute[]): void {
  const closed = new Set(routes.filter(({ isFree }) => isFree !== true).map(({ path }) => path));
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SAFE_HEADERS);
    const { host, origin, authorization, 'sec-fetch-site': fetchSite, 'sec-fetch-mode': fetchMode } = request.headers;
    // A link on another page may lead to ours.
    const site = fetchMode === 'navigate' ? undefined : fetchSite as string | undefined;
    const asked = { host, origin, authorization, fetchSite: site };
    const allowed = who.admit(asked);
    if (allowed !== null) {
      void reply.headers({ 'access-control-allow-origin': allowed, vary: 'Origin' });
      if (request.method === 'OPTIONS') return reply.headers(preflight(allowed)).code(204).send();
    }
    // The route that will answer, however its address is spelled: escaped, absolute, with a fragment.
    if (closed.has(request.routeOptions.url ?? pathOf(request))) who.checkToken(asked);
    if (request.headers['content-encoding'] !== undefined) {
      const message = 'the body may not be packed (Content-Encoding).';
      throw new Refusal(415, 'MEDIA_TYPE', message, { 'accept-encoding': 'identity' });
    }
  });
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0]!;

function addRoute(app: FastifyInstance, route: ApiRoute, services: Services): void {
  const { method, path, body, query, takes = ['application/json'], handle } = route;
  app.route({
    method, url: path,
    schema: { ...(body === undefined ? {} : { body }), ...(query === undefined ? {} : { querystring: query }) },
    preValidation: async (request) => {
      if (body === undefined) return;
      const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
      if (!takes.includes(type.trim())) {
        throw new Refusal(415, 'MEDIA_TYPE', `the body has to be ${takes.join(' or ')}.`);
      }
      if (request.body === undefined || request.body === null) {
        throw new Refusal(400, 'BAD_REQUEST', 'the body has to be a JSON object.');
      }
    },
    handler: async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) gone.abort();
      });
      const call: Call<unknown> = { body: request.body, services, signal: gone.signal, request, reply };
      const answer = await handle(call as Call<never>);
      // Sent already, or by hand.
      return reply.sent || answer === undefined ? reply : answer;
    },
  });
}

function serveSite(app: FastifyInstance, options: ServerOptions, routes: readonly ApiRoute[]): void {
  const site = options.siteFolder === null ? null : new SiteFiles(options.siteFolder, options.libraryFolder);
  const methods = new Map<string, string[]>();
  for (const { method, path } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  app.setNotFoundHandler(async (request, reply) => {
    const path = decodedPath(request);
    const others = path === null ? undefined : methods.get(path);
    if (others !== undefined) throw notAllowed(others);
    if (path !== null && (request.method === 'GET' || request.method === 'HEAD')) {
      const { 'accept-encoding': accepted, 'if-none-match': known } = request.headers;
      const found = await site?.answer(path, { accepted: accepted as string | undefined, known }) ?? null;
      if (found !== null) return send(reply, request.method, found.status, found.headers, found.body);
      if (path === '/') {
        const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' };
        return send(reply, request.method, 200, headers, Buffer.from(welcomePage(options)));
      }
    }
    if (path === '/') throw notAllowed(['GET', 'HEAD']);
    throw new Refusal(404, 'NOT_FOUND', 'there is nothing at this address; /docs tells what there is.');
  });
}

const notAllowed = (methods: readonly string[]): Refusal =>
  new Refusal(405, 'METHOD', `this address takes ${methods.join(' and ')}.`, { allow: methods.join(', ') });

/** Null for an address that is none. */
function decodedPath(request: FastifyRequest): string | null {
  try {
    return decodeURIComponent(pathOf(request));
  } catch {
    return null;
  }
}

function send(
  reply: FastifyReply, method: string, status: number, headers: Readonly<Record<string, string>>, body: Buffer,
): FastifyReply {
  void reply.code(status).headers(headers);
  if (method !== 'HEAD') return reply.send(status === 304 ? undefined : body);
  return reply.header('content-length', String(body.length)).send();
}

/** What is refused, and what is told of each request. */
function tell(app: FastifyInstance, metrics: Metrics): void {
  app.setErrorHandler((cause, request, reply) => {
    const { status, headers, body, isBug } = refusalOf(cause);
    if (isBug) request.log.error({ err: cause, path: pathOf(request) }, 'unexpected failure');
    return reply.code(status).headers(headers).send(body);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions: { url: route = '*' } } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics.count({ method, route, status, seconds: elapsedTime / 1000 });
    // Without the query: it may hold code.
    const path = pathOf(request).slice(0, 200);
    request.log.info({ method, path, status, ms: Math.round(10 * elapsedTime) / 10 }, 'answered');
  });
}
