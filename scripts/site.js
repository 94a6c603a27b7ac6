/**
 * `npm run site`: builds the page into site/build, with the library and the models beside it, so that the
 * folder can be copied to any server of static files. The build of the package calls `buildSite`, which leaves
 * those out: `nnfmt serve` has them already.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** What the page fetches from its folder `nnfmt`, as it is in `dist`. */
const FETCHED = /^(?:browser|web-tree-sitter\.js|.*\.wasm|.*\.bin)$/u;

/**
 * Builds the page alone.
 *
 * @returns what its scripts are made of, in the form of esbuild's metafiles
 */
export async function buildSite(root, outDir) {
  const inputs = { 'node_modules/@fontsource-variable/jetbrains-mono/index.css': { bytesInOutput: 1 } };
  const record = {
    name: 'record',
    generateBundle(_, bundle) {
      for (const { moduleIds = [] } of Object.values(bundle)) {
        for (const id of moduleIds) {
          if (id.includes('node_modules')) inputs[path.relative(root, id.split('?')[0])] = { bytesInOutput: 1 };
        }
      }
    },
  };
  await build({
    configFile: path.join(root, 'site', 'vite.config.ts'), logLevel: 'error', build: { outDir, emptyOutDir: true },
    plugins: [record],
  });
  return { inputs: {}, outputs: { [path.join(outDir, 'index.html')]: { inputs, imports: [] } } };
}

async function buildWhole(root) {
  const dist = path.join(root, 'dist');
  if (!existsSync(path.join(dist, 'browser'))) {
    const { status } = spawnSync(process.execPath, [path.join(root, 'scripts', 'build.js')], { stdio: 'inherit' });
    if (status !== 0) process.exit(1);
  }
  const folder = path.join(root, 'site', 'build');
  await buildSite(root, folder);
  mkdirSync(path.join(folder, 'nnfmt'));
  for (const name of readdirSync(dist).filter((file) => FETCHED.test(file))) {
    cpSync(path.join(dist, name), path.join(folder, 'nnfmt', name), { recursive: true });
  }
  cpSync(path.join(dist, 'THIRD-PARTY-NOTICES'), path.join(folder, 'THIRD-PARTY-NOTICES.txt'));
  console.log(`The page is in ${path.relative(process.cwd(), folder) || '.'}: copy it to any server of static files.`);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildWhole(fileURLToPath(new URL('..', import.meta.url)));
}
