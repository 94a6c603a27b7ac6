// Products of whole numbers, in AssemblyScript (not TypeScript), compiled by scripts/build-kernel.js into
// whole-products-wasm.generated.ts: of a question with the vectors of a search index, and of the states of a network with
// weights of 8 bits. Sums of whole numbers are the same in any order. Apart from kernel.as, which formatting loads.

/**
 * sums[row] = question * vectors[row], of 32 bits.
 *
 * @param question `[width]` of 16 bits, followed by zeros up to a multiple of 16 numbers
 * @param vectors `[rows, width]` of 8 bits; 16 bytes after the last may be read
 */
export function products(sums: usize, question: usize, vectors: usize, width: u32, rows: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const from = vectors + <usize>row * width;
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    for (let k: u32 = 0; k < width; k += 16) {
      const bytes = v128.load(from + k);
      const asked = question + (<usize>k << 1);
      low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(bytes), v128.load(asked)));
      high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(bytes), v128.load(asked, 16)));
    }
    const sum = i32x4.add(low, high);
    store<i32>(sums + (<usize>row << 2),
      i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) +
      i32x4.extract_lane(sum, 3));
  }
}

/**
 * Weights `[depth, width]` as whole numbers of 8 bits `[width, depth]`, times the scale of their column; width is a
 * multiple of 4. False, with nothing of use written, where they are not that: where some number is no whole multiple of
 * the column's largest / 127.
 */
export function packWhole(out: usize, scales: usize, weights: usize, depth: i32, width: i32): bool {
  const rowBytes: usize = <usize>width << 2;
  let off = f32x4.splat(0);
  let target = out;
  for (let column: usize = 0; column < rowBytes; column += 16) {
    let largest = f32x4.splat(0);
    let source = weights + column;
    for (let k = 0; k < depth; k++, source += rowBytes) largest = f32x4.max(largest, f32x4.abs(v128.load(source)));
    const scale = f32x4.div(largest, f32x4.splat(127));
    v128.store(scales + column, scale);
    // A column of zeros stays one.
    const isThere = f32x4.gt(scale, f32x4.splat(0));
    source = weights + column;
    for (let k: usize = 0; k < <usize>depth; k++, source += rowBytes) {
      const exact = v128.and(f32x4.div(v128.load(source), scale), isThere);
      const near = f32x4.nearest(exact);
      off = f32x4.max(off, f32x4.abs(f32x4.sub(exact, near)));
      const whole = i32x4.trunc_sat_f32x4_s(near);
      store<i8>(target + k, <i8>i32x4.extract_lane(whole, 0));
      store<i8>(target + <usize>depth + k, <i8>i32x4.extract_lane(whole, 1));
      store<i8>(target + 2 * <usize>depth + k, <i8>i32x4.extract_lane(whole, 2));
      store<i8>(target + 3 * <usize>depth + k, <i8>i32x4.extract_lane(whole, 3));
    }
    target += <usize>depth << 2;
  }
  const most = f32x4.splat(0.001);
  return !v128.any_true(f32x4.gt(off, most));
}

/** Values as whole numbers of 16 bits, times `factor` and rounded; `count` is a multiple of 8. */
export function roundToShorts(out: usize, values: usize, count: i32, factor: f32): void {
  const times = f32x4.splat(factor);
  for (let k = 0; k < count; k += 8, values += 32, out += 16) {
    const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(values), times)));
    const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(values, 16), times)));
    v128.store(out, i16x8.narrow_i32x4_s(low, high));
  }
}

/**
 * out `[width]` += factor * scales * (input * weights) of one row: input `[depth]` of 16 bits, weights of packWhole. The
 * sums are exact while 127 * |input| * depth stays below 2^31; depth is a multiple of 16, width of 4.
 */
