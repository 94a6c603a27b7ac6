/// <reference types="@webgpu/types" />
import { ModelFileError } from '../../errors.js';
import { type ComputeDevice } from './device.js';
import { LINE, type Storage } from './kernel-words.js';
import { productKernel } from './kernels.js';

/** Numbers on the device. */
export interface DeviceBuffer {
  readonly gpu: GPUBuffer;
  readonly storage: Storage;
  readonly length: number;
}

/** A matrix in a buffer. */
export interface DeviceMatrix {
  readonly buffer: DeviceBuffer;
  /** In numbers. */
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** All of a buffer, or what follows an offset, as rows without gaps. */
export const matrixIn = (buffer: DeviceBuffer, rows: number, columns: number, offset = 0): DeviceMatrix =>
  ({ buffer, offset, rows, columns, stride: columns });

/** Some rows. */
export const rowsOf = (matrix: DeviceMatrix, first: number, rows: number): DeviceMatrix =>
  ({ ...matrix, offset: matrix.offset + first * matrix.stride, rows });

const BYTES: Readonly<Record<Storage, number>> = { f32: 4, f16: 2, rounded: 4 };
const UNIFORM_BYTES = 256;

/** Allocates on a device, and compiles its kernels. */
export class DeviceMemory {
  private readonly buffers: GPUBuffer[] = [];
  /** Of all that was allocated. */
  bytes = 0;

  constructor(readonly device: ComputeDevice) {}

