/** The parts that every training has, whatever it trains. */
import { lieWithin, readMetadata } from '../model/check-metadata.js';
import { type LossScale } from '../model/device/device-weights.js';
import { type Random } from '../shared/random.js';
import { type BatchSource } from './batch-source.js';
import { type Optimizer, type WeightsMemory } from './optimizer.js';
import { INITIAL_STATE, type LoopState } from './train-loop.js';
import {
  anyJson, arrayPart, type ContextPart, fieldsOf, fixedPart, numbersOf, orNone, type PartKind, type TrainingContext,
  trainingPart,
} from './training-context.js';

/** What a recurrent network carries from batch to batch. */
export interface CarriedStates {
  saveStates(): Float32Array;
  restoreStates(states: Float32Array): void;
}

const COUNT = Number.MAX_SAFE_INTEGER;

const loopState: PartKind<LoopState> = {
  pack: (state) => ({ json: state, arrays: {} }),
  unpack({ json }, refuse) {
    const { fields } = readMetadata(json ?? {}, 'the progress in the checkpoint', refuse);
    const state = fields as unknown as LoopState;
    const { bestLossNats, ...counts } = state;
    const isWhole = Object.keys(INITIAL_STATE).every((key) => key in state) &&
      lieWithin(Object.values(counts), 0, COUNT) && (bestLossNats === null || Number.isFinite(bestLossNats));
    return isWhole ? state : refuse('the checkpoint stands nowhere in a run');
  },
};

interface Moments {
  readonly steps: number;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

const momentsOf = (length: number): PartKind<Moments> => ({
  pack: ({ steps, firstMoment, secondMoment }) => ({ json: { steps }, arrays: { firstMoment, secondMoment } }),
  unpack({ json, arrays }, refuse) {
    const { steps } = fieldsOf((fields) => ({ steps: fields.count('steps', 0, COUNT) }))
      .unpack({ json, arrays: {} }, refuse);
    const [firstMoment, secondMoment] = [arrays['firstMoment'], arrays['secondMoment']].map((values) =>
      numbersOf(length).unpack({ json: null, arrays: { values } }, refuse));
    return { steps, firstMoment, secondMoment };
  },
});

/** The numbers that a training draws. */
export const randomPart = (random: Random): ContextPart => trainingPart({
  kind: {
    pack: (state: readonly number[]) => ({ json: state, arrays: {} }),
    unpack({ json }, refuse) {
      const fits = Array.isArray(json) && json.length === 4 && json.every((item) => Number.isSafeInteger(item));
      return fits ? json as readonly number[] : refuse('the checkpoint holds no random state');
    },
  },
  get: () => random.state(), set: (state) => random.restore(state), mayBeMissing: true,
});

/** The scale of the loss under mixed precision. */
export const lossScalePart = (of: { get(): LossScale; set(scale: LossScale): void }): ContextPart => trainingPart({
  kind: fieldsOf((fields) => ({ scale: fields.number('scale'), goodSteps: fields.count('goodSteps', 0, COUNT) })),
  get: () => of.get(), set: (scale) => of.set(scale),
});

/** The parts of any training; `more` are those of this one. */
export function runParts(of: {
  readonly memory: WeightsMemory;
  readonly optimizer: Optimizer;
  /** Updated in place. */
  readonly state: LoopState;
  readonly source: Pick<BatchSource<unknown>, 'state' | 'restore'>;
  readonly best: { values: Float32Array | null };
  readonly metrics: { lines: readonly unknown[] | null };
  readonly carried: CarriedStates | undefined;
  /** By which pieces or features what is trained reads; null where nobody says. */
  readonly tokenizer: string | null;
  /** What must be the same for a run to be continued. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly more: TrainingContext;
}): TrainingContext {
  const { memory, optimizer, state, source, best, metrics, carried, tokenizer, configuration, more } = of;
  const { values, average, firstMoment, secondMoment } = memory.kernel.floats;
  const { total } = memory.layout;
  return {
    weights: arrayPart(values.subarray(0, total)),
    average: arrayPart(average.subarray(0, total)),
    optimizer: trainingPart({
      kind: momentsOf(total),
      get: () => ({
        steps: optimizer.steps,
        firstMoment: firstMoment.subarray(0, total), secondMoment: secondMoment.subarray(0, total),
      }),
      set: (saved) => {
        firstMoment.set(saved.firstMoment);
        secondMoment.set(saved.secondMoment);
        optimizer.setSteps(saved.steps);
      },
    }),
    progress: trainingPart({ kind: loopState, get: () => state, set: (saved) => void Object.assign(state, saved) }),
    best: trainingPart({
      kind: orNone(numbersOf(total)), get: () => best.values, set: (saved) => { best.values = saved; },
    }),
    source: trainingPart({ kind: anyJson, get: () => source.state(), set: (saved) => source.restore(saved) }),
    ...(carried === undefined
      ? {}
      : {
          carried: trainingPart({
            kind: numbersOf(carried.saveStates().length), get: () => carried.saveStates(),
            set: (saved) => carried.restoreStates(saved), mayBeMissing: true,
          }),
        }),
    ...(tokenizer === null ? {} : { tokenizer: fixedPart(tokenizer, 'another tokenizer') }),
    configuration: fixedPart(configuration, 'a run with another configuration'),
    metrics: trainingPart({
      kind: {
        pack: (lines: readonly unknown[]) => ({ json: lines, arrays: {} }),
        unpack: ({ json }, refuse) => (Array.isArray(json) ? json as unknown[] : refuse('its metrics are no list')),
      },
      get: () => metrics.lines ?? [], set: (lines) => { metrics.lines = lines; }, mayBeMissing: true,
    }),
    ...more,
  };
}
