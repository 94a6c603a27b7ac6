import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CliContext } from '../../src/cli/context.js';
import { cacheFolder } from '../../src/cli/cache-folder.js';
import { openKnownFiles } from '../../src/cli/known-files.js';
import { contentDigest, LayoutCache, MOST_DIGESTS, MOST_FILES } from '../../src/cli/layout-cache.js';
import { createFakeFormatter } from './support/fake-formatter.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const digestOf = (text: string): string => contentDigest(Buffer.from(text));

describe('the file of digests', () => {
  test('knows what another cache saved, and nothing else', () => {
    const folder = join(folderWith(), 'not', 'there', 'yet');
    const first = new LayoutCache(folder, 'key');
    expect(first.has(digestOf('a'))).toBe(false);
    first.add(digestOf('a'));
    first.save();
    const second = new LayoutCache(folder, 'key');
    expect(second.has(digestOf('a'))).toBe(true);
    expect(second.has(digestOf('b'))).toBe(false);
    expect(new LayoutCache(folder, 'other').has(digestOf('a'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['key.digests']);
  });

  test('two runs at once keep what both found', () => {
    const folder = folderWith();
    const [one, two] = [new LayoutCache(folder, 'key'), new LayoutCache(folder, 'key')];
    one.add(digestOf('a'));
    two.add(digestOf('b'));
    one.save();
    two.save();
    const both = new LayoutCache(folder, 'key');
    expect([both.has(digestOf('a')), both.has(digestOf('b'))]).toEqual([true, true]);
  });

  test.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['cut between digests', (bytes: Buffer) => bytes.subarray(0, bytes.length - 16)],
    ['edited', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 40), Buffer.from([bytes[40]! ^ 1]), bytes.subarray(41)])],
    ['empty', () => Buffer.alloc(0)],
    ['foreign', () => Buffer.from('{"version": 3}')],
  ])('one that is %s counts as empty and is written again', (_, damage) => {
    const folder = folderWith();
    const path = join(folder, 'key.digests');
    const cache = new LayoutCache(folder, 'key');
    for (const text of ['a', 'b', 'c']) cache.add(digestOf(text));
    cache.save();
    const whole = readFileSync(path);
    writeFileSync(path, damage(whole));
    const again = new LayoutCache(folder, 'key');
    expect(again.has(digestOf('a'))).toBe(false);
    for (const text of ['a', 'b', 'c']) again.add(digestOf(text));
    again.save();
    expect(readFileSync(path)).toEqual(whole);
  });

  test('keeps the newest digests, and the newest files', () => {
    const folder = folderWith();
    const cache = new LayoutCache(folder, 'key');
    for (let k = 0; k < MOST_DIGESTS + 5; k++) cache.add(digestOf(String(k)));
    cache.save();
    expect(readFileSync(join(folder, 'key.digests')).length).toBe(32 + 16 * MOST_DIGESTS);
    const more = new LayoutCache(folder, 'key');
    more.add(digestOf('new'));
    more.save();
    const full = new LayoutCache(folder, 'key');
    expect([full.has(digestOf('new')), full.has(digestOf('0')), full.has(digestOf(String(MOST_DIGESTS - 1)))]).toEqual([true, true, false]);

    utimesSync(join(folder, 'key.digests'), 1, 1);
    writeFileSync(join(folder, 'old.digests.123.tmp'), 'left by a killed process');
    utimesSync(join(folder, 'old.digests.123.tmp'), 2, 2);
    writeFileSync(join(folder, 'of somebody else'), '');
    for (let k = 0; k < MOST_FILES; k++) {
      const other = new LayoutCache(folder, `other${k}`);
      other.add(digestOf('a'));
      other.save();
    }
    const left = readdirSync(folder);
    expect(left).toHaveLength(MOST_FILES + 1);
    expect(left).toContain('of somebody else');
    expect(left).not.toContain('key.digests');
    expect(left.some((name) => name.endsWith('.tmp'))).toBe(false);
  });

  test('cannot be written: nobody hears of it', () => {
    const folder = folderWith({ file: '' });
    const cache = new LayoutCache(join(folder, 'file', 'below'), 'key');
    cache.add(digestOf('a'));
    expect(() => cache.save()).not.toThrow();
    mkdirSync(join(folder, 'read-only'));
    chmodSync(join(folder, 'read-only'), 0o500);
    const other = new LayoutCache(join(folder, 'read-only'), 'key');
    other.add(digestOf('a'));
    expect(() => other.save()).not.toThrow();
    mkdirSync(join(folder, 'key.digests'));
    expect(new LayoutCache(folder, 'key').has(digestOf('a'))).toBe(false);
  });
});

