// The numeric kernel of the gap network, in AssemblyScript (not TypeScript), compiled by
// scripts/build-kernel.js into kernel-wasm.generated.ts. Plain SIMD only: relaxed SIMD and
// fused multiply-add would give other bits on other machines. Matrices are row-major f32;
// all widths are multiples of 4; every pointer is 16-byte aligned where a row starts.

/** out[row] = bias + sum of the table rows named by the row's active slots (-1: none). */
export function embeddingSum(
  out: usize, width: i32, table: usize, bias: usize,
  slots: usize, slotStride: i32, slotCount: i32, rows: i32,
): void {
  const rowBytes: usize = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const first = slots + (<usize>(row * slotStride) << 1);
    const last = first + (<usize>slotCount << 1);
    const target = out + <usize>row * rowBytes;
    let column: usize = 0;
    for (; column + 128 <= rowBytes; column += 128) {
      const b = bias + column;
      let s0 = v128.load(b, 0);
      let s1 = v128.load(b, 16);
      let s2 = v128.load(b, 32);
      let s3 = v128.load(b, 48);
      let s4 = v128.load(b, 64);
      let s5 = v128.load(b, 80);
      let s6 = v128.load(b, 96);
      let s7 = v128.load(b, 112);
      for (let slot = first; slot < last; slot += 2) {
        const active = <i32>load<i16>(slot);
        if (active < 0) continue;
        const w = table + <usize>active * rowBytes + column;
        s0 = f32x4.add(s0, v128.load(w, 0));
        s1 = f32x4.add(s1, v128.load(w, 16));
        s2 = f32x4.add(s2, v128.load(w, 32));
        s3 = f32x4.add(s3, v128.load(w, 48));
        s4 = f32x4.add(s4, v128.load(w, 64));
        s5 = f32x4.add(s5, v128.load(w, 80));
        s6 = f32x4.add(s6, v128.load(w, 96));
        s7 = f32x4.add(s7, v128.load(w, 112));
      }
      const o = target + column;
      v128.store(o, s0, 0);
      v128.store(o, s1, 16);
      v128.store(o, s2, 32);
      v128.store(o, s3, 48);
      v128.store(o, s4, 64);
      v128.store(o, s5, 80);
      v128.store(o, s6, 96);
      v128.store(o, s7, 112);
    }
    for (; column < rowBytes; column += 16) {
      let sum = v128.load(bias + column);
      for (let slot = first; slot < last; slot += 2) {
        const active = <i32>load<i16>(slot);
        if (active < 0) continue;
        sum = f32x4.add(sum, v128.load(table + <usize>active * rowBytes + column));
      }
      v128.store(target + column, sum);
    }
  }
}

/** table[slot] += delta[row] for every active slot of every row: the gradient of embeddingSum. */
export function embeddingScatter(
  table: usize, width: i32, delta: usize,
  slots: usize, slotStride: i32, slotCount: i32, rows: i32,
): void {
  const rowBytes: usize = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const first = slots + (<usize>(row * slotStride) << 1);
    const last = first + (<usize>slotCount << 1);
    const source = delta + <usize>row * rowBytes;
    let column: usize = 0;
    for (; column + 64 <= rowBytes; column += 64) {
      const d0 = v128.load(source + column, 0);
      const d1 = v128.load(source + column, 16);
      const d2 = v128.load(source + column, 32);
      const d3 = v128.load(source + column, 48);
      for (let slot = first; slot < last; slot += 2) {
        const active = <i32>load<i16>(slot);
        if (active < 0) continue;
        const w = table + <usize>active * rowBytes + column;
        v128.store(w, f32x4.add(v128.load(w, 0), d0), 0);
        v128.store(w, f32x4.add(v128.load(w, 16), d1), 16);
        v128.store(w, f32x4.add(v128.load(w, 32), d2), 32);
        v128.store(w, f32x4.add(v128.load(w, 48), d3), 48);
      }
    }
    for (; column < rowBytes; column += 16) {
      const d = v128.load(source + column);
      for (let slot = first; slot < last; slot += 2) {
        const active = <i32>load<i16>(slot);
        if (active < 0) continue;
        const w = table + <usize>active * rowBytes + column;
        v128.store(w, f32x4.add(v128.load(w), d));
      }
    }
  }
}

