import { type Matrix } from '../../kernel/matrix.js';
import {
  BLOCK, fillMask, type Parameters, type PieceBatch, type PieceBatchResult, type TrainingWorkspace,
} from './training-workspace.js';

/** From the last layer's states to the loss. The output layer goes through the cache block by block. */
export interface OutputTrainer {
  /** Fills `projected` from the last layer's states. */
  project(weights: Parameters, training: boolean): Promise<void>;
  /** Loss of all rows, under what the pointer left in `attention` and `sentinels`. */
  loss(batch: PieceBatch, weights: Parameters): Promise<PieceBatchResult>;
  /**
   * The same; it leaves the gradient of the projected states in `projectedDelta`, of the pointer's attention in
   * `attention` and `sentinelDelta`, and adds the embedding's and the bias's own.
   */
  lossAndGradient(batch: PieceBatch, weights: Parameters, gradient: Parameters): Promise<PieceBatchResult>;
  /** From `projectedDelta`: adds to the gradient, and fills `stateDelta`, the gradient of the last layer's states. */
  backward(weights: Parameters, gradient: Parameters): Promise<void>;
}

export function createOutputTrainer(workspace: TrainingWorkspace): OutputTrainer {
  const { layout, dropout, sequences, rows, operations, products, matrices } = workspace;
  const { pieces: vocabulary, embedding, units } = layout.sizes;
  const { top, topMask, projected, projectedDelta, logits, embeddingTurned, packed } = matrices;
  const stateDelta = matrices['stateDelta'].as(rows, units);
  const last = workspace.layers[layout.sizes.layers - 1].states.from(sequences);
  const rowLoss = createRowLoss(workspace);

  const lossOf = async (
    batch: PieceBatch,
    weights: Parameters,
    gradient: Parameters | null,
  ): Promise<PieceBatchResult> => {
    const weight = batch.targets.reduce((sum, target) => (target >= 0 ? sum + 1 : sum), 0);
    const table = weights('piece.embedding');
    const bias = weights('output.bias');
    const tally = { lossNats: 0, hits: 0 };
    for (let first = 0; first < rows; first += BLOCK) {
      const count = Math.min(BLOCK, rows - first);
      const block = logits.from(0, count);
      operations.fillRows(block, bias);
      await products.addTransposed(block, projected.from(first, count), table);
      for (let k = 0; k < count; k++) rowLoss(batch, first + k, k, gradient === null ? null : 1 / weight, tally);
      if (gradient === null) continue;
      operations.addColumnSums(gradient('output.bias'), block);
      await products.add(projectedDelta.from(first, count), block, table);
      // Transposed, [embedding, vocabulary]: the narrow factor is the one to turn.
      await products.addGradient(embeddingTurned, projected.from(first, count), block);
    }
    const { lossNats, hits } = tally;
    return { lossNats: weight === 0 ? 0 : lossNats / weight, accuracy: weight === 0 ? 0 : hits / weight, weight };
  };

  return {
    async project(weights, training) {
      top.values.set(last.values);
      if (dropout > 0 && training) {
        fillMask(workspace, topMask);
        operations.multiply(top, topMask);
      }
      projected.values.fill(0);
      await products.add(projected, top, weights('output.projection'));
    },

    loss: (batch, weights) => lossOf(batch, weights, null),

    async lossAndGradient(batch, weights, gradient) {
      projectedDelta.values.fill(0);
      embeddingTurned.values.fill(0);
      const result = await lossOf(batch, weights, gradient);
      // Into packed, which is free again.
      const ofEmbedding = packed.as(vocabulary, embedding);
      operations.transpose(ofEmbedding, embeddingTurned);
      operations.addScaled(gradient('piece.embedding'), ofEmbedding, 1);
      return result;
    },

    async backward(weights, gradient) {
      stateDelta.values.fill(0);
      await products.addGradient(gradient('output.projection'), top, projectedDelta);
      await products.addTransposed(stateDelta, projectedDelta, weights('output.projection'));
      if (dropout > 0) operations.multiply(stateDelta, topMask);
    },
  };
}

/** Loss of one row of a block; with a `share`, 1 / targets of the batch, its gradient takes the place of its logits. */
type RowLoss = (
  batch: PieceBatch, row: number, inBlock: number, share: number | null, tally: { lossNats: number; hits: number },
) => void;

function createRowLoss(workspace: TrainingWorkspace): RowLoss {
  const { layout, steps, sequences, span, operations, matrices, memoryPieces } = workspace;
  const hasPointer = layout.sizes.key > 0;
  const { sentinels, sentinelDelta } = matrices;
  const logitRows = matrices['logits'].blocks(1);
  const attentionRows = matrices['attention'].blocks(1);
  const spans = memoryPieces.blocks(1).map((line) => line.columnsFrom(0, span));
  /** Attention stands sequence by sequence, rows step by step. */
  const attentionOf = (row: number): Matrix => attentionRows[(row % sequences) * steps + Math.floor(row / sequences)];

  return (batch, row, inBlock, share, tally) => {
    const target = batch.targets[row];
    const line = logitRows[inBlock];
    if (target < 0) {
      if (share === null) return;
      operations.scale(line, 0);
      if (!hasPointer) return;
      operations.scale(attentionOf(row), 0);
      sentinelDelta.values[row] = 0;
      return;
    }
    operations.softmax(line);
    const generated = line.values[target];
    const gate = hasPointer ? sentinels.values[row] : 1;
    const known = spans[row % sequences];
    const copied = hasPointer ? operations.massOf(attentionOf(row).columnsFrom(0, span), known, target) : 0;
    const likelihood = Math.max(1e-12, gate * generated + copied);
    tally.lossNats -= Math.log(likelihood);
    if (likelihood > 0.5) tally.hits++;
    if (share === null) return;
    const byVocabulary = (gate * generated) / likelihood;
    operations.scale(line, byVocabulary * share);
    line.values[target] -= byVocabulary * share;
    if (!hasPointer) return;
    operations.attentionGradient(
      attentionOf(row).columnsFrom(0, span), known,
      { wanted: target, factor: share, wantedFactor: share * (1 - 1 / likelihood) },
    );
    sentinelDelta.values[row] = (gate - byVocabulary) * share;
  };
}
