/** The real command as it is installed: what V8 has made of it is kept for the next process, and changes nothing. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// @ts-expect-error no declarations
import { buildBundles } from '../../scripts/bundle-options.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const built = mkdtempSync(join(tmpdir(), 'nnfmt-launch-'));
const home = mkdtempSync(join(tmpdir(), 'nnfmt-home-'));
const kept = join(home, 'nnfmt', 'code');
const source = join(built, 'a.py');

beforeAll(async () => {
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
  await buildBundles(repository, built);
  copyFileSync(createRequire(import.meta.url).resolve('web-tree-sitter/web-tree-sitter.wasm'), join(built, 'web-tree-sitter.wasm'));
  copyFileSync(join(repository, 'grammar/tree-sitter-python.wasm'), join(built, 'tree-sitter-python.wasm'));
  for (const name of readdirSync(join(repository, 'models'))) {
    if (name.endsWith('.bin')) copyFileSync(join(repository, 'models', name), join(built, name));
  }
});
afterAll(() => {
  for (const folder of [built, home]) rmSync(folder, { recursive: true });
});

/** Formats a file whose spaces are spoilt. */
function format(...args: string[]): { status: number | null; stderr: string; text: string } {
  writeFileSync(source, `${'value = call(first, second)\n'.repeat(30)}other = call(first,  second)\n`);
  const env = { ...process.env, XDG_CACHE_HOME: home, NODE_OPTIONS: '' };
  const { status, stderr } = spawnSync(
    process.execPath, [join(built, 'nnfmt.cjs'), 'format', ...args, source], { encoding: 'utf8', env, cwd: built },
  );
  return { status, stderr, text: readFileSync(source, 'utf8') };
}

/** The one file of code. */
const codeFile = (): string => join(kept, readdirSync(kept)[0]!);

describe.skipIf(process.platform === 'win32' || process.platform === 'darwin')('the command', () => {
  test('keeps code with what else it remembers, uses it, and is not led astray where it is damaged', () => {
    const plain = format('--no-cache');
    expect(plain).toMatchObject({ status: 0, text: expect.stringMatching(/\nother = call\(first, second\)\n$/u) as string });
    expect(existsSync(kept)).toBe(false);

    expect(format()).toEqual(plain);
    const code = codeFile();
    const first = statSync(code).mtimeMs;
    const bytes = readFileSync(code);
    expect(bytes.length).toBeGreaterThan(100_000);

    // V8 has taken it: else it would have been made anew.
    expect(format()).toEqual(plain);
    expect(statSync(code).mtimeMs).toBe(first);

    bytes[bytes.length >> 1]! ^= 0xff;
    writeFileSync(code, bytes);
    expect(format()).toEqual(plain);
    expect(readFileSync(code).equals(bytes)).toBe(false);
    const again = statSync(code).mtimeMs;
    expect(format()).toEqual(plain);
    expect(statSync(code).mtimeMs).toBe(again);
  });

  test('keeps the code of completions beside it', () => {
    writeFileSync(source, 'import os\n\nfirst = os.path.join("a", "b")\nsecond = os.pa');
    const complete = () => spawnSync(
      process.execPath, [join(built, 'nnfmt.cjs'), 'complete', `${source}:4`],
      { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: home, NODE_OPTIONS: '' }, cwd: built },
    );
    const { status, stdout } = complete();
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('th.join') as string });
    const code = readdirSync(kept).filter((name) => name.includes('-complete-')).map((name) => join(kept, name));
    expect(code).toHaveLength(1);
    const first = statSync(code[0]!).mtimeMs;
    expect(complete().stdout).toBe(stdout);
    expect(statSync(code[0]!).mtimeMs).toBe(first);
  });

  test('keeps the code of formatting stdin, apart from that of files', () => {
    const run = (...args: string[]) => spawnSync(
      process.execPath, [join(built, 'nnfmt.cjs'), 'format', ...args, '-'],
      { encoding: 'utf8', input: 'value = call(first,  second)\n', env: { ...process.env, XDG_CACHE_HOME: home, NODE_OPTIONS: '' }, cwd: built },
    );
    const found = (): string[] => readdirSync(kept).filter((name) => name.includes('-format-stdin-'));
    expect(run('--no-cache')).toMatchObject({ status: 0, stdout: 'value = call(first, second)\n', stderr: '' });
    expect(found()).toEqual([]);
    expect(run()).toMatchObject({ status: 0, stdout: 'value = call(first, second)\n', stderr: '' });
    expect(found()).toHaveLength(1);
    const { mtimeMs } = statSync(join(kept, found()[0]!));
    expect(run()).toMatchObject({ status: 0, stdout: 'value = call(first, second)\n', stderr: '' });
    expect(statSync(join(kept, found()[0]!)).mtimeMs).toBe(mtimeMs);
  });

  test('looks through a model that is not the one it was built with', () => {
    const model = join(built, 'base.bin');
    const bytes = readFileSync(model);
    const damaged = Buffer.from(bytes);
    damaged[bytes.length >> 1]! ^= 4;
    writeFileSync(model, damaged);
    try {
      expect(format('--no-cache')).toMatchObject({ status: 2, stderr: expect.stringContaining('the checksum does not match') as string });
    } finally {
      writeFileSync(model, bytes);
    }
  });

  test('loads no streams, loaders and threads, and warns of nothing, under strict settings either', () => {
    const told = join(built, 'tell-modules.cjs');
    writeFileSync(told, "process.on('exit', () => require('fs').writeSync(1, process.moduleLoadList.join(';')));");
    writeFileSync(source, 'value = call(first, second)\n');
    for (const strict of [[], ['--throw-deprecation', '--pending-deprecation'], ['--no-deprecation']]) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [...strict, '--require', told, join(built, 'nnfmt.cjs'), 'format', '--quiet', '--no-cache', source],
        { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: home, NODE_OPTIONS: '' }, cwd: built },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const loaded = stdout.split(';');
      expect(loaded).toContain('NativeModule vm');
      for (const name of ['v8', 'stream', 'crypto', 'child_process', 'worker_threads', 'internal/modules/esm/loader']) {
        expect(loaded).not.toContain(`NativeModule ${name}`);
      }
    }
  });

  test('answers under its former name, and other commands without that code', () => {
    for (const name of ['nnfmt.js', 'nnfmt.cjs']) {
      const { status, stdout } = spawnSync(process.execPath, [join(built, name), '--version'], { encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^nnfmt \d+\.\d+\.\d+ \(model [0-9a-f]{12}, grammar [0-9a-f]{12}\)\n$/u) as string });
    }
    const { status, stdout } = spawnSync(process.execPath, [join(built, 'nnfmt.cjs'), 'format', '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: nnfmt format');
  });

  test('says in a line that it needs WebAssembly, where there is none', () => {
    const run = (...args: string[]): { status: number | null; stderr: string } =>
      spawnSync(process.execPath, ['--jitless', join(built, 'nnfmt.cjs'), ...args], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
    const text = readFileSync(source, 'utf8');
    for (const args of [['format', source], ['format', '--jobs', '2', source, join(built, 'b.py')], ['check', source], ['complete', `${source}:1`]]) {
      writeFileSync(join(built, 'b.py'), text);
      const { status, stderr } = run(...args);
      expect(status, stderr).toBe(2);
      expect(stderr).toMatch(/^(?:Warning: .*\n)?error: nnfmt needs WebAssembly, and it is switched off here\. Run without --jitless .*\n$/u);
    }
    expect(readFileSync(source, 'utf8')).toBe(text);
    expect(run('--help').status).toBe(0);
  });
});
