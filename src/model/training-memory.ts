import { type Random } from '../shared/random.js';
import { createKernel, type Kernel } from './kernel/kernel.js';
import { listLength } from './kernel/matrix-operations.js';
import { initialWeights, type NetworkLayout } from './network-weights.js';

/** Everything that changes during training, in the memory of one kernel. */
export interface TrainingMemory {
  readonly layout: NetworkLayout;
  /** Most rows of a batch. */
  readonly maxBatch: number;
  readonly kernel: Kernel<
    | 'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average'
    | 'backbone' | 'hidden' | 'zeros' | 'numbers' | 'numbersTransposed' | 'products' | 'list',
    'slots',
    never
  >;
}

/** Fresh weights, or a copy of `start`; the average begins at the same values. */
export function createTrainingMemory(options: {
  layout: NetworkLayout;
  maxBatch: number;
  random: Random;
  start?: Float32Array | undefined;
}): TrainingMemory {
  const { layout, maxBatch } = options;
  const { shape, sizes, total } = layout;
  const kernel = createKernel({
    floats: {
      values: total, gradient: total, firstMoment: total, secondMoment: total, average: total,
      backbone: maxBatch * sizes.backbone,
      hidden: maxBatch * sizes.hidden1,
      zeros: Math.max(sizes.backbone, sizes.hidden1),
      numbers: maxBatch * shape.headNumbers,
      numbersTransposed: maxBatch * shape.headNumbers,
      products: maxBatch * sizes.hidden1,
      list: listLength(Math.max(maxBatch, shape.headNumbers)),
    },
    shorts: { slots: maxBatch * (shape.backboneSlots + shape.headSlots) },
  });
  kernel.floats.values.set(options.start ?? initialWeights(layout, options.random));
  kernel.floats.average.set(kernel.floats.values);
  return { layout, maxBatch, kernel };
}
