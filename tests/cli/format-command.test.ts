import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli, collect, runCliProcess, startCli, untilStarted, type RunResult } from './support/run-fake.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;

beforeAll(async () => {
  cli = await buildFakeCli();
});

function format(cwd: string, args: readonly string[], stdin?: string | Uint8Array): Promise<RunResult> {
  return runCliProcess({ script: cli.script, args: ['format', ...args], cwd, ...(stdin === undefined ? {} : { stdin }) });
}

test('formats in place and sums up', async () => {
  const folder = folderWith({ 'a.py': 'x = 1  \n', 'sub/b.pyi': 'y = 2\n', 'c.txt': 'no  \n' });
  const run = await format(folder, ['.']);
  expect(run).toMatchObject({ code: 0, stdout: '' });
  expect(run.stderr).toBe('reformatted a.py\n1 file reformatted, 1 file left unchanged.\n');
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1\n');
  expect(readFileSync(join(folder, 'c.txt'), 'utf8')).toBe('no  \n');
});

test('an unchanged file is not touched', async () => {
  const folder = folderWith({ 'a.py': 'x = 1\n' });
  const before = statSync(join(folder, 'a.py'));
  await format(folder, ['a.py']);
  const after = statSync(join(folder, 'a.py'));
  expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);
});

test('--check writes nothing; exit 1 only where something would change', async () => {
  const folder = folderWith({ 'a.py': 'x = 1  \n', 'b.py': 'y\n' });
  const dirty = await format(folder, ['--check', '.']);
  expect(dirty.code).toBe(1);
  expect(dirty.stderr).toBe(
    'would reformat a.py\n1 file would be reformatted, 1 file would be left unchanged.\n',
  );
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1  \n');
  expect((await format(folder, ['--check', 'b.py'])).code).toBe(0);
});

test('--diff prints a unified diff and exits 0; with --check 1', async () => {
  const folder = folderWith({ 'a.py': 'x = 1  \ny\n' });
  const run = await format(folder, ['--diff', 'a.py']);
  expect(run.code).toBe(0);
  expect(run.stdout).toBe('--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n-x = 1  \n+x = 1\n y\n');
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1  \ny\n');
  expect((await format(folder, ['--diff', '--check', 'a.py'])).code).toBe(1);
});

test('--quiet and --verbose', async () => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': 'y\n' });
  const verbose = await format(folder, ['--verbose', '--check', '.']);
  expect(verbose.stderr).toMatch(/would reformat a\.py \(1 of 10 gaps, 2 passes, \d+ ms\)\n/u);
  expect(verbose.stderr).toContain('b.py already well formatted');
  expect((await format(folder, ['--quiet', '.'])).stderr).toBe('');
  expect((await format(folder, ['-q', '-v', '.'])).code).toBe(2);
});

test('stdin to stdout, with --check and --diff', async () => {
  const folder = folderWith({});
  expect(await format(folder, ['-'], 'x  \n')).toMatchObject({ code: 0, stdout: 'x\n', stderr: '' });
  expect(await format(folder, ['--check', '-'], 'x  \n')).toMatchObject({ code: 1, stdout: '' });
  expect(await format(folder, ['--check', '-'], 'x\n')).toMatchObject({ code: 0, stdout: '' });
  const diff = await format(folder, ['--diff', '--stdin-filename', 'pkg/a.py', '-'], 'x  \n');
  expect(diff).toMatchObject({ code: 0 });
  expect(diff.stdout).toContain('--- a/pkg/a.py\n+++ b/pkg/a.py\n');
  const bad = await format(folder, ['--stdin-filename', 'pkg/a.py', '-'], 'def (\n');
  expect(bad).toMatchObject({ code: 2, stdout: '' });
  expect(bad.stderr).toContain('pkg/a.py:1:5: ');
  expect((await format(folder, ['-', 'a.py'], '')).code).toBe(2);
});

