import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SiteFiles } from '../../src/server/site-files.js';
import { folderWith } from '../support/folder-with.js';

const script = 'const answer = 42;\n'.repeat(200);
const folder = folderWith({
  'site/index.html': '<!doctype html>', 'site/assets/app-B3dEf6hI.js': script, 'site/a.unknown': 'x', 'site/.hidden': 'x',
  'site/pic.png': Buffer.alloc(5000), 'library/base.bin': 'model', 'library/tree.wasm': 'wasm', 'library/tree-building.wasm': 'wasm', 'library/notes.txt': 'x', 'library/nnfmt.js': 'x', 'library/web-tree-sitter.js': 'x', 'library/browser/index.js': 'export {};', 'secret.html': 'secret',
});
symlinkSync(join(folder, 'secret.html'), join(folder, 'site/link.html'));
const site = new SiteFiles(join(folder, 'site'), join(folder, 'library'));
const ask = (path: string, accepted?: string, known?: string) => site.answer(path, { accepted, known });

test('files have their media types, and those whose names tell their content are kept', async () => {
  expect((await ask('/'))?.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  expect((await ask('/assets/app-B3dEf6hI.js'))?.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable',
  });
  expect((await ask('/nnfmt/tree-building.wasm'))?.headers['cache-control']).toBe('no-cache');
  expect((await ask('/nnfmt/tree.wasm'))?.headers['content-type']).toBe('application/wasm');
  expect((await ask('/nnfmt/browser/index.js'))?.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect((await ask('/nnfmt/web-tree-sitter.js'))?.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect((await ask('/nnfmt/base.bin'))?.body.toString()).toBe('model');
  expect((await ask('/a.unknown'))?.headers['content-type']).toBe('application/octet-stream');
});

test('nothing else is there', async () => {
  for (const path of ['/secret.html', '/../secret.html', '/link.html', '/.hidden', '/nnfmt/notes.txt', '/nnfmt/nnfmt.js', '/assets', '/assets/', '', 'index.html', '/__proto__']) {
    expect(await ask(path), path).toBe(null);
  }
  // What comes later is not listed.
  writeFileSync(join(folder, 'site/later.html'), 'x');
  expect(await ask('/later.html')).toBe(null);
});

test('they are packed as is asked for, where that saves something', async () => {
  const path = '/assets/app-B3dEf6hI.js';
  const brotli = (await ask(path, 'gzip, deflate, br'))!;
  expect([brotli.headers['content-encoding'], brotliDecompressSync(brotli.body).toString()]).toEqual(['br', script]);
  const zipped = (await ask(path, 'br;q=0, gzip'))!;
  expect([zipped.headers['content-encoding'], gunzipSync(zipped.body).toString()]).toEqual(['gzip', script]);
  expect((await ask(path, 'identity'))?.headers['content-encoding']).toBe(undefined);
  expect((await ask('/pic.png', 'br'))?.headers['content-encoding']).toBe(undefined);
  expect((await ask('/', 'br'))?.headers['content-encoding']).toBe(undefined);
});

test('who knows a file is not sent it again', async () => {
  const { etag } = (await ask('/'))!.headers;
  expect(await ask('/', 'br', `"other", ${etag}`)).toMatchObject({ status: 304, body: Buffer.alloc(0) });
  expect(await ask('/', 'br', '"other"')).toMatchObject({ status: 200 });
});
