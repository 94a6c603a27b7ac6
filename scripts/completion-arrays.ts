/**
 * Between nnfmt and a trainer of the completion network that runs elsewhere (train-completion.py beside this file).
 *
 *     npx tsx scripts/completion-arrays.ts encode CORPUS OUT [--shard 0/16]
 *     npx tsx scripts/completion-arrays.ts unpack MODEL VALUES
 *     npx tsx scripts/completion-arrays.ts pack MODEL VALUES UNITS OUT [--training FACTS.json]
 *
 * `encode` writes, for every file of a corpus (folders of projects), its pieces as 16-bit numbers to OUT.SHARD.p, the
 * vectors of the frozen backbone as half floats to OUT.SHARD.v, and their counts to OUT.SHARD.json: once as the file is
 * and once normalised, from its top and, of a long file, up to three stretches from random lines.
 * `unpack` and `pack` turn the weights of a model file into the flat array of completion-layout.ts, as 32-bit floats,
 * and back; pack takes vocabulary and all sizes but the units from MODEL, and stores the matrices in 8 bits.
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeText } from '../src/complete/piece-text.js';
import { PieceVocabulary, type PieceList } from '../src/complete/pieces.js';
import { listProjects, readSource } from '../src/corpus/index.js';
import { loadBaseModel } from '../src/format/load-policy.js';
import { createBackboneVectors } from '../src/model/completion/backbone-vectors.js';
import { decodeCompletionModel, encodeCompletionModel } from '../src/model/completion/completion-file.js';
import { completionLayout } from '../src/model/completion/completion-layout.js';
import { encodeHalf } from '../src/model/half-float.js';
import { createRandom } from '../src/shared/random.js';

const SHIPPED = 'models/complete.bin';
const MOST_PIECES = 3072;
const MOST_STRETCHES = 3;
const FEWEST_PIECES = 16;
/** About; a piece of code stands for five characters. */
const STRETCH_CHARACTERS = 5 * MOST_PIECES;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { shard: { type: 'string', default: '0/1' }, training: { type: 'string' } },
});
const [task, ...rest] = positionals;
if (task === 'encode') encode(rest[0], rest[1]);
else if (task === 'unpack') writeFileSync(rest[1], bytesOf(readModel(rest[0]).values));
else if (task === 'pack') pack(rest[0], rest[1], { units: Number(rest[2]), out: rest[3] });
else throw new Error('tell what to do: encode, unpack or pack');

function readModel(path: string) {
  return decodeCompletionModel(readFileSync(path), { path });
}

function bytesOf(values: Float32Array | Int16Array | Uint16Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function encode(corpus: string, out: string): void {
  const [shard, shards] = options.shard.split('/').map(Number);
  const vocabulary = new PieceVocabulary(readModel(SHIPPED).vocabulary as PieceList);
  const backbone = createBackboneVectors(loadBaseModel({}).weights);
  const pieceFile = openSync(`${out}.${shard}.p`, 'w');
  const vectorFile = openSync(`${out}.${shard}.v`, 'w');
  /** Of each text: pieces, 1 where it is normalised, 1 where it begins at the file's top. */
  const index: [number, number, number][] = [];
  const files = listProjects([corpus]).flatMap((project) => project.files);
  for (const path of files.filter((_, k) => k % shards === shard)) {
    const { text } = readSource(path);
    const random = createRandom(`stretches of ${path}`);
    const stretches = Math.min(MOST_STRETCHES, Math.floor(text.length / STRETCH_CHARACTERS));
    const starts = Array.from({ length: stretches }, () => text.indexOf('\n', random.int(text.length)) + 1);
    for (const normalised of [false, true]) {
      for (const start of [0, ...starts.filter((place) => place > 0)]) {
        const stretch = text.slice(start, start + 4 * STRETCH_CHARACTERS);
        const { pieces, slots, numbers } =
          encodeText(stretch, vocabulary, { normalised, maxPieces: MOST_PIECES });
        if (pieces.length < FEWEST_PIECES) continue;
        const vectors = new Float32Array(pieces.length * backbone.width);
        backbone.compute(slots, numbers, pieces.length, vectors);
        writeSync(pieceFile, bytesOf(pieces));
        writeSync(vectorFile, bytesOf(encodeHalf(vectors)));
        index.push([pieces.length, normalised ? 1 : 0, start === 0 ? 1 : 0]);
      }
    }
  }
  closeSync(pieceFile);
  closeSync(vectorFile);
  writeFileSync(`${out}.${shard}.json`, JSON.stringify({ index, width: backbone.width }));
}

function pack(path: string, file: string, { units, out }: { units: number; out: string }): void {
  const model = readModel(path);
  const sizes = { ...model.sizes, units };
  const bytes = readFileSync(file);
  const { total } = completionLayout(sizes);
  if (bytes.length !== 4 * total) throw new Error(`${file} holds ${bytes.length / 4} numbers, not ${total}`);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const training = options.training === undefined
    ? model.training : JSON.parse(readFileSync(options.training, 'utf8')) as Record<string, unknown>;
  writeFileSync(out, encodeCompletionModel({ ...model, sizes, values, training }, 'i8'));
}
