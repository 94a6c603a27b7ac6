/** Kernels of the completion network alone: its pointer, its loss, and the memory of its keys. */
import {
  header, bind, bindWords, uniform, EACH, ROW_THREADS, REDUCE, EACH_ROW, ROW_FIELDS, type Storage,
} from './kernel-words.js';

/**
 * The pointer's weights: softmax over the window's pieces that are known and the sentinel. Rows are step by step, the
 * attention sequence by sequence.
 */
export const attentionKernel = (s: Storage): string =>
  `${header(s)}${uniform('rows', 'sequences', 'steps', 'window', 'span', 'width', 'key', 'units', 'states', 'bias',
    'sentinel', 'sentinelBias')}${bind(1, 'Q', 'f32', 'read')}${bind(2, 'M', 'f32', 'read')}${bind(3, 'H', s, 'read')}${
    bind(4, 'W', s, 'read')}${bind(5, 'A', 'f32', 'read_write')}${bind(6, 'R', 'f32', 'read_write')}${
    bindWords(7, 'known', 'i32')}${REDUCE}${EACH_ROW}
  let b = row % p.sequences; let t = row / p.sequences;
  let line = (b * p.steps + t) * p.width;
  var dot = 0.0;
  for (var k = l; k < p.units; k += ${ROW_THREADS}u) { dot += H_at(p.states + row * p.units + k) * W_at(p.sentinel + k); }
  let sentinel = sum_of(l, dot) + W_at(p.sentinelBias);
  var most = sentinel;
  for (var j = l; j < p.width; j += ${ROW_THREADS}u) {
    var value = -1e9;
    if (j > t && j <= p.window + t && known[b * p.width + j] >= 0) {
      let distance = p.window + t - j;
      value = W_at(p.bias + min(11u, 31u - countLeadingZeros(distance + 1u)));
      for (var k = 0u; k < p.key; k++) { value += Q[row * p.key + k] * M[(b * p.span + j) * p.key + k]; }
    }
    A[line + j] = value;
    most = max(most, value);
  }
  let top = most_of(l, most);
  var part = 0.0;
  for (var j = l; j < p.width; j += ${ROW_THREADS}u) {
    let power = exp(A[line + j] - top);
    A[line + j] = power;
    part += power;
  }
  let whole = sum_of(l, part) + exp(sentinel - top);
  for (var j = l; j < p.width; j += ${ROW_THREADS}u) { A[line + j] /= whole; }
  if (l == 0u) { R[row * ${ROW_FIELDS}u] = exp(sentinel - top) / whole; }
}`;

/**
 * Softmax of the logits, mixed with the pointer's weights: loss of each row, and where `step[2]` says so the gradients
 * of logits and attention, in their place. `step[1]` is the share of a row, times the scale of the loss.
 */
