import { type Random } from '../../../shared/random.js';
import { createKernel, type KernelFunctions, type RegionShape } from '../../kernel/kernel.js';
import { type Matrix, matrixOver, type ShortMatrix } from '../../kernel/matrix.js';
import { type MatrixOperations } from '../../kernel/matrix-operations.js';
import { initialCompletionWeights, type CompletionLayout } from '../completion-layout.js';
import { kernelProducts, type Products } from '../products.js';

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
  /** How large products are done; by the kernel unless given. */
  readonly products?: () => Products;
}

/** Gives the matrices of some flat weights, or of their gradient, by name. */
export type Parameters = (name: string) => Matrix;

/** The memory of one LSTM layer. */
export interface LayerMemory {
  /** What a row of input holds. */
  readonly width: number;
  /** `[rows, 4 * units]` */
  readonly gates: Matrix;
  /** `[rows + sequences, units]`: one step more than the chunk has, the state before it in front. */
  readonly states: Matrix;
  readonly cells: Matrix;
  /** `[rows, units]` */
  readonly tangents: Matrix;
  /** `[rows, width]`, of dropout; empty without it. */
  readonly mask: Matrix;
}

/** The memory of one trainer, which its parts share: named matrices, and the sizes that go with them. */
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
  readonly operations: MatrixOperations;
  readonly products: Products;
  readonly floats: Readonly<Record<string, Float32Array>>;
  readonly matrices: Readonly<Record<string, Matrix>>;
  readonly layers: readonly LayerMemory[];
  /** `[rows, 1]` */
  readonly pieces: ShortMatrix;
  /** `[sequences, spanWidth]` */
  readonly memoryPieces: ShortMatrix;
  /** Of weights that lie in this memory. */
  parametersOf(values: Float32Array): Parameters;
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
  const widthOf = (layer: number): number => (layer === 0 ? embedding : units);
  const layerRegions: Record<string, RegionShape> = {};
  for (let layer = 0; layer < layers; layer++) {
    layerRegions[`gates${layer}`] = [rows, gateWidth];
    layerRegions[`states${layer}`] = [rows + sequences, units];
    layerRegions[`cells${layer}`] = [rows + sequences, units];
    layerRegions[`tangents${layer}`] = [rows, units];
    layerRegions[`mask${layer}`] = [dropout > 0 ? rows : 0, widthOf(layer)];
  }
  const kernel = createKernel<string, 'pieces' | 'memoryPieces'>({
    floats: {
      values: total, gradient: total, firstMoment: total, secondMoment: total, average: total,
      ...layerRegions,
      inputs: [rows, embedding], inputDelta: [rows, embedding],
      backboneIn: [rows, backbone],
      zeros: embedding,
      stateDelta: [rows, widest], cellDelta: [sequences, units],
      top: [rows, units], topMask: [dropout > 0 ? rows : 0, units],
      projected: [rows, embedding], projectedDelta: [rows, embedding],
      logits: [BLOCK, vocabulary],
      queries: [rows, key], queryDelta: [rows, key], keys: [rows, key], keyDelta: [rows, key],
      memory: [sequences * span, key],
      // Of each sequence all steps.
      attention: [key > 0 ? rows : 0, spanWidth],
      sentinels: rows, sentinelDelta: rows,
      // Of the largest factor of any product: rows of a layer, or a matrix of weights.
      packed: Math.max(
        rows * factor, BLOCK * vocabulary, vocabulary * embedding, gateWidth * factor, spanWidth * Math.max(key, steps),
      ),
      recurrentPack: [units, gateWidth],
      turned: Math.max(rows * factor, steps * steps),
      gathered: [steps, key], ofKeys: [steps, key],
      embeddingTurned: [embedding, vocabulary],
    },
    shorts: { pieces: [rows, 1], memoryPieces: [sequences, spanWidth] },
  });
  const { run, operations, floats, matrices, shortMatrices } = kernel;
  floats['values'].set(initialCompletionWeights(layout, random));
  floats['average'].set(floats['values']);
  kernel.shorts.memoryPieces.fill(-1);

  return {
    layout, random, dropout, steps, sequences, rows, span, spanWidth, run, operations, floats, matrices,
    products: options.products?.() ??
      kernelProducts(operations, { packed: matrices['packed'], turned: matrices['turned'] }),
    layers: Array.from({ length: layers }, (_, layer) => ({
      width: widthOf(layer),
      gates: matrices[`gates${layer}`], states: matrices[`states${layer}`], cells: matrices[`cells${layer}`],
      tangents: matrices[`tangents${layer}`], mask: matrices[`mask${layer}`],
    })),
    pieces: shortMatrices.pieces,
    memoryPieces: shortMatrices.memoryPieces,
    parametersOf: (values) => (name) => {
      const { offset, rows: height, columns } = places[name];
      return matrixOver(values.subarray(offset), height, columns);
    },
  };
}

/** Numbers that dropout multiplies by: 0, or what makes up for those. */
export function fillMask({ random, dropout }: Pick<TrainingWorkspace, 'random' | 'dropout'>, mask: Matrix): void {
  const scale = 1 / (1 - dropout);
  const { values } = mask;
  for (let k = 0; k < values.length; k++) values[k] = random.next() < dropout ? 0 : scale;
}
