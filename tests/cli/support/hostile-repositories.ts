import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A repository that names a program in some place, and where to stand in it. */
export interface HostileRepository {
  /** The current folder of the commands. */
  readonly folder: string;
  /** Files whose second line differs from HEAD, from the folder; the content of HEAD may be missing. */
  readonly file: string;
  readonly lacksContents?: true;
  /** In front of PATH. */
  readonly searchPath?: string;
}

/** Where a scenario may put things, and the command whose running leaves a mark. */
export interface Ground {
  readonly root: string;
  /** A shell command that leaves a mark and then fails; it may be followed by arguments. */
  readonly command: string;
}

const HEAD_TEXT = 'x = 1 \ny = 2 \nz = 3 \n';
const CHANGED_TEXT = 'x = 1 \nY = 2 \nz = 3 \n';

/** git as the author of the repository runs it, whom nobody protects. */
export function git(cwd: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.example', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...identity, '-c', 'protocol.file.allow=always', ...args], { cwd, env, encoding: 'utf8', stdio: 'pipe' });
}

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** One commit, and after it a file whose second line differs; the index no longer knows what it saw. */
function plain(folder: string, files: Readonly<Record<string, string>> = {}): HostileRepository {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q');
  for (const [name, text] of Object.entries({ 'a.py': HEAD_TEXT, 'same.py': HEAD_TEXT, ...files })) put(join(folder, name), text);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'first');
  return changed(folder);
}

function changed(folder: string): HostileRepository {
  put(join(folder, 'a.py'), CHANGED_TEXT);
  // Of another time than the index knows: git has to look at its content to see that it is the same.
  utimesSync(join(folder, 'same.py'), 1e9, 1e9);
  return { folder, file: 'a.py' };
}

const configure = (folder: string, settings: Readonly<Record<string, string>>): void => {
  for (const [key, value] of Object.entries(settings)) git(folder, 'config', '--local', key, value);
};

/** A clone without contents, as git made it; what it would call to fetch them is set after. */
function partial({ root }: Ground): string {
  const origin = join(root, 'origin');
  plain(origin);
  configure(origin, { 'uploadpack.allowFilter': 'true' });
  const folder = join(root, 'clone');
  git(root, 'clone', '-q', '--filter=blob:none', '--no-checkout', `file://${origin}`, folder);
  git(folder, 'read-tree', 'HEAD');
  put(join(folder, 'same.py'), HEAD_TEXT);
  changed(folder);
  return folder;
}

