import { ModelFileError } from '../../errors.js';
import { type MetadataReader, readMetadata } from '../check-metadata.js';
import { decodeTensorFile, encodeTensorFile, type TensorPrecision } from '../tensor-file.js';
import { ENCODERS, type EncoderKind, type ReaderSizes, searchLayout, type SearchSizes } from './search-layout.js';

/** A trained search network with what is needed to use it. */
export interface SearchModel {
  readonly sizes: SearchSizes;
  /** `[searchLayout(sizes).total]` */
  readonly values: Float32Array;
  /** What was merged to pieces, as `WordPieces` takes it. */
  readonly merges: readonly string[];
  /** How much the rank by words counts beside that by vectors. */
  readonly wordShare: number;
  /** Where the weights come from: corpus digest, seed, pairs, figures. Plain JSON. */
  readonly training: Readonly<Record<string, unknown>>;
}

const KIND = 'search model';
const RETRAIN = 'Use the nnfmt that it came with, or train it again with `nnfmt train --task search`.';
/** Of any side; ours have some thousands at most. */
const MOST = 1_000_000;
const LONGEST_PIECE = 100;
/** Pieces that a reader reads of a text at most. */
export const LONGEST_READ = 2048;

/** The bytes of a model file; biases are kept in full. */
export function encodeSearchModel(model: SearchModel, precision: TensorPrecision = 'i8'): Uint8Array {
  const { values, sizes, merges, wordShare, training } = model;
  return encodeTensorFile({
    kind: KIND,
    metadata: { sizes, merges, wordShare, training },
    tensors: Object.values(searchLayout(sizes).places).map(({ name, rows, columns, offset, length }) => ({
      name, rows, columns,
      precision: rows === 1 ? 'f32' as const : precision,
      values: values.subarray(offset, offset + length),
    })),
  });
}

/**
 * Reads a search model.
 *
 * @param path only for messages
 * @throws ModelFileError when the file is damaged, foreign, or of another version
 */
export function decodeSearchModel(bytes: Uint8Array, path: string): SearchModel {
  const refuse = (reason: string): never => {
    throw new ModelFileError({ path, reason, advice: RETRAIN });
  };
  const file = decodeTensorFile(bytes, { kind: KIND, path, advice: RETRAIN });
  const metadata = readMetadata(file.metadata, 'the search model', refuse);
  const inner = metadata.inner('sizes');
  const sizes: SearchSizes = {
    pieces: inner.count('pieces', 1, MOST), fields: inner.count('fields', 1, 256),
    width: inner.count('width', 8, MOST), hidden: inner.count('hidden', 0, MOST),
    ...readerIn(inner, refuse),
  };
  if (sizes.width % 8 !== 0 || sizes.hidden % 8 !== 0) refuse('its layers have impossible widths');
  const merges = metadata.texts('merges');
  if (!merges.every((text) => text.length > 0 && text.length <= LONGEST_PIECE)) refuse('its list of pieces is damaged');
  if (sizes.reader !== undefined && sizes.reader.units % 16 !== 0) refuse('its reader has an impossible width');
  const layout = searchLayout(sizes);
  // All are there before anything so large as the sizes say is made.
  const parts = Object.values(layout.places).map(({ name, rows, columns, offset }) => {
    const tensor = file.tensors.find((found) => found.name === name);
    if (tensor?.rows !== rows || tensor.columns !== columns) {
      return refuse(`the matrix ${name} is missing or misshapen`);
    }
    return { offset, values: tensor.values };
  });
  const values = new Float32Array(layout.total);
  for (const part of parts) values.set(part.values, part.offset);
  return {
    sizes, values, merges, wordShare: metadata.number('wordShare'), training: metadata.record('training'),
  };
}

/** What is read in order; files of bags say nothing of it. */
function readerIn(sizes: MetadataReader, refuse: (reason: string) => never): { readonly reader?: ReaderSizes } {
  const inner = sizes.optional('reader');
  if (inner === null) return {};
  const encoder = (side: 'query' | 'code'): EncoderKind => {
    const name = inner.text(side);
    return ENCODERS.find((known) => known === name) ?? refuse(`its encoder ${JSON.stringify(name)} is unknown`);
  };
  return {
    reader: {
      query: encoder('query'), code: encoder('code'), units: inner.count('units', 16, MOST),
      queryLength: inner.count('queryLength', 1, LONGEST_READ), codeLength: inner.count('codeLength', 1, LONGEST_READ),
    },
  };
}
