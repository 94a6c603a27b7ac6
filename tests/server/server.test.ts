import { createConnection } from 'node:net';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../support/folder-with.js';
import { builtCommand } from '../lsp/support/built-command.js';
import { ServerProcess } from './support/server-process.js';

const SPOILT = 'x  =  1\n';
const outside = folderWith({ 'secret.py': 'password = 1\n', 'pyproject.toml': '[tool.nnfmt]\nconfidence = 1\n' });
const root = join(outside, 'root');
const token = 'a-token-that-nobody-guesses';
const running: ServerProcess[] = [];
let plain: ServerProcess;
let rooted: ServerProcess;

const start = async (...args: readonly string[]): Promise<ServerProcess> => {
  const server = await ServerProcess.start(...args);
  running.push(server);
  return server;
};

beforeAll(async () => {
  mkdirSync(join(root, 'sure'), { recursive: true });
  writeFileSync(join(root, 'a.py'), SPOILT);
  writeFileSync(join(root, 'sure/pyproject.toml'), '[tool.nnfmt]\nconfidence = 1\n');
  writeFileSync(join(root, 'ü b.py'), SPOILT);
  symlinkSync(join(outside, 'secret.py'), join(root, 'link.py'));
  symlinkSync(outside, join(root, 'up'));
  symlinkSync(join(root, 'sure'), join(root, 'within'));
  writeFileSync(join(outside, 'token'), `${token}\n`);
  plain = await start('--log-level', 'debug');
  rooted = await start('--root', root, '--log-level', 'warn');
}, 120_000);
afterAll(() => running.forEach((server) => server.process.kill('SIGKILL')));

