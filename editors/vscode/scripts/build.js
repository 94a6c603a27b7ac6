/**
 * Bundles the extension into dist/, and puts the server, which is what `npm run build` made of nnfmt, into server/.
 *
 *     node scripts/build.js [--out FOLDER]
 *
 * With `--out`, all that belongs into the package is put there.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyNotices } from '../../../scripts/third-party-notices.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const root = path.join(folder, '..', '..');

/** Of the server's build, what an editor never asks for. */
const NOT_NEEDED = /^(?:types|nnfmt-format\.cjs|nnfmt\.c?js|index\.js|format-worker\.js|metafile\.json)$/u;

export async function buildExtension(out = folder) {
  const dist = path.join(root, 'dist');
  if (!existsSync(path.join(dist, 'lsp-thread.js'))) {
    throw new Error('nnfmt itself is not built: run `npm run build` at the root of the repository first');
  }
  mkdirSync(out, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { extension: 'editors/vscode/src/extension.ts' },
    outdir: path.join(out, 'dist'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(path.join(out, 'dist', 'THIRD-PARTY-NOTICES'), thirdPartyNotices(root, [metafile], []));
  const server = path.join(out, 'server');
  rmSync(server, { recursive: true, force: true });
  cpSync(dist, server, {
    recursive: true, filter: (file) => !NOT_NEEDED.test(path.relative(dist, file)),
  });
  // Its modules are ES modules, and the extension's are not.
  writeFileSync(path.join(server, 'package.json'), '{"type":"module"}\n');
  cpSync(path.join(root, 'LICENSE'), path.join(out, 'LICENSE'));
  if (out !== folder) {
    for (const name of ['package.json', 'README.md', '.vscodeignore']) {
      cpSync(path.join(folder, name), path.join(out, name));
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--out');
  await buildExtension(at < 0 ? folder : path.resolve(process.argv[at + 1]));
}
