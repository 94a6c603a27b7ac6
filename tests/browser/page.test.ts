import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// @ts-expect-error no declarations
import { buildSite } from '../../scripts/site.js';
import { createFormatter, learnProfile } from '../../src/index.js';
import { completionLayout, initialCompletionWeights } from '../../src/model/completion/completion-layout.js';
import { encodeCompletionModel } from '../../src/model/completion/completion-file.js';
import { decodeProfile, encodeProfile } from '../../src/profile/index.js';
import { createRandom } from '../../src/shared/random.js';
import { CHROMIUM, startChromium } from '../support/chromium.js';
import { browserFolder, serveFolders, type StaticServer } from '../support/browser-server.js';
import { folderWith } from '../support/folder-with.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const example = (name: string): string => readFileSync(join(root, 'site/src/examples', `${name}.py`), 'utf8');

let site: string;
let library: string;
let server: StaticServer;
let browser: Browser;
let isModelGone = false;
/** What pages complained of. */
const complaints: string[] = [];

beforeAll(async () => {
  if (CHROMIUM === null) return;
  site = join(folderWith({}), 'site');
  [library] = await Promise.all([browserFolder(), (buildSite as (root: string, outDir: string) => Promise<unknown>)(root, site)]);
  server = await serveFolders({ '/nnfmt/': library, '/': site }, (path, response) => {
    if (!isModelGone || !path.endsWith('/base.bin')) return false;
    response.writeHead(404).end();
    return true;
  });
  browser = await startChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function openPage(options: BrowserContextOptions & { readonly fragment?: string } = {}): Promise<Page> {
  const { fragment = '', ...rest } = options;
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...rest });
  page.setDefaultTimeout(30_000);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(?:blob|data):/u.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`${server.url}${fragment}`);
  return page;
}

const isFormatted = (page: Page): Promise<unknown> => page.waitForFunction(() => performance.getEntriesByName('nnfmt-formatted').length > 0);

/** What an editor holds, from all of its lines; they fit the screen. */
const textIn = (page: Page, id: string): Promise<string> => page.evaluate((name) =>
  [...document.querySelectorAll(`#${name} .cm-line`)].map((line) => (line.textContent === '\u200b' ? '' : line.textContent)).join('\n'), id);