test('one bad file never stops the others', async () => {
  const folder = folderWith({
    'a-syntax.py': 'x = 1\ndef (\n',
    'b-binary.py': new Uint8Array([0x78, 0x00, 0x0a]),
    'c-utf8.py': new Uint8Array([0x78, 0x0a, 0x23, 0xff, 0x0a]),
    'd-coding.py': '# coding: rot13\n',
    'e-bug.py': '# throw\n',
    'f-empty.py': '',
    'g-good.py': 'x  \n',
  });
  const run = await format(folder, ['.', 'missing.py']);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('missing.py: there is no such file');
  expect(run.stderr).toContain('a-syntax.py:2:5: ');
  expect(run.stderr).toContain('b-binary.py:1:2: a NUL character stands here, so this is binary and no source; the file was left alone.');
  expect(run.stderr).toContain('c-utf8.py: line 2: byte 0xff');
  expect(run.stderr).toContain('d-coding.py:1:11: the coding line names "rot13"');
  expect(run.stderr).toContain('e-bug.py: unexpected failure');
  expect(run.stderr).toMatch(/1 file reformatted, 1 file left unchanged, 6 files failed to reformat\.\n$/u);
  expect(readFileSync(join(folder, 'g-good.py'), 'utf8')).toBe('x\n');
});

test('a huge file is refused before it is read', async () => {
  const folder = folderWith({ 'a.py': Buffer.alloc(20 * 1024 * 1024 + 1, '#') });
  const run = await format(folder, ['a.py']);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('a.py: this file is huge (20.0 MB; the limit is 20 MB)');
});

test('line endings, byte order mark, Latin-1 and the missing final newline are kept', async () => {
  const bom = Buffer.from([0xef, 0xbb, 0xbf]);
  const latin = Buffer.from('# -*- coding: latin-1 -*-\ns = "\u00e9"', 'latin1');
  const folder = folderWith({
    'crlf.py': 'x = 1  \r\ny = 2\r\n',
    'bom.py': Buffer.concat([bom, Buffer.from('x = 1  \n')]),
    'latin.py': Buffer.concat([latin, Buffer.from('  \ny')]),
  });
  expect((await format(folder, ['.'])).code).toBe(0);
  expect(readFileSync(join(folder, 'crlf.py'), 'utf8')).toBe('x = 1\r\ny = 2\r\n');
  expect(readFileSync(join(folder, 'bom.py'))).toEqual(Buffer.concat([bom, Buffer.from('x = 1\n')]));
  expect(readFileSync(join(folder, 'latin.py'))).toEqual(Buffer.concat([latin, Buffer.from('\ny')]));
});

test('a folder without Python is no fault', async () => {
  const run = await format(folderWith({ 'a.txt': '' }), ['.']);
  expect(run).toMatchObject({ code: 0, stderr: 'No Python files found under .; nothing to do.\n' });
});

test('links: followed, kept as links; broken ones told', async () => {
  const folder = folderWith({ 'real/a.py': 'x  \n' });
  symlinkSync('real/a.py', join(folder, 'link.py'));
  symlinkSync('nowhere.py', join(folder, 'broken.py'));
  const run = await format(folder, ['link.py']);
  expect(run.code).toBe(0);
  expect(statSync(join(folder, 'link.py')).isFile()).toBe(true);
  expect(readdirSync(folder, { withFileTypes: true }).find((entry) => entry.name === 'link.py')?.isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'real/a.py'), 'utf8')).toBe('x\n');

  const named = await format(folder, ['broken.py']);
  expect(named.code).toBe(2);
  expect(named.stderr).toContain('broken.py: this symbolic link points to nothing');
  const walked = await format(folder, ['.']);
  expect(walked.code).toBe(0);
  expect(walked.stderr).toContain('warning: broken.py: this symbolic link points to nothing');
});

test('a read-only file is refused, the others are done', async () => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': 'y  \n' });
  chmodSync(join(folder, 'a.py'), 0o444);
  const run = await format(folder, ['.']);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('a.py: the file is read-only');
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x  \n');
  expect(readFileSync(join(folder, 'b.py'), 'utf8')).toBe('y\n');
});