/** out += input * weights; `inputStride` in floats, so that a slice of wider rows can be used. */
export function addProduct(
  out: usize, width: i32, input: usize, inputStride: i32, depth: i32, weights: usize, rows: i32,
): void {
  const rowBytes: usize = <usize>width << 2;
  const inputBytes: usize = <usize>inputStride << 2;
  const depthBytes: usize = <usize>depth << 2;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const x0 = input + <usize>row * inputBytes;
    const x1 = x0 + inputBytes;
    const x2 = x1 + inputBytes;
    const x3 = x2 + inputBytes;
    const o0 = out + <usize>row * rowBytes;
    const o1 = o0 + rowBytes;
    const o2 = o1 + rowBytes;
    const o3 = o2 + rowBytes;
    let column: usize = 0;
    for (; column + 32 <= rowBytes; column += 32) {
      let a0 = v128.load(o0 + column, 0), b0 = v128.load(o0 + column, 16);
      let a1 = v128.load(o1 + column, 0), b1 = v128.load(o1 + column, 16);
      let a2 = v128.load(o2 + column, 0), b2 = v128.load(o2 + column, 16);
      let a3 = v128.load(o3 + column, 0), b3 = v128.load(o3 + column, 16);
      let w = weights + column;
      for (let k: usize = 0; k < depthBytes; k += 4) {
        const wa = v128.load(w, 0);
        const wb = v128.load(w, 16);
        const v0 = v128.load32_splat(x0 + k);
        a0 = f32x4.add(a0, f32x4.mul(v0, wa));
        b0 = f32x4.add(b0, f32x4.mul(v0, wb));
        const v1 = v128.load32_splat(x1 + k);
        a1 = f32x4.add(a1, f32x4.mul(v1, wa));
        b1 = f32x4.add(b1, f32x4.mul(v1, wb));
        const v2 = v128.load32_splat(x2 + k);
        a2 = f32x4.add(a2, f32x4.mul(v2, wa));
        b2 = f32x4.add(b2, f32x4.mul(v2, wb));
        const v3 = v128.load32_splat(x3 + k);
        a3 = f32x4.add(a3, f32x4.mul(v3, wa));
        b3 = f32x4.add(b3, f32x4.mul(v3, wb));
        w += rowBytes;
      }
      v128.store(o0 + column, a0, 0);
      v128.store(o0 + column, b0, 16);
      v128.store(o1 + column, a1, 0);
      v128.store(o1 + column, b1, 16);
      v128.store(o2 + column, a2, 0);
      v128.store(o2 + column, b2, 16);
      v128.store(o3 + column, a3, 0);
      v128.store(o3 + column, b3, 16);
    }
    for (; column < rowBytes; column += 16) {
      let a0 = v128.load(o0 + column);
      let a1 = v128.load(o1 + column);
      let a2 = v128.load(o2 + column);
      let a3 = v128.load(o3 + column);
      let w = weights + column;
      for (let k: usize = 0; k < depthBytes; k += 4) {
        const wa = v128.load(w);
        a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(x0 + k), wa));
        a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(x1 + k), wa));
        a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(x2 + k), wa));
        a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(x3 + k), wa));
        w += rowBytes;
      }
      v128.store(o0 + column, a0);
      v128.store(o1 + column, a1);
      v128.store(o2 + column, a2);
      v128.store(o3 + column, a3);
    }
  }
  // The same sums in the same order, so that a row's result does not depend on its neighbours.
  for (; row < rows; row++) {
    const x = input + <usize>row * inputBytes;
    const o = out + <usize>row * rowBytes;
    for (let column: usize = 0; column < rowBytes; column += 16) {
      let a = v128.load(o + column);
      let w = weights + column;
      for (let k: usize = 0; k < depthBytes; k += 4) {
        a = f32x4.add(a, f32x4.mul(v128.load32_splat(x + k), v128.load(w)));
        w += rowBytes;
      }
      v128.store(o + column, a);
    }
  }
}

