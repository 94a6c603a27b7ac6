import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli } from './support/run-fake.js';

const hasGit = spawnSync('git', ['--version']).status === 0;
const require = createRequire(import.meta.url);

/** `nnfmt` with the fake formatter, which drops trailing blanks; in a folder that can stand on the path. */
let nnfmt = '';
let bin = '';

beforeAll(async () => {
  const folder = dirname((await buildFakeCli()).script);
  nnfmt = join(folder, 'nnfmt.cjs');
  writeFileSync(nnfmt, "import('./fake-nnfmt.js');\n");
  const parser = require.resolve('web-tree-sitter/web-tree-sitter.wasm');
  copyFileSync(parser, join(folder, 'web-tree-sitter.wasm'));
  copyFileSync(fileURLToPath(new URL('../../grammar/tree-sitter-python.wasm', import.meta.url)), join(folder, 'tree-sitter-python.wasm'));
  bin = folderWith({ nnfmt: `#!/bin/sh\nexec "${process.execPath}" "${nnfmt}" "$@"\n` });
  chmodSync(join(bin, 'nnfmt'), 0o755);
}, 120_000);

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

class Repository {
  readonly cwd: string;

  constructor(cwd = folderWith()) {
    this.cwd = cwd;
  }

  static create(...options: string[]): Repository {
    const repository = new Repository();
    expect(repository.git('init', '-q', ...options)).toMatchObject({ status: 0 });
    return repository;
  }

  git(...args: string[]): Result {
    return this.run('git', args);
  }

  nnfmt(...args: string[]): Result {
    return this.run(process.execPath, [nnfmt, ...args]);
  }

  run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Result {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: this.cwd, encoding: 'utf8',
      env: {
        ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.c',
        GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.c', ...env,
      },
    });
    return { status, stdout, stderr };
  }

  path(name: string): string {
    return join(this.cwd, name);
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Writes and stages. */
  stage(name: string, content: string): void {
    this.write(name, content);
    this.git('add', '--', `:(literal)${name}`);
  }

  commit(...args: string[]): Result {
    return this.git('commit', '-q', '-m', 'a commit', ...args);
  }

  committed(name: string): string {
    return this.git('show', `HEAD:${name}`).stdout;
  }
}

/** With a hook, and one commit of a file that is well laid out. */
function withHook(...flags: string[]): Repository {
  const repository = Repository.create();
  expect(repository.nnfmt('hook', 'install', ...flags)).toMatchObject({ status: 0 });
  repository.stage('a.py', 'a = 1\nb = 2\nc = 3\n');
  expect(repository.commit()).toMatchObject({ status: 0 });
  return repository;
}