test.skipIf(process.getuid?.() === 0)('an unreadable file is refused (root reads everything: skipped there)', async () => {
  const folder = folderWith({ 'a.py': 'x  \n' });
  chmodSync(join(folder, 'a.py'), 0o000);
  const run = await format(folder, ['a.py']);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('a.py: cannot be read (EACCES)');
});

test('what is neither a file nor a folder is refused', async () => {
  const run = await format(folderWith({}), ['/dev/null']);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('/dev/null: this is neither a file nor a folder');
});

test('threads give the same output in the same order', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`f${String(i).padStart(2, '0')}.py`, i % 3 === 0 ? 'def (\n' : `${i % 4 === 0 ? 'lazy ' : ''}x${i}  \n# sleep ${i % 2 === 0 ? 30 : 0}\n`]),
  );
  const one = await format(folderWith(files), ['--diff', '--jobs', '1', '.']);
  const many = await format(folderWith(files), ['--diff', '--jobs', '4', '.']);
  expect(many).toEqual(one);
  expect(one.code).toBe(2);
  expect(one.stderr).toContain('f04.py:1: not understood, left as it is');
});

test.each([['-'], ['--jobs', '1', '.'], ['--jobs', '2', '.']])('a bad model file is told once, and nothing is written (%s %s)', async (...args) => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': 'y  \n', 'c.py': 'z  \n' });
  const run = await format(folder, ['--model', 'foreign.bin', ...args], 'x  \n');
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr.match(/error: foreign\.bin: this is not a model of nnfmt\./gu)).toHaveLength(1);
  expect(run.stderr).not.toContain('report');
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x  \n');
});

test('a thread that dies costs one file', async () => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': '# die\n', 'c.py': 'y  \n', 'd.py': 'z  \n' });
  const run = await format(folder, ['--jobs', '2', '.']);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('b.py: the thread that formatted this file died');
  expect(run.stderr).toContain('3 files reformatted, 1 file failed to reformat.');
});

test.each([1, 2])('Ctrl-C finishes the file at hand and stops (%i threads)', async (jobs) => {
  const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`f${i}.py`, 'x  \n# sleep 250\n']));
  const folder = folderWith(files);
  const child = startCli(cli.script, ['format', '--jobs', String(jobs), '.'], folder);
  const finished = collect(child);
  await new Promise<void>((resolve) => child.stderr.once('data', () => resolve()));
  child.kill('SIGINT');
  const run = await finished;
  expect(run.code).toBe(130);
  expect(run.stderr).toMatch(/Interrupted: \d of 8 files were not looked at\.\n$/u);
  const left = readdirSync(folder).filter((name) => !name.endsWith('.started'));
  for (const name of left) {
    expect(['x  \n# sleep 250\n', 'x\n# sleep 250\n']).toContain(readFileSync(join(folder, name), 'utf8'));
  }
  expect(left).toHaveLength(8);
});

test('a pipe that closes early is no fault', async () => {
  const name = 'a_name_that_is_long_enough_to_fill_a_pipe_soon';
  const text = `${`${name}\n`.repeat(6)}${name}  \n`.repeat(400);
  const folder = folderWith({ 'a.py': text, 'b.py': text });
  const child = startCli(cli.script, ['format', '--diff', '.'], folder);
  child.stdout.once('data', () => child.stdout.destroy());
  const run = await collect(child);
  expect(run.code).toBe(0);
  expect(run.stderr).not.toContain('EPIPE');
});

test.each([['with', ['-j', '2']], ['without', []]])('whoever stops reading ends neither the work nor the truth of the exit code (%s threads)', async (_, flags) => {
  const names = Array.from({ length: 60 }, (_, k) => `f${String(k).padStart(2, '0')}.py`);
  const folder = folderWith(Object.fromEntries(names.map((name) => [name, 'x  \n'])));
  const deaf = (...args: string[]): Promise<{ code: number | null }> => {
    const child = startCli(cli.script, ['format', ...args, ...flags], folder);
    child.stdout.destroy();
    child.stderr.destroy();
    return collect(child);
  };
  expect(await deaf('--check', '.')).toMatchObject({ code: 1 });
  expect(await deaf('--diff', '--check', '.')).toMatchObject({ code: 1 });
  expect(await deaf('.', 'missing.py')).toMatchObject({ code: 2 });
  for (const name of names) expect(readFileSync(join(folder, name), 'utf8')).toBe('x\n');
}, 60_000);

