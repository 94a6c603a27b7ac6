import { type Matrix } from '../../kernel/matrix.js';
import { type Parameters, type PieceBatch, type TrainingWorkspace } from './training-workspace.js';

/** Pieces, and what the backbone says after them, to what the first layer reads. */
export interface EmbeddingTrainer {
  /** `[rows, embedding]` */
  forward(batch: PieceBatch, weights: Parameters): Promise<Matrix>;
  /** @param delta `[rows, embedding]`, the gradient of what `forward` gave */
  backward(delta: Matrix, gradient: Parameters): Promise<void>;
}

export function createEmbeddingTrainer(
  { layout, operations, products, matrices, pieces }: TrainingWorkspace,
): EmbeddingTrainer {
  const { inputs, zeros, backboneIn } = matrices;
  const hasBackbone = layout.sizes.backbone > 0;
  return {
    async forward(batch, weights) {
      pieces.values.set(batch.pieces);
      operations.embeddingSum(inputs, weights('piece.embedding'), zeros, pieces);
      if (hasBackbone) {
        backboneIn.values.set(batch.backbone);
        await products.add(inputs, backboneIn, weights('backbone.projection'));
      }
      return inputs;
    },
    async backward(delta, gradient) {
      operations.embeddingScatter(gradient('piece.embedding'), delta, pieces);
      if (hasBackbone) await products.addGradient(gradient('backbone.projection'), backboneIn, delta);
    },
  };
}