describe.skipIf(!hasGit)('what the hook does (skipped where git is missing)', () => {
  test('what is staged is formatted, in the commit and in the folder', () => {
    const repository = withHook();
    repository.stage('a.py', 'a = 1\nb = 2  \nc = 3\n');
    repository.stage('notes.txt', 'x  \n');
    repository.write('other.py', 'not staged  \n');
    expect(repository.commit()).toMatchObject({ status: 0, stderr: 'reformatted a.py\n' });
    expect(repository.committed('a.py')).toBe('a = 1\nb = 2\nc = 3\n');
    expect(repository.committed('notes.txt')).toBe('x  \n');
    expect(repository.read('a.py')).toBe('a = 1\nb = 2\nc = 3\n');
    expect(repository.git('status', '--short').stdout).toBe('?? other.py\n');
  });

  test('edits of the same file that are not staged are neither committed nor lost, and keep their own layout', () => {
    const repository = withHook();
    repository.stage('a.py', 'a = 10  \nb = 2\nc = 3\n');
    repository.write('a.py', 'a = 10  \nb = 2\nc = 30  \nd = 4\n');
    expect(repository.commit()).toMatchObject({ status: 0, stderr: 'reformatted a.py\n' });
    expect(repository.committed('a.py')).toBe('a = 10\nb = 2\nc = 3\n');
    expect(repository.read('a.py')).toBe('a = 10\nb = 2\nc = 30  \nd = 4\n');
    expect(repository.git('diff', '-U0', '--', 'a.py').stdout).toContain('-c = 3\n+c = 30  \n+d = 4\n');
  });

  test('where unstaged edits stand in the way, the file in the folder stays byte for byte', () => {
    const repository = withHook();
    repository.stage('a.py', 'a = 1\nb = 20  \nc = 3\n');
    repository.write('a.py', 'a = 1\nb = 200  \nc = 3\n');
    const { status, stderr } = repository.commit();
    expect(status).toBe(0);
    expect(stderr).toContain('lines beside changes that are not staged keep their layout in the folder');
    expect(repository.committed('a.py')).toBe('a = 1\nb = 20\nc = 3\n');
    expect(repository.read('a.py')).toBe('a = 1\nb = 200  \nc = 3\n');
    // It does not parse, as while somebody types.
    repository.stage('a.py', 'a = 1\nb = 20\nc = 4  \n');
    repository.write('a.py', 'def (\nb = 20\nc = 4  \n');
    const broken = repository.commit();
    expect(broken).toMatchObject({ status: 0 });
    expect(broken.stderr).toContain('the file in the folder stays as it is');
    expect(repository.read('a.py')).toBe('def (\nb = 20\nc = 4  \n');
    repository.stage('a.py', 'a = 5  \n');
    rmSync(repository.path('a.py'));
    expect(repository.commit()).toMatchObject({ status: 0 });
    expect(existsSync(repository.path('a.py'))).toBe(false);
  });

  test('a file that git checked out with CRLF keeps them', () => {
    const repository = withHook();
    repository.git('config', 'core.autocrlf', 'true');
    repository.write('a.py', 'a = 1\r\nb = 20  \r\nc = 3\r\n');
    repository.git('add', 'a.py');
    expect(repository.commit()).toMatchObject({ status: 0 });
    expect(repository.committed('a.py')).toBe('a = 1\nb = 20\nc = 3\n');
    expect(repository.read('a.py')).toBe('a = 1\r\nb = 20\r\nc = 3\r\n');
  });

  test('git commit -a goes through; git commit FILE is refused, for its index is thrown away, and nothing changes', () => {
    const repository = withHook();
    repository.write('a.py', 'a = 1  \n');
    expect(repository.commit('-a')).toMatchObject({ status: 0 });
    expect(repository.committed('a.py')).toBe('a = 1\n');
    expect(repository.git('status', '--short').stdout).toBe('');
    repository.write('a.py', 'a = 2  \n');
    const refused = repository.commit('--', 'a.py');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('would reformat a.py\n');
    expect(refused.stderr).toContain('Run `nnfmt format`');
    expect(repository.read('a.py')).toBe('a = 2  \n');
    repository.write('a.py', 'a = 2\n');
    expect(repository.commit('--', 'a.py')).toMatchObject({ status: 0 });
  });

  test('--check refuses and changes nothing; --changed leaves lines alone that HEAD has', () => {
    const checking = withHook('--check');
    checking.stage('a.py', 'a = 1  \n');
    const refused = checking.commit();
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('would reformat a.py');
    expect(checking.git('show', ':a.py').stdout).toBe('a = 1  \n');
    expect(checking.read('a.py')).toBe('a = 1  \n');

    const changing = withHook('--changed', '--quiet');
    changing.stage('old.py', 'x = 1  \ny = 2\n');
    changing.commit('--no-verify');
    changing.stage('old.py', 'x = 1  \ny = 3  \n');
    changing.stage('new.py', 'z = 1  \n');
    expect(changing.commit()).toMatchObject({ status: 0, stderr: '' });
    expect([changing.committed('old.py'), changing.committed('new.py')]).toEqual(['x = 1  \ny = 3\n', 'z = 1\n']);
  });

  test('odd names, modes, renames, links, removed files, settings, and a commit of nothing else', () => {
    const repository = withHook();
    const names = ['two words.py', 'ünï.pyi', 'sub dir/a"b.py', '-n.py', 'line\nfeed.py', '$(exit).py', '1:a.py', '*.py', 'back\\slash.py'];
    for (const name of names) repository.stage(name, 'x  \n');
    repository.stage('run.py', '#!/usr/bin/env python3\nx  \n');
    repository.git('update-index', '--chmod=+x', 'run.py');
    repository.stage('pyproject.toml', '[tool.nnfmt]\nexclude = ["left/"]\n');
    repository.stage('left/a.py', 'x  \n');
    repository.stage('m_pb2.py', 'x  \n');
    repository.stage('data.dat', 'x  \n');
    symlinkSync('missing  ', repository.path('link.py'));
    repository.git('add', 'link.py');
    expect(repository.commit()).toMatchObject({ status: 0 });
    for (const name of names) expect(repository.committed(name), name).toBe('x\n');
    expect(repository.git('ls-files', '--stage', 'run.py').stdout).toMatch(/^100755/u);
    expect(['left/a.py', 'm_pb2.py', 'data.dat'].map((name) => repository.committed(name))).toEqual(['x  \n', 'x  \n', 'x  \n']);
    repository.git('mv', 'two words.py', 'three words.py');
    repository.git('rm', '-q', 'ünï.pyi');
    expect(repository.commit()).toMatchObject({ status: 0, stderr: '' });
    repository.stage('three words.py', 'x    \n');
    const empty = repository.commit();
    expect(empty.status).not.toBe(0);
    expect(empty.stderr).toContain('nothing is left to commit');
  });

  test('a file that does not parse refuses the commit, and the others are formatted', () => {
    const repository = withHook();
    repository.stage('broken.py', 'def (\n');
    repository.stage('fine.py', 'x  \n');
    const refused = repository.commit();
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('error: broken.py:1:5');
    expect(repository.git('show', ':fine.py').stdout).toBe('x\n');
  });

  test('a merge, a SHA-256 repository, and a commit from a subfolder', () => {
    const repository = withHook();
    repository.git('checkout', '-q', '-b', 'side');
    repository.stage('side.py', 's  \n');
    repository.commit('--no-verify');
    repository.git('checkout', '-q', '-');
    repository.stage('main.py', 'm\n');
    repository.commit();
    expect(repository.git('merge', '-q', 'side', '-m', 'merge')).toMatchObject({ status: 0 });
    const long = Repository.create('--object-format=sha256');
    long.nnfmt('hook', 'install');
    long.stage('sub/a.py', 'x  \n');
    expect(new Repository(long.path('sub')).commit()).toMatchObject({ status: 0 });
    expect(long.committed('sub/a.py')).toBe('x\n');
  });
});