export function addWholeProduct(
  out: usize, width: i32, input: usize, depth: i32, weights: usize, scales: usize, factor: f32,
): void {
  const times = f32x4.splat(factor);
  const d: usize = <usize>depth;
  let w0 = weights;
  for (let column: usize = 0; column < (<usize>width << 2); column += 16) {
    const w1 = w0 + d;
    const w2 = w1 + d;
    const w3 = w2 + d;
    let s0 = i32x4.splat(0), s1 = i32x4.splat(0), s2 = i32x4.splat(0), s3 = i32x4.splat(0);
    let x = input;
    for (let k: usize = 0; k < d; k += 16, x += 32) {
      const low = v128.load(x), high = v128.load(x, 16);
      const b0 = v128.load(w0 + k);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(b0), low));
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(b0), high));
      const b1 = v128.load(w1 + k);
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(b1), low));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(b1), high));
      const b2 = v128.load(w2 + k);
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(b2), low));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(b2), high));
      const b3 = v128.load(w3 + k);
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(b3), low));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(b3), high));
    }
    // The four sums of four, side by side.
    const t0 = i32x4.add(v128.shuffle<i32>(s0, s1, 0, 4, 1, 5), v128.shuffle<i32>(s0, s1, 2, 6, 3, 7));
    const t1 = i32x4.add(v128.shuffle<i32>(s2, s3, 0, 4, 1, 5), v128.shuffle<i32>(s2, s3, 2, 6, 3, 7));
    const sums = i32x4.add(v128.shuffle<i32>(t0, t1, 0, 1, 4, 5), v128.shuffle<i32>(t0, t1, 2, 3, 6, 7));
    const scaled = f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.mul(times, v128.load(scales + column)));
    v128.store(out + column, f32x4.add(v128.load(out + column), scaled));
    w0 = w3 + d;
  }
}

/** One step of a sum: 16 numbers of 16 bits, in two vectors, with 16 weights. */
@inline function dot16(sum: v128, low: v128, high: v128, x: usize): v128 {
  return i32x4.add(i32x4.add(sum, i32x4.dot_i16x8_s(low, v128.load(x))), i32x4.dot_i16x8_s(high, v128.load(x, 16)));
}

/** The sums of two vectors of four. */
@inline function pairSums(a: v128, b: v128): v128 {
  const half = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  return i32x4.add(half, v128.shuffle<i32>(half, half, 2, 3, 0, 1));
}

/** out, two numbers, += the sums times the scales. */
@inline function addPair(out: usize, a: v128, b: v128, scales: v128): void {
  const scaled = f32x4.mul(f32x4.convert_i32x4_s(pairSums(a, b)), scales);
  v128.store64_lane(out, f32x4.add(v128.load64_zero(out), scaled), 0);
}

/**
 * The same for four rows of out `[4, width]` and input `[4, depth]`: weights are read and widened once for all. Bit by bit
 * what addWholeProduct gives for each.
 */
export function addWholeProductOfFour(
  out: usize, width: i32, input: usize, depth: i32, weights: usize, scales: usize, factor: f32,
): void {
  const times = f32x4.splat(factor);
  const d: usize = <usize>depth;
  const outBytes: usize = <usize>width << 2;
  const x1 = d << 1;
  const x2 = d << 2;
  const x3 = x1 + x2;
  let w0 = weights;
  for (let column: usize = 0; column < outBytes; column += 8) {
    const w1 = w0 + d;
    let a0 = i32x4.splat(0), a1 = i32x4.splat(0), a2 = i32x4.splat(0), a3 = i32x4.splat(0);
    let b0 = i32x4.splat(0), b1 = i32x4.splat(0), b2 = i32x4.splat(0), b3 = i32x4.splat(0);
    let x = input;
    for (let k: usize = 0; k < d; k += 16, x += 32) {
      const wa = v128.load(w0 + k);
      const wb = v128.load(w1 + k);
      const la = i16x8.extend_low_i8x16_s(wa), ha = i16x8.extend_high_i8x16_s(wa);
      const lb = i16x8.extend_low_i8x16_s(wb), hb = i16x8.extend_high_i8x16_s(wb);
      a0 = dot16(a0, la, ha, x);
      b0 = dot16(b0, lb, hb, x);
      a1 = dot16(a1, la, ha, x + x1);
      b1 = dot16(b1, lb, hb, x + x1);
      a2 = dot16(a2, la, ha, x + x2);
      b2 = dot16(b2, lb, hb, x + x2);
      a3 = dot16(a3, la, ha, x + x3);
      b3 = dot16(b3, lb, hb, x + x3);
    }
    const both = f32x4.mul(times, v128.load64_zero(scales + column));
    addPair(out + column, a0, b0, both);
    addPair(out + outBytes + column, a1, b1, both);
    addPair(out + 2 * outBytes + column, a2, b2, both);
    addPair(out + 3 * outBytes + column, a3, b3, both);
    w0 = w1 + d;
  }
}