/** By which of four numbers are not zero, as bits: the bytes that bring those to the front. */
const FRONT: usize = memory.data<u8>([
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  0, 1, 2, 3, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  4, 5, 6, 7, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  0, 1, 2, 3, 4, 5, 6, 7, 128, 128, 128, 128, 128, 128, 128, 128,
  8, 9, 10, 11, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  0, 1, 2, 3, 8, 9, 10, 11, 128, 128, 128, 128, 128, 128, 128, 128,
  4, 5, 6, 7, 8, 9, 10, 11, 128, 128, 128, 128, 128, 128, 128, 128,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 128, 128, 128, 128,
  12, 13, 14, 15, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  0, 1, 2, 3, 12, 13, 14, 15, 128, 128, 128, 128, 128, 128, 128, 128,
  4, 5, 6, 7, 12, 13, 14, 15, 128, 128, 128, 128, 128, 128, 128, 128,
  0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 128, 128, 128, 128,
  8, 9, 10, 11, 12, 13, 14, 15, 128, 128, 128, 128, 128, 128, 128, 128,
  0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 128, 128, 128, 128,
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 128, 128, 128, 128,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
], 16);

/**
 * Takes down what of an input is not zero: where its weights start, and behind `listPart` bytes its value. What is below
 * the floor counts as that: with 0 the input of a layer is what relu makes of it. There is room for `depth` + 4 of both.
 * A function of its own, so that it is optimised once.
 *
 * @returns bytes of either list
 */
function listInputs(x: usize, depth: i32, weights: usize, rowBytes: usize, list: usize, floor: f32): usize {
  const values = list + listPart(depth);
  const depthBytes: usize = <usize>depth << 2;
  const zero = f32x4.splat(0);
  const least = f32x4.splat(floor);
  const step = i32x4.splat(<i32>(rowBytes << 2));
  let places = i32x4.splat(<i32>weights);
  places = i32x4.replace_lane(places, 1, <i32>(weights + rowBytes));
  places = i32x4.replace_lane(places, 2, <i32>(weights + 2 * rowBytes));
  places = i32x4.replace_lane(places, 3, <i32>(weights + 3 * rowBytes));
  let end: usize = 0;
  let k: usize = 0;
  for (; k + 16 <= depthBytes; k += 16) {
    const value = f32x4.max(v128.load(x + k), least);
    const some = i32x4.bitmask(f32x4.ne(value, zero));
    if (some !== 0) {
      const front = v128.load(FRONT + (<usize>some << 4));
      v128.store(list + end, i8x16.swizzle(places, front));
      v128.store(values + end, i8x16.swizzle(value, front));
      end += <usize>popcnt(some) << 2;
    }
    places = i32x4.add(places, step);
  }
  let source = weights + (k >> 2) * rowBytes;
  for (; k < depthBytes; k += 4) {
    const value = max(load<f32>(x + k), floor);
    store<u32>(list + end, <u32>source);
    store<f32>(values + end, value);
    end += <usize>(value !== 0) << 2;
    source += rowBytes;
  }
  return end;
}

/** Bytes of one of the two lists of inputs. */
@inline function listPart(depth: i32): usize { return (<usize>depth + 4) << 2; }

/**
 * The same as addProduct, skipping zeros of the input, which is at least `floor`: for inputs that are mostly zero.
 * `list` has room for two numbers for each input, and eight more.
 */
export function addSparseProduct(
  out: usize, width: i32, input: usize, inputStride: i32, depth: i32, weights: usize, rows: i32, list: usize,
  floor: f32,
): void {
  const rowBytes: usize = <usize>width << 2;
  const values = listPart(depth);
  for (let row = 0; row < rows; row++) {
    const o = out + <usize>row * rowBytes;
    const end = list + listInputs(input + (<usize>(row * inputStride) << 2), depth, weights, rowBytes, list, floor);
    let column: usize = 0;
    for (; column + 128 <= rowBytes; column += 128) {
      const t = o + column;
      let s0 = v128.load(t, 0);
      let s1 = v128.load(t, 16);
      let s2 = v128.load(t, 32);
      let s3 = v128.load(t, 48);
      let s4 = v128.load(t, 64);
      let s5 = v128.load(t, 80);
      let s6 = v128.load(t, 96);
      let s7 = v128.load(t, 112);
      for (let at = list; at < end; at += 4) {
        const w = <usize>load<u32>(at) + column;
        const v = v128.load32_splat(at + values);
        s0 = f32x4.add(s0, f32x4.mul(v, v128.load(w, 0)));
        s1 = f32x4.add(s1, f32x4.mul(v, v128.load(w, 16)));
        s2 = f32x4.add(s2, f32x4.mul(v, v128.load(w, 32)));
        s3 = f32x4.add(s3, f32x4.mul(v, v128.load(w, 48)));
        s4 = f32x4.add(s4, f32x4.mul(v, v128.load(w, 64)));
        s5 = f32x4.add(s5, f32x4.mul(v, v128.load(w, 80)));
        s6 = f32x4.add(s6, f32x4.mul(v, v128.load(w, 96)));
        s7 = f32x4.add(s7, f32x4.mul(v, v128.load(w, 112)));
      }
      v128.store(t, s0, 0);
      v128.store(t, s1, 16);
      v128.store(t, s2, 32);
      v128.store(t, s3, 48);
      v128.store(t, s4, 64);
      v128.store(t, s5, 80);
      v128.store(t, s6, 96);
      v128.store(t, s7, 112);
    }
    for (; column < rowBytes; column += 16) {
      let sum = v128.load(o + column);
      for (let at = list; at < end; at += 4) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(at + values), v128.load(<usize>load<u32>(at) + column)));
      }
      v128.store(o + column, sum);
    }
  }
}

