/**
 * How long a question takes in a large index: every function is looked at, by meaning and by words.
 *
 *     npx tsx bench/search-speed.ts PATHS... [--functions 200000] [--rounds 5] [--json]
 *
 * The functions of the paths are indexed; of fewer than asked for, files are repeated, of more, the first are taken.
 * Times are the median, the 95th of a hundred and the largest of all questions, in milliseconds, of the processor and
 * by the clock; a plain loop over as many whole numbers stands
 * beside, which tells machines apart.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findFiles, readSource } from '../src/corpus/index.js';
import {
  askIndex, decodeIndex, encodeIndex, loadSearchEncoder, updateIndex, WordTableBuilder, wordsOfFunctions,
  type SourceToIndex,
} from '../src/search/index.js';

const QUESTIONS = [
  'parse a date from ISO text', 'retry a request with backoff', 'read a file line by line', 'convert string to integer',
  'open a socket and listen', 'sort a list of objects by key', 'the cache of a user', 'compute the mean of an array',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    functions: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.functions);

function* sources(files: readonly string[]): Generator<SourceToIndex> {
  for (const path of files) {
    try {
      yield { path, text: readSource(path).text };
    } catch {
      // What cannot be read is none of this measurement.
    }
  }
}

/** Processor time of this process, which other programs on the machine lengthen little. */
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const timed = <T>(work: () => T): [result: T, milliseconds: number] => {
  const from = processorMs();
  const result = work();
  return [result, processorMs() - from];
};
/** The value that so large a share of the others is below. */
const quantile = (list: readonly number[], share: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))]!;

const encoder = loadSearchEncoder();
const [own, buildMs] = timed(() => updateIndex(sources(findFiles(positionals).files), encoder, null).index);
const rows = Array.from({ length: wanted }, (_, k) => k % own.names.length);
const width = own.width;
const vectors = new Int8Array(wanted * width);
const ofFunctions = wordsOfFunctions(own.words);
const builder = new WordTableBuilder();
rows.forEach((row, k) => {
  vectors.set(own.vectors.subarray(row * width, (row + 1) * width), k * width);
  const { starts, ids, counts } = ofFunctions;
  const [from, to] = [starts[row]!, starts[row + 1]!];
  builder.add(Array.from({ length: to - from }, (_, j) => [own.words.words[ids[from + j]!]!, counts[from + j]!] as const));
});
const index = {
  ...own, vectors, files: [{ path: 'all.py', digest: '', count: wanted }], names: rows.map((row) => own.names[row]!),
  lines: Uint32Array.from(rows, (row) => own.lines[row]!),
  lastLines: Uint32Array.from(rows, (row) => own.lastLines[row]!),
  scales: Float32Array.from(rows, (row) => own.scales[row]!),
  words: builder.table(),
};

// What making the index left behind is no part of a question.
setFlagsFromString('--expose-gc');
(runInNewContext('gc') as () => void)();
const times: number[] = [];
const clock: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const question of QUESTIONS) {
    const from = performance.now();
    times.push(timed(() => askIndex(index, encoder, question, { count: 10 }))[1]);
    clock.push(performance.now() - from);
  }
}
const [bytes, encodeMs] = timed(() => encodeIndex(index));
const [, decodeMs] = timed(() => decodeIndex(bytes));
const plain = timed(() => {
  let sum = 0;
  for (let k = 0; k < vectors.length; k++) sum += vectors[k]!;
  return sum;
})[1];
const figures = {
  functions: wanted, read: own.names.length, buildMs, firstMs: times[0]!,
  askMedianMs: quantile(times, 0.5), askP95Ms: quantile(times, 0.95), askMostMs: Math.max(...times),
  clockMedianMs: quantile(clock, 0.5), clockP95Ms: quantile(clock, 0.95), clockMostMs: Math.max(...clock),
  plainLoopMs: plain,
  megabytes: bytes.length / 1e6, encodeMs, decodeMs,
};
const rounded = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(1))]));
console.log(values.json
  ? JSON.stringify(rounded)
  : Object.entries(rounded).map(([name, value]) => `${name}  ${value}`).join('\n'));
