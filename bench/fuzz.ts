/**
 * A fuzz of what nnfmt reads, for CI: bytes of sources edited at random, models and profiles with flipped bytes,
 * odd ignore files and settings, trees of links and special files. Whatever comes in: no crash, one clear line for
 * each fault, the same program, and no file outside the tree touched.
 *
 *     npx tsx bench/fuzz.ts [--seconds 70] [--seed YYYY-MM-DD] [--python python3] [--cli dist/nnfmt.js]
 *
 * The seed is today's date where none is given, and is printed: the same seed makes the same cases, as many as fit
 * the time. Sources are those of the standard library where Python is there, else the fixtures. Exit code 1 when
 * something failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeSource } from '../src/corpus/decode-source.js';
import { NnfmtError, UserError } from '../src/errors.js';
import { createFormatter } from '../src/format/index.js';
import { loadBaseModel, loadPolicy } from '../src/format/load-policy.js';
import { StyleCounts } from '../src/model/style-counts.js';
import { decodeModel } from '../src/model/weights-file.js';
import { encodeProfile } from '../src/profile/index.js';
import { createRandom, type Random } from '../src/shared/random.js';
import { damagedCopies, withChecksum } from '../tests/model/support/damaged-copies.js';
import { hasPython, startOracle } from '../tests/oracle/cpython-oracle.js';
import { pythonFiles } from '../tests/oracle/python-files.js';
import { writeTinyModel } from '../tests/profile/support/tiny-model.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '70' },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    python: { type: 'string', default: 'python3' },
    cli: { type: 'string', default: 'dist/nnfmt.js' },
  },
});
const { seed, python } = values;
const end = performance.now() + 1000 * Number(values.seconds);
const scratch = mkdtempSync(join(tmpdir(), 'nnfmt-fuzz-'));
const failures: string[] = [];
const counts = new Map<string, number>();
const fail = (what: string, detail: string): void => {
  failures.push(`${what}: ${detail}`);
};
const count = (what: string): void => {
  counts.set(what, (counts.get(what) ?? 0) + 1);
};

/** Reads like a user's fault: an error of ours whose message is one line, but for an excerpt of the source. */
function judgeFault(what: string, fault: unknown): void {
  const message = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  if (!(fault instanceof NnfmtError) || !(fault instanceof UserError)) fail(what, message);
  else if (fault.message.split('\n').length > 3 || fault.message.length > 2000) fail(what, `not one clear line: ${fault.message}`);
}

const judge = hasPython(python) ? startOracle(python) : null;
const library = judge === null ? null : spawnSync(python, ['-c', 'import os; print(os.path.dirname(os.__file__))']).stdout.toString().trim();
const sources = [...pythonFiles([library ?? 'fixtures'])].filter((path) => !path.includes('site-packages'));
const formatter = await createFormatter({ profilePath: null });

/** Some bytes of a source changed, doubled, left out or swapped for ones that mean something. */
function editBytes(bytes: Buffer, random: Random): Buffer {
  const telling = ['\n', '\\\n', '\r', '\t', '\f', '"""', "'", '#', '(', ')', '{', ':', ';', '\0', '\ufeff', 'é', ' ', '\\'];
  let edited = bytes;
  for (let edits = 1 + random.int(3); edits > 0; edits--) {
    const at = random.int(edited.length + 1);
    const cut = random.int(3) === 0 ? random.int(4) : 0;
    const added = random.int(4) === 0 ? Buffer.from([random.int(256)]) : Buffer.from(random.int(5) === 0 ? '' : telling[random.int(telling.length)]!);
    edited = Buffer.concat([edited.subarray(0, at), added, edited.subarray(at + cut)]);
  }
  return edited;
}

async function fuzzSource(random: Random): Promise<void> {
  const path = sources[random.int(sources.length)]!;
  const bytes = readFileSync(path);
  if (bytes.length > 30_000) return;
  count('sources');
  let text: string;
  let formatted: string;
  try {
    ({ text } = decodeSource(editBytes(bytes, random), path));
    formatted = formatter.format(text, { path }).text;
  } catch (fault) {
    judgeFault(`bytes of ${path}`, fault);
    return;
  }
  count('sources formatted');
  if (judge === null || formatted === text) return;
  const { left, right, tree } = await judge.compare(text, formatted);
  count('results judged by CPython');
  if (left === null && (right !== null || !tree)) fail(`bytes of ${path}`, `another meaning: ${right ?? 'the tree differs'}`);
}

const modelPath = join(scratch, 'model.bin');
const profilePath = join(scratch, 'profile');
writeTinyModel(modelPath);
const model = readFileSync(modelPath);
const style = new StyleCounts();
for (let k = 0; k < 200; k++) style.add(k % 3, (k * 11) % 2048, k % 4);
const profile = Buffer.from(encodeProfile({
  baseModel: loadBaseModel({ modelPath }).digest, counts: style, unit: '    ', hang: null, drift: null, brackets: null, thresholds: {}, files: 2, delta: [],
}));

/** Odd values or one flip with a right checksum, or a few flips without. */
function damage(file: Buffer, random: Random): Buffer {
  const kind = random.int(3);
  if (kind === 0) {
    // The odd values of a header, in their order.
    let left = random.int(400);
    for (const { bytes } of damagedCopies(file, 400, random)) if (left-- === 0) return bytes;
  }
  const bytes = Buffer.from(file);
  for (let flips = kind === 1 ? 1 : 1 + random.int(5); flips > 0; flips--) bytes[random.int(bytes.length)]! ^= 1 << random.int(8);
  if (kind === 1) return withChecksum(bytes);
  return random.int(4) === 0 ? bytes.subarray(0, random.int(bytes.length)) : bytes;
}

