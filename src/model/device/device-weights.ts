/// <reference types="@webgpu/types" />
/**
 * Weights, gradient, Adam's moments and averages on a device, and Adam itself. With mixed precision the network reads a
 * copy in float16, while these stay float32, and the loss is scaled so that small gradients do not vanish: the scale is
 * halved when a step overflows, which is then left out, and doubled when many went well.
 */
import { type ComputeDevice } from './device.js';
import { type DeviceBuffer, DeviceMemory, DevicePlan } from './device-plan.js';
import type { Storage } from './kernel-words.js';
import { adamKernel, castKernel, NORM_PARTS, normGroups, normKernel } from './kernels.js';

/** float32 throughout, float16 where it does, or float32 rounded as float16 (for tests on devices without it). */
export type DevicePrecision = 'f32' | 'mixed' | 'rounded';

/** As Adam's configuration in train/optimizer.ts. */
export interface DeviceOptimizerConfig {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipNorm: number;
  readonly weightDecay: number;
  readonly averageDecay: number;
  readonly frozen: readonly string[];
}

/** What lies on the processor's side, and is as new as the last `fetch`. */
export interface WeightsMirror {
  readonly layout: {
    readonly places: Readonly<Record<string, {
      readonly name: string; readonly offset: number; readonly length: number;
    }>>;
    readonly total: number;
  };
  readonly kernel: {
    readonly floats: Readonly<Record<'values' | 'firstMoment' | 'secondMoment' | 'average', Float32Array>>;
  };
}

/** The scale of the loss, and steps since it changed. */
export interface LossScale {
  readonly scale: number;
  readonly goodSteps: number;
}

/** What trains on a device, whichever network it is. */
export interface DeviceNetwork<Batch, Result> {
  lossAndGradient(batch: Batch): Promise<Result>;
  /** Under the weights or the averages, which the arrays of `kernel.floats` stand for. */
  loss(batch: Batch, values: Float32Array): Promise<Result>;
  readonly optimizer: { step(learningRate: number): number; readonly steps: number; setSteps(steps: number): void };
  readonly lossScale: { get(): LossScale; set(scale: LossScale): void };
  /** Brings weights, moments, averages and what else is kept on the device over. */
  fetch(): Promise<void>;
  /** For tests. */
  fetchGradient(): Promise<Float32Array>;
  push(): void;
  /** What was allocated on the device. */
  readonly deviceBytes: number;
}

const FIRST_SCALE = 2 ** 15;
const LARGEST_SCALE = 2 ** 24;
/** Steps without an overflow after which the scale is doubled. */
const GROW_AFTER = 1000;

export class DeviceWeights {
  readonly memory: DeviceMemory;
  readonly storage: Storage;
  readonly buffers: Readonly<Record<'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average', DeviceBuffer>>;
  /** What the network reads: the weights, or their copy in float16. */
  readonly read: DeviceBuffer;
  /** The same of the averages. */
  readonly readAverage: DeviceBuffer;
  /** Sums of the rows' fields, then parts of the gradient's squared norm: what is read back of each step. */
  readonly sums: DeviceBuffer;
  private readonly flags: DeviceBuffer;
  private readonly rates: DeviceBuffer;
  private readonly adam: DevicePlan;
  private config: DeviceOptimizerConfig | null = null;
  private lossScale: LossScale;
  private squaredNorm = 0;
  private isAverageNew = true;
  steps = 0;

  constructor(device: ComputeDevice, readonly mirror: WeightsMirror, precision: DevicePrecision, fields: number) {
    this.memory = new DeviceMemory(device);
    const { total } = mirror.layout;
    this.storage = precision === 'mixed' ? 'f16' : precision;
    const allocate = (): DeviceBuffer => this.memory.allocate(total);
    this.buffers = {
      values: allocate(), gradient: allocate(), firstMoment: allocate(), secondMoment: allocate(), average: allocate(),
    };
    const isMixed = precision !== 'f32';
    this.read = isMixed ? this.memory.allocate(total, this.storage) : this.buffers.values;
    this.readAverage = isMixed ? this.memory.allocate(total, this.storage) : this.buffers.average;
    this.lossScale = { scale: isMixed ? FIRST_SCALE : 1, goodSteps: 0 };
    this.sums = this.memory.allocate(fields + NORM_PARTS);
    this.flags = this.memory.allocate((total + 3) / 4);
    this.rates = this.memory.allocate(16);
    this.adam = new DevicePlan(this.memory);
    const { values, gradient, firstMoment, secondMoment, average } = this.buffers;
    this.adam.each(
      adamKernel(), [values, gradient, firstMoment, secondMoment, average, this.flags, this.rates], [total],
    );
    if (isMixed) this.adam.each(castKernel(this.storage, 'f32'), [this.read, values], [total, 0, 0]);
    this.push();
  }

