/** What kernels in WGSL are put together of: bindings, and the beginnings of their programs. */

/** How a buffer stores its numbers; `rounded` is float32 that is rounded as float16 would, to test without a device. */
export type Storage = 'f32' | 'f16' | 'rounded';

export const typeOf = (storage: Storage): string => (storage === 'f16' ? 'f16' : 'f32');
export const header = (...storages: readonly Storage[]): string => (storages.includes('f16') ? 'enable f16;\n' : '');
/** Functions that read and write a buffer as float32. */
export const access = (name: string, storage: Storage): string => {
  const stored = storage === 'f16'
    ? 'f16(x)'
    // What is too large for a half is infinite.
    : storage === 'rounded' ? 'select(quantizeToF16(clamp(x, -65504.0, 65504.0)), x * 3e38, abs(x) > 65504.0)' : 'x';
  return `fn ${name}_at(i: u32) -> f32 { return f32(${name}[i]); }
fn ${name}_as(x: f32) -> ${typeOf(storage)} { return ${stored}; }
`;
};

export const bind = (place: number, name: string, storage: Storage, mode: 'read' | 'read_write'): string =>
  `@group(0) @binding(${place}) var<storage, ${mode}> ${name}: array<${typeOf(storage)}>;\n${access(name, storage)}`;
export const bindWords = (place: number, name: string, type: 'u32' | 'i32' = 'u32'): string =>
  `@group(0) @binding(${place}) var<storage, read> ${name}: array<${type}>;\n`;
export const uniform = (...fields: readonly string[]): string =>
  `struct P { ${fields.map((field) => (field.includes(':') ? field : `${field}: u32`)).join(', ')} }
@group(0) @binding(0) var<uniform> p: P;
`;

/** Threads of a workgroup that goes over numbers one by one. */
export const LINE = 256;
export const EACH = `@compute @workgroup_size(${LINE})
fn main(@builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) n: vec3u, @builtin(local_invocation_index) l: u32) {
  let i = (w.y * n.x + w.x) * ${LINE}u + l;
  if (i >= p.total) { return; }
`;
/** Threads of a workgroup that has a row. */
export const ROW_THREADS = 64;

/** A sum or a maximum over the threads of a workgroup, in `shares`. */
const reduce = (name: string, join: string): string => `fn ${name}(l: u32, value: f32) -> f32 {
  workgroupBarrier();
  shares[l] = value;
  workgroupBarrier();
  for (var half = ${ROW_THREADS / 2}u; half > 0u; half /= 2u) {
    if (l < half) { shares[l] = ${join.replace('$a', 'shares[l]').replace('$b', 'shares[l + half]')}; }
    workgroupBarrier();
  }
  return shares[0];
}
`;
export const REDUCE = `var<workgroup> shares: array<f32, ${ROW_THREADS}>;\n${reduce('sum_of', '$a + $b')}${reduce('most_of', 'max($a, $b)')}`;
export const EACH_ROW = `@compute @workgroup_size(${ROW_THREADS})
fn main(@builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) n: vec3u, @builtin(local_invocation_index) l: u32) {
  let row = w.y * n.x + w.x;
  if (row >= p.rows) { return; }
`;

/** What each row of a chunk keeps: weight of the sentinel, its gradient, loss, whether it was hit. */
export const ROW_FIELDS = 4;
