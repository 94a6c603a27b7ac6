/**
 * Kernels in WGSL, each as the source of one shader. Matrices lie row by row in flat buffers, at an offset and with a
 * stride that the uniform says, so one buffer of weights serves all layers. Numbers are added up in float32, whatever
 * they are stored as.
 */
import {
  header, bind, bindWords, uniform, EACH, ROW_THREADS, REDUCE, EACH_ROW, ROW_FIELDS, type Storage,
} from './kernel-words.js';

export interface ProductKind {
  readonly a: Storage;
  readonly b: Storage;
  readonly c: Storage;
  /** Stored the other way round, `[k, m]` and `[n, k]`. */
  readonly turnedA: boolean;
  readonly turnedB: boolean;
  /** Rows and columns of C of one workgroup: 64, or 32 where there would be too few. */
  readonly tile: 32 | 64;
}

/** C = A * B, or C += A * B. Each thread has 4 x 4 numbers of a tile. */
export function productKernel({ a, b, c, turnedA, turnedB, tile }: ProductKind): string {
  const side = tile / 4;
  const threads = side * side;
  const depth = 16;
  return `${header(a, b, c)}${uniform('m', 'n', 'k', 'a', 'b', 'c', 'lda', 'ldb', 'ldc', 'adds')}${
    bind(1, 'A', a, 'read')}${bind(2, 'B', b, 'read')}${bind(3, 'C', c, 'read_write')}
var<workgroup> tileA: array<vec4f, ${(depth * tile) / 4}>;
var<workgroup> tileB: array<vec4f, ${(depth * tile) / 4}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) w: vec3u, @builtin(local_invocation_index) l: u32) {
  let row = w.y * ${tile}u; let column = w.x * ${tile}u;
  let x = l % ${side}u; let y = l / ${side}u;
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var k0 = 0u; k0 < p.k; k0 += ${depth}u) {
    for (var i = l; i < ${(depth * tile) / 4}u; i += ${threads}u) {
      let kk = i / ${tile / 4}u; let k = k0 + kk;
      let r = row + (i % ${tile / 4}u) * 4u; let q = column + (i % ${tile / 4}u) * 4u;
      var va = vec4f(); var vb = vec4f();
      if (k < p.k) {
        for (var j = 0u; j < 4u; j++) {
          if (r + j < p.m) { va[j] = A_at(p.a + ${turnedA ? 'k * p.lda + r + j' : '(r + j) * p.lda + k'}); }
          if (q + j < p.n) { vb[j] = B_at(p.b + ${turnedB ? '(q + j) * p.ldb + k' : 'k * p.ldb + q + j'}); }
        }
      }
      tileA[i] = va; tileB[i] = vb;
    }
    workgroupBarrier();
    for (var kk = 0u; kk < ${depth}u; kk++) {
      let va = tileA[kk * ${tile / 4}u + y]; let vb = tileB[kk * ${tile / 4}u + x];
      s0 += va.x * vb; s1 += va.y * vb; s2 += va.z * vb; s3 += va.w * vb;
    }
    workgroupBarrier();
  }
  var sums = array<vec4f, 4>(s0, s1, s2, s3);
  for (var i = 0u; i < 4u; i++) {
    let r = row + y * 4u + i;
    if (r >= p.m) { continue; }
    for (var j = 0u; j < 4u; j++) {
      let q = column + x * 4u + j;
      if (q >= p.n) { continue; }
      let at = p.c + r * p.ldc + q;
      var sum = sums[i][j];
      if (p.adds != 0u) { sum += C_at(at); }
      C[at] = C_as(sum);
    }
  }
}`;
}

/** Every row of C becomes the bias, or C becomes max(0, C + bias). */
export const biasKernel = (c: Storage, bias: Storage, does: 'fill' | 'relu' | 'add'): string =>
  `${header(c, bias)}${uniform('total', 'columns', 'c', 'bias')}${bind(1, 'C', c, 'read_write')}${bind(2, 'B', bias, 'read')}${EACH}
  let bias = B_at(p.bias + i % p.columns);
  ${does === 'fill' ? 'C[p.c + i] = C_as(bias);' : `let sum = C_at(p.c + i) + bias;
  C[p.c + i] = C_as(${does === 'relu' ? 'max(0.0, sum)' : 'sum'});`}
}`;

