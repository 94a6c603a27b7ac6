import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '../../src/shared/random.js';
import { ServerProcess, type Answer } from './support/server-process.js';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start('--log-level', 'error');
  await server.post('/api/format', { text: 'x\n' });
}, 120_000);
afterAll(() => server.process.kill('SIGKILL'));

const CASES = 1000;
const ROUTES = ['/api/format', '/api/check', '/api/explain', '/api/score', '/api/mutate', '/api/complete', '/api/complete/stream', '/api/profile', '/predict', '/get_models'];
const BODIES = [
  { text: 'x  = 1\n', path: 'a.py', lines: [{ first: 1, last: 1 }], restyle: false, confidence: 0.5, profile: 'AAAA' },
  { left: 'x = 1\n', right: 'x=1\n' }, { text: 'x = 1\n', rate: 0.5, seed: 1 },
  { prefix: 'import os\nos.', suffix: '\n', count: 2, temperature: 0, seed: 1, model: 'nnfmt', positionEncoding: 'utf-8' },
  { files: [{ path: 'a.py', text: 'x = 1\n' }], countsOnly: true }, { keyword: 'import ', model: 'char' },
];
const ODD: readonly unknown[] = [
  null, true, 0, -1, 1.5, 1e308, -0, '', '\0', '\ud800', '\u202e', 'ｘ', [], {}, [[]], [null], { first: 1 }, '../../etc/passwd', 'x'.repeat(5000),
  '(', '"""', 'def f(:\n', '\tx\n  y\n', 'if x:\n', '\\', 'x = 1\r', '\uFEFF', '%s%n', '__proto__', { constructor: 1 }, { toString: null },
];

it(`answers ${CASES} malformed requests, and none by a fault of its own`, async () => {
  const { next: random } = createRandom('malformed');
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const one = (): { path: string; init: RequestInit } => {
    const path = pick(ROUTES);
    const body: Record<string, unknown> = { ...pick(BODIES) };
    const wreck = random();
    for (const field of Object.keys(body)) {
      if (random() < 0.3) body[field] = pick(ODD);
      if (random() < 0.1) delete body[field];
    }
    if (random() < 0.1) body[pick(['extra', '__proto__x', 'lines', ''])] = pick(ODD);
    let text = JSON.stringify(body);
    if (wreck < 0.3) {
      const [from, to] = [Math.floor(random() * text.length), Math.floor(random() * text.length)];
      text = wreck < 0.15 ? text.slice(0, from) : text.slice(0, Math.min(from, to)) + pick(['{', ']', '"', '\u0001', '\\u', ',']) + text.slice(Math.min(from, to));
    }
    const type = random() < 0.9 ? 'application/json' : pick(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-7', 'nonsense', 'multipart/form-data; boundary=x']);
    const method = random() < 0.95 ? 'POST' : pick(['PUT', 'PATCH', 'DELETE', 'OPTIONS']);
    const query = random() < 0.1 ? pick(['?keyword=%', '?a=1&a=2', '?model=__proto__', '?%00', '?text[]=1']) : '';
    return { path: path + query, init: { method, headers: { 'content-type': type }, body: random() < 0.05 ? Buffer.from([0xff, 0xfe, 0x7b]) : text } };
  };
  const statuses = new Map<number, number>();
  for (let k = 0; k < CASES; k += 8) {
    const asked = Array.from({ length: Math.min(8, CASES - k) }, one);
    const answers = await Promise.all(asked.map(({ path, init }) => server.ask(path, init)));
    answers.forEach((answer: Answer, j) => {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expect(answer.status, JSON.stringify([asked[j], answer.body])).toBeLessThan(500);
      if (answer.status >= 400) expect(answer.json, JSON.stringify(asked[j])).toMatchObject({ error: expect.any(String) as string, code: expect.any(String) as string });
    });
  }
  // They are of many kinds, and some are none of them malformed.
  for (const status of [200, 400, 405, 415, 422]) expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(5);
  expect((await server.ask('/healthz')).status).toBe(200);
  expect(server.stderr).toBe('');
}, 120_000);
