import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { isFile, listFolder } from '../shared/look-at-path.js';
import { readRegularFile } from '../shared/read-file.js';

/** A file of the page, ready to be sent. */
interface SiteFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly tag: string;
  /** Its name tells its content. */
  readonly isImmutable: boolean;
  /** Made when they are asked for first. */
  readonly encoded: Map<Encoding, Promise<Buffer>>;
}

type Encoding = 'br' | 'gzip';

/** What is answered for a path. */
export interface SiteAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.map': 'application/json',
  '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon', '.txt': 'text/plain; charset=utf-8', '.md': 'text/plain; charset=utf-8',
  '.py': 'text/plain; charset=utf-8', '.webmanifest': 'application/manifest+json', '.woff2': 'font/woff2',
  '.bin': 'application/octet-stream',
};
/** Of what is packed already nothing is saved. */
const PACKED = new Set(['.png', '.jpg', '.webp', '.ico', '.woff2']);
/** As bundlers name files: a digest of eight letters behind a hyphen. */
const NAMED_BY_CONTENT = /-(?=[\w-]*[A-Z0-9])[\w-]{8}\.\w+$/u;
const LEAST_TO_PACK = 1024;
const MOST_FILES = 2000;
const MOST_BYTES = 64 * 1024 * 1024;
const packs = {
  gzip: promisify(gzip),
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
};

/**
 * The files of a folder, by their paths as addresses. The folder is listed once: an address either is one of the list,
 * or leads nowhere, so that none can lead out of it.
 */
export class SiteFiles {
  private readonly paths = new Map<string, string>();
  private readonly known = new Map<string, SiteFile>();

  /** @param library the package's own files, which the page asks for at `nnfmt/` */
  constructor(folder: string, library: string | null = null) {
    this.list(folder, '/');
    if (library !== null) this.listLibrary(library);
    const index = this.paths.get('/index.html');
    if (index !== undefined) this.paths.set('/', index);
  }

  private listLibrary(folder: string): void {
    this.list(join(folder, 'browser'), '/nnfmt/browser/');
    const entries = listFolder(folder);
    for (const entry of typeof entries === 'string' ? [] : entries) {
      // A page makes the parser anew from its script, after it ran out of memory.
      if (entry.isFile() && /^(?:.*\.(?:wasm|bin)|web-tree-sitter\.js)$/u.test(entry.name)) {
        this.paths.set(`/nnfmt/${entry.name}`, join(folder, entry.name));
      }
    }
  }

  private list(folder: string, prefix: string): void {
    const entries = listFolder(folder);
    if (typeof entries === 'string') return;
    for (const entry of entries) {
      if (this.paths.size >= MOST_FILES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.list(path, `${prefix}${entry.name}/`);
      else if (entry.isFile() && !entry.name.startsWith('.') && isFile(path)) this.paths.set(prefix + entry.name, path);
    }
  }

  /**
   * @param path of the address, percent signs decoded
   * @returns null for an address that leads nowhere
   */
  async answer(
    path: string, { accepted, known }: { readonly accepted: string | undefined; readonly known: string | undefined },
  ): Promise<SiteAnswer | null> {
    const place = this.paths.get(path);
    if (place === undefined) return null;
    const file = this.fileAt(place);
    const headers = {
      'content-type': file.type, etag: file.tag, vary: 'Accept-Encoding',
      'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    };
    if (known?.split(/\s*,\s*/u).includes(file.tag) === true) return { status: 304, headers, body: Buffer.alloc(0) };
    const encoding = PACKED.has(extname(place)) || file.bytes.length < LEAST_TO_PACK ? null : chosenEncoding(accepted);
    if (encoding === null) return { status: 200, headers, body: file.bytes };
    let packed = file.encoded.get(encoding);
    if (packed === undefined) file.encoded.set(encoding, (packed = packs[encoding](file.bytes)));
    return { status: 200, headers: { ...headers, 'content-encoding': encoding }, body: await packed };
  }

  private fileAt(place: string): SiteFile {
    let file = this.known.get(place);
    if (file === undefined) {
      const bytes = readRegularFile(place, { limitBytes: MOST_BYTES });
      file = {
        bytes, type: TYPES[extname(place).toLowerCase()] ?? 'application/octet-stream',
        tag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
        isImmutable: NAMED_BY_CONTENT.test(place), encoded: new Map(),
      };
      this.known.set(place, file);
    }
    return file;
  }
}

function chosenEncoding(accepted = ''): Encoding | null {
  const offers = new Map(accepted.split(',').map((part) => {
    const [name, ...params] = part.trim().toLowerCase().split(';');
    const weight = params.map((param) => /^\s*q=([\d.]+)\s*$/u.exec(param)?.[1]).find((found) => found !== undefined);
    return [name, weight === undefined ? 1 : Number(weight)];
  }));
  return (['br', 'gzip'] as const).find((name) => (offers.get(name) ?? 0) > 0) ?? null;
}
