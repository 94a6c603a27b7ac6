// Products of a question with the vectors of an index in whole numbers, in AssemblyScript (not TypeScript), compiled by
// scripts/build-kernel.js into whole-products-wasm.generated.ts. Sums of whole numbers are the same in any order.

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
