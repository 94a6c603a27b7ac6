import { type Random } from '../../shared/random.js';
import { createKernel } from '../kernel/kernel.js';
import { kernelProducts, type Products } from './products.js';
import { distanceBucket, initialCompletionWeights, type CompletionLayout } from './completion-layout.js';

/**
 * Loss and gradients of the completion network by truncated back-propagation through time,
 * written by hand on the SIMD kernel: every product is a packed one (a transposed factor is
 * packed as such), the output layer and its loss go through the cache block by block, and
 * states, keys and pieces of the pointer's window are carried from chunk to chunk.
 */

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
  /** Share of targets that had the highest probability in the vocabulary's softmax or by copying. */
  readonly accuracy: number;
  /** Targets. */
  readonly weight: number;
}

type ParameterRegion = 'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average';

/** Rows of the output layer that are computed at a time. */
const BLOCK = 128;
const NEVER = -1e9;

export interface CompletionTrainer {
  readonly layout: CompletionLayout;
  /** The flat arrays, for optimizer and checkpoints. */
  readonly kernel: {
    readonly run: ReturnType<typeof createKernel>['run'];
    readonly floats: Readonly<Record<ParameterRegion, Float32Array>>;
  };
  /** Leaves the gradient of the mean loss in `gradient`; carries the states on. */
  lossAndGradient(batch: PieceBatch): Promise<PieceBatchResult>;
  /** Loss alone under other flat weights; carries the same states on, so begin with texts that begin. */
  loss(batch: PieceBatch, values: Float32Array): Promise<PieceBatchResult>;
  /** What is carried from chunk to chunk, for checkpoints and to put validation aside. */
  saveStates(): Float32Array;
  restoreStates(states: Float32Array): void;
}

