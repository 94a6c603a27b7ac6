import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeTinyModel } from '../profile/support/tiny-model.js';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli } from './support/run-fake.js';
import { runInProcess } from './support/run-in-process.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;
beforeAll(async () => {
  cli = await buildFakeCli();
});

const bytes = (folder: string, name: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${folder}/`), name]);
/** "a" and a byte that is not UTF-8. */
const BAD = Buffer.from('61ff2e7079', 'hex');

/** Runs nnfmt through a shell, which can give it any bytes: `$1` is the script. */
function nnfmt(cwd: string, command: string): { status: number | null; stdout: string; stderr: string } {
  const { FORCE_COLOR: _force, ...env } = process.env;
  const run = spawnSync('bash', ['-c', `"$1" "$2" ${command}`, 'bash', process.execPath, cli.script], { cwd, encoding: 'utf8', env });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

const takesAnyName = process.platform === 'linux';

test.skipIf(!takesAnyName)('a name that is not UTF-8 is told in a line, and the file called U+FFFD beside it is formatted', () => {
  const folder = folderWith({ 'sub/a\ufffd.py': 'x  \n', 'sub/b.py': 'x  \n' });
  writeFileSync(bytes(join(folder, 'sub'), BAD), 'bad  \n');
  mkdirSync(bytes(join(folder, 'sub'), Buffer.from([0xfe])));
  // No Python, excluded, ignored: nothing to tell.
  writeFileSync(bytes(join(folder, 'sub'), Buffer.from('ff2e747874', 'hex')), '');
  writeFileSync(bytes(join(folder, 'sub'), Buffer.from('6fff2e7079', 'hex')), 'out  \n');
  const run = nnfmt(folder, 'format --exclude "o*.py" .');
  expect(run.status).toBe(2);
  expect(run.stderr.split('\n').filter((line) => line.startsWith('error')).sort()).toEqual([
    'error: "sub/a\\377.py": this name is not UTF-8, and nnfmt takes no other; the file was left alone. Rename it.',
    'error: "sub/\\376": this name is not UTF-8, and nnfmt takes no other; the file was left alone. Rename it.',
  ].sort());
  expect(readFileSync(join(folder, 'sub', 'a\ufffd.py'), 'utf8')).toBe('x\n');
  expect(readFileSync(join(folder, 'sub', 'b.py'), 'utf8')).toBe('x\n');
  expect(readFileSync(bytes(join(folder, 'sub'), BAD), 'utf8')).toBe('bad  \n');
});

test.skipIf(!takesAnyName)('given by name it is refused, and not taken for the file called U+FFFD', () => {
  const folder = folderWith({ 'a\ufffd.py': 'x  \n', 'b.py': 'x  \n' });
  for (const command of ["format $'a\\xff.py' b.py", "check $'a\\xff.py'", "mutate $'a\\xff.py'"]) {
    const run = nnfmt(folder, command);
    expect(run.status, command).toBe(2);
    expect(run.stderr, command).toContain('error: "a\\377.py": this name is not UTF-8');
  }
  expect(readFileSync(join(folder, 'a\ufffd.py'), 'utf8')).toBe('x  \n');
  expect(readFileSync(join(folder, 'b.py'), 'utf8')).toBe('x\n');
  expect(nnfmt(folder, "format $'a\\xef\\xbf\\xbd.py'").status).toBe(0);
  expect(readFileSync(join(folder, 'a\ufffd.py'), 'utf8')).toBe('x\n');
});

test.skipIf(!takesAnyName)('train passes it over, and says so, with git and without', async () => {
  const folder = folderWith({ 'a.py': 'x = 1\ny = 2\nz = 3\n', 'a\ufffd.py': 'def f(a, b):\n    return a\n' });
  writeFileSync(bytes(folder, BAD), 'z = 1\n');
  const model = join(folderWith(), 'tiny.bin');
  writeTinyModel(model);
  for (const tracked of [false, true]) {
    if (tracked) {
      if (spawnSync('git', ['init', '-q'], { cwd: folder }).status !== 0) return;
      spawnSync('git', ['add', '.'], { cwd: folder });
    }
    const run = await runInProcess(['train', '--quiet', '--counts-only', '--model', model, folder]);
    expect(run.stderr).toMatch(/^warning: ".*a\\377\.py": this name is not UTF-8, .*\n$/u);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('Learned from 2 files');
  }
});

test.skipIf(!takesAnyName)('--changed tells files apart by the bytes of their names', () => {
  const folder = folderWith({ 'a\ufffd.py': 'x \ny \n' });
  writeFileSync(bytes(folder, BAD), 'z \n');
  const git = (...args: string[]): number | null => spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder }).status;
  if (git('init', '-q') !== 0) return;
  git('add', '.');
  git('commit', '-qm', 'first');
  writeFileSync(join(folder, 'a\ufffd.py'), 'x \nY \n');
  const run = nnfmt(folder, 'check --changed');
  expect(run.stdout).toMatch(/^a\ufffd\.py:2:2: .*\n$/u);
  expect(run.stderr).toContain('error: "a\\377.py"');
});

/** Line feeds forge lines; the other characters paint the terminal or turn its text around. */
const FORGED = ['a\nerror: forged.py: this is a lie\n.py', 'b\r::error file=forged.py::lie\u001b[31m.py', '"c\u202e.py', 'd\u009b31m.py'];

test.skipIf(!takesAnyName)('no name forges a line or reaches the terminal raw, in any output', { timeout: 120_000 }, () => {
  const folder = folderWith(Object.fromEntries(FORGED.map((name) => [name, 'x  \n'])));
  const broken = folderWith(Object.fromEntries(FORGED.map((name) => [name, 'def (\n'])));
  const commands = [
    'format --check -v .', 'format --diff .', 'check .', 'check --output-format github .', 'check --output-format sarif .',
    'check --output-format json .', 'format -j 2 --check .', 'mutate ./*c*', 'format "./nothing\nerror: forged" $\'x\\e[31m\'', 'explain "x\ny:1"', 'score "x\ny" "x\ny"',
    'format --changed="x\ny"', 'check --stdin-filename "x\ny" - <<< "def ("', 'format --diff --stdin-filename "x\ny" - <<< "x  "', 'format --include="*" "e\nmpty"',
  ];
  mkdirSync(join(folder, 'e\nmpty'));
  for (const [cwd, some] of [[folder, commands], [broken, commands.slice(0, 7)]] as const) {
    for (const command of some) {
      const { stdout, stderr } = nnfmt(cwd, command);
      const told = stdout + stderr;
      expect(told, command).not.toBe('');
      expect(told, command).not.toMatch(/^(?:error: forged|::error file=forged|y\b)/mu);
      expect(told, command).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/u);
    }
  }
});