/**
 * The same for the labels that are legal in each row (`legal` `[rows, labels]` of bytes), four by four: what stands in
 * fours without a legal label is of no use afterwards. Behind the lists there is room for a number for each four, and
 * four more.
 */
export function addLegalProduct(
  out: usize, width: i32, input: usize, inputStride: i32, depth: i32, weights: usize, rows: i32, list: usize,
  floor: f32, legal: usize, labels: i32,
): void {
  const rowBytes: usize = <usize>width << 2;
  const values = listPart(depth);
  const fours = list + 2 * values;
  for (let row = 0; row < rows; row++) {
    const o = out + <usize>row * rowBytes;
    const end = list + listInputs(input + (<usize>(row * inputStride) << 2), depth, weights, rowBytes, list, floor);
    let last = fours;
    for (let label = 0; label < labels; label += 4) {
      store<u32>(last, <u32>label << 2);
      last += <usize>isAnyLegal(legal + <usize>(row * labels), label, labels) << 2;
    }
    if (last === fours) continue;
    // Four fours at a time, the last as often as it takes.
    const filled = load<u32>(last - 4);
    store<u32>(last, filled, 0);
    store<u32>(last, filled, 4);
    store<u32>(last, filled, 8);
    for (let four = fours; four < last; four += 16) {
      const c0 = <usize>load<u32>(four, 0);
      const c1 = <usize>load<u32>(four, 4);
      const c2 = <usize>load<u32>(four, 8);
      const c3 = <usize>load<u32>(four, 12);
      let s0 = v128.load(o + c0);
      let s1 = v128.load(o + c1);
      let s2 = v128.load(o + c2);
      let s3 = v128.load(o + c3);
      for (let at = list; at < end; at += 4) {
        const w = <usize>load<u32>(at);
        const v = v128.load32_splat(at + values);
        s0 = f32x4.add(s0, f32x4.mul(v, v128.load(w + c0)));
        s1 = f32x4.add(s1, f32x4.mul(v, v128.load(w + c1)));
        s2 = f32x4.add(s2, f32x4.mul(v, v128.load(w + c2)));
        s3 = f32x4.add(s3, f32x4.mul(v, v128.load(w + c3)));
      }
      v128.store(o + c0, s0);
      v128.store(o + c1, s1);
      v128.store(o + c2, s2);
      v128.store(o + c3, s3);
    }
  }
}

/** Whether one of four labels is legal; of the last four there may be fewer. */
function isAnyLegal(legal: usize, label: i32, labels: i32): bool {
  if (label + 4 <= labels) return load<u32>(legal + label) !== 0;
  for (let k = label; k < labels; k++) if (load<u8>(legal + k) !== 0) return true;
  return false;
}

/** out[row] = bias for every row. */
export function fillRows(out: usize, width: i32, bias: usize, rows: i32): void {
  const rowBytes: usize = <usize>width << 2;
  for (let row = 0; row < rows; row++) memory.copy(out + <usize>row * rowBytes, bias, rowBytes);
}

/** values = max(values, 0); `count` is a multiple of 4. */
export function relu(values: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = values + (<usize>count << 2);
  for (let at = values; at < end; at += 16) v128.store(at, f32x4.max(v128.load(at), zero));
}

