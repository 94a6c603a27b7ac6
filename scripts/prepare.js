/**
 * Builds after an installation from git. `npm install -g` of a git address, which is how pre-commit
 * installs a hook, hands its `--global` on to the installation that should bring the packages to
 * build with, so that they are missing here; then they are installed first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (!existsSync(path.join(root, 'node_modules', 'esbuild'))) {
  run('npm', ['ci', '--global=false', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund']);
}
run(process.execPath, [path.join(root, 'scripts', 'build.js')]);

function run(command, args) {
  const { status, error } =
    spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' && command === 'npm' });
  if (status === 0) return;
  console.error(`prepare: ${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`);
  process.exit(1);
}
