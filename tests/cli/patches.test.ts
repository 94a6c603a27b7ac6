import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/shared/random.js';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli } from './support/run-fake.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;
beforeAll(async () => {
  cli = await buildFakeCli();
});

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const TOOLS: readonly (readonly [string, readonly string[]])[] = [
  ['git apply', ['git', 'apply', '-']],
  ['GNU patch', ['patch', '-p1', '--quiet']],
];

/** Names as projects and attackers have them; Windows takes few of these. */
const NAMES = ['plain', 'two words', 'ünïcödé', '日本 語', 'quo"te', "apo'strophe", 'back\\slash', 'tab\there', 'line\nfeed', 'bell\u0007', ' lead', 'trail ', 'a', '-dash', '#x', '$(x)', 'b\u001b[31m'];
const LINE_ENDS = ['\n', '\r\n', '\r'];

/** Sources that formatting by the fake formatter changes, in all the shapes of bytes that are left as they are. */
function generateFiles(root: string, count: number): string[] {
  const random = createRandom(11);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;
  const paths: string[] = [];
  for (let k = 0; k < count; k++) {
    const path = join(k % 16 === 0 ? 'ü' : pick(['sub', 'sub/deep er', 'sub/ü']), `${pick(NAMES)}${k}.py`);
    const isLatin = random.next() < 0.3;
    const end = pick(LINE_ENDS);
    const lines = Array.from({ length: 1 + Math.floor(random.next() * 30) }, (_, n) => `v${n % 7} = '${pick(['é', 'x', '£'])}'${random.next() < 0.2 ? pick(['  ', '\t', ' ']) : ''}`);
    lines[lines.length - 1] += ' ';
    const body = (isLatin ? `# coding: latin-1${end}` : '') + lines.join(random.next() < 0.1 ? '\n' : end) + (random.next() < 0.5 ? '' : pick(['\n', end]));
    const mark = !isLatin && random.next() < 0.3 ? '\ufeff' : '';
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), Buffer.from(mark + body, isLatin ? 'latin1' : 'utf8'));
    paths.push(path);
  }
  return paths;
}

/** Every file of a folder, by path. */
function contents(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.git') && statSync(join(folder, name)).isFile());
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name)).toString('latin1')]));
}

const nnfmt = (cwd: string, ...args: string[]): Buffer => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli.script, 'format', '--quiet', '--jobs', '1', ...args], { cwd, maxBuffer: 2 ** 28 });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  return stdout;
};

const FILES = 330;

for (const below of ['', 'sub']) {
  describe.skipIf(process.platform === 'win32')(`the patch of 300 files, ${below === '' ? 'at the root' : 'in a subfolder'}`, () => {
    let made: string;
    let patch: Buffer;
    let formatted: Map<string, string>;
    beforeAll(() => {
      made = folderWith();
      generateFiles(made, FILES);
      patch = nnfmt(join(made, below), '--diff', '.');
      const copy = folderWith();
      cpSync(made, copy, { recursive: true });
      nnfmt(join(copy, below), '.');
      formatted = contents(copy);
    });

    for (const [tool, [program, ...args]] of TOOLS) {
      test.skipIf(!has(program!))(`${tool} takes it byte for byte (skipped where it is missing)`, () => {
        const patched = folderWith();
        cpSync(made, patched, { recursive: true });
        spawnSync('git', ['init', '-q'], { cwd: patched });
        const run = spawnSync(program!, args, { cwd: join(patched, below), input: patch });
        expect(run.stderr.toString().replaceAll(/^.*trailing whitespace\.\n.*\n|^warning: .*\n/gmu, '')).toBe('');
        const after = contents(patched);
        expect(after).toEqual(formatted);
        const before = contents(made);
        expect([...after].filter(([name, text]) => text !== before.get(name)).length).toBeGreaterThanOrEqual(300);
      });
    }
  });
}

test.skipIf(!has('git'))('in a folder that holds one of its own name, git has to be told -p1: it would guess 2 (skipped without git)', () => {
  const root = folderWith();
  const path = join(root, 'site', 'site', 'a.py');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x  \n');
  spawnSync('git', ['init', '-q'], { cwd: root });
  const cwd = join(root, 'site');
  const apply = (...args: string[]): number | null => spawnSync('git', ['apply', ...args], { cwd, input: nnfmt(cwd, '--diff', '.') }).status;
  expect(apply()).not.toBe(0);
  expect(apply('-p1')).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('x\n');
});

test.skipIf(process.platform === 'win32')('a patch names files from the current folder, without links, and what lies elsewhere from the root', () => {
  const root = folderWith();
  const here = join(root, 'here');
  mkdirSync(join(here, 'real'), { recursive: true });
  writeFileSync(join(here, 'real', 'a.py'), 'x  \n');
  writeFileSync(join(root, 'b.py'), 'x  \n');
  symlinkSync('real', join(here, 'linked'));
  symlinkSync('real/a.py', join(here, 'link.py'));
  const names = (...args: string[]): string[] => nnfmt(here, '--diff', ...args).toString().split('\n').slice(0, 2);
  for (const given of ['linked/a.py', 'link.py', './real/../real/a.py', join(here, 'real', 'a.py')]) {
    expect(names(given), given).toEqual(['--- a/real/a.py', '+++ b/real/a.py']);
  }
  const elsewhere = join(root, 'b.py').slice(1);
  expect(names('../b.py')).toEqual([`--- a/${elsewhere}`, `+++ b/${elsewhere}`]);
});

test('the patch of stdin holds its bytes, and the name that is given', () => {
  const input = Buffer.from('# coding: latin-1\ns = "\u00e9"  \n', 'latin1');
  const run = spawnSync(process.execPath, [cli.script, 'format', '--diff', '--stdin-filename', 'a b/ü.py', '-'], { cwd: folderWith(), input });
  expect(run.stdout.toString('latin1')).toBe(
    '--- "a/a b/\\303\\274.py"\t\n+++ "b/a b/\\303\\274.py"\t\n@@ -1,2 +1,2 @@\n # coding: latin-1\n-s = "\u00e9"  \n+s = "\u00e9"\n',
  );
  const bare = spawnSync(process.execPath, [cli.script, 'format', '--diff', '-'], { cwd: folderWith(), input: '\ufeffx  \n' });
  expect(bare.stdout.toString()).toBe('--- a/<stdin>\n+++ b/<stdin>\n@@ -1 +1 @@\n-\ufeffx  \n+\ufeffx\n');
});
