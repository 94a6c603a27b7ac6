/**
 * The page in Chromium, from `dist`: bytes over the wire, layout shift, and the time from opening it to the first
 * formatting with a full cache. Times say something only beside those of a quiet machine.
 *
 *     npx tsx bench/page.ts [--loads 7]
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { CHROMIUM, startChromium } from '../tests/support/chromium.js';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm', '.woff2': 'font/woff2',
};

const { values } = parseArgs({ options: { loads: { type: 'string', default: '7' } } });
if (CHROMIUM === null) throw new Error('there is no Chromium here');

/** As a host of static files has them: compressed beforehand. */
const packed = new Map<string, Buffer>();
const sent = new Map<string, number>();
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url!, 'http://host').pathname));
  const name = path === '/' ? '/index.html' : path;
  const file = name.startsWith('/nnfmt/') ? join(dist, name.slice('/nnfmt'.length)) : join(dist, 'site', name);
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  const bytes = packed.get(file) ?? brotliCompressSync(readFileSync(file));
  packed.set(file, bytes);
  sent.set(name, bytes.length);
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Encoding': 'br',
    'Cache-Control': 'max-age=3600',
  });
  response.end(bytes);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const browser = await startChromium();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  const load = async (): Promise<{ formattedMs: number; shift: number }> => {
    const page = await context.newPage();
    await page.goto(url);
    // Functions are handed over as text, for the bench is compiled without a browser's types.
    await page.waitForFunction("performance.getEntriesByName('nnfmt-formatted').length > 0");
    await page.waitForTimeout(800);
    const measured: { formattedMs: number; shift: number } = await page.evaluate(`new Promise((resolve) => {
      const shifts = [];
      new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve({
        formattedMs: performance.getEntriesByName('nnfmt-formatted')[0].startTime,
        shift: shifts.reduce((sum, { value }) => sum + value, 0),
      }), 100);
    })`);
    await page.close();
    return measured;
  };
  // What is packed for the first time takes seconds.
  await load();
  const total = (keep: (name: string) => boolean): number =>
    [...sent].filter(([name]) => keep(name)).reduce((sum, [, bytes]) => sum + bytes, 0);
  const loads = [];
  for (let k = 0; k < Number(values.loads); k++) loads.push(await load());
  const times = loads.map(({ formattedMs }) => formattedMs).sort((a, b) => a - b);
  console.log(`script, by brotli            ${(total((name) => name.endsWith('.js')) / 1000).toFixed(0)} KB`);
  console.log(`all until something is formatted ${(total(() => true) / 1e6).toFixed(2)} MB`);
  console.log(`first formatting, warm cache ${times[Math.floor(times.length / 2)].toFixed(0)} ms (${times[0].toFixed(0)} to ${times.at(-1)!.toFixed(0)}, ${times.length} loads)`);
  console.log(`layout shift, largest        ${Math.max(...loads.map(({ shift }) => shift)).toFixed(4)}`);
} finally {
  await browser.close();
  server.close();
}
