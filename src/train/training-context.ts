/**
 * All that a training consists of, part by part, for its checkpoints: weights, optimizer, tokenizer, configuration,
 * random state, metrics, and whatever else one of them has. A part says how it is stored and where it lives; to add
 * one is to add an entry. Nothing is restored before all parts have been read: a file that does not fit leaves the
 * training as it was.
 */
import { ModelFileError } from '../errors.js';
import { readMetadata, type MetadataReader, type Refuse } from '../model/check-metadata.js';
import { decodeTensorFile, encodeTensorFile, type TensorFile } from '../model/tensor-file.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { writeAtomically } from '../shared/write-atomically.js';

/** A part as it lies in a file: plain JSON, and arrays by name. */
export interface StoredPart {
  readonly json: unknown;
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** How values of one type are stored. */
export interface PartKind<T> {
  pack(value: T): StoredPart;
  /** @throws by `refuse`, for what is no such value */
  unpack(stored: StoredPart, refuse: Refuse): T;
}

/** A part of a training: its kind, and the value that lives in it. */
export interface TrainingPart<T> {
  readonly kind: PartKind<T>;
  get(): T;
  set(value: T): void;
  /** Files may lack it, such as those of a time before it was a part; what is there then stays. */
  readonly mayBeMissing?: boolean;
}

/** A part whose type only it knows. */
export interface ContextPart {
  readonly mayBeMissing: boolean;
  store(): StoredPart;
  /** Reads at once; what is returned puts it in place. @throws by `refuse` */
  read(stored: StoredPart, refuse: Refuse): () => void;
}

/** Parts by name, in the order in which they are stored. */
export type TrainingContext = Readonly<Record<string, ContextPart>>;

/** An entry of a context. */
export function trainingPart<T>({ kind, get, set, mayBeMissing = false }: TrainingPart<T>): ContextPart {
  return {
    mayBeMissing,
    store: () => kind.pack(get()),
    read(stored, refuse) {
      const value = kind.unpack(stored, refuse);
      return () => set(value);
    },
  };
}

/** An array that lives where it is, such as weights in a kernel's memory. */
export function arrayPart(values: Float32Array, options: { readonly mayBeMissing?: boolean } = {}): ContextPart {
  return trainingPart({
    kind: numbersOf(values.length), get: () => values, set: (restored) => values.set(restored), ...options,
  });
}

/**
 * Something that must be the same when a training goes on, such as its tokenizer.
 *
 * @param words what another one is called: "another tokenizer"
 */
export function fixedPart(value: unknown, words: string): ContextPart {
  const text = JSON.stringify(value);
  return trainingPart({
    kind: {
      pack: () => ({ json: value, arrays: {} }),
      unpack: ({ json }, refuse) => (JSON.stringify(json) === text ? null : refuse(`the checkpoint is of ${words}`)),
    },
    get: () => null, set: () => undefined, mayBeMissing: true,
  });
}

/** An array of so many numbers. */
export const numbersOf = (length: number): PartKind<Float32Array> => ({
  pack: (values) => ({ json: null, arrays: { values } }),
  unpack: ({ arrays: { values } }, refuse) =>
    (values?.length === length ? values : refuse('the checkpoint belongs to a network of another size')),
});

/** A value of that kind, or none. */
export const orNone = <T>(kind: PartKind<T>): PartKind<T | null> => ({
  pack: (value) => (value === null ? { json: false, arrays: {} } : kind.pack(value)),
  unpack: (stored, refuse) => (stored.json === false ? null : kind.unpack(stored, refuse)),
});

/** Plain JSON, read field by field. */
export const fieldsOf = <T>(read: (fields: MetadataReader) => T): PartKind<T> => ({
  pack: (value) => ({ json: value, arrays: {} }),
  unpack: ({ json }, refuse) => read(readMetadata(json, 'the checkpoint', refuse)),
});

/** Plain JSON that its owner checks himself. */
export const anyJson: PartKind<unknown> = {
  pack: (value) => ({ json: value, arrays: {} }),
  unpack: ({ json }) => json,
};

const KIND = 'checkpoint';
const ADVICE = 'Start a run in another folder.';

/** Replaces the file whole. */
export function writeTrainingContext(path: string, context: TrainingContext): void {
  writeStoredParts(path, Object.fromEntries(Object.entries(context).map(([name, part]) => [name, part.store()])));
}

/** The same of parts that nobody has to unpack, such as those of several checkpoints together. */
export function writeStoredParts(path: string, parts: Readonly<Record<string, StoredPart>>): void {
  const stored = Object.entries(parts);
  writeAtomically(path, encodeTensorFile({
    kind: KIND,
    metadata: { parts: Object.fromEntries(stored.map(([name, { json }]) => [name, json])) },
    tensors: stored.flatMap(([name, { arrays }]) => Object.entries(arrays).map(([array, values]) => ({
      name: `${name}.${array}`, values, rows: 1, columns: values.length, precision: 'f32' as const,
    }))),
  }));
}

/**
 * Restores all parts, or none.
 *
 * @throws ModelFileError when the file is damaged, lacks a part, or has one that this training does not know
 */
export function readTrainingContext(path: string, context: TrainingContext): void {
  const refuse = (reason: string, advice = ADVICE): never => {
    throw new ModelFileError({ path, reason, advice });
  };
  const stored = readStoredParts(path);
  const foreign = Object.keys(stored).filter((name) => !Object.hasOwn(context, name));
  if (foreign.length > 0) {
    refuse(
      `the checkpoint holds what this training has no part for: ${foreign.join(', ')}`,
      'Continue it with the task and the options that wrote it, or start a run in another folder.',
    );
  }
  const restore = Object.entries(context).flatMap(([name, part]) => {
    if (Object.hasOwn(stored, name)) return [part.read(stored[name], refuse)];
    return part.mayBeMissing ? [] : refuse(`the checkpoint lacks a part of this training: ${name}`);
  });
  for (const put of restore) put();
}

/** The parts of a checkpoint, as they lie in its file. @throws ModelFileError when it is damaged */
export function readStoredParts(path: string): Readonly<Record<string, StoredPart>> {
  const file = decodeTensorFile(readRegularFile(path, { limitBytes: MAX_MODEL_BYTES }), { kind: KIND, path });
  return partsIn(file, (reason: string, advice = ADVICE): never => {
    throw new ModelFileError({ path, reason, advice });
  });
}

function partsIn(file: TensorFile, refuse: Refuse): Readonly<Record<string, StoredPart>> {
  const { fields } = readMetadata(file.metadata, 'the checkpoint', refuse);
  const values = new Map(file.tensors.map((tensor) => [tensor.name, tensor.values]));
  if (fields['parts'] === undefined) return olderParts(fields, values);
  const json = readMetadata(fields['parts'], 'the checkpoint', refuse).fields;
  const parts: Record<string, { json: unknown; arrays: Record<string, Float32Array> }> = {};
  for (const [name, value] of Object.entries(json)) parts[name] = { json: value, arrays: {} };
  for (const [name, array] of values) {
    const [part, ...rest] = name.split('.');
    if (!Object.hasOwn(parts, part)) return refuse(`the checkpoint has an array of no part: ${name}`);
    parts[part].arrays[rest.join('.')] = array;
  }
  return parts;
}

/** Checkpoints from before there were parts. */
function olderParts(
  { state, optimizerSteps, source }: Readonly<Record<string, unknown>>, values: ReadonlyMap<string, Float32Array>,
): Readonly<Record<string, StoredPart>> {
  const arrays = (names: Readonly<Record<string, string>>): StoredPart['arrays'] => Object.fromEntries(
    Object.entries(names).flatMap(([name, old]) => (values.has(old) ? [[name, values.get(old)!] as const] : [])),
  );
  const json = (value: unknown): StoredPart => ({ json: value, arrays: {} });
  const array = (name: string): StoredPart => ({ json: null, arrays: arrays({ values: name }) });
  // All that is counted was called gaps once.
  const { gaps, ...counts } = (state ?? {}) as Readonly<Record<string, unknown>>;
  const { texts, random } = (source ?? {}) as Readonly<Record<string, unknown>>;
  return {
    weights: array('values'), average: array('average'),
    optimizer: {
      json: { steps: optimizerSteps },
      arrays: arrays({ firstMoment: 'firstMoment', secondMoment: 'secondMoment' }),
    },
    progress: json(gaps === undefined ? counts : { examples: gaps, ...counts }),
    best: values.has('best') ? array('best') : json(false),
    // That of completion held its random numbers beside its texts.
    ...(texts === undefined ? { source: json(source) } : { source: json(texts), random: json(random) }),
    ...(values.has('carried') ? { carried: array('carried') } : {}),
  };
}
