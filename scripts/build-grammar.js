/**
 * Builds grammar/tree-sitter-python.wasm, which is committed: the npm package tree-sitter-python with
 * grammar/python.patch. See grammar/README.md.
 *
 *     node scripts/build-grammar.js            builds it
 *     node scripts/build-grammar.js --check    builds it elsewhere and compares
 *
 * Needs cargo, and python3 with pip and venv, and what they fetch: the crate tree-sitter-generate and the
 * compiler in the Python package ziglang. Where they are not to be had, --check says that it skips the build
 * and compares digests only: what was committed is what was built from these inputs.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const grammar = path.join(root, 'grammar');
const upstream = path.join(root, 'node_modules', 'tree-sitter-python');
const committed = path.join(grammar, 'tree-sitter-python.wasm');
const recordPath = path.join(grammar, 'record.json');
const isCheck = process.argv.includes('--check');
/** Newer ones may give other bytes. */
const ZIG = '0.17.1';
const COMMAND_LIMIT_MS = 300_000;
const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'nnfmt-grammar');

/** A tool, or what it has to fetch, is not to be had. */
class MissingTool extends Error {}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const digestOf = (file) => sha256(readFileSync(file));

/** What the wasm depends on, and its own digest. */
const record = (wasm) => ({
  upstream: JSON.parse(readFileSync(path.join(upstream, 'package.json'), 'utf8')).version,
  grammar: digestOf(path.join(upstream, 'grammar.js')),
  scanner: digestOf(path.join(upstream, 'src', 'scanner.c')),
  patch: digestOf(path.join(grammar, 'python.patch')),
  generator: digestOf(path.join(grammar, 'generator', 'Cargo.lock')),
  zig: ZIG,
  wasm: sha256(wasm),
});

if (isCheck) {
  const expected = JSON.stringify(record(readFileSync(committed)), null, 2);
  if (readFileSync(recordPath, 'utf8').trim() !== expected) {
    fail('grammar/record.json does not fit the grammar, its patch or the wasm: run `node scripts/build-grammar.js`.');
  }
}
const folder = mkdtempSync(path.join(tmpdir(), 'nnfmt-grammar-'));
try {
  const wasm = build(folder);
  if (!isCheck) {
    writeFileSync(committed, wasm);
    writeFileSync(recordPath, `${JSON.stringify(record(wasm), null, 2)}\n`);
    console.log(`grammar: ${wasm.length} bytes of WebAssembly`);
  } else if (!wasm.equals(readFileSync(committed))) {
    fail('grammar/tree-sitter-python.wasm is not what its recipe builds: run `node scripts/build-grammar.js`.');
  } else console.log('grammar: the committed WebAssembly is what its recipe builds');
} catch (fault) {
  if (!(fault instanceof MissingTool && isCheck)) throw fault;
  console.log(`grammar: skipped building it again (${fault.message}); the digests of what it was built from fit`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The bytes of the wasm, built in an empty folder. */
function build(work) {
  const sources = path.join(work, 'src');
  mkdirSync(sources);
  copyFileSync(path.join(upstream, 'grammar.js'), path.join(work, 'grammar.js'));
  copyFileSync(path.join(upstream, 'src', 'scanner.c'), path.join(sources, 'scanner.c'));
  cpSync(path.join(upstream, 'src', 'tree_sitter'), path.join(sources, 'tree_sitter'), { recursive: true });
  run('git', ['apply', '-p1', path.join(grammar, 'python.patch')], {
    cwd: work, env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(work) },
  });

  const { generator, dsl } = generatorTools();
  copyFileSync(dsl, path.join(work, 'dsl.mjs'));
  const json = run(process.execPath, ['dsl.mjs'], {
    cwd: work, env: { ...process.env, TREE_SITTER_GRAMMAR_PATH: path.join(work, 'grammar.js') },
  });
  writeFileSync(path.join(sources, 'parser.c'), run(generator, [], { input: json }));

  const zig = zigCompiler();
  const options = ['--target=wasm32-wasi', '-mcpu=mvp', '-Os', '-fPIC', '-fvisibility=hidden', '-I', '.'];
  const objects = ['parser', 'scanner'].map((name) => {
    run(zig, ['cc', ...options, '-c', `${name}.c`, '-o', `${name}.o`], { cwd: sources });
    return `${name}.o`;
  });
  // A side module as web-tree-sitter links it: memory, table and the C library are imported.
  const linking =
    ['-shared', '--experimental-pic', '--no-entry', '--export=tree_sitter_python', '--allow-undefined', '-s'];
  run(zig, ['wasm-ld', ...linking, ...objects, '-o', 'out.wasm'], { cwd: sources });
  return readFileSync(path.join(sources, 'out.wasm'));
}

/** The program that makes a parser of a grammar, and the file that makes JSON of grammar.js. */
function generatorTools() {
  const manifest = path.join(grammar, 'generator', 'Cargo.toml');
  const target = path.join(cache, 'generator');
  fetchWith('cargo', ['build', '--quiet', '--locked', '--manifest-path', manifest, '--target-dir', target]);
  const metadata =
    JSON.parse(run('cargo', ['metadata', '--locked', '--format-version', '1', '--manifest-path', manifest]));
  const crate = metadata.packages.find(({ name }) => name === 'tree-sitter-generate');
  return {
    generator: path.join(target, 'debug', 'generate-parser'),
    dsl: path.join(path.dirname(crate.manifest_path), 'src', 'dsl.js'),
  };
}

/** The compiler's executable, installed into the cache on first use. */
function zigCompiler() {
  const home = path.join(cache, `zig-${ZIG}`);
  const zig = path.join(home, 'ziglang', 'zig');
  if (!existsSync(zig)) {
    rmSync(home, { recursive: true, force: true });
    fetchWith('python3', [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', home,
      `ziglang==${ZIG}`,
    ]);
  }
  return zig;
}

function fetchWith(command, args) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: COMMAND_LIMIT_MS });
  if (error) throw new MissingTool(`${command}: ${error.code ?? error.message}`);
  if (status !== 0) throw new MissingTool(`${command}: ${stderr.trim().split('\n').at(-1)}`);
}

function run(command, args, options = {}) {
  const {
    status, error, stdout, stderr,
  } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: COMMAND_LIMIT_MS, ...options });
  if (error || status !== 0) throw new Error(`${command} ${args[0] ?? ''} failed: ${error?.message ?? stderr}`);
  return stdout;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