test('stdin beyond the limit is refused in a line, and not read to its end', async () => {
  const child = startCli(cli.script, ['format', '-'], folderWith({}));
  let isGone = false;
  child.stdin.on('error', () => (isGone = true));
  const run = collect(child);
  const chunk = Buffer.from('x = 1  # a line of a source that never ends\n'.repeat(25_000));
  for (let k = 0; k < 200 && !isGone; k++) await new Promise((resolve) => child.stdin.write(chunk, resolve));
  expect(isGone).toBe(true);
  expect(await run).toMatchObject({ code: 2, stdout: '', stderr: 'error: <stdin>: more than 20 MB came in, which is the limit; nothing was done with it. Give one source.\n' });
}, 60_000);

test.skipIf(!existsSync('/dev/full'))('stdout on a full disk: exit 2 (skipped where /dev/full is missing)', () => {
  const folder = folderWith({ 'a.py': 'x  \n' });
  const full = openSync('/dev/full', 'w');
  const run = spawnSync(process.execPath, [cli.script, 'format', '--diff', 'a.py'], { cwd: folder, stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  expect(run.status).toBe(2);
  expect(run.stderr.toString()).toContain('error: stdout cannot be written (ENOSPC)');
});

test('two processes on one file: whole content, clear word', async () => {
  const folder = folderWith({ 'a.py': 'x  \n# sleep 300\n' });
  const first = format(folder, ['a.py']);
  await untilStarted(join(folder, 'a.py'));
  const second = format(folder, ['a.py']);
  expect((await first).code).toBe(0);
  // The second finds its own result already there, or nothing to do.
  expect((await second).code).toBe(0);
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x\n# sleep 300\n');
  expect(readdirSync(folder)).toEqual(['a.py', 'a.py.started']);
});

test('a file edited meanwhile keeps the edit', async () => {
  const folder = folderWith({ 'a.py': 'x  \n# sleep 600\n' });
  const run = format(folder, ['a.py']);
  await untilStarted(join(folder, 'a.py'));
  writeFileSync(join(folder, 'a.py'), 'edited  \n');
  const result = await run;
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('a.py: the file changed while it was being formatted');
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('edited  \n');
});

test('a kill leaves the old content', async () => {
  const folder = folderWith({ 'a.py': 'x  \n# sleep 2000\n' });
  const child = startCli(cli.script, ['format', 'a.py'], folder);
  const finished = collect(child);
  await untilStarted(join(folder, 'a.py'));
  child.kill('SIGKILL');
  expect((await finished).signal).toBe('SIGKILL');
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x  \n# sleep 2000\n');
});

test('leftovers of a killed run are never taken for source', async () => {
  const folder = folderWith({ '.a.py.77-00ff.nnfmt-tmp': 'x  \n' });
  mkdirSync(join(folder, 'sub'));
  expect((await format(folder, ['.'])).stderr).toContain('No Python files found');
});

test('unknown flags and bad values: exit 2 with the nearest name', async () => {
  const folder = folderWith({});
  const flag = await format(folder, ['--chek']);
  expect(flag.code).toBe(2);
  expect(flag.stderr).toContain('Did you mean --check?');
  const value = await format(folder, ['--jobs', 'many']);
  expect(value.code).toBe(2);
  expect(value.stderr).toBe('error: --jobs: takes a whole number from 1 to 256, not "many".\n');
  const command = await runCliProcess({ script: cli.script, args: ['fromat'], cwd: folder });
  expect(command.code).toBe(2);
  expect(command.stderr).toContain('Did you mean format?');
  expect((await runCliProcess({ script: cli.script, args: ['--help'], cwd: folder })).code).toBe(0);
  expect((await runCliProcess({ script: cli.script, args: [], cwd: folder })).code).toBe(2);
});
