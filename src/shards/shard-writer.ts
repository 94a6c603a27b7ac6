import { join } from 'node:path';
import { GatheringError } from '../errors.js';
import {
  addToPart, appendToPart, makePartOf, publishPart, removeFromPart, removePart,
} from '../gather/part-folder.js';
import { isThere } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';
import { readLines } from '../shared/read-lines.js';
import { createTokenizer, parserReady } from '../tokenize/index.js';
import { MANIFEST_NAME } from './is-shard-folder.js';
import { entryOf, manifestOf, manifestText, type Manifest, type ManifestWords } from './manifest.js';
import type { KeptFile } from './prepare-file.js';
import { compareRows, encodeShard, type ShardRow } from './shard-file.js';
import { shardOf } from './shard-place.js';
import { jaccardSimilarity, tokenShingles } from './signature.js';
import { doubtfulFiles, keepDistinct, type ComparedFile } from './similar-files.js';

/** Characters of rows that are gathered before they are written on. */
const GATHERED = 4_000_000;

/**
 * Writes files of a corpus as shards, in whatever order they come. Until it is known which of them are kept, their
 * rows lie in a folder beside the one that is written; what stays in memory of a file is its signature, and at the end
 * one shard. The folder appears when all of it is there.
 */
export class ShardWriter {
  private readonly part: string;
  private readonly files: ComparedFile[] = [];
  private readonly waiting: string[][];
  private gathered = 0;

  /** @throws GatheringError where the folder is there already; FileWriteError */
  constructor(private readonly folder: string, private readonly shards: number) {
    if (isThere(folder)) throw new GatheringError(`${shownName(folder)} is there already: move it away, or write elsewhere.`);
    this.part = makePartOf(folder);
    this.waiting = Array.from({ length: shards }, () => []);
  }

  /** @throws FileWriteError */
  add({ project, path }: { readonly project: string; readonly path: string }, file: KeptFile): void {
    const { text, licence, digest, lines, tokens, split, order, style, counts, mutants, signature, bands } = file;
    const row: ShardRow = {
      project, path, text, licence, digest, lines, tokens, split, order, style: JSON.stringify(style),
      counts: counts === undefined ? null : JSON.stringify(counts),
      mutants: mutants === undefined ? null : JSON.stringify(mutants),
    };
    const line = `${JSON.stringify([this.files.length, row])}\n`;
    this.files.push({ digest, project, path, signature, bands });
    this.waiting[shardOf(order, this.shards)].push(line);
    this.gathered += line.length;
    if (this.gathered > GATHERED) this.flush();
  }

  /**
   * Leaves similar files out, and writes shards and manifest.
   *
   * @param words of the manifest; similar files are counted here
   * @throws GatheringError without a file; FileWriteError
   */
  async finish(words: ManifestWords, onShard: (done: number) => void = () => undefined): Promise<Manifest> {
    this.flush();
    if (this.files.length === 0) {
      throw new GatheringError(`no file is kept, so there are no shards; left out: ${leftOutText(words.leftOut)}.`);
    }
    const isKept = await this.distinctFiles(words.similar);
    const projects = new Set<string>();
    const entries: Manifest['shards'][number][] = [];
    for (let shard = 0; shard < this.shards; shard++) {
      const rows: ShardRow[] = [];
      const spill = this.spillOf(shard);
      if (isThere(spill)) {
        for await (const line of readLines(spill)) {
          const [file, row] = JSON.parse(line) as [number, ShardRow];
          if (isKept[file]) rows.push(row);
        }
        removeFromPart(spill);
      }
      rows.sort(compareRows);
      for (const { project } of rows) projects.add(project);
      const name = `part-${String(shard).padStart(5, '0')}.parquet`;
      const bytes = encodeShard(rows);
      addToPart(join(this.part, name), bytes);
      entries.push(entryOf(name, bytes, rows));
      onShard((shard + 1) / this.shards);
    }
    const similar = isKept.filter((kept) => !kept).length;
    const leftOut = { ...words.leftOut, ...(similar === 0 ? {} : { similar }) };
    const manifest = manifestOf(entries, projects.size, { ...words, leftOut });
    addToPart(join(this.part, MANIFEST_NAME), manifestText(manifest));
    publishPart(this.part, this.folder);
    return manifest;
  }

  /** Which files are kept where some are alike; what estimates leave open is read again. */
  private async distinctFiles(threshold: number): Promise<boolean[]> {
    const doubtful = doubtfulFiles(this.files, threshold);
    if (doubtful.size === 0) return keepDistinct(this.files, threshold);
    const tokenizer = await createTokenizer();
    await parserReady();
    const shingles = new Map<number, Uint32Array>();
    for (let shard = 0; shard < this.shards; shard++) {
      const spill = this.spillOf(shard);
      if (!isThere(spill)) continue;
      for await (const line of readLines(spill)) {
        // The number of the file stands first: most lines need not be parsed.
        if (!doubtful.has(Number.parseInt(line.slice(1, 12), 10))) continue;
        const [file, { text, path }] = JSON.parse(line) as [number, ShardRow];
        shingles.set(file, tokenShingles(tokenizer.tokenize(text, path, { strict: true })));
      }
    }
    return keepDistinct(this.files, threshold, (a, b) => jaccardSimilarity(shingles.get(a)!, shingles.get(b)!));
  }

  /** Leaves nothing of what was written. To be called whenever `finish` has not ended well. */
  discard(): void {
    removePart(this.part);
  }

  private spillOf(shard: number): string {
    return join(this.part, `rows-${shard}.jsonl`);
  }

  private flush(): void {
    this.waiting.forEach((lines, shard) => {
      if (lines.length > 0) appendToPart(this.spillOf(shard), lines.splice(0).join(''));
    });
    this.gathered = 0;
  }
}

/** "syntax 3, size 1"; "nothing". */
export function leftOutText(leftOut: Readonly<Record<string, number>>): string {
  const said = Object.entries(leftOut).filter(([, times]) => times > 0).map(([reason, times]) => `${reason} ${times}`);
  return said.length === 0 ? 'nothing' : said.join(', ');
}