describe.skipIf(!hasGit)('where the hook is (skipped where git is missing)', () => {
  const hookIn = (repository: Repository, folder = '.git/hooks'): string => repository.path(`${folder}/pre-commit`);

  test('installing twice changes nothing, other flags rewrite it, uninstalling takes it away', () => {
    const repository = Repository.create();
    expect(repository.nnfmt('hook', 'install').stderr).toContain('Wrote ');
    const first = readFileSync(hookIn(repository), 'utf8');
    expect(repository.nnfmt('hook', 'install')).toMatchObject({ status: 0, stderr: expect.stringContaining('installed already') as string });
    expect(readFileSync(hookIn(repository), 'utf8')).toBe(first);
    expect(repository.nnfmt('hook', 'install', '--check').stderr).toContain('Rewrote ');
    expect(readFileSync(hookIn(repository), 'utf8')).toContain('hook run --check');
    expect(repository.nnfmt('hook', 'uninstall')).toMatchObject({ status: 0 });
    expect(existsSync(hookIn(repository))).toBe(false);
    expect(repository.nnfmt('hook', 'uninstall')).toMatchObject({ status: 0, stderr: expect.stringContaining('nothing to do') as string });
  });

  test('a hook that was there is kept, runs first, can refuse, and comes back', () => {
    const repository = Repository.create();
    const before = '#!/bin/sh\necho before >&2\n[ ! -e refuse ]\n';
    mkdirSync(repository.path('.git/hooks'), { recursive: true });
    writeFileSync(hookIn(repository), before, { mode: 0o755 });
    repository.nnfmt('hook', 'install');
    repository.nnfmt('hook', 'install', '--changed');
    repository.stage('a.py', 'x  \n');
    expect(repository.commit()).toMatchObject({ status: 0, stderr: 'before\nreformatted a.py\n' });
    repository.write('refuse', '');
    repository.stage('a.py', 'y  \n');
    expect(repository.commit().status).not.toBe(0);
    expect(repository.git('show', ':a.py').stdout).toBe('y  \n');
    repository.nnfmt('hook', 'uninstall');
    expect(readFileSync(hookIn(repository), 'utf8')).toBe(before);
    expect(statSync(hookIn(repository)).mode & 0o111).not.toBe(0);
    expect(existsSync(`${hookIn(repository)}.before-nnfmt`)).toBe(false);
  });

  test('core.hooksPath is honoured, and there the hook takes the nnfmt on the path', () => {
    const repository = Repository.create();
    repository.git('config', 'core.hooksPath', 'tools/hooks');
    expect(repository.nnfmt('hook', 'install').stderr).toContain('core.hooksPath leads there');
    expect(readFileSync(hookIn(repository, 'tools/hooks'), 'utf8')).not.toContain(nnfmt);
    repository.stage('a.py', 'x  \n');
    const env = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
    expect(repository.run('git', ['commit', '-qm', 'x'], env)).toMatchObject({ status: 0 });
    expect(repository.committed('a.py')).toBe('x\n');
    repository.git('config', 'core.hooksPath', '.husky/_');
    expect(repository.nnfmt('hook', 'install')).toMatchObject({ status: 2, stderr: expect.stringContaining('.husky/pre-commit') as string });
  });

  test('worktrees share it, and a submodule has its own', () => {
    const repository = withHook();
    repository.git('worktree', 'add', '-q', '../' + 'tree-of-' + repository.cwd.split('/').at(-1)!);
    const tree = new Repository(join(repository.cwd, '..', `tree-of-${repository.cwd.split('/').at(-1)!}`));
    try {
      tree.stage('a.py', 'tree  \n');
      expect(tree.commit()).toMatchObject({ status: 0, stderr: 'reformatted a.py\n' });
      expect(tree.nnfmt('hook', 'install').stderr).toContain('installed already');
    } finally {
      rmSync(tree.cwd, { recursive: true, force: true });
    }
    const outer = Repository.create();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repository.cwd, 'inner');
    const inner = new Repository(outer.path('inner'));
    expect(inner.nnfmt('hook', 'install')).toMatchObject({ status: 0 });
    expect(existsSync(outer.path('.git/modules/inner/hooks/pre-commit'))).toBe(true);
    inner.stage('a.py', 'inner  \n');
    expect(inner.commit()).toMatchObject({ status: 0 });
    expect(inner.committed('a.py')).toBe('inner\n');
  });

  test('a hook that somebody edited, and a foreign one, are left as they are', () => {
    const repository = Repository.create();
    repository.nnfmt('hook', 'install');
    const edited = `${readFileSync(hookIn(repository), 'utf8')}echo more\n`;
    writeFileSync(hookIn(repository), edited);
    for (const action of ['install', 'uninstall']) {
      expect(repository.nnfmt('hook', action)).toMatchObject({ status: 2, stderr: expect.stringContaining('edited since') as string });
    }
    expect(readFileSync(hookIn(repository), 'utf8')).toBe(edited);
    writeFileSync(hookIn(repository), '#!/bin/sh\n');
    expect(repository.nnfmt('hook', 'uninstall')).toMatchObject({ status: 0, stderr: expect.stringContaining("is not nnfmt's") as string });
    // Two hooks to keep are one too many.
    writeFileSync(`${hookIn(repository)}.before-nnfmt`, 'kept\n');
    expect(repository.nnfmt('hook', 'install')).toMatchObject({ status: 2, stderr: expect.stringContaining('before-nnfmt') as string });
    expect(readFileSync(hookIn(repository), 'utf8')).toBe('#!/bin/sh\n');
  });

  test('where it cannot be: no git, no repository, a bare one, a file in place of the folder, words that are none', () => {
    const elsewhere = new Repository();
    const bare = Repository.create('--bare');
    for (const place of [elsewhere, bare]) {
      for (const action of ['install', 'uninstall', 'run']) {
        expect(place.nnfmt('hook', action)).toMatchObject({ status: 2, stderr: expect.stringContaining('is in no git repository') as string });
      }
    }
    const repository = Repository.create();
    for (const action of ['install', 'uninstall', 'run']) {
      const missing = repository.run(process.execPath, [nnfmt, 'hook', action], { PATH: '/nowhere' });
      expect(missing, action).toMatchObject({ status: 2, stderr: 'error: hook: git is not installed.\n' });
    }
    rmSync(repository.path('.git/hooks'), { recursive: true, force: true });
    writeFileSync(repository.path('.git/hooks'), 'a file\n');
    const blocked = repository.nnfmt('hook', 'install');
    expect(blocked).toMatchObject({ status: 2, stderr: expect.stringContaining('.git/hooks') as string });
    expect(blocked.stderr).not.toContain('bug');
    expect(repository.nnfmt('hook', 'instal')).toMatchObject({ status: 2, stderr: expect.stringContaining('Did you mean install?') as string });
    expect(repository.nnfmt('hook', 'uninstall', '--check')).toMatchObject({ status: 2 });
    expect(repository.nnfmt('hook')).toMatchObject({ status: 2 });
  });

  test('a hook whose nnfmt is gone says so, and commits nothing', () => {
    const repository = withHook();
    const script = readFileSync(hookIn(repository), 'utf8').replaceAll(nnfmt, '/nowhere/nnfmt.cjs');
    writeFileSync(hookIn(repository), script);
    repository.stage('a.py', 'x\n');
    const refused = repository.commit();
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('nnfmt is not to be found');
  });
});
