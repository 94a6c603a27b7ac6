import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { buildFacts } from './build-facts.js';
import { BUNDLE_ALIASES, jsoncParser, tensorflow } from './bundle-options.js';

/** Modules of ours that ask Node for something: what a browser runs in their place, in src/browser/stand-ins. */
const STAND_INS = new Map([
  ['shared/asset-path.ts', 'asset-path.ts'],
  ['shared/read-file.ts', 'read-file.ts'],
  ['shared/look-at-path.ts', 'look-at-path.ts'],
  ['shared/write-atomically.ts', 'write-atomically.ts'],
  ['shared/engine-flags.ts', 'engine-flags.ts'],
  ['shared/raw-arguments.ts', 'raw-arguments.ts'],
  ['options/editorconfig.ts', 'editorconfig.ts'],
  ['tokenize/parser-files.ts', 'parser-files.ts'],
  ['tokenize/recent-trees.ts', 'recent-trees.ts'],
  ['corpus/codecs.ts', 'codecs.ts'],
  ['train/backends.ts', 'backends.ts'],
  // Fetched later.
  ['format/restyle-gaps.ts', 'restyle-gaps.ts'],
  ['format/foreign-lines.ts', 'foreign-lines.ts'],
  ['format/other-style.ts', 'other-style.ts'],
  ['profile/profile-file.ts', 'profile-file.ts'],
]);
/** The same for modules of Node. */
const NODE_STAND_INS = new Map([
  ['node:path', 'node-path.ts'],
  ['node:crypto', 'node-crypto.ts'],
  ['node:timers/promises', 'node-timers-promises.ts'],
  ['node:zlib', 'node-zlib.ts'],
]);

/** The code of `nnfmt/browser`, in a folder of its own: one entry, with chunks for what is asked for later. */
export function browserBundleOptions(root, assetBytes = {}) {
  const version = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;
  return {
    absWorkingDir: root,
    entryPoints: { index: 'src/browser/index.ts' },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    splitting: true,
    chunkNames: '[name]-[hash]',
    inject: [path.join(root, 'src/browser/stand-ins/buffer.ts')],
    plugins: [standIns(root), tensorflow(root), jsoncParser()],
    alias: BUNDLE_ALIASES,
    legalComments: 'none',
    minify: true,
    define: {
      __NNFMT_VERSION__: JSON.stringify(version), __NNFMT_BUILD__: 'null',
      __NNFMT_FACTS__: JSON.stringify(buildFacts(root)), __NNFMT_ASSET_BYTES__: JSON.stringify(assetBytes),
    },
    metafile: true,
    logLevel: 'warning',
  };
}

/**
 * Writes it into `outdir`/browser.
 *
 * @param outdir where the files lie that it will fetch
 * @throws when something of ours asks for a module of Node that nothing stands in for
 */
export async function buildBrowserBundle(root, outdir) {
  const names = readdirSync(outdir).filter((name) => /\.(?:bin|wasm)$/u.test(name));
  const sizes = Object.fromEntries(names.map((name) => [name, statSync(path.join(outdir, name)).size]));
  const { metafile } = await build({ ...browserBundleOptions(root, sizes), outdir: path.join(outdir, 'browser') });
  const missing = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
    .filter((input) => input.startsWith('node-of-ours:'));
  if (missing.length > 0) throw new Error(`no stand-in for ${missing.join(', ')}: see src/browser/stand-ins`);
  return metafile;
}

function standIns(root) {
  const src = path.join(root, 'src');
  const folder = path.join(src, 'browser', 'stand-ins');
  return {
    name: 'stand-ins',
    setup(context) {
      context.onResolve({ filter: /.*/ }, ({ path: specifier, importer, kind }) => {
        if (NODE_STAND_INS.has(specifier)) {
          return { path: path.join(folder, NODE_STAND_INS.get(specifier)), sideEffects: false };
        }
        const isOurs = importer.startsWith(src + path.sep);
        // Packages ask only where they find themselves in Node.
        if (isBuiltin(specifier)) {
          return { path: specifier, namespace: isOurs ? 'node-of-ours' : 'node-of-others', sideEffects: false };
        }
        if (!specifier.startsWith('.') || !isOurs) return undefined;
        const file = path.resolve(path.dirname(importer), specifier.replace(/\.js$/u, '.ts'));
        const name = path.relative(src, file).split(path.sep).join('/');
        const isStandIn = importer.startsWith(folder + path.sep);
        const target = !isStandIn && STAND_INS.has(name) ? path.join(folder, STAND_INS.get(name)) : file;
        // What a module does when it is loaded serves only those who use it.
        return kind === 'entry-point' ? undefined : { path: target, sideEffects: false };
      });
      for (const namespace of ['node-of-ours', 'node-of-others']) {
        context.onLoad({ filter: /.*/, namespace }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
      }
    },
  };
}
