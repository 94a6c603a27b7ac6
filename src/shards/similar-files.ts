import { estimatedSimilarity } from './signature.js';

/** A file as it is compared with others. */
export interface ComparedFile {
  readonly digest: string;
  readonly project: string;
  readonly path: string;
  readonly signature: Uint32Array;
  readonly bands: readonly string[];
}

/**
 * Which of some files are kept where many are alike, in whatever projects: files that have a band in common and whose
 * similarity is estimated to be at least `threshold` are joined, files of equal text too; of all that hang together so
 * the one with the smallest digest stays (then by project and path). The order in which files come does not matter.
 *
 * Limit: similarity is not transitive, so two ends of a chain may be less alike than the threshold. `NearDuplicates`
 * (src/corpus) is another thing: it goes over the lines of one corpus in order, and needs no second look.
 *
 * @returns per file whether it is kept
 */
export function keepDistinct(files: readonly ComparedFile[], threshold: number): boolean[] {
  const parent = Int32Array.from(files, (_, k) => k);
  const rootOf = (file: number): number => {
    let root = file;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]];
    return root;
  };
  const join = (a: number, b: number): void => {
    const [first, second] = [rootOf(a), rootOf(b)];
    parent[Math.max(first, second)] = Math.min(first, second);
  };

  const byDigest = new Map<string, number>();
  /** One of each text. */
  const different: number[] = [];
  files.forEach(({ digest }, file) => {
    const known = byDigest.get(digest);
    if (known !== undefined) return join(file, known);
    byDigest.set(digest, file);
    different.push(file);
  });
  for (const group of sharedBands(files, different)) {
    for (let a = 1; a < group.length; a++) {
      for (let b = 0; b < a; b++) {
        // What hangs together already need not be compared: many copies of one file would cost their square.
        if (rootOf(group[a]) === rootOf(group[b])) continue;
        const similarity = estimatedSimilarity(files[group[a]].signature, files[group[b]].signature);
        if (similarity >= threshold) join(group[a], group[b]);
      }
    }
  }

  const best = new Map<number, number>();
  files.forEach((file, k) => {
    const known = best.get(rootOf(k));
    if (known === undefined || isBefore(file, files[known])) best.set(rootOf(k), k);
  });
  return files.map((_, k) => best.get(rootOf(k)) === k);
}

/** Files that have a band in common, for each band that several have. */
function* sharedBands(files: readonly ComparedFile[], among: readonly number[]): Generator<readonly number[]> {
  const count = files[0]?.bands.length ?? 0;
  // One band at a time, so that one table is in memory.
  for (let band = 0; band < count; band++) {
    const groups = new Map<string, number[]>();
    for (const file of among) {
      const key = files[file].bands[band];
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [file]);
      else group.push(file);
    }
    for (const group of groups.values()) if (group.length > 1) yield group;
  }
}

function isBefore(a: ComparedFile, b: ComparedFile): boolean {
  for (const key of ['digest', 'project', 'path'] as const) if (a[key] !== b[key]) return a[key] < b[key];
  return false;
}
