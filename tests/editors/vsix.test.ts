import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { Editor, edited } from '../lsp/support/editor.js';
import { folderWith } from '../support/folder-with.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const extension = join(root, 'editors/vscode');
const missing = !existsSync(join(extension, 'node_modules/@vscode/vsce'))
  ? 'vsce is not installed (npm ci --prefix editors/vscode)'
  : !existsSync(join(root, 'dist/lsp-thread.js')) ? 'nnfmt is not built (npm run build)' : null;
if (missing !== null) console.warn(`The packed extension is not tested: ${missing}.`);

/** Some 10 s in all, but 13 MB are packed, unpacked and loaded, for which a busy machine takes its time. */
const LONGEST_MS = 120_000;

/** What vsce packs with unpacks it. */
interface Zip {
  readEntry(): void;
  on(event: 'entry', listener: (entry: { fileName: string }) => void): void;
  on(event: 'end', listener: () => void): void;
  openReadStream(entry: object, done: (fault: Error | null, stream: NodeJS.ReadableStream) => void): void;
}

async function unpack(file: string, folder: string): Promise<string[]> {
  const require = createRequire(join(extension, 'node_modules/@vscode/vsce/package.json'));
  const yauzl = require('yauzl') as { open(path: string, options: object, done: (fault: Error | null, zip: Zip) => void): void };
  const names: string[] = [];
  await new Promise<void>((resolve, reject) => yauzl.open(file, { lazyEntries: true }, (fault, zip) => {
    if (fault !== null) return reject(fault);
    zip.on('end', resolve);
    zip.on('entry', (entry) => {
      names.push(entry.fileName);
      zip.openReadStream(entry, (cause, stream) => {
        if (cause !== null) return reject(cause);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mkdirSync(dirname(join(folder, entry.fileName)), { recursive: true });
          writeFileSync(join(folder, entry.fileName), Buffer.concat(chunks));
          zip.readEntry();
        });
      });
    });
    zip.readEntry();
  }));
  return names;
}

describe.skipIf(missing !== null)('the packed extension', () => {
  let folder: string;
  let names: string[];

  beforeAll(async () => {
    folder = folderWith();
    const file = join(folder, 'nnfmt.vsix');
    execFileSync(process.execPath, [join(extension, 'scripts/package.js'), file], { stdio: 'pipe' });
    names = await unpack(file, folder);
  }, LONGEST_MS);

  test('holds its manifest, its bundle and the server, and no sources', () => {
    for (const name of ['package.json', 'readme.md', 'LICENSE.txt', 'dist/extension.cjs', 'dist/THIRD-PARTY-NOTICES', 'server/nnfmt-all.js', 'server/base.bin', 'server/THIRD-PARTY-NOTICES']) {
      expect(names).toContain(`extension/${name}`);
    }
    expect(names.filter((name) => /node_modules|\.ts$|\/src\//u.test(name))).toEqual([]);
    expect(readFileSync(join(folder, 'extension/dist/THIRD-PARTY-NOTICES'), 'utf8')).toContain('vscode-languageclient');
  });

  test('has a server that formats, completes and ends', async () => {
    const editor = await Editor.start({ server: [join(folder, 'extension/server/nnfmt-all.js'), 'lsp'], cwd: folder });
    const uri = 'file:///nowhere/a.py';
    const text = 'import os\n\n\nfor name in os.listdir(path):\n    print(name,  path)\n';
    await editor.open(uri, text);
    expect(edited(text, await editor.format(uri))).toBe(text.replace(',  ', ', '));
    const at = { textDocument: { uri }, position: { line: 4, character: 10 } };
    expect(await editor.connection.sendRequest('textDocument/completion', at)).toHaveProperty('items');
    expect(await editor.stop()).toBe(0);
    expect(editor.stderr).toBe('');
  }, LONGEST_MS);

  test('loads in a host that has all that it asks for', () => {
    // Each name that the language client asks of the editor is a class of its own.
    writeFileSync(join(folder, 'load.cjs'), `
      const Module = require('node:module');
      const load = Module._load;
      const known = {};
      const host = new Proxy({}, { get: (_, name) => (known[name] ??= new Proxy(class {}, { get: (it, key) => it[key] ?? 0 })) });
      Module._load = (name, ...rest) => (name === 'vscode' ? host : load(name, ...rest));
      const { activate, deactivate } = require('./extension/dist/extension.cjs');
      console.log(typeof activate, typeof deactivate);
    `);
    expect(execFileSync(process.execPath, [join(folder, 'load.cjs')], { encoding: 'utf8' })).toBe('function function\n');
  });
});
