/** The part of the completion model that is no network: pieces, n-grams of the corpora, gate, calibration. */
import { ModelFileError } from '../errors.js';
import { decodeTensorFile, encodeTensorFile, type StoredTensor } from '../model/tensor-file.js';
import { UNCALIBRATED, type Calibration } from './confidence.js';
import type { PackedCorpus } from './corpus-table.js';
import type { GateWeights } from './gate.js';
import { EXPERT_COUNT, FEATURE_COUNT } from './mixture.js';
import type { PieceList } from './pieces.js';

export interface CompletionCaches {
  readonly pieces: PieceList;
  readonly corpus: PackedCorpus;
  readonly gate: GateWeights;
  readonly calibration: Calibration;
  /** Where it comes from: digest of the corpora, projects, seed. Plain JSON. */
  readonly training: Readonly<Record<string, unknown>>;
}

type Metadata = Omit<CompletionCaches, 'corpus' | 'gate'> & { readonly gate: { features: number; hidden: number; experts: number } };

const KIND = 'completion caches';
const RETRAIN = 'It belongs to another version of nnfmt: use that version, or make it again with scripts/train-caches.ts.';

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
 * @throws ModelFileError when the file is damaged, foreign, or made for other experts
 */
export function decodeCaches(bytes: Uint8Array, path: string, options: { readonly anyGate?: boolean } = {}): CompletionCaches {
  const { metadata, tensors } = decodeTensorFile(bytes, { kind: KIND, path });
  const { gate, ...rest } = metadata as Metadata;
  if (options.anyGate !== true && (gate.features !== FEATURE_COUNT || gate.experts !== EXPERT_COUNT)) {
    throw new ModelFileError({ path, reason: 'its gate weighs other experts than this nnfmt has', advice: RETRAIN });
  }
  if (options.anyGate !== true && rest.calibration.weights.length !== UNCALIBRATED.weights.length) {
    throw new ModelFileError({ path, reason: 'its confidence is made of other evidence than this nnfmt has', advice: RETRAIN });
  }
  const values = new Map(tensors.map((tensor) => [tensor.name, tensor.values]));
  const get = (name: string): Float32Array => {
    const found = values.get(name);
    if (found === undefined) throw new ModelFileError({ path, reason: `it holds no ${name}`, advice: RETRAIN });
    return found;
  };
  return {
    ...rest,
    corpus: {
      buckets: Uint8Array.from(get('corpus.buckets')),
      contexts: Uint16Array.from(get('corpus.contexts')),
      followers: Uint16Array.from(get('corpus.followers')),
    },
    gate: {
      ...gate,
      inner: get('gate.inner'), innerBias: get('gate.inner.bias'), outer: get('gate.outer'), outerBias: get('gate.outer.bias'),
    },
  };
}
