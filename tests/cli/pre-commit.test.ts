import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderWith } from '../support/folder-with.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const head = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
const canRun = spawnSync('pre-commit', ['--version']).status === 0 && head.status === 0;
/** Installing builds nnfmt from a clone, and a busy machine takes its time. */
const LONGEST_MS = 300_000;

const SPOILT = 'def area( w,h ) :\n    return w * h\n\n\ndef perimeter(w, h):\n    return 2 * (w + h)\n';
const MENDED = 'def area(w, h):\n    return w * h\n\n\ndef perimeter(w, h):\n    return 2 * (w + h)\n';

/** What pre-commit installs, once for all tests. */
const home = canRun ? folderWith() : '';

interface Scratch {
  readonly path: (name: string) => string;
  readonly run: (program: string, ...args: string[]) => { status: number | null; output: string };
  readonly read: (name: string) => string;
}

/** A repository that names this one's HEAD in its configuration. */
function scratchRepository(config: { id?: string; exclude?: string } = {}): Scratch {
  const cwd = folderWith({
    '.pre-commit-config.yaml': [
      'repos:', `  - repo: ${root.replace(/\/$/u, '')}`, `    rev: ${head.stdout.trim()}`, '    hooks:',
      `      - id: ${config.id ?? 'nnfmt'}`,
      ...(config.exclude === undefined ? [] : [`        exclude: ${config.exclude}`]),
      '',
    ].join('\n'),
  });
  const env = {
    ...process.env, PRE_COMMIT_HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', NNFMT_CACHE_DIR: join(home, 'nnfmt'),
    GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.c',
  };
  const run: Scratch['run'] = (program, ...args) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };
  run('git', 'init', '-q');
  run('pre-commit', 'install');
  run('git', 'add', '.pre-commit-config.yaml');
  const path = (name: string): string => join(cwd, name);
  return { path, run, read: (name) => readFileSync(path(name), 'utf8') };
}

describe.skipIf(!canRun)('as a hook of pre-commit (skipped where pre-commit is missing)', () => {
  beforeAll(() => {
    const installed = scratchRepository().run('pre-commit', 'install-hooks');
    expect(installed, installed.output).toMatchObject({ status: 0 });
  }, LONGEST_MS);

  test('a commit fails and the file is mended; the second time it goes through', () => {
    const { path, run, read } = scratchRepository();
    writeFileSync(path('shapes.py'), SPOILT);
    writeFileSync(path('notes.txt'), 'x  =  1\n');
    run('git', 'add', '.');
    const first = run('git', 'commit', '-m', 'shapes');
    expect(first.status, first.output).toBe(1);
    expect(first.output).toContain('files were modified by this hook');
    expect(first.output).toContain('reformatted shapes.py');
    expect(read('shapes.py')).toBe(MENDED);
    expect(read('notes.txt')).toBe('x  =  1\n');
    run('git', 'add', '.');
    const second = run('git', 'commit', '-m', 'shapes');
    expect(second.status, second.output).toBe(0);
    expect(run('git', 'show', 'HEAD:shapes.py').output).toBe(MENDED);
  }, LONGEST_MS);

  test('--all-files, and what is excluded by either configuration stays as it is', () => {
    const { path, run, read } = scratchRepository({ exclude: '^old/' });
    mkdirSync(path('old'));
    mkdirSync(path('vendored'));
    writeFileSync(path('pyproject.toml'), '[tool.nnfmt]\nexclude = ["/vendored/"]\n');
    for (const name of ['a.py', 'b.pyi', 'old/c.py', 'vendored/d.py']) writeFileSync(path(name), SPOILT);
    run('git', 'add', '.');
    run('git', 'commit', '--no-verify', '-m', 'as it was');
    const all = run('pre-commit', 'run', '--all-files');
    expect(all.status, all.output).toBe(1);
    expect(['a.py', 'b.pyi', 'old/c.py', 'vendored/d.py'].map(read)).toEqual([MENDED, MENDED, SPOILT, SPOILT]);
    expect(run('pre-commit', 'run', '--all-files')).toMatchObject({ status: 0 });
  }, LONGEST_MS);

  test('of a file that is staged in part, the staged part is looked at, and the rest comes back', () => {
    const { path, run, read } = scratchRepository();
    const staged = SPOILT;
    const edited = `${staged}\n\nx  =  1\n`;
    writeFileSync(path('shapes.py'), MENDED);
    run('git', 'add', '.');
    run('git', 'commit', '--no-verify', '-m', 'shapes');
    writeFileSync(path('shapes.py'), staged);
    run('git', 'add', 'shapes.py');
    writeFileSync(path('shapes.py'), edited);
    const refused = run('git', 'commit', '-m', 'staged in part');
    expect(refused.status, refused.output).toBe(1);
    expect(read('shapes.py').endsWith('\n\nx  =  1\n')).toBe(true);
    expect(run('git', 'show', ':shapes.py').output).toBe(staged);
    // Nothing deviates in what is staged, whatever lies in the folder.
    writeFileSync(path('shapes.py'), `${MENDED}\n\ny = 2\n`);
    run('git', 'add', 'shapes.py');
    writeFileSync(path('shapes.py'), `${MENDED}\n\ny = 2\nz  =  3\n`);
    const passed = run('git', 'commit', '-m', 'y');
    expect(passed.status, passed.output).toBe(0);
    expect(read('shapes.py')).toBe(`${MENDED}\n\ny = 2\nz  =  3\n`);
  }, LONGEST_MS);

  test('nnfmt-check tells of deviations and changes nothing', () => {
    const { path, run, read } = scratchRepository({ id: 'nnfmt-check' });
    writeFileSync(path('shapes.py'), SPOILT);
    run('git', 'add', '.');
    const refused = run('git', 'commit', '-m', 'shapes');
    expect(refused.status, refused.output).toBe(1);
    expect(refused.output).toMatch(/shapes\.py:1:\d+: /u);
    expect(read('shapes.py')).toBe(SPOILT);
    writeFileSync(path('shapes.py'), MENDED);
    run('git', 'add', '.');
    expect(run('git', 'commit', '-m', 'shapes')).toMatchObject({ status: 0 });
  }, LONGEST_MS);

  test('a file that does not parse fails the commit with its line', () => {
    const { path, run, read } = scratchRepository();
    writeFileSync(path('broken.py'), 'def (:\n');
    run('git', 'add', '.');
    const refused = run('git', 'commit', '-m', 'broken');
    expect(refused.status, refused.output).toBe(1);
    expect(refused.output).toMatch(/broken\.py:1:\d+/u);
    expect(read('broken.py')).toBe('def (:\n');
  }, LONGEST_MS);
});