/** e^x for x <= 0 by 2^n times a polynomial; relative error below 2e-7, 0 below -87. */
function exponential(x: v128): v128 {
  const clamped = f32x4.max(x, f32x4.splat(-87.0));
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.4426950408889634)));
  // ln 2 in two parts, so that the product with n is exact in the first.
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(p, power), f32x4.ge(x, f32x4.splat(-87.0)));
}

/**
 * Softmax of logits[row] (`stride` floats apart, overwritten) over the labels with legal = 1, each written to the column
 * that is said of it; 0 elsewhere. `out` is `[rows, columns]`, and no two labels that are legal in a row share a column.
 * A row without a legal label becomes all 0. `list` has room for a number for each label.
 */
export function foldedSoftmax(
  out: usize, columns: i32, logits: usize, stride: i32, legal: usize, columnOf: usize, labels: i32, rows: i32,
  list: usize,
): void {
  const zero = f32x4.splat(0);
  memory.fill(out, 0, <usize>(rows * columns) << 2);
  for (let row = 0; row < rows; row++) {
    const x = logits + (<usize>(row * stride) << 2);
    const allowed = legal + <usize>(row * labels);
    const target = out + (<usize>(row * columns) << 2);
    let end = list;
    let top: f32 = -Infinity;
    for (let four = 0; four < labels; four += 4) {
      if (!isAnyLegal(allowed, four, labels)) continue;
      const last = min(four + 4, labels);
      for (let k = four; k < last; k++) {
        if (load<u8>(allowed + k) === 0) continue;
        store<u32>(end, <u32>k);
        end += 4;
        top = max(top, load<f32>(x + (<usize>k << 2)));
      }
    }
    const shift = f32x4.splat(top);
    let done: usize = -1;
    let sum: f32 = 0;
    for (let at = list; at < end; at += 4) {
      const k = <usize>load<u32>(at);
      if (k >> 2 !== done) {
        done = k >> 2;
        const fours = x + (done << 4);
        v128.store(fours, exponential(f32x4.min(f32x4.sub(v128.load(fours), shift), zero)));
      }
      sum += load<f32>(x + (k << 2));
    }
    const scale: f32 = sum > 0 ? 1 / sum : 0;
    for (let at = list; at < end; at += 4) {
      const k = <usize>load<u32>(at);
      const value = load<f32>(x + (k << 2)) * scale;
      if (value !== 0) store<f32>(target + (<usize>load<u8>(columnOf + k) << 2), value);
    }
  }
}

/** Sum of squares in f64; `count` is a multiple of 4. */
export function squaredNorm(values: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = values + (<usize>count << 2);
  for (let at = values; at < end; at += 16) {
    const v = v128.load(at);
    const a = f64x2.promote_low_f32x4(v);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * One Adam step with decoupled weight decay; `average` follows the new values. `scale`
 * clips the gradient; `correction1/2` are 1 - beta^step. `count` is a multiple of 4.
 * What was never given a gradient stays as it is, bit by bit, and is passed over.
 */
export function adamStep(
  values: usize, gradient: usize, first: usize, second: usize, average: usize, count: i32,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32,
  correction1: f32, correction2: f32, scale: f32, decay: f32, averageRate: f32,
): void {
  const b1 = f32x4.splat(beta1), c1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2), c2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate / correction1);
  const root = f32x4.splat(1 / correction2);
  const eps = f32x4.splat(epsilon);
  const keep = f32x4.splat(1 - rate * decay);
  const clip = f32x4.splat(scale);
  const follow = f32x4.splat(averageRate);
  const bytes: usize = <usize>count << 2;
  const mayPass = decay == 0;
  const negativeZero = i32x4.splat(i32.MIN_VALUE);
  for (let at: usize = 0; at < bytes; at += 16) {
    const slope = v128.load(gradient + at), m0 = v128.load(first + at), v0 = v128.load(second + at);
    if (mayPass && !v128.any_true(v128.or(v128.or(slope, m0), v0))) {
      const a0 = v128.load(average + at);
      // An average of -0 would become 0.
      if (i32x4.all_true(i32x4.eq(v128.load(values + at), a0)) && !v128.any_true(i32x4.eq(a0, negativeZero))) continue;
    }
    const g = f32x4.mul(slope, clip);
    const m = f32x4.add(f32x4.mul(b1, m0), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, v0), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(first + at, m);
    v128.store(second + at, v);
    const change = f32x4.div(f32x4.mul(step, m), f32x4.add(f32x4.sqrt(f32x4.mul(v, root)), eps));
    const w = f32x4.sub(f32x4.mul(v128.load(values + at), keep), change);
    v128.store(values + at, w);
    const a = v128.load(average + at);
    v128.store(average + at, f32x4.add(a, f32x4.mul(follow, f32x4.sub(w, a))));
  }
}

