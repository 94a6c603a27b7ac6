import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { serverPackages } from './server-packages.js';
import { buildFacts } from './build-facts.js';

/** The main file of jsonc-parser asks for its others by names that only Node sees. */
export const BUNDLE_ALIASES = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };

/** Writes all of the code into `outdir` and returns the metafile of each bundle. */
export async function buildBundles(root, outdir) {
  const bundles = [launcherOptions(root), bundleOptions(root), scriptOptions(root), separateBundleOptions(root)];
  const results = await Promise.all(bundles.map((options) => build({ ...options, outdir })));
  // For those who have called it so far by this name.
  writeFileSync(path.join(outdir, 'nnfmt.js'), "#!/usr/bin/env node\nimport './nnfmt.cjs';\n");
  for (const name of ['nnfmt.cjs', 'nnfmt.js']) chmodSync(path.join(outdir, name), 0o755);
  const [launcher, script] = ['nnfmt.cjs', 'nnfmt-format.cjs'].map((name) => path.join(outdir, name));
  // A script that is compiled by itself has no import of its own: it is given one.
  writeFileSync(script, readFileSync(script, 'utf8').replaceAll(/\bimport\(/gu, 'importModule('));
  // What is seldom asked for is loaded then.
  for (const file of [launcher, script]) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/\brequire\("(node:(?:child_process|crypto|module|os|timers\/promises|worker_threads))"\)/gu, 'requireLater("$1")'));
  }
  return results.map(({ metafile }) => metafile);
}

/** What esbuild is told, shared by the build and by the test of what format loads. */
export function bundleOptions(root) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return {
    absWorkingDir: root,
    entryPoints: {
      'nnfmt-all': 'src/cli/main.ts',
      index: 'src/index.ts',
      'prettier-plugin': 'src/plugin/index.ts',
      'format-worker': 'src/cli/format-worker.ts',
      'training-worker': 'src/model/completion/training-worker.ts',
      'lsp-thread': 'src/lsp/lsp-thread.ts',
      'service-thread': 'src/server/service-thread.ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // A command loads its own code only: what training needs stays in chunks of its own.
    splitting: true,
    chunkNames: '[name]-[hash]',
    plugins: [tensorflow(root), serverPackages(), jsoncParser()],
    alias: BUNDLE_ALIASES,
    // Licences are told in one file: third-party-notices.js.
    legalComments: 'none',
    // Names stay readable in stack traces, and error classes keep theirs.
    minifySyntax: true,
    minifyWhitespace: true,
    // commander is CommonJS and asks for node's modules by require.
    banner: {
      js:
        "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    define: {
      __NNFMT_VERSION__: JSON.stringify(version), __NNFMT_BUILD__: JSON.stringify(sourceDigest(root)),
      __NNFMT_FACTS__: JSON.stringify(buildFacts(root)),
    },
    metafile: true,
    logLevel: 'warning',
  };
}