  /** Zeros. An empty buffer has room for one number, for nothing can be bound otherwise. */
  allocate(length: number, storage: Storage = 'f32'): DeviceBuffer {
    const size = Math.max(4, (length * BYTES[storage] + 3) & ~3);
    const { gpu } = this.device;
    if (size > gpu.limits.maxStorageBufferBindingSize || size > gpu.limits.maxBufferSize) throw this.tooLarge(size);
    const buffer = gpu.createBuffer({
      size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    this.bytes += size;
    this.buffers.push(buffer);
    return { gpu: buffer, storage, length };
  }

  tooLarge(bytes: number): ModelFileError {
    return new ModelFileError({
      path: '--backend webgpu',
      reason: `the network does not fit into the memory of the GPU (${Math.round(bytes / 1e6)} MB are wanted)`,
      advice: 'Take fewer --units or --texts, or a shorter --context.',
    });
  }

  pipeline(code: string): GPUComputePipeline {
    const { gpu, pipelines } = this.device;
    let found = pipelines.get(code);
    if (found === undefined) {
      found = gpu.createComputePipeline({
        layout: 'auto', compute: { module: gpu.createShaderModule({ code }), entryPoint: 'main' },
      });
      pipelines.set(code, found);
    }
    return found;
  }

  write(buffer: DeviceBuffer, values: ArrayBufferView, offsetBytes = 0): void {
    if (values.byteLength === 0) return;
    // Copied at once: the caller may change it.
    this.device.gpu.queue.writeBuffer(
      buffer.gpu, offsetBytes, values.buffer as ArrayBuffer, values.byteOffset, values.byteLength,
    );
  }

  /** The numbers of float32 buffers, one after the other. */
  async read(buffers: readonly DeviceBuffer[]): Promise<Float32Array> {
    const { gpu } = this.device;
    const size = buffers.reduce((sum, { length }) => sum + 4 * length, 0);
    const out = new Float32Array(size / 4);
    // Mapped in parts: what may be large lies in one buffer after another.
    let at = 0;
    for (const { gpu: source, length } of buffers) {
      const staging = gpu.createBuffer({ size: 4 * length, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      const encoder = gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(source, 0, staging, 0, 4 * length);
      gpu.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      out.set(new Float32Array(staging.getMappedRange()), at);
      at += length;
      staging.unmap();
      staging.destroy();
    }
    return out;
  }

  /** Frees all buffers. */
  free(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}

/** Kernels in order, prepared once and run for each batch: all that changes lies in buffers. */
export class DevicePlan {
  private readonly steps: ({
    code: string; buffers: readonly DeviceBuffer[]; uniform: Uint32Array; groups: readonly [number, number];
  } | { clear: DeviceBuffer })[] = [];
  private prepared: ((encoder: GPUCommandEncoder) => void) | undefined;

  constructor(private readonly memory: DeviceMemory) {}

  /** @param uniform whole numbers, or Float32Arrays of one for those that are not */
  add(
    code: string, buffers: readonly DeviceBuffer[], uniform: readonly (number | Float32Array)[],
    groups: readonly [number, number],
  ): void {
    if (groups[0] === 0 || groups[1] === 0) return;
    const words = Uint32Array.from(uniform, (value) =>
      (typeof value === 'number' ? value : new Uint32Array(value.buffer)[0]));
    this.steps.push({ code, buffers, uniform: words, groups });
  }

  /** For kernels that go over numbers one by one; the first of the uniform is their count. */
  each(code: string, buffers: readonly DeviceBuffer[], uniform: readonly (number | Float32Array)[]): void {
    this.add(code, buffers, uniform, spread(Math.ceil((uniform[0] as number) / LINE)));
  }

  /** For kernels with a workgroup for each row. */
  rows(code: string, buffers: readonly DeviceBuffer[], uniform: readonly (number | Float32Array)[]): void {
    this.add(code, buffers, uniform, spread(uniform[0] as number));
  }

  clear(buffer: DeviceBuffer): void {
    this.steps.push({ clear: buffer });
  }

  /**
   * C (+)= A * B.
   *
   * @param turned which factors are meant transposed
   */
  product(
    c: DeviceMatrix, a: DeviceMatrix, b: DeviceMatrix,
    { turned = 'none', adds = true }: { turned?: 'none' | 'a' | 'b'; adds?: boolean } = {},
  ): void {
    const [m, k] = turned === 'a' ? [a.columns, a.rows] : [a.rows, a.columns];
    const [depth, n] = turned === 'b' ? [b.columns, b.rows] : [b.rows, b.columns];
    if (depth !== k || c.rows !== m || c.columns !== n) {
      throw new RangeError(`${m} x ${k} times ${depth} x ${n} is not ${c.rows} x ${c.columns}`);
    }
    const tile = Math.ceil(m / 64) * Math.ceil(n / 64) < FEW_TILES ? 32 : 64;
    const code = productKernel({
      a: a.buffer.storage, b: b.buffer.storage, c: c.buffer.storage,
      turnedA: turned === 'a', turnedB: turned === 'b', tile,
    });
    this.add(
      code, [a.buffer, b.buffer, c.buffer],
      [m, n, k, a.offset, b.offset, c.offset, a.stride, b.stride, c.stride, adds ? 1 : 0],
      [Math.ceil(n / tile), Math.ceil(m / tile)],
    );
  }

  /** Records one run of all kernels. */
  encode(encoder: GPUCommandEncoder): void {
    this.prepared ??= this.prepare();
    this.prepared(encoder);
  }

  private prepare(): (encoder: GPUCommandEncoder) => void {
    const { memory: { device: { gpu } }, steps } = this;
    const uniforms = gpu.createBuffer({
      size: UNIFORM_BYTES * Math.max(1, steps.length), usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const commands = steps.map((step, k) => {
      if ('clear' in step) return step;
      const pipeline = this.memory.pipeline(step.code);
      gpu.queue.writeBuffer(uniforms, UNIFORM_BYTES * k, step.uniform as Uint32Array<ArrayBuffer>);
      const bindings = gpu.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [
          { binding: 0, resource: { buffer: uniforms, offset: UNIFORM_BYTES * k, size: UNIFORM_BYTES } },
          ...step.buffers.map((buffer, index) => ({ binding: index + 1, resource: { buffer: buffer.gpu } })),
        ],
      });
      return { pipeline, bindings, groups: step.groups };
    });
    return (encoder) => {
      let pass: GPUComputePassEncoder | null = null;
      for (const command of commands) {
        if ('clear' in command) {
          pass?.end();
          pass = null;
          encoder.clearBuffer(command.clear.gpu);
          continue;
        }
        pass ??= encoder.beginComputePass();
        pass.setPipeline(command.pipeline);
        pass.setBindGroup(0, command.bindings);
        pass.dispatchWorkgroups(...command.groups);
      }
      pass?.end();
    };
  }
}

/** Tiles of 64 rows and columns below which smaller ones keep more of a GPU busy. */
const FEW_TILES = 256;
const MOST_GROUPS = 65_535;

/** Workgroups in two dimensions, for one has an end. */
function spread(groups: number): readonly [number, number] {
  return groups <= MOST_GROUPS ? [groups, Math.min(1, groups)] : [MOST_GROUPS, Math.ceil(groups / MOST_GROUPS)];
}