/**
 * Copies weights `[depth, width]` into panels of 8 columns, so that addPackedProduct reads
 * them in order; `width` is a multiple of 8.
 */
export function packPanels(out: usize, weights: usize, depth: i32, width: i32): void {
  const rowBytes: usize = <usize>width << 2;
  let target = out;
  for (let column: usize = 0; column < rowBytes; column += 32) {
    let source = weights + column;
    for (let k = 0; k < depth; k++) {
      v128.store(target, v128.load(source, 0), 0);
      v128.store(target, v128.load(source, 16), 16);
      target += 32;
      source += rowBytes;
    }
  }
}

/** out += input * weights, the weights packed by packPanels. The sums of a row do not depend on its neighbours. */
export function addPackedProduct(
  out: usize, width: i32, input: usize, inputStride: i32, depth: i32, panels: usize, rows: i32,
): void {
  const rowBytes: usize = <usize>width << 2;
  const inputBytes: usize = <usize>inputStride << 2;
  const depthBytes: usize = <usize>depth << 2;
  for (let column: usize = 0; column < rowBytes; column += 32) {
    const panel = panels + column * <usize>depth;
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      const x0 = input + <usize>row * inputBytes;
      const x1 = x0 + inputBytes;
      const x2 = x1 + inputBytes;
      const x3 = x2 + inputBytes;
      const o0 = out + <usize>row * rowBytes + column;
      const o1 = o0 + rowBytes;
      const o2 = o1 + rowBytes;
      const o3 = o2 + rowBytes;
      let a0 = v128.load(o0, 0), b0 = v128.load(o0, 16);
      let a1 = v128.load(o1, 0), b1 = v128.load(o1, 16);
      let a2 = v128.load(o2, 0), b2 = v128.load(o2, 16);
      let a3 = v128.load(o3, 0), b3 = v128.load(o3, 16);
      let w = panel;
      for (let k: usize = 0; k < depthBytes; k += 4) {
        const wa = v128.load(w, 0);
        const wb = v128.load(w, 16);
        const v0 = v128.load32_splat(x0 + k);
        a0 = f32x4.add(a0, f32x4.mul(v0, wa));
        b0 = f32x4.add(b0, f32x4.mul(v0, wb));
        const v1 = v128.load32_splat(x1 + k);
        a1 = f32x4.add(a1, f32x4.mul(v1, wa));
        b1 = f32x4.add(b1, f32x4.mul(v1, wb));
        const v2 = v128.load32_splat(x2 + k);
        a2 = f32x4.add(a2, f32x4.mul(v2, wa));
        b2 = f32x4.add(b2, f32x4.mul(v2, wb));
        const v3 = v128.load32_splat(x3 + k);
        a3 = f32x4.add(a3, f32x4.mul(v3, wa));
        b3 = f32x4.add(b3, f32x4.mul(v3, wb));
        w += 32;
      }
      v128.store(o0, a0, 0);
      v128.store(o0, b0, 16);
      v128.store(o1, a1, 0);
      v128.store(o1, b1, 16);
      v128.store(o2, a2, 0);
      v128.store(o2, b2, 16);
      v128.store(o3, a3, 0);
      v128.store(o3, b3, 16);
    }
    for (; row < rows; row++) {
      const x = input + <usize>row * inputBytes;
      const o = out + <usize>row * rowBytes + column;
      let a = v128.load(o, 0), b = v128.load(o, 16);
      let w = panel;
      for (let k: usize = 0; k < depthBytes; k += 4) {
        const v = v128.load32_splat(x + k);
        a = f32x4.add(a, f32x4.mul(v, v128.load(w, 0)));
        b = f32x4.add(b, f32x4.mul(v, v128.load(w, 16)));
        w += 32;
      }
      v128.store(o, a, 0);
      v128.store(o, b, 16);
    }
  }
}

