/**
 * Builds after an installation from git. `npm install -g` of a git address, which is how pre-commit
 * installs a hook, hands its `--global` on to the installation that should bring the packages to
 * build with, so that they are missing here. Then those are installed that the bundles need and no
 * others, and no declarations are written: a hook has no use for them, and waits for this. npm then
 * calls the script a second time, which finds the build done.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledPackages } from './bundled-packages.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
/** Names the sources that a lean build was made of. */
const mark = path.join(modules, '.nnfmt-lean-build');

if (!existsSync(path.join(modules, 'esbuild'))) {
  installBundled();
  build('--without-declarations');
  writeFileSync(mark, await digest());
} else if (!existsSync(mark)) build();
else if (readFileSync(mark, 'utf8') !== await digest() || !existsSync(path.join(root, 'dist'))) {
  build('--without-declarations');
}

/** Installs what the bundles need, at the versions of the lock file. */
function installBundled() {
  const manifest = readJson('package.json');
  const lock = readJson('package-lock.json');
  const needed = new Set(bundledPackages(root, Object.keys(manifest.devDependencies)));
  const devDependencies =
    Object.fromEntries(Object.entries(manifest.devDependencies).filter(([name]) => needed.has(name)));
  const { name, version } = manifest;
  const lean = { name, version, private: true, devDependencies };
  lock.packages[''] = { name, version, devDependencies };
  // npm packs what stands in this folder, so its package.json is left alone.
  const folder = mkdtempSync(path.join(root, '.lean-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(lean));
    writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
    run('npm', ['ci', '--global=false', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
    rmSync(modules, { recursive: true, force: true });
    renameSync(path.join(folder, 'node_modules'), modules);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(...flags) {
  run(process.execPath, [path.join(root, 'scripts', 'build.js'), ...flags], root);
}

async function digest() {
  return (await import('./bundle-options.js')).sourceDigest(root);
}

function readJson(name) {
  return JSON.parse(readFileSync(path.join(root, name), 'utf8'));
}

function run(command, args, cwd) {
  const { status, error } =
    spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' && command === 'npm' });
  if (status === 0) return;
  console.error(`prepare: ${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`);
  process.exit(1);
}
