import { addColumnSums, type PieceBatch, type TrainingWorkspace } from './training-workspace.js';

/** Embedding, LSTM layers and the projection of their states: everything below the output and the pointer. */
export interface RecurrentLayers {
  /** Fills states and `projected` from the batch, under the flat weights at `base`. */
  forward(batch: PieceBatch, base: number, training: boolean): Promise<void>;
  /**
   * Adds to the gradient what follows from `projectedDelta`.
   *
   * @param more adds its own part to `stateDelta`, the gradient of the last layer's states, before the layers take it
   */
  backward(more: () => Promise<void>): Promise<void>;
  /** Moves the last states to the front, for the next chunk. */
  carry(): void;
}

export function createRecurrentLayers(workspace: TrainingWorkspace): RecurrentLayers {
  const { layout, random, dropout, steps, sequences, rows, run, floats, shorts, products, region, offset } = workspace;
  const { embedding, units, layers, backbone } = layout.sizes;
  const gateWidth = 4 * units;

  const fillMask = (mask: Float32Array, count: number): void => {
    const scale = 1 / (1 - dropout);
    for (let k = 0; k < count; k++) mask[k] = random.next() < dropout ? 0 : scale;
  };

  const beginTexts = (batch: PieceBatch): void => {
    for (let b = 0; b < sequences; b++) {
      if (!batch.begins[b]) continue;
      for (let layer = 0; layer < layers; layer++) {
        floats[`states${layer}`]!.fill(0, b * units, (b + 1) * units);
        floats[`cells${layer}`]!.fill(0, b * units, (b + 1) * units);
      }
      shorts.memoryPieces.fill(-1, b * workspace.spanWidth, (b + 1) * workspace.spanWidth);
    }
  };

  const widthOf = (layer: number): number => (layer === 0 ? embedding : units);

  const forward = async (batch: PieceBatch, base: number, training: boolean): Promise<void> => {
    beginTexts(batch);
    for (let row = 0; row < rows; row++) shorts.pieces[row] = batch.pieces[row]!;
    run.embeddingSum(
      region('inputs'), embedding, offset(base, 'piece.embedding'), region('zeros'), shorts.pieces.byteOffset, 1, 1, rows,
    );
    if (backbone > 0) {
      floats['backboneIn']!.set(batch.backbone);
      await products.add(region('inputs'), embedding, region('backboneIn'), backbone, offset(base, 'backbone.projection'), rows);
    }
    for (let layer = 0; layer < layers; layer++) {
      const width = widthOf(layer);
      const gates = region(`gates${layer}`);
      const states = region(`states${layer}`);
      const cells = region(`cells${layer}`);
      const input = layer === 0 ? region('inputs') : region(`states${layer - 1}`) + 4 * sequences * units;
      if (dropout > 0 && training) {
        fillMask(floats[`mask${layer}`]!, rows * width);
        if (layer === 0) run.multiplyValues(input, region('mask0'), rows * width);
      }
      run.fillRows(gates, gateWidth, offset(base, `lstm${layer}.bias`), rows);
      if (layer > 0 && dropout > 0 && training) {
        floats['top']!.set(new Float32Array(floats['top']!.buffer, input, rows * width));
        run.multiplyValues(region('top'), region(`mask${layer}`), rows * width);
        await products.add(gates, gateWidth, region('top'), width, offset(base, `lstm${layer}.input`), rows);
      } else {
        await products.add(gates, gateWidth, input, width, offset(base, `lstm${layer}.input`), rows);
      }
      run.packPanels(region('recurrentPack'), offset(base, `lstm${layer}.recurrent`), units, gateWidth);
      for (let t = 0; t < steps; t++) {
        const at = 4 * t * sequences * units;
        const next = at + 4 * sequences * units;
        run.addPackedProduct(gates + 4 * at, gateWidth, states + at, units, units, region('recurrentPack'), sequences);
        run.lstmStep(gates + 4 * at, cells + at, cells + next, region(`tangents${layer}`) + at, states + next, units, sequences);
      }
    }
    const last = region(`states${layers - 1}`) + 4 * sequences * units;
    floats['top']!.set(new Float32Array(floats['top']!.buffer, last, rows * units));
    if (dropout > 0 && training) {
      fillMask(floats['topMask']!, rows * units);
      run.multiplyValues(region('top'), region('topMask'), rows * units);
    }
    floats['projected']!.fill(0);
    await products.add(region('projected'), embedding, region('top'), units, offset(base, 'output.projection'), rows);
  };

  const backward = async (more: () => Promise<void>): Promise<void> => {
    const base = region('values');
    const gradient = region('gradient');
    const delta = region('stateDelta');
    floats['stateDelta']!.fill(0);
    await products.addGradient(offset(gradient, 'output.projection'), region('top'), units, region('projectedDelta'), embedding, rows);
    await products.addTransposed(delta, units, region('projectedDelta'), embedding, offset(base, 'output.projection'), rows);
    if (dropout > 0) run.multiplyValues(delta, region('topMask'), rows * units);
    await more();
    for (let layer = layers - 1; layer >= 0; layer--) {
      const width = widthOf(layer);
      const gates = region(`gates${layer}`);
      const states = region(`states${layer}`);
      const cells = region(`cells${layer}`);
      floats['cellDelta']!.fill(0);
      run.packTransposed(region('recurrentPack'), offset(base, `lstm${layer}.recurrent`), gateWidth, units);
      for (let t = steps - 1; t >= 0; t--) {
        const at = 4 * t * sequences * units;
        run.lstmStepGradient(
          gates + 4 * at, cells + at, region(`tangents${layer}`) + at, delta + at, region('cellDelta'), units, sequences,
        );
        if (t === 0) break;
        run.addPackedProduct(
          delta + at - 4 * sequences * units, units, gates + 4 * at, gateWidth, gateWidth, region('recurrentPack'), sequences,
        );
      }
      const below = layer === 0 ? region('inputs') : region('top');
      if (layer > 0) {
        floats['top']!.set(new Float32Array(floats['top']!.buffer, region(`states${layer - 1}`) + 4 * sequences * units, rows * units));
        if (dropout > 0) run.multiplyValues(region('top'), region(`mask${layer}`), rows * units);
      }
      await products.addGradient(offset(gradient, `lstm${layer}.input`), below, width, gates, gateWidth, rows);
      await products.addGradient(offset(gradient, `lstm${layer}.recurrent`), states, units, gates, gateWidth, rows);
      addColumnSums(run, offset(gradient, `lstm${layer}.bias`), gates, gateWidth, rows);
      const inputDelta = layer === 0 ? 'inputDelta' : 'stateDelta';
      floats[inputDelta]!.fill(0);
      await products.addTransposed(region(inputDelta), width, gates, gateWidth, offset(base, `lstm${layer}.input`), rows);
      if (dropout > 0) run.multiplyValues(region(inputDelta), region(`mask${layer}`), rows * width);
    }
    run.embeddingScatter(
      offset(gradient, 'piece.embedding'), embedding, region('inputDelta'), shorts.pieces.byteOffset, 1, 1, rows,
    );
    if (backbone > 0) {
      await products.addGradient(offset(gradient, 'backbone.projection'), region('backboneIn'), backbone, region('inputDelta'), embedding, rows);
    }
  };

  return {
    forward, backward,
    carry() {
      for (let layer = 0; layer < layers; layer++) {
        floats[`states${layer}`]!.copyWithin(0, rows * units);
        floats[`cells${layer}`]!.copyWithin(0, rows * units);
      }
    },
  };
}