/** The same panels from weights `[width, depth]`: for a product with their transpose. */
export function packTransposed(out: usize, weights: usize, depth: i32, width: i32): void {
  const depthBytes: usize = <usize>depth << 2;
  let target = out;
  for (let column = 0; column < width; column += 8) {
    const source = weights + <usize>column * depthBytes;
    for (let k: usize = 0; k < depthBytes; k += 4) {
      let from = source + k;
      for (let j: usize = 0; j < 32; j += 4) {
        store<f32>(target + j, load<f32>(from));
        from += depthBytes;
      }
      target += 32;
    }
  }
}

/** out `[columns, rows]` = values `[rows, columns]` transposed; `stride` in floats between rows of values. */
export function transpose(out: usize, values: usize, stride: i32, rows: i32, columns: i32): void {
  const strideBytes: usize = <usize>stride << 2;
  const rowBytes: usize = <usize>rows << 2;
  // In tiles, so that neither side leaves the cache between two visits.
  for (let top = 0; top < rows; top += 16) {
    const bottom = min(top + 16, rows);
    for (let column = 0; column < columns; column++) {
      let from = values + <usize>top * strideBytes + (<usize>column << 2);
      let to = out + <usize>column * rowBytes + (<usize>top << 2);
      for (let row = top; row < bottom; row++) {
        store<f32>(to, load<f32>(from));
        from += strideBytes;
        to += 4;
      }
    }
  }
}

/** 1 / (1 + e^-x). */
function sigmoid(x: v128): v128 {
  const e = exponential(f32x4.neg(f32x4.abs(x)));
  const one = f32x4.splat(1);
  const s = f32x4.div(one, f32x4.add(one, e));
  return v128.bitselect(f32x4.mul(e, s), s, f32x4.lt(x, f32x4.splat(0)));
}

function hyperbolicTangent(x: v128): v128 {
  return f32x4.sub(f32x4.mul(f32x4.splat(2), sigmoid(f32x4.add(x, x))), f32x4.splat(1));
}

/**
 * One LSTM step of `rows` sequences. `gates` `[rows, 4 * units]` holds the sums for input,
 * forget, candidate and output gate, and holds their values afterwards. Writes the new cells,
 * their hyperbolic tangents and the new states, each `[rows, units]`; `cells` may be `before`.
 */
export function lstmStep(
  gates: usize, before: usize, cells: usize, tangents: usize, states: usize, units: i32, rows: i32,
): void {
  const unitBytes: usize = <usize>units << 2;
  for (let row = 0; row < rows; row++) {
    const g = gates + <usize>row * unitBytes * 4;
    const at = <usize>row * unitBytes;
    for (let k: usize = 0; k < unitBytes; k += 16) {
      const i = sigmoid(v128.load(g + k));
      const f = sigmoid(v128.load(g + unitBytes + k));
      const c = hyperbolicTangent(v128.load(g + 2 * unitBytes + k));
      const o = sigmoid(v128.load(g + 3 * unitBytes + k));
      v128.store(g + k, i);
      v128.store(g + unitBytes + k, f);
      v128.store(g + 2 * unitBytes + k, c);
      v128.store(g + 3 * unitBytes + k, o);
      const cell = f32x4.add(f32x4.mul(f, v128.load(before + at + k)), f32x4.mul(i, c));
      const tangent = hyperbolicTangent(cell);
      v128.store(cells + at + k, cell);
      v128.store(tangents + at + k, tangent);
      v128.store(states + at + k, f32x4.mul(o, tangent));
    }
  }
}

/**
 * The gradient of lstmStep: replaces the gates' values by the gradients of their sums, and
 * `cellDelta` by the gradient of the cells before. `stateDelta` is that of the states after.
 */
