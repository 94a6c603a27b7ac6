/**
 * A checkpoint holds all that a run needs to continue exactly as if it had never stopped:
 * weights, optimizer, averages, counters and the position of the batch source.
 */
import { ModelFileError } from '../errors.js';
import { lieWithin, readMetadata } from '../model/check-metadata.js';
import { decodeTensorFile, encodeTensorFile } from '../model/tensor-file.js';
import { type OptimizedMemory } from './optimizer.js';
import { INITIAL_STATE, type LoopState } from './train-loop.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { writeAtomically } from '../shared/write-atomically.js';

export interface Checkpoint {
  readonly state: LoopState;
  readonly optimizerSteps: number;
  /** Of the batch source. */
  readonly source: unknown;
  /** The averaged weights with the lowest validation loss; null before the first evaluation. */
  readonly best: Float32Array | null;
  /** What a recurrent network carries from batch to batch; null for one that carries nothing. */
  readonly carried?: Float32Array | null;
}

const KIND = 'checkpoint';
const ARRAYS = ['values', 'firstMoment', 'secondMoment', 'average'] as const;

export function writeCheckpoint(path: string, memory: OptimizedMemory, checkpoint: Checkpoint): void {
  const { floats } = memory.kernel;
  const { state, optimizerSteps, source, best, carried = null } = checkpoint;
  const arrays = [
    ...ARRAYS.map((name) => ({ name: name as string, values: floats[name] })),
    ...(best === null ? [] : [{ name: 'best', values: best }]),
    ...(carried === null ? [] : [{ name: 'carried', values: carried }]),
  ];
  const bytes = encodeTensorFile({
    kind: KIND,
    metadata: { state, optimizerSteps, source },
    tensors: arrays.map(({ name, values }) => ({
      name, values, rows: 1, columns: values.length, precision: 'f32' as const,
    })),
  });
  writeAtomically(path, bytes);
}

/**
 * Restores the memory's arrays and returns the rest.
 *
 * @throws ModelFileError when the file is damaged or belongs to a network of another size
 */
export function readCheckpoint(path: string, memory: OptimizedMemory): Checkpoint {
  const { floats } = memory.kernel;
  const file = decodeTensorFile(readRegularFile(path, { limitBytes: MAX_MODEL_BYTES }), { kind: KIND, path });
  const array = (name: string): Float32Array | undefined => file.tensors.find((tensor) => tensor.name === name)?.values;
  for (const name of ARRAYS) {
    const values = array(name);
    if (values?.length !== memory.layout.total) {
      throw new ModelFileError({
        path,
        reason: 'the checkpoint belongs to a network of another size',
        advice: 'Continue it with the settings of its run.json, or start a run in another folder.',
      });
    }
    floats[name].set(values);
  }
  const metadata = readMetadata(file.metadata, 'the checkpoint', (reason) => {
    throw new ModelFileError({ path, reason, advice: 'Start a run in another folder.' });
  });
  const state = readState(metadata.record('state'));
  const { bestLossNats, ...counts } = state;
  if (!Object.keys(INITIAL_STATE).every((key) => key in state) ||
    !lieWithin(Object.values(counts), 0, Number.MAX_SAFE_INTEGER) ||
    (bestLossNats !== null && !Number.isFinite(bestLossNats)) ||
      (array('best')?.length ?? memory.layout.total) !== memory.layout.total) {
    throw new ModelFileError({
      path, reason: 'the checkpoint stands nowhere in a run', advice: 'Start a run in another folder.',
    });
  }
  const optimizerSteps = metadata.count('optimizerSteps', 0, Number.MAX_SAFE_INTEGER);
  const { source } = metadata.fields;
  return { state, optimizerSteps, source, best: array('best') ?? null, carried: array('carried') ?? null };
}

/** Checkpoints of older runs call all that is counted gaps. */
function readState({ gaps, ...rest }: Readonly<Record<string, unknown>>): LoopState {
  return { ...(gaps === undefined ? {} : { examples: gaps }), ...rest } as unknown as LoopState;
}
