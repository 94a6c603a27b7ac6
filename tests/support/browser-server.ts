import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error no declarations
import { buildBrowserBundle } from '../../scripts/browser-bundle.js';
import { assetPath, type AssetName } from '../../src/shared/asset-path.js';
import { folderWith } from './folder-with.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm', '.bin': 'application/octet-stream', '.json': 'application/json',
};

const ASSETS: readonly AssetName[] = [
  'web-tree-sitter.js', 'web-tree-sitter.wasm', 'tree-sitter-python.wasm', 'tfjs-backend-wasm-simd.wasm', 'base.bin',
  'restyle.bin', 'complete.bin', 'complete-caches.bin', 'replay.bin',
];

/** A folder as `dist` is, as far as browsers read it, with the library built from today's sources. */
export async function browserFolder(): Promise<string> {
  const folder = join(folderWith({}), 'nnfmt');
  mkdirSync(folder);
  for (const name of ASSETS) symlinkSync(assetPath(name), join(folder, name));
  await (buildBrowserBundle as (root: string, outdir: string) => Promise<unknown>)(root, folder);
  return folder;
}

export interface StaticServer {
  readonly url: string;
  /** Paths that were asked for, in their order. */
  readonly asked: string[];
  close(): void;
}

/**
 * Serves files; what `answer` deals with is not looked up.
 *
 * @param folders by the start of the path that leads there, longest first
 */
export async function serveFolders(
  folders: Readonly<Record<string, string>>,
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => boolean = () => false,
): Promise<StaticServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://host').pathname));
    asked.push(path);
    if (answer(path, response, request)) return;
    const start = Object.keys(folders).find((known) => path.startsWith(known));
    const file = start === undefined ? '' : join(folders[start]!, path.slice(start.length) || 'index.html');
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
