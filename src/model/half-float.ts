/** Conversion between 32-bit floats and IEEE 754 half floats (11 significant bits, up to 65504). */

const floatBits = new Float32Array(1);
const integerBits = new Uint32Array(floatBits.buffer);

/** Rounds to nearest, ties to even. Throws RangeError for values that a half float cannot hold. */
export function encodeHalf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++) halves[at] = halfOf(values[at]!);
  return halves;
}

function halfOf(value: number): number {
  if (!(Math.abs(value) < 65520)) throw new RangeError(`${value} does not fit into a half float`);
  floatBits[0] = value;
  const bits = integerBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  // Below 2^-14 halves are multiples of 2^-24: dividing rounds at the right bit.
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  // Otherwise rebias the exponent and round off 13 bits; a carry moves into the exponent.
  return sign | roundToEven((magnitude - 0x38000000) / 8192);
}

/** Exact. */
export function decodeHalf(halves: Uint16Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let at = 0; at < halves.length; at++) {
    const half = halves[at]!;
    bits[at] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    // The exponent's bias differs by 112; the product also makes subnormals right.
    out[at]! *= 2 ** 112;
  }
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
