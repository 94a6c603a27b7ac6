import { wholeProducts } from './whole-products.js';
import { type WordTable, wordScores } from './word-table.js';

/** The functions of some files, with what is needed to find them, packed in arrays. */
export interface SearchIndex {
  /** Of the model whose vectors these are. */
  readonly modelDigest: string;
  readonly width: number;
  /** In the order of their functions. */
  readonly files: readonly IndexedFile[];
  /** Name of each function, with its classes before it. */
  readonly names: readonly string[];
  /** Of each `def`, from 1. */
  readonly lines: Uint32Array;
  /** Where a function's text ends: its last line, from 1. */
  readonly lastLines: Uint32Array;
  /** `[functions, width]`, whole numbers from -127 to 127. */
  readonly vectors: Int8Array;
  /** Of each function: what its whole numbers are multiplied by. */
  readonly scales: Float32Array;
  readonly words: WordTable;
}

export interface IndexedFile {
  /** As it is found again: below the folder that was searched, or absolute. */
  readonly path: string;
  /** Of its content. */
  readonly digest: string;
  /** Functions in it. */
  readonly count: number;
}

export interface RankedFunction {
  /** Row in the index. */
  readonly row: number;
  /** What they are ranked by: similarity of meaning and `wordShare` times that of words; below 1 + wordShare. */
  readonly score: number;
  /** Of the vectors, in [-1, 1]. */
  readonly similarity: number;
  /** Of the words, in [0, 1). */
  readonly wordScore: number;
}

/** The whole numbers of a vector and the factor that leads back. */
export function quantise(vector: Float32Array, into: Int8Array, at: number): number {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest / 127;
  for (let d = 0; d < vector.length; d++) into[at + d] = scale === 0 ? 0 : Math.round(vector[d]! / scale);
  return scale;
}

/** Vectors of functions, rounded or not. */
export interface VectorTable {
  /** `[functions, width]` */
  readonly vectors: Int8Array | Float32Array;
  /** `[functions]`, by which each vector is multiplied. */
  readonly scales: Float32Array;
  /** A multiple of 4. */
  readonly width: number;
}

/** Similarity of a question to each function, `[functions]`: every one is looked at. */
export function similarities({ vectors, scales, width }: VectorTable, query: Float32Array): Float32Array {
  return vectors instanceof Int8Array
    ? roundedProducts({ vectors, scales, width }, query)
    : products({ vectors, scales, width }, query);
}

/** Of the question's whole numbers: with those of a vector, 1,024 products still add up within 31 bits. */
const LARGEST_OF_QUESTION = 8191;

/** The same, where vectors are whole numbers: so is the question, finer by far, and the products are exact. */
function roundedProducts(
  { vectors, scales, width }: VectorTable & { readonly vectors: Int8Array }, query: Float32Array,
): Float32Array {
  const out = new Float32Array(scales.length);
  let largest = 0;
  for (const value of query) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || width === 0) return out;
  const factor = LARGEST_OF_QUESTION / largest;
  const sums = wholeProducts(vectors, Int16Array.from(query, (value) => Math.round(value * factor)));
  for (let row = 0; row < out.length; row++) out[row] = sums[row]! * scales[row]! / factor;
  return out;
}

function products({ vectors, scales, width }: VectorTable, query: Float32Array): Float32Array {
  const out = new Float32Array(scales.length);
  for (let row = 0, at = 0; row < out.length; row++) {
    let sum = 0;
    for (let k = 0; k < width; k++, at++) sum += vectors[at]! * query[k]!;
    out[row] = sum * scales[row]!;
  }
  return out;
}

/**
 * The functions that answer a question best, best first; equal ones in the order of the index.
 *
 * @param question its vector and the stems of its words
 * @param options.wordShare how much words count beside meaning
 * @param options.takes rows that may be found; all without it
 */
export function rankFunctions(
  index: VectorTable & Pick<SearchIndex, 'words'>,
  question: { readonly vector: Float32Array; readonly stems: readonly string[] },
  options: { readonly count: number; readonly wordShare: number; readonly takes?: (row: number) => boolean },
): RankedFunction[] {
  const { count, wordShare, takes } = options;
  const meaning = similarities(index, question.vector);
  const words = wordScores(index.words, question.stems);
  const best: RankedFunction[] = [];
  let least = -Infinity;
  for (let row = 0; row < meaning.length; row++) {
    const score = meaning[row]! + wordShare * words[row]!;
    if (score <= least && best.length >= count) continue;
    if (takes !== undefined && !takes(row)) continue;
    let at = best.length;
    while (at > 0 && best[at - 1]!.score < score) at--;
    best.splice(at, 0, { row, score, similarity: meaning[row]!, wordScore: words[row]! });
    if (best.length > count) best.pop();
    least = best[best.length - 1]!.score;
  }
  return best;
}