describe('the API', () => {
  it('formats, checks, explains, scores and spoils', async () => {
    expect((await plain.post('/api/format', { text: SPOILT })).json).toEqual({
      text: 'x = 1\n', changed: true, gaps: 4, gapsChanged: 2, reverted: 0, notUnderstood: [],
    });
    expect((await plain.post('/api/format', { text: 'x  =  1\ny  =  2\n', lines: [{ first: 2, last: 2 }] })).json).toMatchObject({ text: 'x  =  1\ny = 2\n' });
    expect((await plain.post('/api/format', { text: SPOILT, confidence: 1 })).json).toMatchObject({ changed: false });
    expect((await plain.post('/api/check', { text: 'é  = 1\n' })).json).toMatchObject({
      positionEncoding: 'utf-32', deviations: [{ line: 1, column: 2, message: 'expected 1 space, found 2' }],
    });
    expect((await plain.post('/api/explain', { text: '"🐍"; x  = 1\n' })).json).toMatchObject({
      positionEncoding: 'utf-32', changeCount: 1, gaps: [{ from: 6, to: 8, line: 1, column: 7, changes: true }],
    });
    expect((await plain.post('/api/score', { left: 'x = 1\n', right: 'x=1\n' })).json).toMatchObject({ changed: 2, exact: 1 / 3 });
    const { json } = await plain.post('/api/mutate', { text: 'def f(a, b):\n    return a\n', rate: 1, seed: 3 });
    expect(json['text']).not.toBe('def f(a, b):\n    return a\n');
  });

  it('completes, and knows what an open document holds', async () => {
    const asked = { prefix: 'import os\n\nos.', document: 'one', count: 2 };
    const first = await plain.post('/api/complete', asked);
    expect(first.json['suggestions']).toHaveLength(2);
    expect((await plain.post('/api/complete', asked)).json).toEqual(first.json);
    // Whoever types what was suggested gets what is left of it.
    const [{ text: best }] = first.json['suggestions'] as [{ text: string }];
    const typedOn = await plain.post('/api/complete', { ...asked, prefix: asked.prefix + best.slice(0, 2) });
    expect((typedOn.json['suggestions'] as [{ text: string }])[0].text).toBe(best.slice(2));
    const utf16 = await plain.post('/api/complete', { prefix: 's = "🐍"\nimport o', positionEncoding: 'utf-16' });
    expect(utf16.json).toMatchObject({ positionEncoding: 'utf-16', suggestions: [{ range: { start: 17, end: 17 } }, {}, {}] });
  });

  it('goes on for several lines in a stream of events', async () => {
    const { status, headers, body } = await plain.post('/api/complete/stream', { prefix: 'import os\n\nfor name in os.', lines: 3 });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(body.match(/^event: .*$/gmu)).toEqual(['event: suggestions', 'event: line', 'event: line', 'event: done']);
    expect((await plain.post('/api/complete/stream', { prefix: 'x', model: 'none' })).status).toBe(400);
  });

  it('learns a profile of sources that come along, which formats others', async () => {
    const text = Array.from({ length: 40 }, (_, k) => `def f${k}(a, b):\n  return g(a,b)\n`).join('\n\n');
    const learned = await plain.post('/api/profile', { files: [{ path: 'a.py', text }, { path: '../b.py', text: 'f(\n' }], countsOnly: true });
    expect(learned.json).toMatchObject({ files: 1, refused: [expect.stringContaining('b.py:1:2')] });
    const { profile } = learned.json;
    const formatted = await plain.post('/api/format', { text: 'def h(c):\n      return c\n', profile });
    expect(formatted.json['text']).toBe('def h(c):\n  return c\n');
    const bad = await plain.post('/api/format', { text: 'x\n', profile: 'AAAA' });
    expect([bad.status, bad.json['code']]).toEqual([422, 'MODEL_FILE']);
    const events = await plain.post('/api/profile', { files: [{ path: 'a.py', text }], countsOnly: true }, { accept: 'text/event-stream' });
    expect(events.body).toMatch(/^event: progress\ndata: \{"done":0,"text":"reading a\.py"\}\n\n[^]*event: done\ndata: \{"profile":"/u);
  }, 60_000);

  it('tells where a source does not parse, and what two sources differ in', async () => {
    const { status, json } = await plain.post('/api/format', { text: 'x = 1\nf(\n', path: 'b.py' });
    expect(status).toBe(422);
    expect(json).toEqual({ code: 'SYNTAX_REFUSED', line: 2, column: 2, error: expect.stringMatching(/^b\.py:2:2: '\(' was never closed/u) as string });
    const other = await plain.post('/api/score', { left: 'x\n', right: 'y\n' });
    expect([other.status, other.json['code']]).toEqual([422, 'TOKENS_DIFFER']);
  });
});

describe('the routes of the ancestors', () => {
  const results = (json: Readonly<Record<string, unknown>>): string[] => (json['data'] as { results: string[] }).results;

  it('answers the front end of neural_complete: its models, and whole lines', async () => {
    for (const method of ['GET', 'POST']) expect(results((await plain.ask('/get_models', { method })).json)).toEqual(['nnfmt']);
    const posted = results((await plain.post('/predict', { keyword: 'x = 1\nimport numpy as ', model: 'neural_token' })).json);
    expect(posted[0]).toBe('import numpy as np');
    const query = new URLSearchParams({ keyword: 'x = 1\nimport numpy as ', model: 'nnfmt' }).toString();
    expect(results((await plain.ask(`/predict?${query}`)).json)).toEqual(posted);
    // Without any field it goes on from "from ".
    expect(results((await plain.ask('/predict')).json)[0]).toMatch(/^from /u);
    expect((await plain.post('/predict', { keyword: 'x', model: 'none' })).json).toMatchObject({ code: 'BAD_OPTION', error: expect.stringContaining('nnfmt') as string });
  });

  it('answers PyCodeComplete, as JSON and as a form', async () => {
    const { json } = await plain.post('/predict', { text: 'import numpy as ' });
    expect(Object.keys(json)).toEqual(['prediction_1', 'prediction_2', 'prediction_3']);
    expect(json['prediction_1']).toBe('np');
    const form = await plain.ask('/predict', { method: 'POST', body: new URLSearchParams({ text: 'import numpy as ' }) });
    expect(form.json).toEqual(json);
  });
});

describe('what the server says of itself', () => {
  it('describes every route in OpenAPI 3.1 and as a page, and counts what it did', async () => {
    const { json } = await plain.ask('/openapi.json');
    const paths = json['paths'] as Record<string, Record<string, { operationId: string; requestBody?: { content: Record<string, { example?: unknown }> } }>>;
    expect(json['openapi']).toBe('3.1.0');
    const page = (await plain.ask('/docs')).body;
    const operations = Object.entries(paths).flatMap(([path, ofPath]) => Object.entries(ofPath).map(([method, operation]) => ({ path, method, ...operation })));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, method, requestBody } of operations) {
      expect(page).toContain(`${method.toUpperCase()}</span> ${path}</code>`);
      // Examples are requests that are answered.
      const example = requestBody?.content['application/json']?.example;
      if (example !== undefined) expect((await plain.post(path, example)).status, path).toBe(200);
    }
    expect(page).not.toContain('<script');
    const metrics = (await plain.ask('/metrics')).body;
    expect(metrics).toMatch(/nnfmt_request_duration_seconds_count\{method="POST",route="\/api\/format",status="200"\} \d/u);
    expect(metrics).toMatch(/nnfmt_pool_threads\{pool="text"\} \d/u);
    expect((await plain.ask('/healthz')).json).toMatchObject({ status: 'ok' });
  });

  it('logs each request as JSON, and neither sources nor tokens', async () => {
    await plain.ask('/predict?keyword=my_password', { headers: { authorization: 'Bearer my_token' } });
    await plain.post('/api/format', { text: 'my_secret  = 1\n' });
    const lines = plain.stderr.trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(expect.objectContaining({ method: 'GET', path: '/predict', status: 200 }));
    expect(plain.stderr).not.toMatch(/my_(?:password|token|secret)/u);
  });
});