/** C (+)= the rows of a table that the slots of each row name; -1 names none. */
export const gatherKernel = (c: Storage, table: Storage): string =>
  `${header(c, table)}${uniform('total', 'width', 'c', 'table', 'stride', 'first', 'count')}${
    bind(1, 'C', c, 'read_write')}${bind(2, 'T', table, 'read')}${bindWords(3, 'slots', 'i32')}${EACH}
  let row = i / p.width; let column = i % p.width;
  var sum = 0.0;
  for (var s = 0u; s < p.count; s++) {
    let slot = slots[row * p.stride + p.first + s];
    if (slot >= 0) { sum += T_at(p.table + u32(slot) * p.width + column); }
  }
  C[p.c + i] = C_as(sum);
}`;

/**
 * The reverse, without atomic additions, so that each run gives the same bits: `entries[starts[line]..]` are the rows
 * that name a line of the table. @param delta `[rows, width]`
 */
export const scatterKernel = (delta: Storage): string =>
  `${header(delta)}${uniform('total', 'width', 'gradient', 'starts', 'entries')}${bind(1, 'G', 'f32', 'read_write')}${
    bind(2, 'D', delta, 'read')}${bindWords(3, 'order')}${EACH}
  let line = i / p.width; let column = i % p.width;
  var sum = 0.0;
  let end = order[p.starts + line + 1u];
  for (var e = order[p.starts + line]; e < end; e++) { sum += D_at(order[p.entries + e] * p.width + column); }
  G[p.gradient + i] += sum;
}`;

/** Out `[columns]` += the sums of columns. A workgroup has 16 columns, and 16 threads for each. */
export const columnSumsKernel = (values: Storage): string =>
  `${header(values)}${uniform('rows', 'columns', 'stride', 'values', 'out')}${bind(1, 'V', values, 'read')}${
    bind(2, 'O', 'f32', 'read_write')}
var<workgroup> sums: array<f32, 256>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) w: vec3u, @builtin(local_invocation_index) l: u32) {
  let column = w.x * 16u + l % 16u;
  var sum = 0.0;
  if (column < p.columns) {
    for (var row = l / 16u; row < p.rows; row += 16u) { sum += V_at(p.values + row * p.stride + column); }
  }
  sums[l] = sum;
  workgroupBarrier();
  if (l < 16u && column < p.columns) {
    for (var k = 1u; k < 16u; k++) { sum += sums[k * 16u + l]; }
    O[p.out + column] += sum;
  }
}`;

const SQUASH = `fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -40.0, 40.0))); }
fn squash(x: f32) -> f32 { return tanh(clamp(x, -15.0, 15.0)); }
`;

/** One step of an LSTM layer: gates become what they give. Offsets are those of the step. */
export const lstmKernel = (s: Storage): string =>
  `${header(s)}${uniform('total', 'units', 'gates', 'rows', 'states')}${bind(1, 'G', s, 'read_write')}${
    bind(2, 'C', 'f32', 'read_write')}${bind(3, 'T', s, 'read_write')}${bind(4, 'H', s, 'read_write')}${SQUASH}${EACH}
  let g = p.gates + (i / p.units) * 4u * p.units + i % p.units;
  let a = sigmoid(G_at(g)); let f = sigmoid(G_at(g + p.units));
  let c = squash(G_at(g + 2u * p.units)); let o = sigmoid(G_at(g + 3u * p.units));
  let cell = f * C[p.rows + i] + a * c;
  let tangent = squash(cell);
  G[g] = G_as(a); G[g + p.units] = G_as(f); G[g + 2u * p.units] = G_as(c); G[g + 3u * p.units] = G_as(o);
  C[p.states + i] = cell;
  T[p.rows + i] = T_as(tangent);
  H[p.states + i] = H_as(o * tangent);
}`;

