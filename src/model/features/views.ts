/**
 * The words that the code of a group is written in. It is compiled twice: by TypeScript, where these are what they say,
 * and by AssemblyScript, where `fill/prelude.as` gives them their meaning; see docs/decisions/0030.
 */
export type i32 = number;
export type f64 = number;
export type bool = boolean;
/** Numbers in a row, by their size. */
export type Bytes = Uint8Array;
export type Words = Uint16Array;
export type Shorts = Int16Array;
export type Ints = Int32Array;
export type Floats = Float32Array;
export type Doubles = Float64Array;

/** The product of two whole numbers, of which 32 bits are kept. */
export const multiply = (a: i32, b: i32): i32 => Math.imul(a, b);
/** A number without its fraction. */
export const whole = (value: f64): i32 => Math.trunc(value);
