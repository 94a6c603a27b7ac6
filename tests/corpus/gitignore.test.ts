import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { findFiles } from '../../src/corpus/find-files.js';
import { createPatternMatcher } from '../../src/corpus/gitignore.js';
import { folderWith } from '../support/folder-with.js';

const hasGit = spawnSync('git', ['--version']).status === 0;
const base = folderWith({ 'home/.config/git/ignore': '' });
const env = { PATH: process.env['PATH'] ?? '', HOME: join(base, 'home'), GIT_CONFIG_NOSYSTEM: '1' };
let made = 0;

/** What makes a folder a repository for git, without running it. */
const REPOSITORY = { '.git/HEAD': 'ref: refs/heads/main\n', '.git/config': '[core]\n\trepositoryformatversion = 0\n\tbare = false\n' };

function repository(files: Readonly<Record<string, string>>): string {
  const folder = join(base, `r${made++}`);
  write(folder, { ...REPOSITORY, ...files });
  for (const name of ['objects', 'refs']) mkdirSync(join(folder, '.git', name));
  return folder;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function git(cwd: string, args: readonly string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync('git', args, { cwd, env, input, encoding: 'utf8' });
  // check-ignore says by 1 that it names nothing.
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}

const names = (text: string): string[] => text.split('\0').filter((name) => name !== '').sort();

function found(folder: string): string[] {
  const filter = { include: { folder, patterns: ['*'] }, exclude: { folder, patterns: [] }, leaveOutForeign: true };
  return findFiles([folder], filter, { env, platform: 'linux' }).files.map((path) => relative(folder, path)).sort();
}

const folderName = fc.constantFrom('a', 'b', 'gen', 'Gen', 'x y', 'é');
const fileName = fc.constantFrom(
  'a.py', 'b.py', 'gen', 'gen.py', 'A.py', 'é.py', '[x].py', 'a b.py', 'end ', '#c.py', '!d.py', 'back\\slash.py', 'x.txt', '-.py', '^.py', ']',
);
const filePath = fc.tuple(fc.array(folderName, { maxLength: 3 }), fileName).map(([folders, name]) => [...folders, name].join('/'));
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.oneof(folderName, fileName) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '*', '**', '?', '??', '*.py', '*.*', 'g*', '*n', 'g?n', '*a*', '***', 'é*', '?.py', '??.py', '\\#c.py', '\\!d.py', 'x\\ y', 'end\\ ', '\\a.py', 'back\\\\slash.py', '*.p\\y',
      '[a-b]*', '[!a-b]*', '[^a]*', '[[:upper:]]*', '[[:alpha:][:digit:]].py', '[![:lower:]]*', '[[:nonsense:]]*', '[[]x].py', '\\[x].py', '[]]', '[!]]*',
      '[]-a].py', '[a-]*', '[-a]*.py', '[\\]]', '[z-a]*', '[a', '[', '[a-\\b].py', '[[:alpha:]-z].py', '[\\^].py', '[^^]*', '*.[pt]*', 'a.\\', '[é]*', '[[x].py', '[[:a]*',
    ),
  },
);
const pattern = fc.tuple(
  fc.constantFrom('', '', '', '!', '!', '#', '!!'), fc.constantFrom('', '', '/', '**/'), fc.array(segment, { minLength: 1, maxLength: 3 }),
  fc.constantFrom('', '', '', '/', '/', '/**', '/*', '//'), fc.constantFrom('', '', '', '  ', '\\  ', '\r', '\t'),
).map(([negation, start, segments, end, tail]) => negation + start + segments.join('/') + end + tail);
const patternFile = fc.tuple(fc.constantFrom('', '', '', '\ufeff'), fc.array(pattern, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '\n'))
  .map(([mark, lines, end]) => mark + lines.join('\n') + end);

test.skipIf(!hasGit)('single patterns mean what they mean to git (skipped where git is missing)', () => {
  const folder = repository({});
  fc.assert(fc.property(pattern, fc.uniqueArray(filePath, { minLength: 20, maxLength: 30 }), (line, paths) => {
    writeFileSync(join(folder, '.gitignore'), `${line}\n`);
    const ignored = names(git(folder, ['check-ignore', '--no-index', '--stdin', '-z'], paths.join('\0')));
    const matches = createPatternMatcher([line.replace(/\r$/u, '')], false);
    expect(paths.filter((path) => matches(path, false)).sort()).toEqual(ignored);
  }), { numRuns: 150, seed: 1 });
}, 60_000);

test.skipIf(!hasGit)('the same without regard to case (skipped where git is missing)', () => {
  const folder = repository({});
  const ranges = fc.constantFrom('[A-B]*', '[G]en', '[g]EN', '[[:upper:]]*', '[!A-F]*', 'GEN', 'G*', '*.PY', 'a/GEN', '/A/*');
  fc.assert(fc.property(fc.oneof(ranges, pattern), fc.uniqueArray(filePath, { minLength: 20, maxLength: 30 }), (line, paths) => {
    writeFileSync(join(folder, '.gitignore'), `${line}\n`);
    const ignored = names(git(folder, ['-c', 'core.ignoreCase=true', 'check-ignore', '--no-index', '--stdin', '-z'], paths.join('\0')));
    const matches = createPatternMatcher([line.replace(/\r$/u, '')], true);
    expect(paths.filter((path) => matches(path, false)).sort()).toEqual(ignored);
  }), { numRuns: 60, seed: 2 });
}, 60_000);

const tree = fc.record({
  files: fc.uniqueArray(filePath, { minLength: 5, maxLength: 14 }),
  ignoreFiles: fc.dictionary(fc.array(folderName, { maxLength: 2 }).map((folders) => [...folders, '.gitignore'].join('/')), patternFile, { minKeys: 1, maxKeys: 4 }),
  exclude: fc.option(patternFile),
  global: fc.option(patternFile),
  tracked: fc.option(fc.nat(), { freq: 3 }),
  nested: fc.option(fc.nat(), { freq: 3 }),
});

test.skipIf(!hasGit)('200 generated trees: what git ls-files tells, apart from tracked files that are ignored (skipped where git is missing)', () => {
  fc.assert(fc.property(tree, ({ files, ignoreFiles, exclude, global, tracked, nested }) => {
    // A name cannot be a file and a folder.
    const kept = files.filter((path) => !files.some((other) => other.startsWith(`${path}/`)));
    const folder = repository({ ...Object.fromEntries(kept.map((path) => [path, ''])), ...(exclude === null ? {} : { '.git/info/exclude': exclude }) });
    for (const [path, text] of Object.entries(ignoreFiles)) {
      if (!kept.some((file) => path.startsWith(`${file}/`))) write(folder, { [path]: text });
    }
    write(base, { 'home/.config/git/ignore': global ?? '' });
    if (tracked !== null) git(folder, ['add', '-f', '--', kept[tracked % kept.length]]);
    const below = nested === null ? '.' : dirname(kept[nested % kept.length]);
    if (below !== '.') {
      write(join(folder, below), REPOSITORY);
      for (const name of ['objects', 'refs']) mkdirSync(join(folder, below, '.git', name));
    }
    const list = (flags: string): string[] => names(git(folder, ['ls-files', flags, '--exclude-standard', '-z']));
    // Files of a repository that came to be inside after they were tracked belong to that one now.
    const ours = list('-co').filter((path) => !path.endsWith('/') && (below === '.' || !path.startsWith(`${below}/`)));
    const ignored = new Set(tracked === null ? [] : list('-ci'));
    expect(found(folder)).toEqual(ours.filter((path) => !ignored.has(path)));
  }), { numRuns: 200, seed: 3 });
}, 120_000);
