import { dirname } from 'node:path';
import { FileReadError, FileWriteError, ModelFileError } from '../errors.js';
import { BracketHabits, HABIT_PLACES } from '../model/bracket-habits.js';
import { StyleCounts, WIDTH_HISTOGRAMS } from '../model/style-counts.js';
import { areAscendingIndices, lieWithin, readMetadata, type Refuse } from '../model/check-metadata.js';
import { PARAMETER_NAMES, type ParameterName } from '../model/network-weights.js';
import type { ParameterDelta } from '../model/weights-delta.js';
import { decodeTensorFile, encodeTensorFile, type StoredTensor } from '../model/tensor-file.js';
import { readRegularFile } from '../shared/read-file.js';
import { makeFolder, refuseToReplace, writeAtomically } from '../shared/write-atomically.js';
import { countsDigest, type Profile } from './profile.js';

const KIND = 'profile';
const VERSION = 3;
const RESTORE = 'Restore it from version control, or learn it again with `nnfmt train`; --no-profile does without.';

/** A hundred times what `train` writes. */
const MAX_PROFILE_BYTES = 64 * 1024 * 1024;

interface Metadata extends Omit<Profile, 'counts' | 'brackets' | 'delta'> {
  readonly version: number;
  readonly countsDigest: string;
  /** The limit by which brackets are told to fit; missing where the profile does not say how they are shaped. */
  readonly bracketLimit?: number;
  /** Matrices with changed rows: `rows NAME` and `delta NAME` among the tensors. */
  readonly tuned: readonly ParameterName[];
}

