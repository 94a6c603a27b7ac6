import type { FeatureShape, TrainingBatch } from '../../model/feature-batch.js';
import { createGapNetwork } from '../../model/network.js';
import { networkLayout, type NetworkSizes } from '../../model/network-weights.js';
import { createTrainingMemory } from '../../model/training-memory.js';
import { encodeModel } from '../../model/weights-file.js';
import { createRandom } from '../../shared/random.js';
import { selectBackend } from '../backends.js';
import type { BatchSource } from '../batch-source.js';
import { meanFigures } from '../train-in-folder.js';
import type { CommonWeights } from './average-pieces.js';

/** Loss and accuracy of common weights. */
export interface CommonFigures {
  readonly lossNats: number;
  readonly accuracy: number;
}

const shapeOf = ({ configuration }: CommonWeights): { shape: FeatureShape; sizes: NetworkSizes } =>
  configuration as unknown as { shape: FeatureShape; sizes: NetworkSizes };

/** The bytes of a model of common weights. */
export function commonModel(
  common: CommonWeights,
  words: {
    readonly labelNames: readonly string[];
    readonly codeRevision: string;
    readonly figures: CommonFigures | null;
  },
): Uint8Array {
  const { configuration: { seed, corpusDigest, vocabularyDigest }, gaps, values } = common;
  return encodeModel({
    weights: { ...shapeOf(common), values }, labelNames: words.labelNames,
    vocabularyDigest: vocabularyDigest as string, thresholds: {},
    training: {
      seed, corpusDigest, codeRevision: words.codeRevision, gaps, validationLossNats: words.figures?.lossNats ?? null,
    },
  });
}

/** What common weights do on an epoch of `source`, which is at its beginning. */
export async function measureCommon(
  common: CommonWeights, source: BatchSource<TrainingBatch>, maxBatch: number,
): Promise<CommonFigures> {
  await selectBackend('wasm');
  const { shape, sizes } = shapeOf(common);
  const memory = createTrainingMemory({
    layout: networkLayout(shape, sizes), maxBatch, random: createRandom(0), start: common.values,
  });
  const network = createGapNetwork(memory);
  return meanFigures(source, (batch) => network.loss(batch, memory.kernel.floats.average));
}
