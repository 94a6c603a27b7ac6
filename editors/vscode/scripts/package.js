/** Packs the extension: `npm run package [FILE.vsix]`, after `npm ci` here and `npm run build` at the root. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildExtension } from './build.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(folder, 'nnfmt.vsix'));
const staged = mkdtempSync(path.join(tmpdir(), 'nnfmt-vsix-'));
try {
  await buildExtension(staged);
  const vsce = path.join(folder, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { status } = spawnSync(process.execPath, [
    vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', target,
  ], { cwd: staged, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(staged, { recursive: true, force: true });
}