/** The bytes of a profile file; the same profile gives the same bytes. */
export function encodeProfile(profile: Profile): Uint8Array {
  const { baseModel, unit, hang, drift, thresholds, files, counts, brackets, delta } = profile;
  const metadata: Metadata = {
    version: VERSION, countsDigest: countsDigest(), baseModel, unit, hang, drift, thresholds, files,
    tuned: delta.map(({ name }) => name), ...(brackets === null ? {} : { bracketLimit: brackets.limit }),
  };
  const places: number[] = [];
  for (let k = 0; k < counts.table.length; k++) if (counts.table[k] !== 0) places.push(k);
  const column = (name: string, values: Float32Array, precision: 'f32' | 'f16'): StoredTensor => ({
    name, rows: values.length, columns: 1, precision, values,
  });
  const habits = [...brackets?.counts ?? []].sort(([a], [b]) => a - b);
  return encodeTensorFile({
    kind: KIND,
    metadata,
    tensors: [
      // Whole numbers below 2^24, and halves: exact in these precisions.
      column('places', Float32Array.from(places), 'f32'),
      column('counts', Float32Array.from(places, (place) => counts.table[place]), 'f16'),
      ...WIDTH_HISTOGRAMS.map((name) => column(name, counts[name], 'f32')),
      ...(brackets === null ? [] : [
        column('bracket places', Float32Array.from(habits, ([place]) => place), 'f32'),
        column('bracket counts', Float32Array.from(habits, ([, count]) => count), 'f16'),
      ]),
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
  const metadata = readMetadata(file.metadata, 'the profile', refuse);
  const relearn = 'Learn it again with `nnfmt train`, or use the nnfmt that it was made with.';
  const version = metadata.count('version', 0, 0xffff);
  if (version !== VERSION || metadata.text('countsDigest') !== countsDigest()) {
    refuse(
      `the profile has version ${version} and this nnfmt reads version ${VERSION}, or it counts other contexts`,
      relearn,
    );
  }
  const baseModel = metadata.text('baseModel');
  if (!/^[0-9a-f]{64}$/.test(baseModel)) refuse('the profile says nothing usable of baseModel (a digest)');
  if (options.baseModel !== undefined && baseModel !== options.baseModel) {
    refuse(
      `the profile needs the base model ${baseModel.slice(0, 12)}, this one is ${options.baseModel.slice(0, 12)}`,
      relearn,
    );
  }
  const stepOf = (name: 'unit' | 'hang'): string | null => {
    const step = metadata.fields[name] === null ? null : metadata.text(name);
    if (step !== null && !UNIT.test(step)) {
      refuse(`the profile says nothing usable of ${name} (a tab, or a few spaces)`);
    }
    return step;
  };
  const unit = stepOf('unit');
  const hang = stepOf('hang');
  const shareOf = (name: 'drift'): number | null => {
    const share = metadata.fields[name];
    if (share === null || (typeof share === 'number' && share >= 0 && share <= 1)) return share;
    return refuse(`the profile says nothing usable of ${name} (a share)`);
  };
  const drift = shareOf('drift');
  const files = metadata.count('files', 0, Number.MAX_SAFE_INTEGER);
  const thresholds = metadata.thresholds('thresholds');
  const values = (name: string): Float32Array =>
    file.tensors.find((tensor) => tensor.name === name)?.values ?? refuse(`the profile lacks the numbers ${name}`);
  return {
    baseModel, unit, hang, drift, thresholds, files, counts: readCounts(values, refuse),
    brackets: metadata.fields.bracketLimit === undefined
      ? null : readHabits(metadata.count('bracketLimit', 0, WIDEST), values, refuse),
    delta: readDelta(metadata.texts('tuned'), values, refuse),
  };
}

/** What a block may add to the indentation: more is no style, and would blow up a file. */
const UNIT = /^[ \t]{1,16}$/;
/** Of one outcome, and of one width: far above what any project has. */
const MOST_COUNTED = 10_000_000;
/** Column that no limit is beyond. */
const WIDEST = 10_000;

function readCounts(values: (name: string) => Float32Array, refuse: Refuse): StyleCounts {
  const counts = new StyleCounts();
  const [places, amounts] = [values('places'), values('counts')];
  if (places.length !== amounts.length || !areAscendingIndices(places, counts.table.length) ||
    !lieWithin(amounts, 0, MOST_COUNTED)) {
    refuse('the counts of the profile are impossible');
  }
  places.forEach((place, k) => (counts.table[place] = amounts[k]));
  for (const name of WIDTH_HISTOGRAMS) {
    const widths = values(name);
    if (widths.length !== counts[name].length || !lieWithin(widths, 0, MOST_COUNTED)) {
      refuse('the line lengths of the profile are impossible');
    }
    counts[name].set(widths);
  }
  return counts;
}

function readHabits(limit: number, values: (name: string) => Float32Array, refuse: Refuse): BracketHabits {
  const [places, amounts] = [values('bracket places'), values('bracket counts')];
  if (places.length !== amounts.length || !areAscendingIndices(places, HABIT_PLACES) ||
    !lieWithin(amounts, 0, MOST_COUNTED)) {
    refuse('the brackets of the profile are impossible');
  }
  const habits = new BracketHabits(limit);
  places.forEach((place, k) => habits.add(place, amounts[k]));
  return habits;
}

/** Whether the rows are those of the base network is seen by `applyDelta`. */
function readDelta(tuned: readonly string[], values: (name: string) => Float32Array, refuse: Refuse): ParameterDelta[] {
  if (new Set(tuned).size !== tuned.length) refuse('the profile changes a matrix twice');
  return tuned.map((name) => {
    if (!isParameterName(name)) return refuse('the profile changes a matrix that no network has');
    const [rows, turned] = [values(`rows ${name}`), values(`delta ${name}`)];
    if (rows.length === 0 || turned.length % rows.length !== 0 || !areAscendingIndices(rows, MOST_COUNTED)) {
      return refuse(`the profile changes impossible rows of ${name}`);
    }
    return { name, rows: Int32Array.from(rows), values: transpose(turned, turned.length / rows.length) };
  });
}

const isParameterName = (name: string): name is ParameterName => (PARAMETER_NAMES as readonly string[]).includes(name);

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
  writeProfileBytes(path, bytes);
  return bytes.byteLength;
}

/** The same for a profile that is encoded already. @throws ModelFileError as `writeProfile` */
export function writeProfileBytes(path: string, bytes: Uint8Array): void {
  try {
    makeFolder(dirname(path));
    writeAtomically(path, bytes, REPLACED);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/**
 * Asks whether a profile could be written there, before the work of learning it: a new file, or in the place of a
 * profile.
 *
 * @throws ModelFileError where something else is there, which is never replaced
 */
export function refuseToWriteProfile(path: string): void {
  try {
    refuseToReplace(path, REPLACED);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** Damaged profiles may be replaced, so only the head counts; a conversion of line ends may have moved it. */
const REPLACED = {
  replaces: (bytes: Uint8Array): boolean =>
    /^nnfmt[\s\S]{45,55}\{"kind":"profile"/u.test(Buffer.from(bytes).toString('latin1', 0, 100)),
  kind: 'a profile of nnfmt',
};

function cannotWrite(path: string, cause: unknown): unknown {
  if (!(cause instanceof FileWriteError)) return cause;
  const advice = 'A file that was there is untouched. Make room, allow writing, or move away what is in the way; ' +
    '--profile names another path.';
  return new ModelFileError({ path, reason: `the profile cannot be written: ${cause.clause}`, advice, cause });
}