/** What `nnfmt` starts with; it chooses among the others. */
export function launcherOptions(root) {
  return {
    ...bundleOptions(root),
    entryPoints: { nnfmt: 'src/cli/launch.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    splitting: false,
    banner: { js: 'const requireLater=(name)=>new Proxy({},{get:(_,key)=>require(name)[key]});' },
  };
}

/**
 * `nnfmt format` and `nnfmt complete` alone, in one file: each chunk that node loads costs about a millisecond. It is a
 * script, for V8 keeps code of scripts but not of modules: a function of what a module would find around it (see
 * launch.ts).
 */
export function scriptOptions(root) {
  const options = bundleOptions(root);
  const others =
    /^\.\/(?!format-command|complete-command)[a-z-]+-command\.js$|\/(?:explain-source|with-experiment)\.js$/u;
  return {
    ...options,
    entryPoints: { 'nnfmt-format': 'src/cli/main.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    splitting: false,
    banner: { js: '(function(require,requireLater,bundleUrl,importModule,loadedScript){' },
    footer: { js: '})' },
    define: { ...options.define, 'import.meta.url': 'bundleUrl', __NNFMT_SCRIPT__: 'loadedScript' },
    plugins: [tensorflow(root), jsoncParser(), leaveOut(others)],
  };
}

/**
 * Packages in files of their own, each loaded only where it is asked for: by a coding line, by the
 * required-version of a project.
 */
export function separateBundleOptions(root) {
  return {
    absWorkingDir: root,
    entryPoints: { 'iconv-lite': 'iconv-lite', semver: 'semver' },
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    legalComments: 'none',
    minify: true,
    metafile: true,
    logLevel: 'warning',
  };
}

/** What stays in place of modules that Node never reaches. */
const NEVER_REACHED = [
  // Node has a fetch of its own.
  /^node-fetch$/u,
  // The wasm backend starts threads in browsers only.
  /tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/u,
];

/**
 * Bundles TensorFlow.js from its modules, of which unused ones fall away; its `main` files are bundles
 * already. Optional backends are imported by a name that esbuild does not see, so they stay outside.
 */
export function tensorflow(root) {
  const modules = new Map(
    ['tfjs-core', 'tfjs-backend-wasm', 'tfjs-backend-cpu'].map((name) => [
      `@tensorflow/${name}`,
      path.join(root, 'node_modules/@tensorflow', name, 'dist/index.js'),
    ]),
  );
  return {
    name: 'tensorflow',
    setup(context) {
      context.onResolve({ filter: /^@tensorflow\/[^/]+$/ }, ({ path: specifier }) =>
        modules.has(specifier) ? { path: modules.get(specifier) } : undefined,
      );
      context.onResolve({ filter: /^node-fetch$|-threaded-simd/ }, ({ path: specifier }) =>
        NEVER_REACHED.some((pattern) => pattern.test(specifier))
          ? { path: specifier, namespace: 'never-reached' }
          : undefined,
      );
      context.onLoad({ filter: /.*/, namespace: 'never-reached' }, () =>
        ({ contents: 'module.exports = {};', loader: 'js' }));
      // Compiled C++ that asks where it lies; it is told by setWasmPaths, and given its bytes.
      context.onLoad({ filter: /[\\/](?:wasm-out[\\/]tfjs-backend-wasm|sql\.js[\\/]dist[\\/]sql-wasm)\.js$/ }, ({ path: file }) => ({
        contents: readFileSync(file, 'utf8').replaceAll('__dirname', '"."'),
        loader: 'js',
      }));
    },
  };
}

/** Of jsonc-parser what is used: its files do nothing but define, which it does not say. One fills tables at once. */
export function jsoncParser() {
  return {
    name: 'jsonc-parser',
    setup(context) {
      context.onResolve({ filter: /^\.\/(?:impl\/)?[a-z-]+$/ }, ({ path: specifier, importer, resolveDir }) =>
        /[\\/]jsonc-parser[\\/]lib[\\/]esm[\\/]/.test(importer)
          ? { path: path.join(resolveDir, `${specifier}.js`), sideEffects: false }
          : undefined,
      );
    },
  };
}

/** Dynamic imports that are never reached from this bundle: they stay as they are, and lead nowhere. */
function leaveOut(filter) {
  return {
    name: 'leave-out',
    setup(context) {
      context.onResolve({ filter: /\.js$/ }, ({ kind, path: specifier }) =>
        kind === 'dynamic-import' && filter.test(specifier) ? { path: specifier, external: true } : undefined,
      );
    },
  };
}

/**
 * Tells builds apart: a digest of the sources, and of the lock file, which stands for the packages in
 * the bundle. The model is none of it: who remembers results tells models apart by themselves.
 */
export function sourceDigest(root) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  const names = readdirSync(path.join(root, 'src'), { recursive: true }).filter((name) => name.endsWith('.ts'));
  for (const name of names.sort()) {
    hash.update(`\0${name.split(path.sep).join('/')}\0`).update(readFileSync(path.join(root, 'src', name)));
  }
  return hash.digest('hex').slice(0, 16);
}
