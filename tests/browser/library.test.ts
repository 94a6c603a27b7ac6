import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as library from '../../src/browser/index.js';
import { createExplainer } from '../../src/format/explain-source.js';
import * as node from '../../src/index.js';
import { CHROMIUM, startChromium } from '../support/chromium.js';
import { browserFolder, serveFolders, type StaticServer } from '../support/browser-server.js';
import { folderWith } from '../support/folder-with.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the page below can call. */
declare const nnfmt: typeof library;

const PAGE = '<!doctype html><title>t</title><script type="module">' +
  "globalThis.nnfmt = await import('/nnfmt/browser/index.js'); document.title = 'ready';</script>";

/** Python that the repository holds, of every kind of fixture. */
function sources(): { readonly path: string; readonly text: string }[] {
  return readdirSync(join(root, 'fixtures'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py')).sort()
    .map((path) => ({ path, text: readFileSync(join(root, 'fixtures', path), 'utf8') }));
}

let folder: string;
let server: StaticServer;
let browser: Browser;
/** How often the next requests for a model break off. */
let breaks = 0;

beforeAll(async () => {
  if (CHROMIUM === null) return;
  folder = await browserFolder();
  server = await serveFolders({ '/nnfmt/': folder }, (path, response) => {
    if (path === '/') response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
    else if (path === '/blocked') {
      const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'";
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': policy }).end(PAGE);
    } else if (path.endsWith('/base.bin') && breaks > 0) {
      breaks--;
      const bytes = readFileSync(join(folder, 'base.bin'));
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 100_000), () => response.destroy());
    } else return false;
    return true;
  });
  browser = await startChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function openPage(path = ''): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${server.url}${path}`);
  await page.waitForFunction(() => document.title === 'ready');
  return page;
}

describe.skipIf(CHROMIUM === null)('the library in a browser', { timeout: 90_000 }, () => {
  test('lays out fifty files byte for byte as Node does, with the same deviations', async () => {
    const formatter = await node.createFormatter({ profilePath: null, editorconfig: false });
    // The even ones as they are, the others spoilt.
    const cases = await Promise.all(sources().filter((_, k) => k % 2 === 0).slice(0, 50).map(async ({ path, text }, k) => ({
      path, text: k % 2 === 0 ? text : await node.mutate(text, { rate: 0.2, seed: path }).catch(() => text),
    })));
    expect(cases.length).toBe(50);
    const expected = cases.map(({ path, text }) => formatter.format(text, { path, deviations: true }));
    const page = await openPage();
    const actual = await page.evaluate(async (asked) => {
      const { format } = await nnfmt.createFormatter();
      return asked.map(({ path, text }) => format(text, { path, deviations: true }));
    }, cases);
    expect(expected.filter(({ changed }) => changed).length).toBeGreaterThan(20);
    actual.forEach((result, k) => expect(result, cases[k].path).toEqual(expected[k]));
    await page.close();
  });

  test('explains, mutates and scores as Node does, and refuses what Node refuses', async () => {
    const text = readFileSync(join(root, 'fixtures/demo/scrambled.py'), 'utf8');
    const page = await openPage();
    const actual = await page.evaluate(async (source) => {
      const explainer = await nnfmt.createExplainer();
      const mutant = await nnfmt.mutate(source, { rate: 0.3, seed: 7 });
      const fault = await nnfmt.format('f(\n', { path: 'a.py' }).catch((error: unknown) => error as InstanceType<typeof nnfmt.SyntaxRefusedError>);
      return {
        explained: explainer.explain(source, { path: 'a.py', gaps: 'all' }), mutant,
        score: await nnfmt.score(source, mutant),
        fault: typeof fault === 'string' ? null : { name: fault.name, code: fault.code, message: fault.message, line: fault.line },
      };
    }, text);
    const explainer = await createExplainer({ profilePath: null });
    const mutant = await node.mutate(text, { rate: 0.3, seed: 7 });
    const refused = await node.format('f(\n', { path: 'a.py', profilePath: null }).catch((error: unknown) => error as node.SyntaxRefusedError);
    expect(actual.explained).toEqual(explainer.explain(text, { path: 'a.py', gaps: 'all' }));
    expect(actual.mutant).toBe(mutant);
    expect(actual.score).toEqual(await node.score(text, mutant));
    expect(actual.fault).toEqual({
      name: 'SyntaxRefusedError', code: 'SYNTAX_REFUSED', message: (refused as node.SyntaxRefusedError).message, line: 1,
    });
    await page.close();
  });

  test('judges lines by the rest of their file as Node does, with what it fetches for them', async () => {
    const file = readFileSync(join(root, 'fixtures/restyle/orders.py'), 'utf8');
    const text = `${file}\n\ndef gross(order,rate=.19):\n  net=order.total()\n  tax=net*rate\n  if tax<0 or net==0:\n    return net\n  return net+tax\n`;
    const lines = [{ first: file.split('\n').length + 2, last: text.split('\n').length }];
    server.asked.length = 0;
    const page = await openPage();
    const actual = await page.evaluate(async ([source, range]) => {
      const repaired = (await nnfmt.createFormatter()).format(source, { lines: range }).text;
      return { repaired, byName: await nnfmt.format(source, { lines: range }), judged: (await nnfmt.createFormatter({ ranges: true })).format(source, { lines: range }).text };
    }, [text, lines] as const);
    const expected = await node.format(text, { lines, profilePath: null });
    expect(expected).toContain('    net = order.total()\n    tax = net * rate\n');
    expect(actual.byName).toBe(expected);
    expect(actual.judged).toBe(expected);
    expect(actual.repaired).not.toBe(expected);
    expect(server.asked.filter((path) => path.endsWith('restyle.bin')).length).toBe(1);
    await page.close();
  });

  test('learns in a worker what Node learns, to the byte, and formats by it', async () => {
    const files = { 'a.py': readFileSync(join(root, 'fixtures/layout/two_spaces.py'), 'utf8'), 'b/c.py': "def f( a ):\n  return g( a )\n" };
    const learned = await node.learnProfile([folderWith({ 'pyproject.toml': '', ...files })], { countsOnly: true });
    const page = await openPage();
    const source = 'if f( a ):\n  g( a, 1)\n  return {"b" : 2}\n';
    const actual = await page.evaluate(async ([given, source]) => {
      const code = `
        onmessage = async ({ data: { url, sources, source } }) => {
          const { createFormatter, learnProfile } = await import(url);
          const steps = [];
          const learned = await learnProfile(sources, { countsOnly: true, onProgress: (done, text) => steps.push(text) });
          const formatter = await createFormatter({ profile: learned.bytes });
          postMessage({ ...learned, bytes: [...learned.bytes], steps, text: formatter.format(source).text });
        };`;
      const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' });
      const sources = Object.entries(given).map(([path, content]) => ({ path, content }));
      worker.postMessage({ source, url: new URL('/nnfmt/browser/index.js', location.href).href, sources });
      return new Promise<{ bytes: number[]; files: number; report: string; steps: string[]; text: string }>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data as never);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
    }, [files, source] as const);
    expect(Buffer.from(actual.bytes).equals(Buffer.from(learned!.bytes))).toBe(true);
    expect(actual).toMatchObject({ files: 2, report: learned!.report });
    expect(actual.steps).toContain('reading a.py');
    const profilePath = join(folderWith({}), 'profile');
    writeFileSync(profilePath, learned!.bytes);
    expect(actual.text).toBe(await node.format(source, { profilePath }));
    await page.close();
  });

  test('brings what completes only when it is asked for, and completes as Node does', async () => {
    server.asked.length = 0;
    const text = 'import os\n\nfor name in os.listdir(path):\n    print(name)\nfor name in os.';
    const page = await openPage();
    await page.evaluate(async () => (await nnfmt.createFormatter()).format('x=1\n'));
    expect(server.asked.filter((path) => /complete|replay|restyle|tfjs/u.test(path))).toEqual([]);
    const actual = await page.evaluate(async (source) =>
      (await nnfmt.createCompleter()).complete({ text: source, offset: source.length, count: 3 }), text);
    expect(server.asked).toEqual(expect.arrayContaining(['/nnfmt/complete.bin', '/nnfmt/complete-caches.bin']));
    const completer = await node.createCompleter({ profilePath: null });
    expect(actual).toEqual(await completer.complete({ text, offset: text.length, count: 3 }));
    await page.close();
  });

  test('formatting takes at most 4.5 MB over the wire', async () => {
    server.asked.length = 0;
    const page = await openPage();
    await page.evaluate(async () => (await nnfmt.createFormatter()).format('x=1\n'));
    await page.close();
    const bytes = [...new Set(server.asked)].filter((path) => path.startsWith('/nnfmt/')).map((path) =>
      gzipSync(readFileSync(join(folder, path.slice('/nnfmt/'.length)))).length);
    expect(bytes.length).toBeGreaterThan(4);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4_500_000);
  });
});

describe.skipIf(CHROMIUM === null)('a download', { timeout: 90_000 }, () => {
  test('that breaks off is tried again, and tells how far it is', async () => {
    breaks = 1;
    server.asked.length = 0;
    const page = await openPage();
    const { text, steps } = await page.evaluate(async () => {
      const steps: { loadedBytes: number; totalBytes: number }[] = [];
      const formatter = await nnfmt.createFormatter({ onProgress: (progress) => steps.push(progress) });
      return { text: formatter.format('total = price  *  count\n').text, steps };
    });
    expect(text).toBe('total = price * count\n');
    expect(server.asked.filter((path) => path.endsWith('/base.bin'))).toHaveLength(2);
    const { loadedBytes, totalBytes } = steps.at(-1)!;
    expect(loadedBytes).toBe(totalBytes);
    expect(steps.length).toBeGreaterThan(3);
    await page.close();
  });

  test('that does not succeed says so, and may be asked for again', async () => {
    breaks = 3;
    const page = await openPage();
    const faults = await page.evaluate(async () => {
      const nameOf = (work: Promise<unknown>): Promise<string> =>
        work.then(() => 'none', (error: Error) => `${error.name}: ${error.message}`);
      return [
        await nameOf(nnfmt.createFormatter()), await nameOf(nnfmt.createFormatter()),
        await nameOf(nnfmt.createFormatter({ assets: '/nowhere/' })),
        await nameOf(nnfmt.createFormatter({ profile: new Uint8Array(9) })),
        await nameOf(nnfmt.createFormatter({ asets: '/' } as never)),
      ];
    });
    expect(faults).toEqual([
      expect.stringMatching(/^AssetLoadError: http:.*base\.bin: .*\(3 tries\)\. Check the connection and try again\.$/u), 'none',
      expect.stringMatching(/^AssetLoadError: .*\/nowhere\/.*: the server answered 404\./u),
      expect.stringMatching(/^ModelFileError: .*profile/u),
      expect.stringMatching(/^BadOptionError: createFormatter: asets: .*Did you mean assets\?$/u),
    ]);
    await page.close();
  });

  test('of WebAssembly that a policy blocks says so', async () => {
    const page = await openPage('blocked');
    const fault = await page.evaluate(() => nnfmt.createFormatter().then(() => 'none', (error: Error) => `${error.name}: ${error.message}`));
    expect(fault).toMatch(/^AssetLoadError: .*\.wasm: WebAssembly may not run here\. Allow it/u);
    await page.close();
  });
});
