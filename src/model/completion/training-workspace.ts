import { type Random } from '../../shared/random.js';
import { createKernel, type KernelFunctions } from '../kernel/kernel.js';
import { initialCompletionWeights, type CompletionLayout } from './completion-layout.js';
import { kernelProducts, type Products } from './products.js';

/** One chunk of several sequences, time-major: row `step * sequences + sequence`. */
export interface PieceBatch {
  /** steps * sequences. */
  readonly size: number;
  readonly steps: number;
  readonly sequences: number;
  /** `[steps, sequences]`, what is read; -1 after the end of a text. */
  readonly pieces: Int16Array;
  /** `[steps, sequences]`, what comes next; -1 where nothing is asked. */
  readonly targets: Int16Array;
  /** `[steps, sequences, backbone]`; empty without a backbone. */
  readonly backbone: Float32Array;
  /** `[sequences]`, 1 where the chunk begins a new text. */
  readonly begins: Uint8Array;
}

export interface PieceBatchResult {
  readonly lossNats: number;
  /** Share of targets that were given more than half of the probability. */
  readonly accuracy: number;
  /** Targets. */
  readonly weight: number;
}

/** What a trainer is made for. */
export interface TrainingShape {
  readonly layout: CompletionLayout;
  readonly steps: number;
  readonly sequences: number;
  readonly random: Random;
  /** Share of the layers' inputs and of the last layer's output that is dropped in training. */
  readonly dropout?: number;
  /** How large products are done, given the memory they are done in; by the kernel unless given. */
  readonly products?: (memory: ArrayBufferLike) => Products;
}

/** The memory of one trainer, which its layers share: named regions, and the sizes that go with them. */
export interface TrainingWorkspace {
  readonly layout: CompletionLayout;
  readonly random: Random;
  readonly dropout: number;
  readonly steps: number;
  readonly sequences: number;
  /** steps * sequences. */
  readonly rows: number;
  /** Pieces in the pointer's memory, those of the chunk included, and the same padded to a multiple of 8. */
  readonly span: number;
  readonly spanWidth: number;
  readonly run: KernelFunctions;
  readonly floats: Readonly<Record<string, Float32Array>>;
  readonly shorts: Readonly<Record<'pieces' | 'memoryPieces', Int16Array>>;
  readonly products: Products;
  /** Address of a region. */
  region(name: string): number;
  /** Address of a parameter in the flat array that begins at `base`. */
  offset(base: number, name: string): number;
}

/** Rows of the output layer that are computed at a time. */
export const BLOCK = 128;

/** Allocates a workspace with starting weights and an empty pointer memory. */
export function createTrainingWorkspace(options: TrainingShape): TrainingWorkspace {
  const { layout, steps, sequences, random } = options;
  const dropout = options.dropout ?? 0;
  const { sizes, places, total } = layout;
  const { pieces: vocabulary, embedding, units, layers, backbone, key, window } = sizes;
  const rows = steps * sequences;
  const gateWidth = 4 * units;
  const span = window + steps;
  const spanWidth = (span + 7) & ~7;
  const widest = Math.max(embedding, units);
  const factor = Math.max(gateWidth, embedding, backbone, key);
  const perLayer = <T>(make: (layer: number) => T): T[] => Array.from({ length: layers }, (_, layer) => make(layer));
  const layerRegions = Object.fromEntries(perLayer((layer) => [
    [`gates${layer}`, rows * gateWidth],
    // One step more than the chunk has: the state before it stands in front.
    [`states${layer}`, (rows + sequences) * units],
    [`cells${layer}`, (rows + sequences) * units],
    [`tangents${layer}`, rows * units],
    [`mask${layer}`, dropout > 0 ? rows * widest : 0],
  ] as const).flat());
  const kernel = createKernel({
    floats: {
      values: total, gradient: total, firstMoment: total, secondMoment: total, average: total,
      ...layerRegions,
      inputs: rows * embedding, inputDelta: rows * widest,
      backboneIn: rows * backbone,
      zeros: Math.max(gateWidth, embedding),
      stateDelta: rows * units, cellDelta: sequences * units,
      top: rows * units, topMask: dropout > 0 ? rows * units : 0,
      projected: rows * embedding, projectedDelta: rows * embedding,
      logits: BLOCK * vocabulary,
      queries: rows * key, queryDelta: rows * key, keys: rows * key, keyDelta: rows * key,
      memory: sequences * span * key,
      scores: key > 0 ? rows * spanWidth : 0,
      sentinels: rows, sentinelDelta: rows,
      // Of the largest factor of any product: rows of a layer, or a matrix of weights.
      packed: Math.max(rows * factor, BLOCK * vocabulary, vocabulary * embedding, gateWidth * factor, spanWidth * Math.max(key, steps)),
      recurrentPack: units * gateWidth,
      turned: Math.max(rows * factor, steps * steps),
      gathered: steps * key, ofKeys: steps * key,
      embeddingTurned: vocabulary * embedding,
    },
    shorts: { pieces: rows, memoryPieces: sequences * spanWidth },
  });
  const { run, shorts } = kernel;
  const floats = kernel.floats as Record<string, Float32Array>;
  const region = (name: string): number => floats[name]!.byteOffset;
  floats['values']!.set(initialCompletionWeights(layout, random));
  floats['average']!.set(floats['values']!);
  shorts.memoryPieces.fill(-1);

  return {
    layout, random, dropout, steps, sequences, rows, span, spanWidth, run, floats, shorts,
    products: options.products?.(floats['values']!.buffer) ??
      kernelProducts(run, { packed: region('packed'), turned: region('turned') }),
    region,
    offset: (base, name) => base + 4 * places[name]!.offset,
  };
}

/** out `[width]` += the sums of the columns of delta `[rows, width]`. */
export function addColumnSums(run: KernelFunctions, out: number, delta: number, width: number, rows: number): void {
  for (let row = 0; row < rows; row++) run.addScaled(out, delta + 4 * row * width, width, 1);
}