describe('what is known of files', () => {
  const open = (folder: string, more: Partial<Parameters<typeof openKnownFiles>[0]> = {}): ReturnType<typeof openKnownFiles> =>
    openKnownFiles({ folder: join(folder, 'cache'), build: 'b1', formatterOptions: {}, ...more });

  test('build, model, profile and confidence part what is known', () => {
    const folder = folderWith({ 'a.py': 'x\n', 'm1': '1', 'm2': '2', 'p1': '1', 'p2': '2' });
    const path = join(folder, 'a.py');
    const [m1, m2, p1, p2] = ['m1', 'm2', 'p1', 'p2'].map((name) => join(folder, name));
    const known = open(folder, { formatterOptions: { modelPath: m1, profilePath: p1 } });
    known.add(path, digestOf('x\n'));
    known.save();
    const isFinal = (formatterOptions: object, build = 'b1'): boolean => open(folder, { build, formatterOptions }).isFinal(path);
    expect(isFinal({ modelPath: m1, profilePath: p1 })).toBe(true);
    expect(isFinal({ modelPath: m1, profilePath: p1 }, 'b2')).toBe(false);
    expect(isFinal({ modelPath: m2, profilePath: p1 })).toBe(false);
    expect(isFinal({ modelPath: m1, profilePath: p2 })).toBe(false);
    expect(isFinal({ modelPath: m1, profilePath: null })).toBe(false);
    expect(isFinal({ modelPath: m1, profilePath: p1, confidence: 0.5 })).toBe(false);
    // The bytes count, not the names.
    writeFileSync(m2!, '1');
    expect(isFinal({ modelPath: m2, profilePath: p1 })).toBe(true);
    writeFileSync(p1!, '3');
    expect(isFinal({ modelPath: m1, profilePath: p1 })).toBe(false);
    expect(isFinal({ modelPath: join(folder, 'missing'), profilePath: p1 })).toBe(false);
    expect(isFinal({ modelPath: m1, profilePath: join(folder, 'missing') })).toBe(false);
  });

  test('the profile of a file is the nearest one above it', () => {
    const folder = folderWith({ 'one/.nnfmt/profile': '1', 'one/a.py': 'x\n', 'two/.nnfmt/profile': '2', 'two/a.py': 'x\n' });
    const known = open(folder);
    known.add(join(folder, 'one/a.py'), digestOf('x\n'));
    known.save();
    const again = open(folder);
    expect(again.isFinal(join(folder, 'one/a.py'))).toBe(true);
    expect(again.isFinal(join(folder, 'two/a.py'))).toBe(false);
    expect(again.isFinal(join(folder, 'one/missing.py'))).toBe(false);
  });

  test('a profile that changed during the run: nothing is kept', () => {
    const folder = folderWith({ 'a.py': 'x\n', p: '1' });
    const known = open(folder, { formatterOptions: { profilePath: join(folder, 'p') } });
    known.add(join(folder, 'a.py'), digestOf('x\n'));
    writeFileSync(join(folder, 'p'), '2');
    known.save();
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  test.each<[string, string | null, Partial<Record<string, string>>, NodeJS.Platform, RegExp]>([
    ['the flag', '/f', { NNFMT_CACHE_DIR: '/e' }, 'linux', /^\/f$/u],
    ['the environment', null, { NNFMT_CACHE_DIR: '/e', XDG_CACHE_HOME: '/x' }, 'linux', /^\/e$/u],
    ['XDG', null, { XDG_CACHE_HOME: '/x' }, 'linux', /^\/x\/nnfmt$/u],
    ['a relative path', null, { XDG_CACHE_HOME: 'x' }, 'linux', /\/\.cache\/nnfmt$/u],
    ['Linux', null, { XDG_CACHE_HOME: '' }, 'linux', /\/\.cache\/nnfmt$/u],
    ['HOME', null, { HOME: '/h' }, 'linux', /^\/h\/\.cache\/nnfmt$/u],
    ['a relative HOME', null, { HOME: 'rel' }, 'linux', /^\/(?!.*rel).*\.cache\/nnfmt$/u],
    ['an empty HOME', null, { HOME: '' }, 'linux', /^\/.*\.cache\/nnfmt$/u],
    ['macOS', null, {}, 'darwin', /\/Library\/Caches\/nnfmt$/u],
    ['Windows', null, { LOCALAPPDATA: '/l' }, 'win32', /^\/l\/nnfmt\/cache$/u],
  ])('its folder: %s', (_, asked, env, platform, expected) => {
    expect(cacheFolder(asked, { env, platform })).toMatch(expected);
  });
});

describe.each([['format'], ['check']])('nnfmt %s', (command) => {
  const run = (folder: string, args: readonly string[] = [], replaced: Partial<CliContext> = {}): ReturnType<typeof runInProcess> =>
    runInProcess([command, '--cache-dir', join(folder, 'cache'), ...args, join(folder, 'src')], { build: 'b', ...replaced });
  /** Counts makers of formatters: without one, no model is loaded. */
  function counting(): { readonly made: () => number; readonly createFormatter: CliContext['createFormatter'] } {
    let made = 0;
    return {
      made: () => made,
      createFormatter: (options) => {
        made++;
        return createFakeFormatter(options);
      },
    };
  }

  test('a second run over well formatted files loads no model and says the same', async () => {
    const folder = folderWith({ 'src/a.py': 'x = 1\n', 'src/b.py': 'y = 2\n' });
    const { made, createFormatter } = counting();
    const first = await run(folder, [], { createFormatter });
    expect(made()).toBe(1);
    expect(await run(folder, ['--jobs', '3'], { createFormatter })).toEqual(first);
    expect(first.code).toBe(0);
    expect(made()).toBe(1);
    // Without the cache all are looked at, and a file with the content of another one is known.
    expect(await run(folder, ['--no-cache'], { createFormatter })).toEqual(first);
    expect(made()).toBe(2);
    writeFileSync(join(folder, 'src', 'b.py'), 'x = 1\n');
    await run(folder, [], { createFormatter });
    expect(made()).toBe(2);
  });

  test('an edited file is looked at again, in its place', async () => {
    const folder = folderWith({ 'src/a.py': 'x = 1\n', 'src/b.py': 'y = 2\n', 'src/c.py': 'z\n' });
    await run(folder);
    writeFileSync(join(folder, 'src', 'b.py'), 'y = 2  \n');
    const cached = await run(folder, command === 'format' ? ['--diff', '--verbose'] : []);
    const plain = await run(folder, ['--no-cache', ...(command === 'format' ? ['--diff', '--verbose'] : [])]);
    const comparable = (text: string): string => text.replace(/ \(.* ms\)$/gmu, '');
    expect(comparable(cached.stderr)).toBe(comparable(plain.stderr));
    expect(cached.stdout).toBe(plain.stdout);
    expect(cached.stdout).not.toBe('');
    expect(cached.code).toBe(plain.code);
  });

  test('what deviates, fails, or is looked at in part is not remembered', async () => {
    const folder = folderWith({ 'src/a.py': 'x  \ny  \n' });
    const dry = command === 'format' ? ['--check'] : [];
    expect((await run(folder, dry)).code).toBe(1);
    expect((await run(folder, dry)).code).toBe(1);
    expect((await run(folder, ['--range', '5-6'])).code).toBe(0);
    expect((await run(folder, dry)).code).toBe(1);
    writeFileSync(join(folder, 'src', 'a.py'), 'def (\n');
    expect((await run(folder)).code).toBe(2);
    expect((await run(folder)).code).toBe(2);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  test('nothing is remembered from source, nor when it is told so', async () => {
    const folder = folderWith({ 'src/a.py': 'x\n' });
    await run(folder, [], { build: null });
    await run(folder, ['--no-cache']);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  test('a folder that cannot be written to: the same result, and no word of it', async () => {
    const folder = folderWith({ 'src/a.py': 'x\n', cache: 'a file' });
    expect(await run(folder)).toEqual(await run(folder, ['--no-cache']));
  });
});

test('what format wrote is known to the next run', async () => {
  const folder = folderWith({ 'a.py': 'x  \n' });
  const args = ['format', '--cache-dir', join(folder, 'cache'), join(folder, 'a.py')];
  expect((await runInProcess(args, { build: 'b' })).stderr).toContain('1 file reformatted');
  const createFormatter = (): never => {
    throw new Error('no model is needed');
  };
  expect(await runInProcess(args, { build: 'b', createFormatter })).toMatchObject({ code: 0, stderr: '1 file left unchanged.\n' });
});
