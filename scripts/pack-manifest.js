/**
 * Around `npm pack` and `npm publish`: `--slim` puts a package.json in place that holds what users of
 * the package need, without scripts and what they need; `--restore` puts the full one back. A full one
 * that an interrupted run left beside it counts as the original.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const manifest = fileURLToPath(new URL('../package.json', import.meta.url));
const full = path.join(path.dirname(manifest), 'package.full.json');

if (existsSync(full)) renameSync(full, manifest);
if (process.argv[2] === '--slim') {
  const text = readFileSync(manifest, 'utf8');
  const slim = JSON.parse(text);
  for (const key of ['scripts', 'devDependencies', 'private']) delete slim[key];
  writeFileSync(full, text);
  writeFileSync(manifest, `${JSON.stringify(slim, null, 2)}\n`);
}
