import { dirname, relative, resolve, sep } from 'node:path';
import { readSource } from '../corpus/read-source.js';
import type { ExampleSource } from '../format/project-examples.js';
import { lookAt } from '../shared/look-at-path.js';
import { listProjectFiles, projectRoot } from './project-files.js';

/** Files that are looked at for examples, and their size in bytes together: half a second. */
const MOST_FILES = 40;
const MOST_BYTES = 600_000;

/** Other files of a file's project, those of its own folder first, then those of its neighbours. */
export function nearbySources(path: string): ExampleSource[] {
  const root = projectRoot([path]);
  const own = resolve(path);
  const files = listProjectFiles([root]).files.map((file) => resolve(file)).filter((file) => file !== own);
  const sorted = files.map((file) => ({ file, steps: stepsBetween(own, file) })).sort((a, b) =>
    a.steps - b.steps || (a.file < b.file ? -1 : 1));
  const sources: ExampleSource[] = [];
  let bytes = 0;
  for (const { file } of sorted) {
    const size = lookAt(file).stats?.size ?? 0;
    if (bytes + size > MOST_BYTES) continue;
    bytes += size;
    sources.push({ path: relative('.', file), read: () => readSource(file).text });
    if (sources.length === MOST_FILES) break;
  }
  return sources;
}

/** Folders up and down from one file to another. */
function stepsBetween(from: string, to: string): number {
  return relative(dirname(from), dirname(to)).split(sep).filter((part) => part !== '').length;
}
