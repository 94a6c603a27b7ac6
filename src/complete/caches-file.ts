/** The part of the completion model that is no network: pieces, n-grams of the corpora, gate, calibration. */
import { ModelFileError } from '../errors.js';
import { readMetadata, type MetadataReader } from '../model/check-metadata.js';
import { decodeTensorFile, encodeTensorFile, type StoredTensor } from '../model/tensor-file.js';
import { UNCALIBRATED, type Calibration } from './confidence.js';
import { isSoundCorpus, type PackedCorpus } from './corpus-table.js';
import type { MixtureGate } from './mixture-gate.js';
import { EXPERT_COUNT, FEATURE_COUNT } from './mixture.js';
import { checkedPieces, PieceVocabulary, type PieceList } from './pieces.js';

export interface CompletionCaches {
  readonly pieces: PieceList;
  readonly corpus: PackedCorpus;
  readonly gate: MixtureGate;
  readonly calibration: Calibration;
  /** Where it comes from: digest of the corpora, projects, seed. Plain JSON. */
  readonly training: Readonly<Record<string, unknown>>;
}

type Metadata = Omit<CompletionCaches, 'corpus' | 'gate'> & {
  readonly gate: { features: number; hidden: number; experts: number };
};

const KIND = 'completion caches';
const RETRAIN =
  'It belongs to another version of nnfmt: use that version, or make it again with `nnfmt train --task caches`.';

export function encodeCaches({ corpus, gate, ...rest }: CompletionCaches): Uint8Array {
  const { features, hidden, experts } = gate;
  const metadata: Metadata = { ...rest, gate: { features, hidden, experts } };
  const row = (name: string, precision: StoredTensor['precision'], values: ArrayLike<number>): StoredTensor => ({
    name, rows: 1, columns: values.length, precision, values: Float32Array.from(values),
  });
  return encodeTensorFile({
    kind: KIND,
    metadata,
    tensors: [
      row('corpus.buckets', 'u8', corpus.buckets),
      row('corpus.contexts', 'u16', corpus.contexts),
      row('corpus.followers', 'u16', corpus.followers),
      row('gate.inner', 'f32', gate.inner),
      row('gate.inner.bias', 'f32', gate.innerBias),
      row('gate.outer', 'f32', gate.outer),
      row('gate.outer.bias', 'f32', gate.outerBias),
    ],
  });
}

/**
 * @param options.anyGate takes a gate for other experts, too: who wants the n-grams alone
 * @param options.isKnown the bytes are those of a file that was read before: what cannot have changed is not checked
 * @throws ModelFileError when the file is damaged, foreign, or made for other experts
 */
export function decodeCaches(
  bytes: Uint8Array,
  path: string,
  options: { readonly anyGate?: boolean; readonly isKnown?: boolean } = {},
): CompletionCaches {
  const { isKnown = false } = options;
  const { metadata, tensors } = decodeTensorFile(bytes, { kind: KIND, path, isKnown });
  const refuse = (reason: string): never => {
    throw new ModelFileError({ path, reason, advice: RETRAIN });
  };
  const reader = readMetadata(metadata, 'the file', refuse);
  const pieces = checkedPieces(reader.fields['pieces'], refuse);
  const gate = readGateSizes(reader.inner('gate'));
  if (options.anyGate !== true && (gate.features !== FEATURE_COUNT || gate.experts !== EXPERT_COUNT)) {
    refuse('its gate weighs other experts than this nnfmt has');
  }
  const calibration = {
    weights: reader.inner('calibration').numbers('weights'), bias: reader.inner('calibration').fields['bias'] as number,
  };
  if (!Number.isFinite(calibration.bias)) refuse('its confidence has no bias');
  if (options.anyGate !== true && calibration.weights.length !== UNCALIBRATED.weights.length) {
    refuse('its confidence is made of other evidence than this nnfmt has');
  }
  const get = (name: string, length?: number): Float32Array => {
    const values = tensors.find((tensor) => tensor.name === name)?.values;
    if (values === undefined) return refuse(`it holds no ${name}`);
    return length === undefined || values.length === length
      ? values
      : refuse(`${name} has ${values.length} numbers instead of ${length}`);
  };
  const whole = (name: string): Uint8Array | Uint16Array =>
    tensors.find((tensor) => tensor.name === name)?.whole ?? refuse(`it holds no whole numbers as ${name}`);
  const [buckets, contexts, followers] = ['corpus.buckets', 'corpus.contexts', 'corpus.followers'].map(whole);
  if (!(buckets instanceof Uint8Array && contexts instanceof Uint16Array && followers instanceof Uint16Array)) {
    return refuse('its table of the corpora is of other numbers than this nnfmt reads');
  }
  const corpus = { buckets, contexts, followers };
  if (!isKnown && !isSoundCorpus(corpus, new PieceVocabulary(pieces).size)) {
    refuse('its table of the corpora is impossible');
  }
  return {
    pieces,
    calibration,
    training: reader.record('training'),
    corpus,
    gate: {
      ...gate,
      inner: get('gate.inner', gate.features * gate.hidden), innerBias: get('gate.inner.bias', gate.hidden),
      outer: get('gate.outer', gate.hidden * gate.experts), outerBias: get('gate.outer.bias', gate.experts),
    },
  };
}

/** Of a gate: far above what one evaluates at each piece. */
const MOST_UNITS = 65_536;

const readGateSizes = (gate: MetadataReader): Metadata['gate'] => ({
  features: gate.count('features', 1, MOST_UNITS), hidden: gate.count('hidden', 1, MOST_UNITS),
  experts: gate.count('experts', 1, MOST_UNITS),
});