/** What a hostile repository may look like. The names are told where a mark is found. */
export const HOSTILE_REPOSITORIES: Readonly<Record<string, (ground: Ground) => HostileRepository>> = {
  'core.fsmonitor': ({ root, command }) => {
    const made = plain(join(root, 'r'));
    configure(made.folder, { 'core.fsmonitor': command });
    return made;
  },

  'core.fsmonitor in a committed file that include.path names': ({ root, command }) => {
    const made = plain(join(root, 'r'), { 'settings.inc': `[core]\n\tfsmonitor = "${command}"\n` });
    configure(made.folder, { 'include.path': '../settings.inc' });
    return made;
  },

  'core.fsmonitor by includeIf': ({ root, command }) => {
    const made = plain(join(root, 'r'), { 'settings.inc': `[core]\n\tfsmonitor = "${command}"\n` });
    configure(made.folder, { 'includeIf.gitdir:**.path': '../settings.inc' });
    return made;
  },

  'core.fsmonitor in the configuration of a worktree': ({ root, command }) => {
    const made = plain(join(root, 'r'));
    configure(made.folder, { 'extensions.worktreeConfig': 'true' });
    put(join(made.folder, '.git', 'config.worktree'), `[core]\n\tfsmonitor = "${command}"\n`);
    return made;
  },

  'a linked worktree of a repository with core.fsmonitor': ({ root, command }) => {
    const made = plain(join(root, 'r'));
    git(made.folder, 'worktree', 'add', '-q', join(root, 'tree'));
    configure(made.folder, { 'core.fsmonitor': command });
    return changed(join(root, 'tree'));
  },

  'a gitfile that points elsewhere': ({ root, command }) => {
    const made = plain(join(root, 'r'));
    configure(made.folder, { 'core.fsmonitor': command, 'filter.f.clean': command });
    renameSync(join(made.folder, '.git'), join(root, 'elsewhere'));
    put(join(root, 'elsewhere', 'info', 'attributes'), '*.py filter=f\n');
    put(join(made.folder, '.git'), 'gitdir: ../elsewhere\n');
    return made;
  },

  'a submodule with core.fsmonitor and a filter': ({ root, command }) => {
    plain(join(root, 'library'));
    const made = plain(join(root, 'r'));
    git(made.folder, 'submodule', '--quiet', 'add', join(root, 'library'), 'lib');
    git(made.folder, 'commit', '-qm', 'library');
    const own = join(made.folder, '.git', 'modules', 'lib');
    appendFileSync(join(own, 'config'), `[core]\n\tfsmonitor = "${command}"\n[filter "f"]\n\tclean = "${command}"\n`);
    put(join(own, 'info', 'attributes'), '*.py filter=f\n');
    return changed(join(made.folder, 'lib'));
  },

  // All of this is committed: an ordinary clone brings it.
  'an embedded bare repository with a worktree and core.fsmonitor': ({ root, command }) => {
    const made = plain(join(root, 'r'), { 'sub/a.py': HEAD_TEXT, 'sub/same.py': HEAD_TEXT });
    for (const name of ['HEAD', 'refs/heads/main', 'objects/info/packs']) {
      put(join(made.folder, 'sub', name), name === 'HEAD' ? 'ref: refs/heads/main\n' : '');
    }
    put(join(made.folder, 'sub', 'config'), [
      '[core]', '\trepositoryformatversion = 0', '\tbare = false', '\tworktree = .', `\tfsmonitor = "${command}"`,
      '[filter "f"]', `\tclean = "${command}"`, '',
    ].join('\n'));
    put(join(made.folder, 'sub', 'info', 'attributes'), '*.py filter=f\n');
    git(made.folder, 'add', '-Af');
    git(made.folder, 'commit', '-qm', 'bare');
    git(root, 'clone', '-q', made.folder, 'clone');
    return changed(join(root, 'clone', 'sub'));
  },

  'filter.*.clean and .smudge by .gitattributes': ({ root, command }) => {
    const made = plain(join(root, 'r'), { '.gitattributes': '*.py filter=f\n' });
    configure(made.folder, { 'filter.f.clean': `${command}; cat`, 'filter.f.smudge': `${command}; cat`, 'filter.f.required': 'true' });
    return made;
  },

  'filter.*.process by .gitattributes': ({ root, command }) => {
    const made = plain(join(root, 'r'), { '.gitattributes': '*.py filter=f\n' });
    configure(made.folder, { 'filter.f.process': command });
    return made;
  },

  'a filter by core.attributesFile': ({ root, command }) => {
    const made = plain(join(root, 'r'), { 'rules.txt': '*.py filter=f\n' });
    configure(made.folder, { 'core.attributesFile': join(made.folder, 'rules.txt'), 'filter.f.clean': command });
    return made;
  },

  'hooks, post-index-change among them': ({ root, command }) => {
    const made = plain(join(root, 'r'));
    for (const name of HOOKS) put(join(made.folder, '.git', 'hooks', name), `#!/bin/sh\n${command}\n`, 0o755);
    return made;
  },

  'committed hooks that core.hooksPath names': ({ root, command }) => {
    const hooks = Object.fromEntries(HOOKS.map((name) => [`hooks/${name}`, `#!/bin/sh\n${command}\n`]));
    const made = plain(join(root, 'r'), hooks);
    for (const name of HOOKS) chmodSync(join(made.folder, 'hooks', name), 0o755);
    configure(made.folder, { 'core.hooksPath': 'hooks' });
    return made;
  },

  'a lazy fetch by remote.*.uploadpack': (ground) => {
    const folder = partial(ground);
    configure(folder, { 'remote.origin.uploadpack': ground.command });
    return { folder, file: 'a.py', lacksContents: true };
  },

  'a lazy fetch by core.sshCommand': (ground) => {
    const folder = partial(ground);
    configure(folder, { 'remote.origin.url': 'ssh://host.invalid/x', 'core.sshCommand': ground.command, 'protocol.ssh.allow': 'always' });
    return { folder, file: 'a.py', lacksContents: true };
  },

  'a lazy fetch by ext::': (ground) => {
    const folder = partial(ground);
    const script = join(ground.root, 'connect');
    put(script, `#!/bin/sh\n${ground.command}\n`, 0o755);
    configure(folder, { 'remote.origin.url': `ext::${script}`, 'protocol.ext.allow': 'always', 'protocol.allow': 'always' });
    return { folder, file: 'a.py', lacksContents: true };
  },

  'a lazy fetch by core.gitProxy': (ground) => {
    const folder = partial(ground);
    const script = join(ground.root, 'proxy');
    put(script, `#!/bin/sh\n${ground.command}\n`, 0o755);
    configure(folder, { 'remote.origin.url': 'git://host.invalid/x', 'core.gitProxy': script, 'protocol.git.allow': 'always' });
    return { folder, file: 'a.py', lacksContents: true };
  },

  'a lazy fetch by a helper of a remote, found in PATH': (ground) => {
    const folder = partial(ground);
    put(join(folder, 'git-remote-evil'), `#!/bin/sh\n${ground.command}\n`, 0o755);
    configure(folder, { 'remote.origin.url': 'x', 'remote.origin.vcs': 'evil', 'protocol.evil.allow': 'always' });
    return { folder, file: 'a.py', lacksContents: true, searchPath: '.' };
  },

  'pager, editor, alias, diff, text conversion, merge driver, signatures, passwords': ({ root, command }) => {
    const made = plain(join(root, 'r'), { '.gitattributes': '*.py diff=d merge=m\n' });
    configure(made.folder, {
      'core.pager': command, 'pager.ls-files': command, 'pager.ls-tree': command, 'pager.diff': command, 'core.editor': command,
      'sequence.editor': command, 'alias.ls-files': `!${command}`, 'alias.ls-tree': `!${command}`, 'alias.cat-file': `!${command}`,
      'alias.rev-parse': `!${command}`, 'alias.diff': `!${command}`, 'diff.external': command, 'diff.d.command': command,
      'diff.d.textconv': command, 'diff.d.cachetextconv': 'true', 'merge.m.driver': command, 'gpg.program': command, 'gpg.ssh.program': command,
      'log.showSignature': 'true', 'credential.helper': `!${command}`, 'core.askPass': command, 'core.alternateRefsCommand': command,
      'uploadpack.packObjectsHook': command, 'interactive.diffFilter': command, 'trace2.eventTarget': '1', 'man.viewer': command,
      'difftool.prompt': 'false', 'browser.b.cmd': command, 'submodule.x.update': `!${command}`, 'gc.auto': '1',
    });
    return made;
  },

  'a program called git in the current folder, and PATH with a dot': ({ root, command }) => {
    const made = plain(join(root, 'r'), { git: `#!/bin/sh\n${command}\n` });
    chmodSync(join(made.folder, 'git'), 0o755);
    return { ...made, searchPath: '.' };
  },

  'a program called git in the current folder, and an empty entry in PATH': ({ root, command }) => {
    const made = plain(join(root, 'r'), { git: `#!/bin/sh\n${command}\n` });
    chmodSync(join(made.folder, 'git'), 0o755);
    return { ...made, searchPath: '' };
  },

  'a program called git in a relative folder of PATH': ({ root, command }) => {
    const made = plain(join(root, 'r'), { 'bin/git': `#!/bin/sh\n${command}\n` });
    chmodSync(join(made.folder, 'bin', 'git'), 0o755);
    return { ...made, searchPath: 'bin' };
  },

  'a program called git among those of a package, as npm puts them into PATH': ({ root, command }) => {
    const made = plain(join(root, 'r'), { 'node_modules/.bin/git': `#!/bin/sh\n${command}\n` });
    const bin = join(made.folder, 'node_modules', '.bin');
    chmodSync(join(bin, 'git'), 0o755);
    return { ...made, searchPath: bin };
  },
};

const HOOKS = [
  'post-index-change', 'reference-transaction', 'pre-auto-gc', 'post-checkout', 'post-merge', 'fsmonitor-watchman', 'pre-commit', 'post-rewrite',
];

/** git without protection, which runs what is configured. */
export function runUnprotected({ folder, file, searchPath }: HostileRepository): void {
  const env = { ...process.env, ...(searchPath === undefined ? {} : { PATH: `${searchPath}:${process.env['PATH']}` }) };
  for (const args of [['ls-files', '-z'], ['diff', 'HEAD', '--', file], ['status', '--short'], ['cat-file', 'blob', `HEAD:./${file}`]]) {
    spawnSync('git', args, { cwd: folder, env, stdio: 'ignore' });
  }
}
