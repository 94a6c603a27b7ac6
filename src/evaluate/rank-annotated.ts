import {
  functionWords, queryWords, rankFunctions, readFunctions, stemOf, type FunctionSource, type SearchEncoder,
} from '../search/index.js';
import { wordTableOf } from './evaluate-search.js';
import { type AnnotatedQuery } from './search-annotations.js';

/** What is found for annotated questions. */
export interface AnnotatedRanking {
  /** Functions that were searched. */
  readonly functions: number;
  /** Annotations of all questions. */
  readonly annotatedFunctions: number;
  /** Questions with what is annotated of the functions that are there; those without any are left out. */
  readonly present: readonly AnnotatedQuery[];
  /** For every question, best first. */
  readonly ranked: ReadonlyMap<string, readonly { readonly name: string; readonly url: string }[]>;
}

/**
 * Asks annotated questions of the functions of some sources, docstrings left out; functions are told by their places.
 */
export async function rankAnnotated(
  annotated: readonly AnnotatedQuery[], sources: readonly FunctionSource[], encoder: SearchEncoder, perQuery: number,
): Promise<AnnotatedRanking> {
  const { width } = encoder;
  const places: { readonly name: string; readonly url: string }[] = [];
  const words: ReturnType<typeof functionWords>[] = [];
  const vectors: Float32Array[] = [];
  for await (const { function: found, place } of readFunctions(sources)) {
    const own = functionWords(found);
    places.push({ name: found.name, url: place });
    words.push(own);
    vectors.push(encoder.code(own));
  }
  // Not rounded: what is measured is the network.
  const packed = new Float32Array(vectors.length * width);
  vectors.forEach((vector, row) => packed.set(vector, row * width));
  const index = {
    vectors: packed, scales: new Float32Array(vectors.length).fill(1), width, words: wordTableOf(words),
  };
  const known = new Set(places.map(({ url }) => url));
  const present = annotated
    .map(({ query, relevance }) => ({ query, relevance: new Map([...relevance].filter(([url]) => known.has(url))) }))
    .filter(({ relevance }) => relevance.size > 0);
  const ranked = new Map(annotated.map(({ query }) => {
    const asked = queryWords(query);
    const found = rankFunctions(
      index, { vector: encoder.query(asked), stems: asked.map(({ word }) => stemOf(word)) },
      { count: perQuery, wordShare: encoder.wordShare },
    );
    return [query, found.map(({ row }) => places[row]!)] as const;
  }));
  return {
    functions: places.length, present, ranked,
    annotatedFunctions: annotated.reduce((sum, { relevance }) => sum + relevance.size, 0),
  };
}
