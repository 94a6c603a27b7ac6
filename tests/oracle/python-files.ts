import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const SKIPPED = new Set(['.git', 'node_modules', '__pycache__', 'bad_coding']);

/** All `.py` files under the paths, sorted within each folder; links are not followed. */
export function* pythonFiles(paths: readonly string[]): Generator<string> {
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile()) {
      if (path.endsWith('.py') || path.endsWith('.pyi')) yield path;
    } else if (stats?.isDirectory()) {
      yield* inFolder(path);
    }
  }
}

function* inFolder(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(basename(path))) yield* inFolder(path);
    else if (entry.isFile() && (entry.name.endsWith('.py') || entry.name.endsWith('.pyi'))) yield path;
  }
}