/** Its gradient: gates become those of their sums, E that of the cells before. D is that of the states after. */
export const lstmGradientKernel = (s: Storage): string =>
  `${header(s)}${uniform('total', 'units', 'gates', 'rows')}${bind(1, 'G', s, 'read_write')}${bind(2, 'C', 'f32', 'read')}${
    bind(3, 'T', s, 'read')}${bind(4, 'D', 'f32', 'read')}${bind(5, 'E', 'f32', 'read_write')}${EACH}
  let g = p.gates + (i / p.units) * 4u * p.units + i % p.units;
  let a = G_at(g); let f = G_at(g + p.units); let c = G_at(g + 2u * p.units); let o = G_at(g + 3u * p.units);
  let tangent = T_at(p.rows + i); let dh = D[p.rows + i];
  let dc = E[i] + dh * o * (1.0 - tangent * tangent);
  G[g] = G_as(dc * c * a * (1.0 - a));
  G[g + p.units] = G_as(dc * C[p.rows + i] * f * (1.0 - f));
  G[g + 2u * p.units] = G_as(dc * a * (1.0 - c * c));
  G[g + 3u * p.units] = G_as(dh * tangent * o * (1.0 - o));
  E[i] = dc * f;
}`;

/** Zero for sequences that begin a text. */
export const beginKernel = (s: Storage): string =>
  `${header(s)}${uniform('total', 'units')}${bind(1, 'V', s, 'read_write')}${bindWords(2, 'begins')}${EACH}
  if (begins[i / p.units] != 0u) { V[i] = V_as(0.0); }
}`;

/** Numbers from one place of a buffer to another, which do not overlap. */
export const moveKernel = (s: Storage): string =>
  `${header(s)}${uniform('total', 'source', 'goal')}${bind(1, 'V', s, 'read_write')}${EACH}
  V[p.goal + i] = V[p.source + i];
}`;

/** A copy, rounded as the target stores. */
export const castKernel = (to: Storage, from: Storage): string =>
  `${header(to, from)}${uniform('total', 'source', 'goal')}${bind(1, 'V', to, 'read_write')}${bind(2, 'F', from, 'read')}${EACH}
  V[p.goal + i] = V_as(F_at(p.source + i));
}`;

/**
 * V *= a mask of dropout, which follows from `step[0]` and its salt: the same for values and for their gradient, and
 * kept nowhere.
 */
export const dropoutKernel = (s: Storage): string =>
  `${header(s)}${uniform('total', 'values', 'salt', 'threshold', 'scale: f32')}${bind(1, 'V', s, 'read_write')}${bindWords(2, 'step')}
fn hash(x: u32) -> u32 {
  let s = x * 747796405u + 2891336453u;
  let t = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
  return (t >> 22u) ^ t;
}
${EACH}
  let kept = hash(hash(i ^ (p.salt * 0x9e3779b9u)) ^ step[0]) >= p.threshold;
  V[p.values + i] = V_as(select(0.0, V_at(p.values + i) * p.scale, kept));
}`;

