// What the mixture computes for each place, in AssemblyScript (not TypeScript), compiled by scripts/build-kernel.js into
// mixture-wasm.generated.ts: the gate's sums, the network's row with the floor under it, and the likeliest of the pieces
// that are allowed. Products are of 64 bits and rounded where they are stored, as in TypeScript: the same bits.

/** sums `[width]` of 32 bits += value * row `[width]`; width is even. */
@inline function addScaledRow(sums: usize, value: f64, row: usize, width: i32): void {
  const times = f64x2.splat(value);
  for (let k = 0; k < width; k += 2, sums += 8, row += 8) {
    const product = f64x2.mul(times, f64x2.promote_low_f32x4(v128.load64_zero(row)));
    const sum = f64x2.add(f64x2.promote_low_f32x4(v128.load64_zero(sums)), product);
    v128.store64_lane(sums, f32x4.demote_f64x2_zero(sum), 0);
  }
}

/**
 * The gate's logits: logits = outerBias + relu(innerBias + features * inner) * outer.
 *
 * @param hidden room for `[hiddenWidth]`; both widths are even: rows of weights are that long
 */
export function gateLogits(
  features: usize, count: i32, inner: usize, innerBias: usize, hiddenWidth: i32, hidden: usize, outer: usize,
  outerBias: usize, experts: i32, logits: usize,
): void {
  memory.copy(hidden, innerBias, <usize>hiddenWidth << 2);
  for (let f = 0; f < count; f++) {
    const value = load<f32>(features + (<usize>f << 2));
    if (value !== 0) addScaledRow(hidden, value, inner + (<usize>f * <usize>hiddenWidth << 2), hiddenWidth);
  }
  memory.copy(logits, outerBias, <usize>experts << 2);
  for (let h = 0; h < hiddenWidth; h++) {
    const value = load<f32>(hidden + (<usize>h << 2));
    if (value > 0) addScaledRow(logits, value, outer + (<usize>h * <usize>experts << 2), experts);
  }
}

/** out = floor + weight * row; `count` is even. */
export function blendRow(out: usize, row: usize, count: i32, floor: f64, weight: f64): void {
  const under = f64x2.splat(floor);
  const times = f64x2.splat(weight);
  for (let k = 0; k < count; k += 2, out += 8, row += 8) {
    const value = f64x2.add(under, f64x2.mul(times, f64x2.promote_low_f32x4(v128.load64_zero(row))));
    v128.store64_lane(out, f32x4.demote_f64x2_zero(value), 0);
  }
}

/**
 * Values become shares of those that are allowed, which are compared as shares of 32 bits; the `wanted` largest, the
 * largest first and of two alike the first, go to `found` as indices and shares. Returns how many there are.
 *
 * @param allowed a byte for each value, 0 or 1; count is a multiple of 4
 */
export function likeliest(values: usize, allowed: usize, count: i32, wanted: i32, found: usize, shares: usize): i32 {
  let sum: f64 = 0;
  for (let k = 0; k < count; k += 4) {
    const at = values + (<usize>k << 2);
    const bytes = v128.load32_zero(allowed + <usize>k);
    const mask = i32x4.neg(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)));
    const kept = v128.and(v128.load(at), mask);
    v128.store(at, kept);
    sum += <f64>f32x4.extract_lane(kept, 0);
    sum += <f64>f32x4.extract_lane(kept, 1);
    sum += <f64>f32x4.extract_lane(kept, 2);
    sum += <f64>f32x4.extract_lane(kept, 3);
  }
  let size = 0;
  let least: f32 = 0;
  // Of the least one kept: what is not above it need not be divided.
  let bar: f32 = 0;
  for (let k = 0; k < count; k += 4) {
    if (!v128.any_true(f32x4.gt(v128.load(values + (<usize>k << 2)), f32x4.splat(bar)))) continue;
    for (let piece = k; piece < k + 4; piece++) {
      const value = load<f32>(values + (<usize>piece << 2));
      if (!(value > bar)) continue;
      const share = <f32>(<f64>value / sum);
      if (!(share > least)) continue;
      if (size === wanted) size--;
      let at = size;
      while (at > 0 && load<f32>(shares + (<usize>(at - 1) << 2)) < share) {
        store<f32>(shares + (<usize>at << 2), load<f32>(shares + (<usize>(at - 1) << 2)));
        store<i32>(found + (<usize>at << 2), load<i32>(found + (<usize>(at - 1) << 2)));
        at--;
      }
      store<f32>(shares + (<usize>at << 2), share);
      store<i32>(found + (<usize>at << 2), piece);
      if (++size === wanted) {
        least = load<f32>(shares + (<usize>(size - 1) << 2));
        bar = load<f32>(values + (<usize>load<i32>(found + (<usize>(size - 1) << 2)) << 2));
      }
    }
  }
  return size;
}
