import { addColumnSums, BLOCK, type PieceBatch, type PieceBatchResult, type TrainingWorkspace } from './training-workspace.js';

/**
 * Loss of all rows, the output layer block by block. In training it leaves the gradient of the
 * projected states in `projectedDelta`, of the pointer's scores in `scores` and
 * `sentinelDelta`, and adds the embedding's and the bias's own.
 */
export async function outputLoss(
  workspace: TrainingWorkspace, batch: PieceBatch, base: number, training: boolean,
): Promise<PieceBatchResult> {
  const { layout, steps, sequences, rows, span, spanWidth, run, floats, shorts, products, region, offset } = workspace;
  const { pieces: vocabulary, embedding, key } = layout.sizes;
  let weight = 0;
  for (let row = 0; row < rows; row++) if (batch.targets[row]! >= 0) weight++;
  const share = weight === 0 ? 0 : 1 / weight;
  let lossNats = 0;
  let hits = 0;
  const logits = floats['logits']!;
  const gradient = region('gradient');
  if (training) floats['embeddingTurned']!.fill(0);
  const turned = region('embeddingTurned');
  for (let first = 0; first < rows; first += BLOCK) {
    const count = Math.min(BLOCK, rows - first);
    run.fillRows(region('logits'), vocabulary, offset(base, 'output.bias'), count);
    const projected = region('projected') + 4 * first * embedding;
    await products.addTransposed(region('logits'), vocabulary, projected, embedding, offset(base, 'piece.embedding'), count);
    for (let k = 0; k < count; k++) {
      const row = first + k;
      const target = batch.targets[row]!;
      const line = region('logits') + 4 * k * vocabulary;
      const t = Math.floor(row / sequences);
      const b = row % sequences;
      const scoreLine = region('scores') + 4 * (b * steps + t) * spanWidth;
      const knownLine = shorts.memoryPieces.byteOffset + 2 * b * spanWidth;
      if (target < 0) {
        if (training) {
          run.scaleValues(line, vocabulary, 0);
          if (key > 0) {
            run.scaleValues(scoreLine, spanWidth, 0);
            floats['sentinelDelta']![row] = 0;
          }
        }
        continue;
      }
      run.softmax(line, vocabulary);
      const generated = logits[k * vocabulary + target]!;
      const gate = key > 0 ? floats['sentinels']![row]! : 1;
      const copied = key > 0 ? run.massOf(scoreLine, knownLine, span, target) : 0;
      const likelihood = Math.max(1e-12, gate * generated + copied);
      lossNats -= Math.log(likelihood);
      if (likelihood > 0.5) hits++;
      if (!training) continue;
      const byVocabulary = (gate * generated) / likelihood;
      run.scaleValues(line, vocabulary, byVocabulary * share);
      logits[k * vocabulary + target] = logits[k * vocabulary + target]! - byVocabulary * share;
      if (key > 0) {
        run.attentionGradient(scoreLine, knownLine, span, target, share, share * (1 - 1 / likelihood));
        floats['sentinelDelta']![row] = (gate - byVocabulary) * share;
      }
    }
    if (!training) continue;
    addColumnSums(run, offset(gradient, 'output.bias'), region('logits'), vocabulary, count);
    await products.add(
      region('projectedDelta') + 4 * first * embedding, embedding, region('logits'), vocabulary, offset(base, 'piece.embedding'), count,
    );
    // Transposed, [embedding, vocabulary]: the narrow factor is the one to turn.
    await products.addGradient(turned, projected, embedding, region('logits'), vocabulary, count);
  }
  if (training) {
    // Into packed, which is free again: [vocabulary, embedding].
    run.transpose(region('packed'), turned, vocabulary, embedding, vocabulary);
    run.addScaled(offset(gradient, 'piece.embedding'), region('packed'), vocabulary * embedding, 1);
  }
  return { lossNats: weight === 0 ? 0 : lossNats / weight, accuracy: weight === 0 ? 0 : hits / weight, weight };
}