/** Of the gap network: softmax over legal classes against that over targets. `classes` has a bit for each. */
export const gapLossKernel = (s: Storage): string =>
  `${header(s)}${uniform('rows', 'labels')}${bind(1, 'L', s, 'read_write')}${bind(2, 'R', 'f32', 'read_write')}${
    bindWords(3, 'classes')}${bind(4, 'S', 'f32', 'read')}${bindWords(5, 'step')}${REDUCE}${EACH_ROW}
  let at = row * p.labels; let weight = S[row]; let scale = bitcast<f32>(step[1]);
  var legal = -1e9; var wanted = -1e9;
  for (var k = l; k < p.labels; k += ${ROW_THREADS}u) {
    let bits = classes[at + k]; let value = L_at(at + k);
    if ((bits & 1u) != 0u) { legal = max(legal, value); }
    if ((bits & 2u) != 0u) { wanted = max(wanted, value); }
  }
  let top = most_of(l, legal);
  let topWanted = most_of(l, wanted);
  var sum = 0.0; var sumWanted = 0.0;
  for (var k = l; k < p.labels; k += ${ROW_THREADS}u) {
    let bits = classes[at + k]; let value = L_at(at + k);
    if ((bits & 1u) != 0u) { sum += exp(value - top); }
    if ((bits & 2u) != 0u) { sumWanted += exp(value - topWanted); }
  }
  let whole = sum_of(l, sum);
  let wholeWanted = sum_of(l, sumWanted);
  for (var k = l; k < p.labels; k += ${ROW_THREADS}u) {
    let bits = classes[at + k]; let value = L_at(at + k);
    var delta = 0.0;
    if (weight > 0.0) {
      if ((bits & 1u) != 0u) { delta += exp(value - top) / whole; }
      if ((bits & 2u) != 0u) { delta -= exp(value - topWanted) / wholeWanted; }
    }
    L[at + k] = L_as(delta * weight * scale);
  }
  if (l == 0u) {
    R[row * ${ROW_FIELDS}u + 2u] = select(0.0, weight * (log(whole) + top - log(wholeWanted) - topWanted), weight > 0.0);
    R[row * ${ROW_FIELDS}u + 3u] = select(0.0, weight, weight > 0.0 && top == topWanted);
  }
}`;

/** D *= 1 where what was given on is positive, 0 elsewhere. */
export const reluGradientKernel = (delta: Storage, active: Storage): string =>
  `${header(delta, active)}${uniform('total')}${bind(1, 'D', delta, 'read_write')}${bind(2, 'V', active, 'read')}${EACH}
  if (V_at(i) <= 0.0) { D[i] = D_as(0.0); }
}`;

/** Workgroups over which the gradient's squares are added up, at most; the rest is added where they are read. */
export const NORM_PARTS = 128;
/** Workgroups for a gradient of so many numbers. */
export const normGroups = (total: number): number => Math.min(NORM_PARTS, Math.ceil(total / (16 * ROW_THREADS)));
export const normKernel = (): string =>
  `${uniform('total', 'out')}${bind(1, 'G', 'f32', 'read')}${bind(2, 'O', 'f32', 'read_write')}${REDUCE}
@compute @workgroup_size(${ROW_THREADS})
fn main(@builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) n: vec3u, @builtin(local_invocation_index) l: u32) {
  var sum = 0.0;
  for (var i = w.x * ${ROW_THREADS}u + l; i < p.total; i += n.x * ${ROW_THREADS}u) { sum += G[i] * G[i]; }
  let whole = sum_of(l, sum);
  if (l == 0u) { O[p.out + w.x] = whole; }
}`;

/** Numbers of `rates` that Adam reads: see device-weights.ts. */
export const adamKernel = (): string =>
  `${uniform('total')}${bind(1, 'W', 'f32', 'read_write')}${bind(2, 'G', 'f32', 'read')}${bind(3, 'M', 'f32', 'read_write')}${
    bind(4, 'V', 'f32', 'read_write')}${bind(5, 'A', 'f32', 'read_write')}${bindWords(6, 'flags')}${bind(7, 'rates', 'f32', 'read')}${EACH}
  // One flag for four numbers, by which parameters are aligned: 1 decays, 2 is frozen.
  let flag = flags[i / 4u];
  if ((flag & 2u) != 0u) { return; }
  let g = G[i] * rates[7];
  let m = rates[1] * M[i] + (1.0 - rates[1]) * g;
  let v = rates[2] * V[i] + (1.0 - rates[2]) * g * g;
  M[i] = m; V[i] = v;
  let change = rates[0] / rates[4] * m / (sqrt(v / rates[5]) + rates[3]);
  let kept = select(1.0, 1.0 - rates[0] * rates[6], (flag & 1u) != 0u);
  let value = W[i] * kept - change;
  W[i] = value;
  A[i] += rates[8] * (value - A[i]);
}`;