  get isMixed(): boolean {
    return this.storage !== 'f32';
  }

  /** What the loss, and hence each gradient, is multiplied by. */
  get scale(): number {
    return this.lossScale.scale;
  }

  saveScale(): LossScale {
    return this.lossScale;
  }

  restoreScale(scale: LossScale): void {
    this.lossScale = scale;
  }

  configure(config: DeviceOptimizerConfig): void {
    this.config = config;
    const { places, total } = this.mirror.layout;
    const flags = new Uint32Array((total + 3) / 4);
    const frozen = new Set(config.frozen);
    for (const { name, offset, length } of Object.values(places)) {
      const flag = (name.endsWith('.bias') ? 0 : 1) | (frozen.has(name) ? 2 : 0);
      flags.fill(flag, offset / 4, (offset + length + 3) / 4);
    }
    this.memory.write(this.flags, flags);
  }

  /** Ends a plan that leaves the gradient: its norm, behind the fields of `sums`. */
  addNorm(plan: DevicePlan, fields: number): void {
    const { total } = this.mirror.layout;
    plan.add(normKernel(), [this.buffers.gradient, this.sums], [total, fields], [normGroups(total), 1]);
  }

  /** Takes the parts of the norm as they were read back. */
  takeNorm(parts: Float32Array): void {
    this.squaredNorm = parts.reduce((sum, part) => sum + part, 0);
  }

  /** One step of Adam by the gradient that is there; returns its norm before clipping. */
  step(learningRate: number): number {
    const { config, lossScale } = this;
    if (config === null) throw new Error('the optimizer is not configured');
    this.steps++;
    const norm = Math.sqrt(this.squaredNorm) / lossScale.scale;
    if (!Number.isFinite(norm)) {
      // Without a scale, as one bad batch; with one, it was too large.
      if (this.isMixed) this.lossScale = { scale: Math.max(1, lossScale.scale / 2), goodSteps: 0 };
      return norm;
    }
    const clip = config.clipNorm > 0 && norm > config.clipNorm ? config.clipNorm / norm : 1;
    const averageRate = 1 - Math.min(config.averageDecay, (1 + this.steps) / (10 + this.steps));
    this.memory.write(this.rates, Float32Array.of(
      learningRate, config.beta1, config.beta2, config.epsilon, 1 - config.beta1 ** this.steps,
      1 - config.beta2 ** this.steps, config.weightDecay, clip / lossScale.scale, averageRate,
    ));
    this.submit(this.adam);
    this.isAverageNew = true;
    if (this.isMixed) {
      const goodSteps = lossScale.goodSteps + 1;
      this.lossScale = goodSteps < GROW_AFTER
        ? { ...lossScale, goodSteps }
        : { scale: Math.min(LARGEST_SCALE, 2 * lossScale.scale), goodSteps: 0 };
    }
    return norm;
  }

  /** Before the averages are read by the network. */
  readyAverage(): void {
    if (!this.isMixed || !this.isAverageNew) return;
    const cast = new DevicePlan(this.memory);
    const { total } = this.mirror.layout;
    cast.each(castKernel(this.storage, 'f32'), [this.readAverage, this.buffers.average], [total, 0, 0]);
    this.submit(cast);
    this.isAverageNew = false;
  }

  submit(...plans: readonly DevicePlan[]): void {
    const { gpu } = this.memory.device;
    const encoder = gpu.createCommandEncoder();
    for (const plan of plans) plan.encode(encoder);
    gpu.queue.submit([encoder.finish()]);
  }

  /** From the device into the mirror. */
  async fetch(): Promise<void> {
    const { floats } = this.mirror.kernel;
    for (const name of ['values', 'firstMoment', 'secondMoment', 'average'] as const) {
      floats[name].set(await this.memory.read([this.buffers[name]]));
    }
  }

  /** From the mirror to the device. */
  push(): void {
    const { floats } = this.mirror.kernel;
    for (const name of ['values', 'firstMoment', 'secondMoment', 'average'] as const) {
      this.memory.write(this.buffers[name], floats[name]);
    }
    this.isAverageNew = true;
    if (!this.isMixed) return;
    const cast = new DevicePlan(this.memory);
    cast.each(castKernel(this.storage, 'f32'), [this.read, this.buffers.values], [this.mirror.layout.total, 0, 0]);
    this.submit(cast);
  }
}