describe('bad requests', () => {
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ text: 'x\n' });

  it.each([
    ['PUT', '/api/format', {}, undefined, 405, 'METHOD'],
    ['GET', '/api/format', {}, undefined, 405, 'METHOD'],
    ['DELETE', '/', {}, undefined, 405, 'METHOD'],
    ['GET', '/nothing', {}, undefined, 404, 'NOT_FOUND'],
    ['GET', '/..%2f..%2fetc/passwd', {}, undefined, 404, 'NOT_FOUND'],
    ['POST', '/api/format', json, '{', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '[]', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, 'null', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '{"text": 5}', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '{"text": "x", "txt": "y"}', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '{"text": "x", "__proto__": {"a": 1}}', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '{"text": "x", "confidence": 2}', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '{"text": "x", "lines": [{"first": 3, "last": 2}]}', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', json, '{}', 400, 'BAD_REQUEST'],
    ['POST', '/api/format', { 'content-type': 'text/plain' }, body, 415, 'MEDIA_TYPE'],
    ['POST', '/api/format', { 'content-type': 'application/x-www-form-urlencoded' }, 'text=x', 415, 'MEDIA_TYPE'],
    ['POST', '/api/format', { 'content-type': 'application/json; charset=utf-16' }, body, 415, 'MEDIA_TYPE'],
    ['POST', '/api/format', { ...json, 'content-encoding': 'gzip' }, body, 415, 'MEDIA_TYPE'],
    ['POST', '/api/format', json, Buffer.from('7b2274657874223a22ff227d', 'hex'), 400, 'BAD_REQUEST'],
    ['POST', '/api/format', { ...json, origin: 'http://evil.example' }, body, 403, 'ORIGIN'],
    ['POST', '/api/format', { ...json, origin: 'null' }, body, 403, 'ORIGIN'],
  ] as const)('%s %s with %j is refused in words (%#)', async (method, path, headers, sent, status, code) => {
    const answer = await plain.ask(path, { method, headers, ...(sent === undefined ? {} : { body: sent }) });
    expect(answer.json).toEqual({ error: expect.any(String) as string, code });
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers.get('allow')).not.toBe(null);
    expect(answer.headers.get('access-control-allow-origin')).toBe(null);
  });

  it('refuses a body that is too large as soon as that is said, or seen', async () => {
    const start = 'POST /api/format HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    expect(await plain.raw(`${start}Content-Length: 9000000\r\n\r\n{`)).toMatch(/^HTTP\/1.1 413 [^]*"code":"TOO_LARGE"/u);
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    // Who sends on may be cut off before he reads why.
    expect(await plain.raw(`${start}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`)).toMatch(/^(?:HTTP\/1.1 413 |$)/u);
    expect((await plain.ask('/metrics')).body).toMatch(/route="\/api\/format",status="413"\} 2/u);
  });

  const head = (host: string, more = ''): string => `GET /get_models HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`;

  it.each([
    ['evil.example', 421], ['evil.example:80', 421], ['localhost.evil.example', 421], ['user@localhost', 421], ['', 421],
    ['localhost', 200], ['LOCALHOST:99', 200], ['127.0.0.1', 200], ['[::1]:80', 200],
  ])('goes by its own names only: Host %j comes to %i', async (host, status) => {
    expect(await plain.raw(head(host))).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
  });

  it('refuses what a browser says comes from another page, but for links', async () => {
    expect(await plain.raw(head('localhost', 'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n'))).toMatch(/^HTTP\/1.1 403 /u);
    expect(await plain.raw(head('localhost', 'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n'))).toMatch(/^HTTP\/1.1 200 /u);
  });

  it('answers what is no HTTP with a status, and heads that never end', async () => {
    expect(await plain.raw('hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /u);
    expect(await plain.raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /u);
    expect(await plain.raw('POST /api/format HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /u);
    expect((await plain.ask('/healthz')).status).toBe(200);
  });

  it('serves others while clients are slow, or gone in the middle of a request', async () => {
    const slow = Array.from({ length: 20 }, () => createConnection(plain.port, '127.0.0.1'));
    for (const socket of slow) {
      socket.on('error', () => undefined);
      socket.write('POST /api/format HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"te');
    }
    expect((await plain.post('/api/format', { text: SPOILT })).status).toBe(200);
    for (const socket of slow) socket.destroy();
    const gone = Array.from({ length: 10 }, () => plain.post('/api/format', { text: `x = [${'1,'.repeat(20_000)}]\n` }).catch(() => null));
    const aborted = new AbortController();
    const one = plain.ask('/api/profile', {
      method: 'POST', headers: json, signal: aborted.signal,
      body: JSON.stringify({ files: [{ path: 'a.py', text: 'def f(a, b):\n    return a\n'.repeat(500) }] }),
    }).catch(() => 'gone');
    setTimeout(() => aborted.abort(), 500);
    expect(await one).toBe('gone');
    await Promise.all(gone);
    // The thread that learned for nobody was ended.
    for (;;) {
      const { body: metrics } = await plain.ask('/metrics');
      if (/nnfmt_pool_busy\{pool="learning"\} 0/u.test(metrics)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
});

describe('files', () => {
  it('reads none without --root, whatever a path says', async () => {
    expect((await plain.post('/api/format', { path: join(root, 'a.py') })).json).toEqual({
      code: 'BAD_REQUEST', error: 'text is missing; the file at a path is read only by a server with --root.',
    });
    // The path names the source, and nothing above it is looked at.
    expect((await plain.post('/api/format', { text: SPOILT, path: join(root, 'sure/a.py') })).json).toMatchObject({ text: 'x = 1\n' });
  });

  it('reads those below the root, and goes by the settings there', async () => {
    for (const path of ['a.py', './sure/../a.py', 'ü b.py', join(root, 'a.py')]) {
      expect((await rooted.post('/api/format', { path })).json, path).toMatchObject({ text: 'x = 1\n' });
    }
    for (const path of ['sure/new.py', 'within/new.py']) {
      expect((await rooted.post('/api/format', { text: SPOILT, path })).json, path).toMatchObject({ changed: false });
    }
    const missing = await rooted.post('/api/format', { path: 'none.py' });
    expect([missing.status, missing.json['code']]).toEqual([404, 'NOT_FOUND']);
  });

  it.each(['../secret.py', 'sure/../../secret.py', '/etc/passwd', 'link.py', 'up/secret.py', 'up/new.py', '.', '..', '', 'a\0.py', '..\\secret.py\0', '//etc/passwd'])(
    'leaves alone what lies elsewhere: %j', async (path) => {
      for (const body of [{ path }, { path, text: SPOILT }]) {
        for (const route of ['/api/format', '/api/check', '/api/explain', '/api/mutate']) {
          const { status, body: said } = await rooted.post(route, body);
          expect([400, 403], `${route} ${said}`).toContain(status);
          expect(said).not.toContain('password');
        }
      }
    },
  );

  it('takes encoded dots for what they are: the name of a file', async () => {
    expect((await rooted.post('/api/format', { path: '%2e%2e/secret.py' })).status).toBe(404);
  });
});

describe('limits', () => {
  it('gives up a request that takes too long, and answers the others', async () => {
    const server = await start('--max-seconds', '0.1', '--log-level', 'error', '--jobs', '1');
    await server.post('/api/format', { text: SPOILT });
    const { status, json } = await server.post('/api/format', { text: `x = [${'1,'.repeat(300_000)}]\n` });
    expect([status, json['code']]).toEqual([504, 'OVER_BUDGET']);
    // Learning looks at no clock: its thread is ended.
    const files = Array.from({ length: 40 }, (_, k) => ({ path: `${k}.py`, text: `def f${k}(a, b):\n    return a\n`.repeat(60) }));
    const learned = await server.post('/api/profile', { files });
    expect([learned.status, learned.json['code']]).toEqual([504, 'OVER_BUDGET']);
    const [replaced] = /nnfmt_pool_replaced\{pool="learning"\} \d+/u.exec((await server.ask('/metrics')).body)!;
    expect(replaced).toMatch(/ 1$/u);
    // A tenth of a second is little while other threads begin.
    let answer = await server.post('/api/format', { text: SPOILT });
    for (let tries = 0; tries < 20 && answer.status === 504; tries++) answer = await server.post('/api/format', { text: SPOILT });
    expect(answer.json).toMatchObject({ text: 'x = 1\n' });
  });

  it('sends away what finds no room in the queue, with when to come again', async () => {
    const server = await start('--queue', '1', '--jobs', '1', '--log-level', 'error');
    const text = `x = [${'1,'.repeat(3000)}]\n`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.post('/api/format', { text })));
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    const busy = answers.find(({ status }) => status === 503)!;
    expect([busy.headers.get('retry-after'), busy.json['code']]).toEqual(['1', 'BUSY']);
  });

  it('ends at a signal when the requests at hand are answered, and takes no more', async () => {
    const server = await start('--log-level', 'error');
    await server.post('/api/format', { text: SPOILT });
    const open = server.post('/api/format', { text: `x = [${'1,'.repeat(20_000)}]\n` });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const ending = server.stop();
    expect((await open).status).toBe(200);
    expect(await ending).toBe(0);
    await expect(server.ask('/healthz')).rejects.toThrow('fetch failed');
  });
});

describe('a token and other origins', () => {
  it('answers only who brings the token, and tells of pages that are allowed', async () => {
    const server = await start('--token-file', join(outside, 'token'), '--allow-origin', 'http://page.example', '--allow-host', 'nnfmt.example', '--log-level', 'error');
    const ask = (headers: Readonly<Record<string, string>>) => server.post('/api/format', { text: SPOILT }, headers);
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: token }, { authorization: `Basic ${token}` }]) {
      const { status, headers: said, json } = await ask(headers as Record<string, string>);
      expect([status, said.get('www-authenticate'), json['code']]).toEqual([401, 'Bearer realm="nnfmt"', 'TOKEN']);
    }
    for (const path of ['/get_models', '/predict', '/metrics']) expect((await server.ask(path)).status, path).toBe(401);
    for (const path of ['/healthz', '/docs', '/openapi.json', '/']) expect((await server.ask(path)).status, path).toBe(200);
    // Other spellings of an address lead to the same route.
    const body = JSON.stringify({ text: SPOILT });
    for (const address of ['/%61pi/format', '/api/format#x', 'http://localhost/api/format']) {
      const head = `POST ${address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n`;
      expect(await server.raw(`${head}Content-Length: ${body.length}\r\n\r\n${body}`), address).toMatch(/^HTTP\/1.1 401 /u);
    }
    const unreadable = await server.ask('/%zz');
    expect([unreadable.status, unreadable.json['code'], unreadable.headers.get('x-content-type-options')])
      .toEqual([400, 'BAD_REQUEST', 'nosniff']);
    const bearer = { authorization: `Bearer ${token}` };
    expect((await ask(bearer)).status).toBe(200);
    const foreign = await ask({ ...bearer, origin: 'http://page.example' });
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([200, 'http://page.example']);
    const preflight = await server.ask('/api/format', {
      method: 'OPTIONS', headers: { origin: 'http://page.example', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'Authorization, Content-Type']);
    expect((await ask({ ...bearer, origin: 'http://other.example' })).status).toBe(403);
    expect(await server.raw('GET /healthz HTTP/1.1\r\nHost: nnfmt.example\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /u);
  });

  it.each([
    [['--host', '0.0.0.0'], /--host: others can reach 0\.0\.0\.0: name a token with --token-file/u],
    [['--token-file', join(outside, 'none')], /--token-file: .*there is no such file/u],
    [['--token-file', join(outside, 'secret.py')], /has to hold one word of at least 16 printable ASCII characters/u],
    [['--root', join(outside, 'secret.py')], /--root: .* is no folder that can be read/u],
    [['--allow-origin', 'page.example'], /--allow-origin: takes origins such as/u],
    [['--port', '70000'], /--port: takes a whole number from 0 to 65535/u],
    [['--host', '203.0.113.1', '--token-file', join(outside, 'token')], /^error: 203\.0\.113\.1:\d+: .*Choose another --port or --host/u],
  ])('does not start with %j', async (args, message) => {
    const { status, stderr } = spawnSync(process.execPath, [await builtCommand(), 'serve', '--port', '0', ...args], { encoding: 'utf8', timeout: 20_000 });
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
