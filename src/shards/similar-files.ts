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
 * How far an estimate has to be from the threshold to be believed: its standard error is up to .044, and of planted
 * copies of all strengths a fourth lie within .05 of the threshold.
 */
const DOUBT = 0.15;
/**
 * Members of a band, in the order of their digests, with whom its others are compared: a band that holds half a corpus
 * (files of a licence and an import) would else have as many pairs as that squared.
 */
const MOST_OF_A_BAND = 200;

/**
 * Which of some files are kept where many are alike, in whatever projects: files that have a band in common and whose
 * similarity is at least `threshold` are joined, files of equal text too; of all that hang together so the one with the
 * smallest digest stays (then by project and path). The order in which files come does not matter. `nnfmt-spark` does
 * the same (`distributed/nnfmt_spark/near_duplicates.py`): change both.
 *
 * Limit: similarity is not transitive, so two ends of a chain may be less alike than the threshold. `NearDuplicates`
 * (src/corpus) is another thing: it goes over the lines of one corpus in order, and needs no second look.
 *
 * @param exact similarity of two of the files, by their places; asked where the estimate is near the threshold, of
 *   files that `doubtfulFiles` names. Without it, estimates decide.
 * @returns per file whether it is kept
 */
export function keepDistinct(
  files: readonly ComparedFile[], threshold: number, exact?: (a: number, b: number) => number,
): boolean[] {
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

  const { different, copies } = byText(files);
  for (const [copy, original] of copies) join(copy, original);
  for (const [a, b] of candidates(files, different)) {
    // What hangs together already need not be compared: many copies of one file would cost their square.
    if (rootOf(a) === rootOf(b)) continue;
    let similarity = estimatedSimilarity(files[a].signature, files[b].signature);
    if (exact !== undefined && isDoubtful(similarity, threshold)) similarity = exact(a, b);
    if (similarity >= threshold) join(a, b);
  }

  const best = new Map<number, number>();
  files.forEach((file, k) => {
    const known = best.get(rootOf(k));
    if (known === undefined || isBefore(file, files[known])) best.set(rootOf(k), k);
  });
  return files.map((_, k) => best.get(rootOf(k)) === k);
}

/** Files of which a similarity is near the threshold, by their estimates: those whose texts have to be looked at. */
export function doubtfulFiles(files: readonly ComparedFile[], threshold: number): Set<number> {
  const doubtful = new Set<number>();
  for (const [a, b] of candidates(files, byText(files).different)) {
    if (isDoubtful(estimatedSimilarity(files[a].signature, files[b].signature), threshold)) doubtful.add(a).add(b);
  }
  return doubtful;
}

const isDoubtful = (estimate: number, threshold: number): boolean =>
  estimate >= threshold - DOUBT && estimate < threshold + DOUBT;

/** One file of each text, and the others with the one that stands for them. */
function byText(files: readonly ComparedFile[]): { different: number[]; copies: (readonly [number, number])[] } {
  const byDigest = new Map<string, number>();
  const different: number[] = [];
  const copies: (readonly [number, number])[] = [];
  files.forEach(({ digest }, file) => {
    const known = byDigest.get(digest);
    if (known !== undefined) return void copies.push([file, known]);
    byDigest.set(digest, file);
    different.push(file);
  });
  return { different, copies };
}

/** Pairs of files that have a band in common; those that have several come several times. */
function* candidates(files: readonly ComparedFile[], among: readonly number[]): Generator<readonly [number, number]> {
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
    for (const group of groups.values()) {
      if (group.length > MOST_OF_A_BAND) group.sort((a, b) => (files[a].digest < files[b].digest ? -1 : 1));
      for (let b = 1; b < group.length; b++) {
        for (let a = 0; a < Math.min(b, MOST_OF_A_BAND); a++) yield [group[a], group[b]];
      }
    }
  }
}

function isBefore(a: ComparedFile, b: ComparedFile): boolean {
  for (const key of ['digest', 'project', 'path'] as const) if (a[key] !== b[key]) return a[key] < b[key];
  return false;
}
