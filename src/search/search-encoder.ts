import { FileReadError, ModelFileError } from '../errors.js';
import { textFor } from '../model/search/bags.js';
import { decodeSearchModel, type SearchModel } from '../model/search/search-file.js';
import { encoderOf, type Side } from '../model/search/search-layout.js';
import { SearchNetwork } from '../model/search/search-network.js';
import { fileDigest } from '../model/tensor-file.js';
import { assetPath } from '../shared/asset-path.js';
import { SEARCH_MODEL } from '../shared/base-model.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { FIELD_COUNT, type PlacedWord, toPieces } from './describe.js';
import { WordPieces } from './word-pieces.js';

const OTHERWISE = 'Leave out the option to use the built-in network, or train one with `nnfmt train --task search`.';

/** Turns questions and functions into vectors. */
export interface SearchEncoder {
  /** Of the model; an index made by another one is of no use. */
  readonly digest: string;
  readonly width: number;
  readonly wordShare: number;
  readonly vocabulary: WordPieces;
  /** `[width]`, of length 1; zeros for no words. */
  query(words: readonly PlacedWord[]): Float32Array;
  code(words: readonly PlacedWord[]): Float32Array;
}

/**
 * Loads the network that ships with the package, or another one.
 *
 * @throws ModelFileError when the file is missing, damaged, foreign, or of another version
 */
export function loadSearchEncoder(modelPath: string | null = null): SearchEncoder {
  const path = modelPath ?? assetPath(SEARCH_MODEL);
  let bytes: Uint8Array;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new ModelFileError({ path, reason: cause.clause, advice: OTHERWISE, cause });
  }
  return searchEncoder(decodeSearchModel(bytes, path), { path, digest: fileDigest(bytes).slice(0, 16) });
}

/** @param from names the model in messages and indexes */
export function searchEncoder(
  model: SearchModel,
  from: { readonly path: string; readonly digest: string },
): SearchEncoder {
  const vocabulary = new WordPieces(model.merges);
  if (vocabulary.size > model.sizes.pieces || model.sizes.fields !== FIELD_COUNT) {
    throw new ModelFileError({
      path: from.path, reason: 'the network has another number of pieces or places than its words',
      advice: 'Use the nnfmt that it came with.',
    });
  }
  const network = new SearchNetwork(model.sizes, model.values);
  const vectorOf = (side: Side) => {
    const text = textFor(encoderOf(model.sizes, side));
    return (words: readonly PlacedWord[]) => network.vectorOf(side, text(toPieces(words, vocabulary)));
  };
  return {
    digest: from.digest, width: model.sizes.width, wordShare: model.wordShare, vocabulary,
    query: vectorOf('query'), code: vectorOf('code'),
  };
}
