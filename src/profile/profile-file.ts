import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileReadError, ModelFileError } from '../errors.js';
import { StyleCounts, WIDTH_BUCKETS } from '../model/style-counts.js';
import type { ParameterName } from '../model/network-weights.js';
import { decodeTensorFile, encodeTensorFile, type StoredTensor } from '../model/tensor-file.js';
import { readRegularFile } from '../shared/read-file.js';
import { writeAtomically } from '../shared/write-atomically.js';
import { COUNTS_DIGEST, type Profile } from './profile.js';

const KIND = 'profile';
const VERSION = 2;
const RESTORE = 'Restore it from version control, or learn it again with `nnfmt train`; --no-profile does without.';

/** A hundred times what `train` writes. */
const MAX_PROFILE_BYTES = 64 * 1024 * 1024;

interface Metadata extends Omit<Profile, 'counts' | 'delta'> {
  readonly version: number;
  readonly countsDigest: string;
  /** Matrices with changed rows: `rows NAME` and `delta NAME` among the tensors. */
  readonly tuned: readonly ParameterName[];
}

/** The bytes of a profile file; the same profile gives the same bytes. */
export function encodeProfile(profile: Profile): Uint8Array {
  const { baseModel, unit, thresholds, files, counts, delta } = profile;
  const metadata: Metadata = {
    version: VERSION, countsDigest: COUNTS_DIGEST, baseModel, unit, thresholds, files,
    tuned: delta.map(({ name }) => name),
  };
  const places: number[] = [];
  for (let k = 0; k < counts.table.length; k++) if (counts.table[k] !== 0) places.push(k);
  const column = (name: string, values: Float32Array, precision: 'f32' | 'f16'): StoredTensor => ({
    name, rows: values.length, columns: 1, precision, values,
  });
  return encodeTensorFile({
    kind: KIND,
    metadata,
    tensors: [
      // Whole numbers below 2^24, and halves: exact in these precisions.
      column('places', Float32Array.from(places), 'f32'),
      column('counts', Float32Array.from(places, (place) => counts.table[place]), 'f16'),
      column('flatWidths', counts.flatWidths, 'f32'),
      column('brokenWidths', counts.brokenWidths, 'f32'),
      ...delta.flatMap(({ name, rows, values }): StoredTensor[] => [
        column(`rows ${name}`, Float32Array.from(rows), 'f32'),
        // Turned around, because these bytes have a scale for each column.
        {
          name: `delta ${name}`, rows: values.length / rows.length, columns: rows.length, precision: 'i8',
          values: transpose(values, rows.length),
        },
      ]),
    ],
  });
}

/** `[rows, columns]` to `[columns, rows]` */
function transpose(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  return values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
}

/**
 * @param options.path only for messages
 * @param options.baseModel digest of the model file that is to be used with it, if that is known
 * @throws ModelFileError when the bytes are damaged, foreign, of another version or for another model
 */
export function decodeProfile(bytes: Uint8Array, options: { path: string; baseModel?: string }): Profile {
  const { path } = options;
  const refuse = (reason: string, advice = RESTORE): never => {
    throw new ModelFileError({ path, reason, advice });
  };
  const file = decodeTensorFile(bytes, { kind: KIND, path, advice: RESTORE });
  const { version, countsDigest, baseModel, unit, thresholds, files, tuned } = file.metadata as Metadata;
  const relearn = 'Learn it again with `nnfmt train`, or use the nnfmt that it was made with.';
  if (version !== VERSION || countsDigest !== COUNTS_DIGEST) {
    refuse(`the profile has version ${version} and this nnfmt reads version ${VERSION}, or it counts other contexts`, relearn);
  }
  if (options.baseModel !== undefined && baseModel !== options.baseModel) {
    refuse(
      `the profile needs the base model ${baseModel.slice(0, 12)}, this one is ${options.baseModel.slice(0, 12)}`,
      relearn,
    );
  }
  const values = (name: string): Float32Array => file.tensors.find((tensor) => tensor.name === name)!.values;
  const counts = new StyleCounts();
  const amounts = values('counts');
  values('places').forEach((place, k) => (counts.table[place] = amounts[k]));
  counts.flatWidths.set(values('flatWidths').subarray(0, WIDTH_BUCKETS));
  counts.brokenWidths.set(values('brokenWidths').subarray(0, WIDTH_BUCKETS));
  const delta = tuned.map((name) => {
    const rows = Int32Array.from(values(`rows ${name}`));
    const turned = values(`delta ${name}`);
    return { name, rows, values: transpose(turned, turned.length / rows.length) };
  });
  return { baseModel, unit, thresholds, files, counts, delta };
}

/** Reads a profile. @throws ModelFileError as `decodeProfile`, and when the file cannot be read */
export function readProfile(path: string, baseModel?: string): Profile {
  let bytes;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_PROFILE_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    const reason = cause.reason === 'missing' ? 'there is no such profile' : cause.clause;
    throw new ModelFileError({ path, reason, advice: RESTORE, cause });
  }
  return decodeProfile(bytes, { path, ...(baseModel === undefined ? {} : { baseModel }) });
}

/**
 * Writes a profile in one step, and its folder where that is missing.
 *
 * @throws ModelFileError when it cannot be written; an old profile is then untouched
 */
export function writeProfile(path: string, profile: Profile): number {
  const bytes = encodeProfile(profile);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeAtomically(path, bytes);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ModelFileError({
      path,
      reason: code === 'ENOSPC' ? 'there is no space left to write the profile' : `the profile cannot be written (${code})`,
      advice: 'A profile that was there is untouched. Make room or allow writing, and run again.',
      cause,
    });
  }
  return bytes.byteLength;
}
