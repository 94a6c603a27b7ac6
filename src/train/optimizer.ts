/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), clipping by the global
 * norm, and a running average of the weights, as one SIMD pass over the flat arrays.
 */
import { type KernelFunctions } from '../model/kernel/kernel.js';

/** What is optimised: named parameters in flat arrays that lie in one kernel's memory. */
export interface OptimizedMemory {
  readonly layout: {
    readonly places: Readonly<Record<string, {
      readonly name: string;
      readonly offset: number;
      readonly length: number;
    }>>;
    readonly total: number;
  };
  readonly kernel: {
    readonly run: Pick<KernelFunctions, 'adamStep' | 'squaredNorm'>;
    readonly floats: Readonly<Record<'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average', Float32Array>>;
  };
}

/** The same without what optimises it. */
export interface WeightsMemory {
  readonly layout: { readonly total: number };
  readonly kernel: {
    readonly floats: Readonly<Record<'values' | 'firstMoment' | 'secondMoment' | 'average', Float32Array>>;
  };
}

export interface OptimizerConfig {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Largest norm of the whole gradient; 0 turns clipping off. */
  readonly clipNorm: number;
  /** Per step, times the learning rate; biases are left out. */
  readonly weightDecay: number;
  /** Of the running average of the weights; it is lower in the first steps. */
  readonly averageDecay: number;
  /** Parameters that stay as they are. */
  readonly frozen: readonly string[];
}

export const DEFAULT_OPTIMIZER: OptimizerConfig = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 1,
  weightDecay: 0.01,
  averageDecay: 0.999,
  frozen: [],
};

export interface Optimizer {
  /** Applies the memory's gradient; returns the gradient's norm before clipping. */
  step(learningRate: number): number | Promise<number>;
  readonly steps: number;
  /** For a resumed run; the moments are restored with the memory. */
  setSteps(steps: number): void;
}

/** One that is done when `step` returns. */
export interface MemoryOptimizer extends Optimizer {
  step(learningRate: number): number;
}

export function createOptimizer(memory: OptimizedMemory, config: OptimizerConfig): MemoryOptimizer {
  const { layout, kernel } = memory;
  const { values, gradient, firstMoment, secondMoment, average } = kernel.floats;
  const frozen = new Set(config.frozen);
  let steps = 0;
  return {
    step(learningRate) {
      steps++;
      for (const name of frozen) {
        const { offset, length } = layout.places[name]!;
        gradient.fill(0, offset, offset + length);
      }
      const norm = Math.sqrt(kernel.run.squaredNorm(gradient.byteOffset, layout.total));
      // One bad batch must not spoil the weights of a long run.
      if (!Number.isFinite(norm)) return norm;
      const scale = config.clipNorm > 0 && norm > config.clipNorm ? config.clipNorm / norm : 1;
      const averageRate = 1 - Math.min(config.averageDecay, (1 + steps) / (10 + steps));
      for (const { name, offset, length } of Object.values(layout.places)) {
        if (frozen.has(name) || length === 0) continue;
        const at = 4 * offset;
        kernel.run.adamStep(
          values.byteOffset + at, gradient.byteOffset + at, firstMoment.byteOffset + at,
          secondMoment.byteOffset + at, average.byteOffset + at, (length + 3) & ~3,
          learningRate, config.beta1, config.beta2, config.epsilon,
          1 - config.beta1 ** steps, 1 - config.beta2 ** steps, scale,
          name.endsWith('.bias') ? 0 : config.weightDecay, averageRate,
        );
      }
      return norm;
    },
    get steps() {
      return steps;
    },
    setSteps(restored) {
      steps = restored;
    },
  };
}