function fuzzFiles(random: Random): void {
  count('models and profiles');
  try {
    decodeModel(damage(model, random), { path: 'model.bin' });
  } catch (fault) {
    judgeFault('model', fault);
  }
  try {
    writeFileSync(profilePath, damage(profile, random));
    loadPolicy({ modelPath, profilePath });
  } catch (fault) {
    judgeFault('profile', fault);
  }
}

const pick = <T>(random: Random, items: readonly T[]): T => items[random.int(items.length)]!;
const times = (random: Random, most: number, make: () => string): string => Array.from({ length: random.int(most + 1) }, make).join('');

function randomPattern(random: Random): string {
  const parts = ['**', '*', '/', 'a', 'sub', '[a-', '[!x]', '?', '\\', '!', '#', '{a,b}', ' ', '..', '.py', '\u00e9', '\0', ']'];
  return `${times(random, 12, () => pick(random, parts))}\n`;
}

function randomSettings(random: Random): string {
  const keys = ['include', 'exclude', 'jobs', 'confidence', 'model', 'profile', 'max-seconds', 'max-memory', 'force-exclude', 'nothing', '"'];
  const settings = ['1', '-1', '1e999', '"x"', '["**/a", ""]', 'true', '{}', '"../outside/notes.txt"', '"/dev/zero"', '[', '[[1]]', '9999999999999999999', 'nan', '"\\u0000"'];
  return `${pick(random, ['[tool.nnfmt]', '[tool]\nnnfmt = 1', '[tool.nnfmt', '[[tool.nnfmt]]'])}\n${times(random, 3, () => `${pick(random, keys)} = ${pick(random, settings)}\n`)}`;
}

/** A tree of sources, settings, links that lead anywhere, pipes and folders in place of files; and a folder beside it. */
function makeTree(root: string, random: Random): void {
  const names = ['a.py', 'sub/b.py', 'sub/deep/c.pyi', '.gitignore', 'sub/.gitignore', 'pyproject.toml', 'sub/pyproject.toml', '.nnfmt/profile', 'x\ny.py', 'é.py'];
  const targets = ['../outside/notes.txt', '../outside', '/dev/zero', '/dev/null', 'a.py', '.', 'nowhere', '/proc/self/mem'];
  for (const name of names) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    const kind = random.int(12);
    try {
      if (kind === 0) symlinkSync(pick(random, targets), path);
      else if (kind === 1) spawnSync('mkfifo', [path]);
      else if (kind === 2) mkdirSync(path);
      else if (kind < 11) writeFileSync(path, contentOf(name, random));
    } catch {
      // A name that this system does not take.
    }
  }
}

function contentOf(name: string, random: Random): string | Buffer {
  if (name.endsWith('.gitignore')) return times(random, 6, () => randomPattern(random));
  if (name.endsWith('.toml')) return randomSettings(random);
  if (name.endsWith('profile')) return damage(profile, random);
  return pick(random, ['x  =  1\n', 'def f( a,b ):\n  return a\n', 'x = (\n', '', '\0', 'x = 1\r', 'if x:\n\ty\n        z\n', '# fmt: off\nx  =  1\n']);
}

const OUTSIDE = 'x   =   1\n';

function fuzzTree(random: Random): void {
  count('trees');
  const home = mkdtempSync(join(scratch, 'tree-'));
  const outside = join(home, 'outside');
  const root = join(home, 'project');
  mkdirSync(outside);
  mkdirSync(root);
  for (const name of ['notes.txt', 'source.py']) writeFileSync(join(outside, name), OUTSIDE);
  makeTree(root, random);
  const args = pick(random, [['format', '.'], ['format', '--check', '.'], ['format', '--diff', 'a.py', 'sub'], ['check', '.'], ['format', 'a.py', 'nowhere.py', '.'], ['check', '--output-format', 'json', 'sub']]);
  const run = spawnSync(process.execPath, [resolve(values.cli), ...args], { cwd: root, timeout: 30_000, env: { ...process.env, NNFMT_CACHE_DIR: join(home, 'cache') } });
  const what = `${args.join(' ')} in a random tree`;
  const output = `${run.stdout.toString()}${run.stderr.toString()}`;
  if (run.signal !== null) fail(what, `ended by ${run.signal}`);
  else if (run.status === null || run.status > 2) fail(what, `exit code ${run.status}: ${output.slice(0, 500)}`);
  if (/unexpected failure|^\s+at .+:\d+:\d+\)?$/mu.test(output)) fail(what, output.slice(0, 2000));
  for (const name of ['notes.txt', 'source.py']) if (readFileSync(join(outside, name), 'utf8') !== OUTSIDE) fail(what, `outside/${name} was touched`);
  rmSync(home, { recursive: true, force: true });
}

console.log(`fuzz: seed ${seed} (repeat with --seed ${seed}), ${values.seconds} s, ${judge === null ? 'no Python here: meaning is judged by nnfmt alone' : 'CPython judges meaning'}`);
try {
  for (let round = 0; performance.now() < end && failures.length < 10; round++) {
    const random = createRandom(`${seed}-${round}`);
    for (let k = 0; k < 4; k++) await fuzzSource(random);
    fuzzFiles(random);
    if (round % 4 === 0) fuzzTree(random);
  }
} finally {
  judge?.close();
  rmSync(scratch, { recursive: true, force: true });
}
console.log([...counts].map(([what, number]) => `${number} ${what}`).join(', '));
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