export const completionLossKernel = (s: Storage): string =>
  `${header(s)}${uniform('rows', 'vocabulary', 'sequences', 'steps', 'span', 'width')}${bind(1, 'L', s, 'read_write')}${
    bind(2, 'A', 'f32', 'read_write')}${bind(3, 'R', 'f32', 'read_write')}${bindWords(4, 'known', 'i32')}${
    bindWords(5, 'answers', 'i32')}${bindWords(6, 'step')}${REDUCE}${EACH_ROW}
  let b = row % p.sequences; let t = row / p.sequences;
  let logits = row * p.vocabulary; let line = (b * p.steps + t) * p.width;
  let answer = answers[row];
  let share = bitcast<f32>(step[1]); let learns = step[2] != 0u;
  let at = row * ${ROW_FIELDS}u;
  if (answer < 0) {
    for (var k = l; k < p.vocabulary; k += ${ROW_THREADS}u) { L[logits + k] = L_as(0.0); }
    for (var j = l; j < p.width; j += ${ROW_THREADS}u) { A[line + j] = 0.0; }
    if (l == 0u) { R[at + 1u] = 0.0; R[at + 2u] = 0.0; R[at + 3u] = 0.0; }
    return;
  }
  var most = -1e30;
  for (var k = l; k < p.vocabulary; k += ${ROW_THREADS}u) { most = max(most, L_at(logits + k)); }
  let top = most_of(l, most);
  var part = 0.0;
  for (var k = l; k < p.vocabulary; k += ${ROW_THREADS}u) { part += exp(L_at(logits + k) - top); }
  let whole = sum_of(l, part);
  var found = 0.0;
  for (var j = l; j < p.span; j += ${ROW_THREADS}u) { if (known[b * p.width + j] == answer) { found += A[line + j]; } }
  let copied = sum_of(l, found);
  let generated = exp(L_at(logits + u32(answer)) - top) / whole;
  var gate = 1.0;
  if (p.span > 0u) { gate = R[at]; }
  let likelihood = max(1e-12, gate * generated + copied);
  let byVocabulary = gate * generated / likelihood;
  workgroupBarrier();
  if (l == 0u) {
    R[at + 1u] = (gate - byVocabulary) * share;
    R[at + 2u] = -log(likelihood);
    R[at + 3u] = select(0.0, 1.0, likelihood > 0.5);
  }
  if (!learns) { return; }
  for (var k = l; k < p.vocabulary; k += ${ROW_THREADS}u) {
    let of_answer = select(0.0, 1.0, k == u32(answer));
    L[logits + k] = L_as((exp(L_at(logits + k) - top) / whole - of_answer) * byVocabulary * share);
  }
  for (var j = l; j < p.span; j += ${ROW_THREADS}u) {
    let wanted = known[b * p.width + j] == answer;
    A[line + j] *= select(share, share * (1.0 - 1.0 / likelihood), wanted);
  }
}`;

/** From the gradient of the attention: that of queries, or of the keys of the chunk. */
export const pointerGradientKernel = (of: 'queries' | 'keys'): string =>
  `${uniform('total', 'sequences', 'steps', 'window', 'span', 'width', 'key')}${bind(1, 'O', 'f32', 'read_write')}${
    bind(2, 'A', 'f32', 'read')}${bind(3, 'V', 'f32', 'read')}${EACH}
  let row = i / p.key; let k = i % p.key;
  let b = row % p.sequences; let t = row / p.sequences;
  var sum = 0.0;
  ${of === 'queries'
    ? `let line = (b * p.steps + t) * p.width;
  for (var j = t + 1u; j <= p.window + t; j++) { sum += A[line + j] * V[(b * p.span + j) * p.key + k]; }`
    : `let last = min(p.steps, t + p.window);
  for (var u = t; u < last; u++) {
    sum += A[(b * p.steps + u) * p.width + p.window + t] * V[(u * p.sequences + b) * p.key + k];
  }`}
  O[i] = sum;
}`;

/** Of each row, the gradients of the distances' biases: `[rows, 12]`. */
export const distanceGradientKernel = (): string =>
  `${uniform('total', 'sequences', 'steps', 'window', 'width')}${bind(1, 'O', 'f32', 'read_write')}${
    bind(2, 'A', 'f32', 'read')}${EACH}
  let row = i / 12u; let bucket = i % 12u;
  let b = row % p.sequences; let t = row / p.sequences;
  let line = (b * p.steps + t) * p.width;
  let first = (1u << bucket) - 1u;
  let end = select(min(p.window, (2u << bucket) - 1u), p.window, bucket == 11u);
  var sum = 0.0;
  for (var d = first; d < end; d++) { sum += A[line + p.window + t - d]; }
  O[i] = sum;
}`;

/** Keys of a chunk into the memory behind the window; or what moves to its front, into a buffer in between and back. */
export const memoryKernel = (does: 'write' | 'shift' | 'back'): string =>
  `${uniform('total', 'sequences', 'steps', 'window', 'span', 'key')}${bind(1, 'O', 'f32', 'read_write')}${bind(2, 'V', 'f32', 'read')}${EACH}
  let k = i % p.key; let line = i / p.key;
  ${does === 'write'
    ? 'O[((line % p.sequences) * p.span + p.window + line / p.sequences) * p.key + k] = V[i];'
    : `let at = ((line / p.window) * p.span + line % p.window) * p.key + k;
  ${does === 'shift' ? 'O[i] = V[at + p.steps * p.key];' : 'O[at] = V[i];'}`}
}`;