export function createCompletionTrainer(options: {
  layout: CompletionLayout;
  steps: number;
  sequences: number;
  random: Random;
  /** Share of the layers' inputs and of the last layer's output that is dropped in training. */
  dropout?: number;
  /** How large products are done, given the memory they are done in; by the kernel unless given. */
  products?: (memory: ArrayBufferLike) => Products;
}): CompletionTrainer {
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
      stateDelta: rows * units, cellDelta: sequences * units, recurrentDelta: sequences * units,
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

  const distanceOf = Uint8Array.from({ length: window }, (_, distance) => distanceBucket(distance));
  const offset = (base: number, name: string): number => base + 4 * places[name]!.offset;

  const products = options.products?.(floats['values']!.buffer) ??
    kernelProducts(run, { packed: region('packed'), turned: region('turned') });
  const addColumnSums = (out: number, delta: number, width: number, count: number): void => {
    for (let row = 0; row < count; row++) run.addScaled(out, delta + 4 * row * width, width, 1);
  };

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
      shorts.memoryPieces.fill(-1, b * spanWidth, (b + 1) * spanWidth);
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

  /** Attention weights of every row, the sentinel's apart; window positions that do not exist have 0. */
  const attend = async (batch: PieceBatch, base: number): Promise<void> => {
    const states = region(`states${layers - 1}`);
    floats['queries']!.fill(0);
    floats['keys']!.fill(0);
    await products.add(region('queries'), key, states + 4 * sequences * units, units, offset(base, 'pointer.query'), rows);
    await products.add(region('keys'), key, states, units, offset(base, 'pointer.before'), rows);
    await products.add(region('keys'), key, states + 4 * sequences * units, units, offset(base, 'pointer.after'), rows);
    const bias = new Float32Array(floats['values']!.buffer, offset(base, 'pointer.distance.bias'), 12);
    const sentinelBias = new Float32Array(floats['values']!.buffer, offset(base, 'pointer.sentinel.bias'), 1)[0]!;
    const memory = floats['memory']!;
    const scores = floats['scores']!;
    for (let b = 0; b < sequences; b++) {
      const known = shorts.memoryPieces.subarray(b * spanWidth, (b + 1) * spanWidth);
      for (let t = 0; t < steps; t++) {
        const row = t * sequences + b;
        known[window + t] = batch.pieces[row]!;
        memory.set(floats['keys']!.subarray(row * key, (row + 1) * key), (b * span + window + t) * key);
        const line = scores.subarray((b * steps + t) * spanWidth, (b * steps + t + 1) * spanWidth).fill(NEVER);
        for (let j = t + 1; j <= window + t; j++) if (known[j]! >= 0) line[j] = bias[distanceOf[window + t - j]!]!;
      }
      run.packTransposed(region('packed'), region('memory') + 4 * b * span * key, key, span);
      const start = region('scores') + 4 * b * steps * spanWidth;
      run.addPackedProduct(start, spanWidth, region('queries') + 4 * b * key, sequences * key, key, region('packed'), steps);
      for (let t = 0; t < steps; t++) {
        const row = t * sequences + b;
        const line = start + 4 * t * spanWidth;
        const sentinel = sentinelBias + run.dotProduct(
          states + 4 * (sequences + row) * units, offset(base, 'pointer.sentinel'), units,
        );
        // The sentinel takes the place of position t, which lies outside the window.
        scores[(b * steps + t) * spanWidth + t] = sentinel;
        run.softmax(line, spanWidth);
        floats['sentinels']![row] = scores[(b * steps + t) * spanWidth + t]!;
        scores[(b * steps + t) * spanWidth + t] = 0;
      }
    }
  };

  /** Loss of all rows; in training also the deltas of logits (into embedding and projection) and of the scores. */
  const outputLoss = async (batch: PieceBatch, base: number, training: boolean): Promise<PieceBatchResult> => {
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
      addColumnSums(offset(gradient, 'output.bias'), region('logits'), vocabulary, count);
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
  };

  /** Adds the pointer's part to the gradient and to stateDelta. */
  const attendGradient = async (base: number): Promise<void> => {
    const gradient = region('gradient');
    const states = region(`states${layers - 1}`);
    const scores = floats['scores']!;
    const queries = floats['queries']!;
    const biasGradient = new Float32Array(floats['gradient']!.buffer, offset(gradient, 'pointer.distance.bias'), 12);
    floats['queryDelta']!.fill(0);
    floats['keyDelta']!.fill(0);
    const gathered = floats['gathered']!;
    const ofKeys = floats['ofKeys']!;
    for (let b = 0; b < sequences; b++) {
      const start = region('scores') + 4 * b * steps * spanWidth;
      for (let t = 0; t < steps; t++) {
        const at = (b * steps + t) * spanWidth;
        for (let j = t + 1; j <= window + t; j++) biasGradient[distanceOf[window + t - j]!]! += scores[at + j]!;
      }
      run.packPanels(region('packed'), region('memory') + 4 * b * span * key, span, key);
      // Rows of one sequence are not adjacent: multiply, scatter, and gather for the keys.
      gathered.fill(0);
      run.addPackedProduct(region('gathered'), key, start, spanWidth, span, region('packed'), steps);
      for (let t = 0; t < steps; t++) {
        const row = t * sequences + b;
        floats['queryDelta']!.set(gathered.subarray(t * key, (t + 1) * key), row * key);
        gathered.set(queries.subarray(row * key, (row + 1) * key), t * key);
      }
      run.transpose(region('turned'), start + 4 * window, spanWidth, steps, steps);
      run.packPanels(region('packed'), region('gathered'), steps, key);
      ofKeys.fill(0);
      run.addPackedProduct(region('ofKeys'), key, region('turned'), steps, steps, region('packed'), steps);
      for (let t = 0; t < steps; t++) {
        floats['keyDelta']!.set(ofKeys.subarray(t * key, (t + 1) * key), (t * sequences + b) * key);
      }
    }
    const after = states + 4 * sequences * units;
    await products.addGradient(offset(gradient, 'pointer.query'), after, units, region('queryDelta'), key, rows);
    await products.addGradient(offset(gradient, 'pointer.before'), states, units, region('keyDelta'), key, rows);
    await products.addGradient(offset(gradient, 'pointer.after'), after, units, region('keyDelta'), key, rows);
    await products.addTransposed(region('stateDelta'), units, region('queryDelta'), key, offset(base, 'pointer.query'), rows);
    await products.addTransposed(region('stateDelta'), units, region('keyDelta'), key, offset(base, 'pointer.after'), rows);
    // Keys look at the state before their piece too: one step earlier; the first step's state is given.
    await products.addTransposed(
      region('stateDelta'), units, region('keyDelta') + 4 * sequences * key, key, offset(base, 'pointer.before'), rows - sequences,
    );
    const sentinelDelta = floats['sentinelDelta']!;
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const delta = sentinelDelta[row]!;
      sum += delta;
      run.addScaled(offset(gradient, 'pointer.sentinel'), after + 4 * row * units, units, delta);
      run.addScaled(region('stateDelta') + 4 * row * units, offset(base, 'pointer.sentinel'), units, delta);
    }
    floats['gradient']![places['pointer.sentinel.bias']!.offset] = sum;
  };

  const backward = async (): Promise<void> => {
    const base = region('values');
    const gradient = region('gradient');
    const delta = region('stateDelta');
    floats['stateDelta']!.fill(0);
    await products.addGradient(offset(gradient, 'output.projection'), region('top'), units, region('projectedDelta'), embedding, rows);
    await products.addTransposed(delta, units, region('projectedDelta'), embedding, offset(base, 'output.projection'), rows);
    if (dropout > 0) run.multiplyValues(delta, region('topMask'), rows * units);
    if (key > 0) await attendGradient(base);
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
      addColumnSums(offset(gradient, `lstm${layer}.bias`), gates, gateWidth, rows);
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

  /** Moves the last states, keys and pieces to the front. */
  const carry = (): void => {
    for (let layer = 0; layer < layers; layer++) {
      floats[`states${layer}`]!.copyWithin(0, rows * units);
      floats[`cells${layer}`]!.copyWithin(0, rows * units);
    }
    if (key === 0) return;
    for (let b = 0; b < sequences; b++) {
      floats['memory']!.copyWithin(b * span * key, (b * span + steps) * key, (b + 1) * span * key);
      shorts.memoryPieces.copyWithin(b * spanWidth, b * spanWidth + steps, b * spanWidth + span);
    }
  };

  const check = (batch: PieceBatch): void => {
    if (batch.steps !== steps || batch.sequences !== sequences) {
      throw new RangeError(`a chunk of ${batch.steps} x ${batch.sequences} does not fit a trainer for ${steps} x ${sequences}`);
    }
  };

  return {
    layout,
    kernel: kernel as CompletionTrainer['kernel'],
     
    async lossAndGradient(batch) {
      check(batch);
      const base = region('values');
      floats['gradient']!.fill(0);
      floats['projectedDelta']!.fill(0);
      await forward(batch, base, true);
      if (key > 0) await attend(batch, base);
      const result = await outputLoss(batch, base, true);
      await backward();
      carry();
      return result;
    },
     
    async loss(batch, values) {
      check(batch);
      await forward(batch, values.byteOffset, false);
      if (key > 0) await attend(batch, values.byteOffset);
      const result = await outputLoss(batch, values.byteOffset, false);
      carry();
      return result;
    },
    saveStates() {
      const parts = perLayer((layer) => [
        floats[`states${layer}`]!.subarray(0, sequences * units), floats[`cells${layer}`]!.subarray(0, sequences * units),
      ]).flat();
      if (key > 0) parts.push(floats['memory']!, Float32Array.from(shorts.memoryPieces));
      const saved = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        saved.set(part, at);
        at += part.length;
      }
      return saved;
    },
    restoreStates(saved) {
      let at = 0;
      const take = (length: number): Float32Array => saved.subarray(at, (at += length));
      for (let layer = 0; layer < layers; layer++) {
        floats[`states${layer}`]!.set(take(sequences * units));
        floats[`cells${layer}`]!.set(take(sequences * units));
      }
      if (key === 0) return;
      floats['memory']!.set(take(floats['memory']!.length));
      shorts.memoryPieces.set(take(shorts.memoryPieces.length));
    },
  };
}
