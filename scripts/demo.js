/**
 * Formats a copy of fixtures/demo/scrambled.py and shows what changed. The copy lies
 * alone in a temporary folder: what comes back was learned from other people's code.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const nnfmt = path.join(root, 'dist/nnfmt.js');
if (!existsSync(nnfmt)) {
  const build = spawnSync(process.execPath, [path.join(root, 'scripts/build.js')], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(build.status ?? 2);
}

const folder = mkdtempSync(path.join(tmpdir(), 'nnfmt-demo-'));
const run = (...args) => {
  // Without the cache, so that the second time is not a memory of the first.
  const {
    status,
  } = spawnSync(process.execPath, [nnfmt, 'format', '--no-cache', ...args], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 2;
};
try {
  copyFileSync(path.join(root, 'fixtures/demo/scrambled.py'), path.join(folder, 'demo.py'));
  console.log('What nnfmt would change in a scrambled file:\n');
  run('--diff', '--quiet', 'demo.py');
  run('demo.py');
  console.log('\nThe file as it is now:\n');
  console.log(readFileSync(path.join(folder, 'demo.py'), 'utf8'));
  console.log('Formatted a second time, to see that nothing moves any more:\n');
  run('--check', 'demo.py');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
