import { checksumText } from '../shared/checksum.js';
import { countStems } from './count-stems.js';
import { functionWords, queryWords } from './describe.js';
import { firstParagraph } from './function-pairs.js';
import { pythonFunctions, type PythonFunction } from './python-functions.js';
import { type SearchEncoder } from './search-encoder.js';
import { quantise, type IndexedFile, type SearchIndex } from './search-index.js';
import { type FunctionWords, wordsOfFunctions, type WordTable, WordTableBuilder } from './word-table.js';

/** A file to be indexed. */
export interface SourceToIndex {
  readonly path: string;
  readonly text: string;
}

export interface IndexUpdate {
  readonly index: SearchIndex;
  /** Files of which the old index knew the content. */
  readonly kept: number;
  /** Files that were read anew. */
  readonly added: number;
  /** Files of the old index that are there no more, or have another content. */
  readonly removed: number;
}

/** What a docstring says counts beside the code, in a function's vector. */
const DOCSTRING_SHARE = 1;

export const contentDigest = (text: string): string => checksumText(Buffer.from(text));

/**
 * The index of some files. What another index, of the same model, knows of a content is taken over, whatever the file
 * is called now; with nothing changed the old index itself is returned.
 *
 * @param sources are asked one after the other, so that no more than one text need be in memory
 */
export function updateIndex(
  sources: Iterable<SourceToIndex>,
  encoder: SearchEncoder,
  old: SearchIndex | null,
): IndexUpdate {
  const known = old !== null && old.modelDigest === encoder.digest ? old : null;
  const firstRow = new Map<string, { readonly row: number; readonly count: number }>();
  let row = 0;
  for (const { digest, count } of known?.files ?? []) {
    firstRow.set(digest, { row, count });
    row += count;
  }
  const builder = new IndexBuilder(encoder);
  let kept = 0;
  let added = 0;
  for (const { path, text } of sources) {
    const digest = contentDigest(text);
    const found = firstRow.get(digest);
    if (found === undefined) {
      added++;
      builder.addFile({ path, digest }, pythonFunctions(text), text);
    } else {
      kept++;
      builder.copyFile({ path, digest }, known!, found);
    }
  }
  const removed = (known?.files.length ?? 0) - kept;
  const files = builder.files;
  const isSame = known !== null && added === 0 && files.length === known.files.length &&
    files.every(({ path, digest }, k) => path === known.files[k]!.path && digest === known.files[k]!.digest);
  return { index: isSame ? known : builder.index(), kept, added, removed: Math.max(0, removed) };
}

class IndexBuilder {
  readonly files: IndexedFile[] = [];
  private readonly names: string[] = [];
  private readonly lines: number[] = [];
  private readonly lastLines: number[] = [];
  private readonly scales: number[] = [];
  private vectors = new Int8Array(0);
  private readonly words = new WordTableBuilder();
  /** Of the index that is taken over from, once it is needed. */
  private turned: FunctionWords | undefined;

  constructor(private readonly encoder: SearchEncoder) {}

  addFile(file: Omit<IndexedFile, 'count'>, functions: readonly PythonFunction[], text: string): void {
    for (const found of functions) {
      const words = functionWords(found);
      const vector = this.encoder.code(words);
      const counts = countStems(words);
      if (found.docstring !== null) {
        const said = queryWords(firstParagraph(found.docstring));
        countStems(said, counts);
        const meant = this.encoder.query(said);
        for (let d = 0; d < vector.length; d++) vector[d]! += DOCSTRING_SHARE * meant[d]!;
        toUnit(vector);
      }
      this.names.push(found.owner === '' ? found.name : `${found.owner}.${found.name}`);
      this.lines.push(found.line);
      this.lastLines.push(found.line + lineBreaks(text, found.tokens[0]?.start ?? found.start, found.end));
      this.words.add(counts);
      this.reserve(1);
      this.scales.push(quantise(vector, this.vectors, this.scales.length * this.encoder.width));
    }
    this.files.push({ ...file, count: functions.length });
  }

  copyFile(file: Omit<IndexedFile, 'count'>, from: SearchIndex, { row, count }: { row: number; count: number }): void {
    const { width } = this.encoder;
    this.reserve(count);
    this.vectors.set(from.vectors.subarray(row * width, (row + count) * width), this.scales.length * width);
    for (let k = row; k < row + count; k++) {
      this.names.push(from.names[k]!);
      this.lines.push(from.lines[k]!);
      this.lastLines.push(from.lastLines[k]!);
      this.scales.push(from.scales[k]!);
      this.words.add(this.knownWords(from.words, k));
    }
    this.files.push({ ...file, count });
  }

  private *knownWords(table: WordTable, row: number): Generator<readonly [word: string, count: number]> {
    const { starts, ids, counts } = (this.turned ??= wordsOfFunctions(table));
    for (let j = starts[row]!; j < starts[row + 1]!; j++) yield [table.words[ids[j]!]!, counts[j]!];
  }

  private reserve(count: number): void {
    const needed = (this.scales.length + count) * this.encoder.width;
    if (needed <= this.vectors.length) return;
    const larger = new Int8Array(Math.max(needed, 2 * this.vectors.length, 1 << 16));
    larger.set(this.vectors);
    this.vectors = larger;
  }

  index(): SearchIndex {
    return {
      modelDigest: this.encoder.digest, width: this.encoder.width, files: this.files, names: this.names,
      lines: Uint32Array.from(this.lines), lastLines: Uint32Array.from(this.lastLines),
      vectors: this.vectors.slice(0, this.scales.length * this.encoder.width), scales: Float32Array.from(this.scales),
      words: this.words.table(),
    };
  }
}

function toUnit(vector: Float32Array): void {
  const length = Math.hypot(...vector);
  if (length > 0) for (let d = 0; d < vector.length; d++) vector[d]! /= length;
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 10) count++;
  return count;
}
