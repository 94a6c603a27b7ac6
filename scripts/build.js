/**
 * Builds dist/: the command (nnfmt.cjs, which loads nnfmt-format.cjs or nnfmt-all.js), the
 * library (index.js + types/; browser/ for browsers), the worker, and beside them the wasm files
 * and the models, so that nothing is looked up elsewhere; and the page (site/). With
 * --without-declarations there are neither types/ nor site/.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBrowserBundle } from './browser-bundle.js';
import { buildBundles } from './bundle-options.js';
import { thirdPartyNotices } from './third-party-notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist.new');
const require = createRequire(import.meta.url);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

const metafiles = await buildBundles(root, dist);
const assets = [
  ['web-tree-sitter', 'web-tree-sitter.wasm'],
  // In the bundle too; a copy is loaded where the parser has to be made anew.
  ['web-tree-sitter', 'web-tree-sitter.js'],
  // Node has SIMD and gives the backend no threads, so that it asks for no other build of itself.
  ['@tensorflow/tfjs-backend-wasm', 'dist/tfjs-backend-wasm-simd.wasm'],
  // The database of `nnfmt corpus`.
  ['sql.js', 'dist/sql-wasm.wasm'],
];
for (const [name, asset] of assets) copyFileSync(resolveAsset(name, asset), path.join(dist, path.basename(asset)));
// The grammar is built from the package of its name, with changes: see grammar/README.md.
copyFileSync(path.join(root, 'grammar', 'tree-sitter-python.wasm'), path.join(dist, 'tree-sitter-python.wasm'));
const models = path.join(root, 'models');
for (const name of existsSync(models) ? readdirSync(models) : []) {
  if (name.endsWith('.bin')) copyFileSync(path.join(models, name), path.join(dist, name));
}
// It knows how large the files are that it will fetch.
metafiles.push(await buildBrowserBundle(root, dist));
// The page; hooks have no use for it, and are built without what it is made of.
const isLean = process.argv.includes('--without-declarations');
if (!isLean) metafiles.push(await (await import('./site.js')).buildSite(root, path.join(dist, 'site')));
writeFileSync(path.join(
  dist, 'THIRD-PARTY-NOTICES',
), thirdPartyNotices(root, metafiles, [...assets.map(([name]) => name), 'tree-sitter-python']));
if (process.argv.includes('--metafile')) {
  const merge = (part) => Object.assign({}, ...metafiles.map((metafile) => metafile[part]));
  writeFileSync(
    path.join(dist, 'metafile.json'), JSON.stringify({ inputs: merge('inputs'), outputs: merge('outputs') }),
  );
}

if (!isLean) writeDeclarations(path.join(dist, 'types'));

// Swapped at the end, so that a running nnfmt never sees half a build.
const final = path.join(root, 'dist');
const old = path.join(root, 'dist.old');
rmSync(old, { recursive: true, force: true });
if (existsSync(final)) renameSync(final, old);
renameSync(dist, final);
rmSync(old, { recursive: true, force: true });

function writeDeclarations(types) {
  const tsc = spawnSync(
    process.execPath,
    [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', types],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  // They are written in spite of type errors; `npm run typecheck` is what fails on those.
  if (tsc.status !== 0) console.warn('build: the declarations were written with type errors, see above');
  pruneDeclarations(types);
}

/** Packages need not export every file that they have; those wanted here lie beside one that they do export. */
function resolveAsset(name, asset) {
  return asset.endsWith('.js')
    ? path.join(path.dirname(require.resolve(`${name}/${asset.replace(/js$/u, 'wasm')}`)), asset)
    : require.resolve(`${name}/${asset}`);
}

/** tsc writes declarations of all it has read; only those that index.d.ts leads to are public. */
function pruneDeclarations(types) {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file) || !existsSync(file)) return;
    reached.add(file);
    for (const [, to] of readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?['"](\.[^'"]*)\.js['"]/gu)) {
      visit(path.join(path.dirname(file), `${to}.d.ts`));
    }
  };
  for (const entry of ['index.d.ts', 'plugin/index.d.ts', 'browser/index.d.ts']) visit(path.join(types, entry));
  for (const name of readdirSync(types, { recursive: true })) {
    const file = path.join(types, name);
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}