/** Puts a text in the place of what is on the left, as one pastes it. */
async function paste(page: Page, text: string): Promise<void> {
  await page.click('#left .cm-content');
  await page.keyboard.press('Control+a');
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    document.querySelector('#left .cm-content')!.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
    }).axe.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`);
  });
}

describe.skipIf(CHROMIUM === null)('the page', { timeout: 90_000 }, () => {
  test('formats what it shows as Node does, and again what is pasted', async () => {
    const page = await openPage();
    await isFormatted(page);
    const { format } = await createFormatter({ profilePath: null, editorconfig: false });
    // As many lines as are drawn.
    const drawn = await textIn(page, 'right');
    expect(format(example('first')).text.startsWith(drawn)).toBe(true);
    expect(drawn.split('\n').length).toBeGreaterThan(15);
    await paste(page, 'total = price  *  count\n');
    await page.waitForFunction(() => document.querySelector('#right')!.textContent!.includes('total = price * count'));
    expect(await page.textContent('#status')).toMatch(/^2 gaps of \d+ changed\.$/u);
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['rest = total  -  paid\n'], 'rest.py'));
      for (const type of ['dragenter', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.waitForFunction(() => document.querySelector('#right')!.textContent!.includes('rest = total - paid'));
    expect(await page.isVisible('#drop')).toBe(false);
    await page.close();
  });

  test('spoils, formats in place, and gives back what was there', async () => {
    const page = await openPage();
    await isFormatted(page);
    await page.click('#view-one');
    await paste(page, 'total = price * count\nrest = total - paid\n');
    await page.fill('#rate', '100');
    await page.click('#scramble');
    await page.waitForFunction(() => document.querySelector('#status')!.textContent!.startsWith('Scrambled'));
    const spoilt = await textIn(page, 'left');
    expect(spoilt).not.toContain('total = price * count\nrest');
    expect(spoilt.replaceAll(/[\s\\]/gu, '')).toBe('total=price*countrest=total-paid');
    await page.click('#format');
    await page.waitForFunction(() => /changed|Well/u.test(document.querySelector('#status')!.textContent!));
    const formatted = await textIn(page, 'left');
    expect(formatted).not.toBe(spoilt);
    await page.click('#left .cm-content');
    await page.keyboard.press('Control+z');
    expect(await textIn(page, 'left')).toBe(spoilt);
    await page.close();
  });

  test('colours gaps and says by keyboard why', async () => {
    const page = await openPage();
    await isFormatted(page);
    await paste(page, 'total = price  *  count\n');
    await page.click('#heat');
    await page.waitForSelector('#left .heat.hc');
    await page.focus('#left .cm-content');
    await page.keyboard.press('F8');
    await page.waitForFunction(() => document.querySelector('#reasons')!.textContent !== '');
    expect(await page.textContent('#reasons')).toMatch(/^Line 1, between \S+ · \S+ \(.+\)2 spaces today; 1 space proposed, with the other side of its operator\./u);
    expect(await page.locator('#reasons .bars li').count()).toBeGreaterThan(0);
    const first = await page.textContent('#reasons h3');
    await page.keyboard.press('F8');
    expect(await page.textContent('#reasons h3')).not.toBe(first);
    await page.close();
  });

  test('shows ghost text, of which keys take all, a word, or none', async () => {
    const page = await openPage();
    await isFormatted(page);
    await page.click('#ghost');
    await page.waitForFunction(() => document.querySelector('#ghost-state')!.textContent!.startsWith('ready'), null, { timeout: 20_000 });
    await paste(page, 'import os\n\nfor name in os.listdir(path):\n    print(name)\nfor name in os.');
    const ghost = page.locator('#left .ghost');
    await ghost.waitFor();
    const suggested = (await ghost.textContent())!;
    expect(suggested).toBe('listdir(path):');
    expect(await page.textContent('#ghost-state')).toMatch(/^\d.* sure, from /u);
    await page.keyboard.press('Control+ArrowRight');
    expect(await ghost.textContent()).toBe('(path):');
    await page.keyboard.press('Escape');
    expect(await ghost.count()).toBe(0);
    await page.keyboard.type('(');
    await ghost.waitFor();
    const rest = (await ghost.textContent())!;
    await page.keyboard.press('Tab');
    expect((await textIn(page, 'left')).endsWith(`for name in os.listdir(${rest}`)).toBe(true);
    await page.keyboard.press('Tab');
    // Without any, it leads on.
    expect(await page.evaluate(() => document.activeElement?.closest('#left') === null)).toBe(true);
    await page.close();
  });

  test('goes on character by character, with a network that one hands in', async () => {
    const characters = 'abcdefghijklmnopqrstuvwxyz ()_=.:,0123';
    const sizes = { pieces: 40, embedding: 8, units: 8, layers: 1, backbone: 0, key: 0, window: 0 };
    const network = Buffer.from(encodeCompletionModel({
      sizes, values: initialCompletionWeights(completionLayout(sizes), createRandom(1)), vocabulary: characters, unit: 'char',
      backboneDigest: null, training: {},
    }));
    const page = await openPage();
    await isFormatted(page);
    await page.setInputFiles('#model-input', { name: 'char.bin', mimeType: '', buffer: network });
    await page.click('#ghost');
    await page.waitForFunction(() => document.querySelector('#ghost-state')!.textContent!.startsWith('ready: char'));
    await paste(page, 'price = ');
    const ghost = page.locator('#left .ghost');
    await ghost.waitFor();
    expect(await ghost.textContent()).toMatch(/^[a-z ()_=.:,0-3]{1,100}$/u);
    await page.setInputFiles('#model-input', { name: 'other.bin', mimeType: '', buffer: Buffer.from('no network') });
    await page.waitForFunction(() => document.querySelector('#ghost-state')!.textContent!.includes('not a file written by nnfmt'));
    await page.close();
  });

  test('learning is cancelled, and asks before one leaves', async () => {
    const page = await openPage();
    await isFormatted(page);
    await page.check('#thorough');
    const text = Array.from({ length: 40 }, (_, k) => example('black').replaceAll('Route', `Route${k}`)).join('\n');
    await page.setInputFiles('#files-input', [0, 1, 2].map((k) => ({ name: `${k}.py`, mimeType: '', buffer: Buffer.from(text) })));
    await page.waitForSelector('#learn-cancel');
    const asks = (): Promise<boolean> => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
    expect(await asks()).toBe(true);
    await page.click('#learn-cancel');
    await page.waitForSelector('#learn-work', { state: 'hidden' });
    expect(await asks()).toBe(false);
    expect(await page.textContent('#learn-fault')).toMatch(/^Cancelled/u);
    expect(await page.isVisible('#profile')).toBe(false);
    await page.close();
  });

  test('takes 5 MB, formats them when asked to, and gives that up', async () => {
    const page = await openPage();
    await isFormatted(page);
    await paste(page, example('black').repeat(4600));
    await page.waitForFunction(() => document.querySelector('#status')!.textContent!.includes('5.0 MB of code'));
    await page.click('#format');
    await page.waitForFunction(() => document.querySelector('#act')!.textContent === 'Cancel');
    await page.click('#act');
    await page.waitForSelector('#act', { state: 'hidden' });
    await page.selectOption('#examples', '0');
    await page.waitForFunction(() => document.querySelector('#status')!.textContent!.startsWith('Well laid out'));
    await page.close();
  });

  test('says where WebAssembly is blocked', async () => {
    const page = await openPage();
    await page.route('**/layout-worker*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': "script-src 'self'" } });
    });
    await page.reload();
    await page.waitForSelector('#act:not([hidden])');
    expect(await page.textContent('#status')).toMatch(/^WebAssembly may not run here/u);
    await page.close();
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('WebAssembly')));
  });

  test('learns a style, hands out its profile, and refuses what is none', async () => {
    const page = await openPage();
    await isFormatted(page);
    const files = ['aligned', 'two-spaces', 'tabs'].map((name) => ({
      name: `${name}.py`, mimeType: 'text/x-python', buffer: Buffer.from(example(name)),
    }));
    await page.setInputFiles('#files-input', files);
    await page.waitForSelector('#profile:not([hidden])', { timeout: 20_000 });
    expect(await page.textContent('#profile-summary')).toMatch(/^Learned from 3 files and /u);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#profile-save')]);
    const bytes = readFileSync((await download.path()));
    const folder = folderWith(Object.fromEntries(files.map(({ name, buffer }) => [name, buffer.toString()])));
    expect(bytes.equals((await learnProfile([folder], { countsOnly: true }))!.bytes)).toBe(true);
    await page.waitForFunction(() => document.querySelector('#status')!.textContent!.includes('in your style'));

    await page.setInputFiles('#profile-input', { name: 'other', mimeType: '', buffer: Buffer.from('nothing of ours') });
    await page.waitForFunction(() => document.querySelector('#learn-fault')!.textContent !== '');
    expect(await page.textContent('#learn-fault')).toBe('This is not a file written by nnfmt');
    // That of another model, by its digest.
    const foreign = Buffer.from(encodeProfile({ ...decodeProfile(bytes, { path: 'profile' }), baseModel: '0'.repeat(64) }));
    await page.setInputFiles('#profile-input', { name: 'foreign', mimeType: '', buffer: foreign });
    await page.waitForFunction(() => document.querySelector('#learn-fault')!.textContent!.includes('needs the base model 000000000000'));
    expect(await page.isVisible('#profile')).toBe(true);
    await page.close();
  });

  test('a link holds the code, and a broken one says so', async () => {
    const page = await openPage();
    await isFormatted(page);
    await paste(page, "greeting  = 'grüß dich' # 🐍 你好\n");
    await page.waitForFunction(() => document.querySelector('#right')!.textContent!.includes("greeting = 'grüß dich'"));
    await page.click('#share');
    await page.waitForFunction(() => location.hash.startsWith('#code='));
    const other = await openPage({ fragment: new URL(page.url()).hash });
    await other.waitForFunction(() => document.querySelector('#left')!.textContent!.includes('你好'));
    const broken = await openPage({ fragment: '#code=AAAA!!' });
    await broken.waitForFunction(() => document.querySelector('#status')!.textContent !== '');
    expect(await broken.locator('#left').textContent()).toContain('Tides');
    for (const one of [page, other, broken]) await one.close();
  });

  test('a syntax error shows where it is', async () => {
    const page = await openPage();
    await isFormatted(page);
    await paste(page, 'x = 1\nfoo(]\n');
    await page.waitForSelector('#left .syntax-line');
    expect(await page.textContent('#status')).toMatch(/^Line 2, column 5: /u);
    await page.click('#act');
    expect(await page.evaluate(() => document.activeElement?.closest('#left') !== null)).toBe(true);
    await page.close();
  });

  test('a model that does not arrive is told of, and may be asked for again', async () => {
    isModelGone = true;
    const page = await openPage();
    await page.waitForSelector('#act:not([hidden])');
    expect(await page.textContent('#status')).toMatch(/404/u);
    isModelGone = false;
    await page.click('#act');
    await isFormatted(page);
    await page.close();
  });

  test('says what it is without JavaScript', async () => {
    const page = await openPage({ javaScriptEnabled: false });
    expect(await page.locator('noscript').textContent()).toContain('a formatter for Python that learned layout from code');
    expect(await page.locator('#format').isVisible()).toBe(false);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('axe finds no violation: %s', async (colorScheme) => {
    const page = await openPage({ colorScheme, bypassCSP: true });
    await isFormatted(page);
    await page.click('#heat');
    await page.waitForSelector('#left .heat');
    await page.click('#next-gap');
    await page.evaluate(() => {
      for (const id of ['ghost-options', 'learn-work', 'profile']) document.getElementById(id)!.hidden = false;
    });
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 375, height: 740 });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    await page.close();
  });

  test('nothing jumps while it loads, and its script is small', async () => {
    server.asked.length = 0;
    const page = await openPage({ reducedMotion: 'no-preference' });
    await page.evaluate(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as unknown as { value: number }[]) {
          document.body.dataset['shift'] = String(Number(document.body.dataset['shift'] ?? 0) + entry.value);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await isFormatted(page);
    await page.waitForTimeout(300);
    expect(Number(await page.evaluate(() => document.body.dataset['shift'] ?? '0'))).toBeLessThan(0.01);
    await page.close();
    const scripts = [...new Set(server.asked)].filter((path) => path.endsWith('.js'));
    // As static files are compressed once and for all.
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    const sizes = scripts.map((path) => brotliCompressSync(readFileSync(path.startsWith('/nnfmt/')
      ? join(library, path.slice('/nnfmt/'.length)) : join(site, path)), { params }).length);
    expect(sizes.length).toBeGreaterThan(5);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
    expect(readdirSync(site)).not.toContain('nnfmt');
  });

  test('no page asked elsewhere or complained', () => {
    expect(complaints).toEqual([]);
  });
});
