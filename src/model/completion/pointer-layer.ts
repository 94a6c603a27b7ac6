import { DISTANCE_BUCKETS, distanceBucket } from './completion-layout.js';
import { type PieceBatch, type TrainingWorkspace } from './training-workspace.js';

/** Attention over the pieces of the window, in training. */
export interface PointerLayer {
  /** Fills `scores` with the weights of the window and `sentinels` with the rest, under the flat weights at `base`. */
  attend(batch: PieceBatch, base: number): Promise<void>;
  /** From the gradients that the loss left in `scores` and `sentinelDelta`: adds to the gradient and to `stateDelta`. */
  backward(base: number): Promise<void>;
  /** Moves the last keys and pieces to the front, for the next chunk. */
  carry(): void;
}

/** A score that no softmax gives anything. */
const NEVER = -1e9;

export function createPointerLayer(workspace: TrainingWorkspace): PointerLayer {
  const { layout, steps, sequences, rows, span, spanWidth, run, floats, shorts, products, region, offset } = workspace;
  const { places } = layout;
  const { units, layers, key, window } = layout.sizes;
  const distanceOf = Uint8Array.from({ length: window }, (_, distance) => distanceBucket(distance));

  const attend = async (batch: PieceBatch, base: number): Promise<void> => {
    const states = region(`states${layers - 1}`);
    floats['queries']!.fill(0);
    floats['keys']!.fill(0);
    await products.add(region('queries'), key, states + 4 * sequences * units, units, offset(base, 'pointer.query'), rows);
    await products.add(region('keys'), key, states, units, offset(base, 'pointer.before'), rows);
    await products.add(region('keys'), key, states + 4 * sequences * units, units, offset(base, 'pointer.after'), rows);
    const bias = new Float32Array(floats['values']!.buffer, offset(base, 'pointer.distance.bias'), DISTANCE_BUCKETS);
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

  const backward = async (base: number): Promise<void> => {
    const gradient = region('gradient');
    const states = region(`states${layers - 1}`);
    const scores = floats['scores']!;
    const queries = floats['queries']!;
    const biasGradient = new Float32Array(floats['gradient']!.buffer, offset(gradient, 'pointer.distance.bias'), DISTANCE_BUCKETS);
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

  return {
    attend, backward,
    carry() {
      for (let b = 0; b < sequences; b++) {
        floats['memory']!.copyWithin(b * span * key, (b * span + steps) * key, (b + 1) * span * key);
        shorts.memoryPieces.copyWithin(b * spanWidth, b * spanWidth + steps, b * spanWidth + span);
      }
    },
  };
}
