/// <reference types="@webgpu/types" />
/**
 * Any GPU, by WebGPU: the npm package `webgpu` brings Dawn, which speaks Vulkan, Metal and Direct3D. Buffers stay on
 * the device; what a step needs of the processor is written into them, and little is read back.
 */
import { MissingBackendError } from '../../errors.js';

export interface ComputeDevice {
  readonly gpu: GPUDevice;
  /** Whether it calculates with float16. */
  readonly hasHalf: boolean;
  /** For people: "nvidia hopper". */
  readonly description: string;
  /** Compiled kernels, by their sources. */
  readonly pipelines: Map<string, GPUComputePipeline>;
  /** Ends it; what was created on it is gone. */
  close(): void;
}

interface WebGpuPackage {
  create(flags: string[]): GPU;
  readonly globals: Record<string, unknown>;
}

/** Kept as long as the process: devices do not survive it, and nothing in them says that they need it. */
let instance: GPU | undefined;

/** Storage buffers of one shader, at most: what every device has. */
const MOST_BUFFERS = 8;

/**
 * Opens the machine's GPU.
 *
 * @throws MissingBackendError where the package `webgpu` is not installed, or finds none
 */
export async function openDevice(): Promise<ComputeDevice> {
  // A name that the bundler does not see: the package is a choice of the user's.
  const packageName = 'webgpu';
  const missing = (reason: string | undefined, cause?: unknown): MissingBackendError =>
    new MissingBackendError({ backend: 'webgpu', packageName, cause, ...(reason === undefined ? {} : { reason }) });
  let loaded: WebGpuPackage;
  try {
    loaded = (await import(packageName)) as WebGpuPackage;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw missing(isMissing ? undefined : `the package webgpu fails to load (${(cause as Error).message})`, cause);
  }
  Object.assign(globalThis, loaded.globals);
  instance ??= loaded.create([]);
  const adapter = await instance.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new MissingBackendError({
      backend: 'webgpu', packageName, reason: 'no GPU is found on this machine',
      advice: 'Install the driver of its GPU (Vulkan, Metal or Direct3D 12)',
    });
  }
  const hasHalf = adapter.features.has('shader-f16');
  const { limits, info } = adapter;
  const gpu = await adapter.requestDevice({
    requiredFeatures: hasHalf ? ['shader-f16'] : [],
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize, maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: MOST_BUFFERS,
    },
  });
  return {
    gpu, hasHalf, pipelines: new Map(),
    description: [info.vendor, info.architecture, info.description].filter((part) => part !== '').join(' '),
    close: () => gpu.destroy(),
  };
}