export function lstmStepGradient(
  gates: usize, before: usize, tangents: usize, stateDelta: usize, cellDelta: usize, units: i32, rows: i32,
): void {
  const unitBytes: usize = <usize>units << 2;
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row++) {
    const g = gates + <usize>row * unitBytes * 4;
    const at = <usize>row * unitBytes;
    for (let k: usize = 0; k < unitBytes; k += 16) {
      const i = v128.load(g + k);
      const f = v128.load(g + unitBytes + k);
      const c = v128.load(g + 2 * unitBytes + k);
      const o = v128.load(g + 3 * unitBytes + k);
      const tangent = v128.load(tangents + at + k);
      const dh = v128.load(stateDelta + at + k);
      const dc = f32x4.add(
        v128.load(cellDelta + at + k),
        f32x4.mul(f32x4.mul(dh, o), f32x4.sub(one, f32x4.mul(tangent, tangent))),
      );
      v128.store(g + k, f32x4.mul(f32x4.mul(dc, c), f32x4.mul(i, f32x4.sub(one, i))));
      v128.store(
        g + unitBytes + k,
        f32x4.mul(f32x4.mul(dc, v128.load(before + at + k)), f32x4.mul(f, f32x4.sub(one, f))),
      );
      v128.store(g + 2 * unitBytes + k, f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(c, c))));
      v128.store(
        g + 3 * unitBytes + k,
        f32x4.mul(f32x4.mul(dh, tangent), f32x4.mul(o, f32x4.sub(one, o))),
      );
      v128.store(cellDelta + at + k, f32x4.mul(dc, f));
    }
  }
}

/** Softmax of `count` values in place; `count` is a multiple of 4. */
export function softmax(values: usize, count: i32): void {
  const end = values + (<usize>count << 2);
  let top = f32x4.splat(-Infinity);
  for (let at = values; at < end; at += 16) top = f32x4.max(top, v128.load(at));
  const highest = max(
    max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)), max(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)),
  );
  const shift = f32x4.splat(highest);
  let sum = f32x4.splat(0);
  for (let at = values; at < end; at += 16) {
    const power = exponential(f32x4.sub(v128.load(at), shift));
    v128.store(at, power);
    sum = f32x4.add(sum, power);
  }
  const total: f32 =
    f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
  const scale = f32x4.splat(1 / total);
  for (let at = values; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), scale));
}

/** values *= factor; `count` is a multiple of 4. */
export function scaleValues(values: usize, count: i32, factor: f32): void {
  const end = values + (<usize>count << 2);
  const f = f32x4.splat(factor);
  for (let at = values; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), f));
}

/** out += factor * values; `count` is a multiple of 4. */
export function addScaled(out: usize, values: usize, count: i32, factor: f32): void {
  const bytes: usize = <usize>count << 2;
  const f = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(f, v128.load(values + at))));
  }
}

/** values *= factors, element by element; `count` is a multiple of 4. */
export function multiplyValues(values: usize, factors: usize, count: i32): void {
  const bytes: usize = <usize>count << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(values + at, f32x4.mul(v128.load(values + at), v128.load(factors + at)));
  }
}

/** Inner product; `count` is a multiple of 4. */
export function dotProduct(left: usize, right: usize, count: i32): f32 {
  const bytes: usize = <usize>count << 2;
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(left + at), v128.load(right + at)));
  }
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
}

/** Sum of the weights whose piece is `wanted`. */
export function massOf(weights: usize, pieces: usize, count: i32, wanted: i32): f32 {
  let sum: f32 = 0;
  for (let k = 0; k < count; k++) {
    if (<i32>load<i16>(pieces + (<usize>k << 1)) === wanted) sum += load<f32>(weights + (<usize>k << 2));
  }
  return sum;
}

/**
 * Turns attention weights into the gradient of their scores: weight * scale, and for the
 * wanted piece weight * wantedScale.
 */
export function attentionGradient(
  weights: usize, pieces: usize, count: i32, wanted: i32, scale: f32, wantedScale: f32,
): void {
  for (let k = 0; k < count; k++) {
    const at = weights + (<usize>k << 2);
    const isWanted = <i32>load<i16>(pieces + (<usize>k << 1)) === wanted;
    store<f32>(at, load<f32>(at) * (isWanted ? wantedScale : scale));
  }
}

/** totals[piece] += weight * scale for every piece that is not negative. */
export function scatterMass(totals: usize, weights: usize, pieces: usize, count: i32, scale: f32): void {
  for (let k = 0; k < count; k++) {
    const piece = <i32>load<i16>(pieces + (<usize>k << 1));
    if (piece < 0) continue;
    const at = totals + (<usize>piece << 2);
    store<f32>(at, load<f32>(at) + scale * load<f32>(weights + (<usize>k << 2)));
  }
}
