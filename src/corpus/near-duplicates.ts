/**
 * Finds files that mostly repeat lines of files seen before: vendored copies inflate every
 * figure and leak validation code into training. Memory is bounded by the sample: about one
 * line in eight is remembered, as a 32-bit hash.
 */
export class NearDuplicates {
  private readonly seen = new Set<number>();

  /** @param threshold share of a file's sampled lines that have to be known already */
  constructor(private readonly threshold = 0.5) {}

  /** Remembers a text's lines without judging it. */
  add(text: string): void {
    for (const hash of sampledLines(text)) this.seen.add(hash);
  }

  /** True when the text mostly repeats what was seen; otherwise remembers it and returns false. */
  isDuplicate(text: string): boolean {
    const hashes = sampledLines(text);
    let known = 0;
    for (const hash of hashes) if (this.seen.has(hash)) known++;
    if (hashes.length >= 4 && known >= this.threshold * hashes.length) return true;
    for (const hash of hashes) this.seen.add(hash);
    return false;
  }
}

/** Hashes of the lines that are long enough to mean something, one in eight by their hash. */
function sampledLines(text: string): number[] {
  const hashes = new Set<number>();
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.length < 24 || line.startsWith('#')) continue;
    const hash = hashLine(line);
    if ((hash & 7) === 0) hashes.add(hash);
  }
  return [...hashes];
}

/** FNV-1a over UTF-16 units. */
function hashLine(line: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < line.length; k++) hash = Math.imul(hash ^ line.charCodeAt(k), 0x01000193);
  return hash >>> 0;
}
