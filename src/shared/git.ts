import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { findProgram, programFolders } from './find-program.js';
import { isThere, realPath } from './look-at-path.js';
import { shownName } from './quote-name.js';

/**
 * The only door to git. A repository that one merely cloned, unpacked or mounted is not trusted:
 * its configuration, attributes and hooks can name programs, and none of them may run. So only
 * commands that read are called (`rev-parse`, `ls-files`, `ls-tree`, `cat-file`, `config`,
 * `diff-index --cached`), never one that looks at the working tree (`status`, `diff`), which would
 * filter files and refresh the index; and what those commands might start is switched off below.
 * Contents are compared by nnfmt. `tellGit` alone writes: objects and index, for git's own hook.
 * See docs/decisions/0019-git-is-asked-not-trusted.md.
 */

/** An answer of git, or why there is none, in a clause. */
export type GitAnswer =
  | { readonly ok: true; readonly stdout: Buffer }
  | {
      readonly ok: false;
      /** `missing`: no git here; `refused`: git ended with an error; `silent`: it did so without a word. */
      readonly kind: 'missing' | 'refused' | 'silent';
      readonly reason: string;
    };

/** Settings that win over those of a repository, whatever includes them. */
const SETTINGS = [
  // Empty is "no" for every version of git; those before 2.36 would take "false" for a program.
  'core.fsmonitor=',
  'core.hooksPath=/dev/null',
  // A bare repository may lie in any folder of a clone; only `.git` is one that nnfmt looks at.
  'safe.bareRepository=explicit',
  'protocol.allow=never',
  'core.pager=cat',
  'credential.helper=',
  'gc.auto=0',
  'maintenance.auto=false',
] as const;

/** Set by git for its hooks. They speak of one repository and index; nnfmt goes by where the files are. */
const OF_ONE_REPOSITORY = [
  'GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_INDEX_VERSION', 'GIT_PREFIX', 'GIT_COMMON_DIR', 'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_QUARANTINE_PATH', 'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_INTERNAL_SUPER_PREFIX', 'GIT_IMPLICIT_WORK_TREE', 'GIT_CONFIG',
  // Would contradict GIT_LITERAL_PATHSPECS.
  'GIT_GLOB_PATHSPECS', 'GIT_NOGLOB_PATHSPECS', 'GIT_ICASE_PATHSPECS',
  'GIT_ATTR_SOURCE', 'GIT_EXTERNAL_DIFF',
] as const;

const MOST_ANSWER_BYTES = 2 ** 30;
/** A repository on a slow disk may take long; one whose configuration includes a pipe takes for ever. */
const LONGEST_MS = 120_000;

/** The environment that git runs in: the user's own, without what would start other programs. */
export function gitEnvironment(env: NodeJS.ProcessEnv = process.env, platform = process.platform): NodeJS.ProcessEnv {
  const left = new Set<string>([...OF_ONE_REPOSITORY, 'PATH']);
  // Windows may write it Path.
  const kept = Object.entries(env).filter(([name]) => !left.has(platform === 'win32' ? name.toUpperCase() : name));
  return {
    ...Object.fromEntries(kept),
    PATH: programFolders({ env, platform }).join(platform === 'win32' ? ';' : ':'),
    GIT_NO_LAZY_FETCH: '1',
    // No protocol has this name. An empty list would do, but Windows has no empty variables.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_PAGER: 'cat',
    GIT_EDITOR: ':',
    GIT_SEQUENCE_EDITOR: ':',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
  };
}

let found: { readonly path: string | undefined; readonly program: string | null } | undefined;

/** Looked for once, unless PATH changes. */
function gitProgram(): string | null {
  const path = process.env['PATH'];
  if (found === undefined || found.path !== path) {
    found = { path, program: findProgram('git', { env: process.env, platform: process.platform }) };
  }
  return found.program;
}

/**
 * Asks git one thing. Nothing of the repository is run, written or fetched.
 *
 * @param folder where git runs: the root of a repository, as `repositoryOf` finds it
 * @param indexFile another index than the repository's own, as an absolute path
 */
export function askGit(
  folder: string, args: readonly string[], input?: Uint8Array, indexFile?: string | null,
): GitAnswer {
  return runGit(folder, args, input, indexFile);
}

/**
 * Has git add a content or change entries of the index, and nothing else. Nothing of the repository is run or fetched.
 *
 * @param folder as for `askGit`
 * @param indexFile the index that git named to its hook, which for `git commit -a` is not the repository's own
 */
export function tellGit(
  folder: string, args: readonly ['hash-object' | 'update-index', ...string[]], input: Uint8Array,
  indexFile: string | null,
): GitAnswer {
  return runGit(folder, args, input, indexFile);
}

function runGit(
  folder: string, args: readonly string[], input: Uint8Array | undefined, indexFile: string | null | undefined,
): GitAnswer {
  const program = gitProgram();
  if (program === null) return { ok: false, kind: 'missing', reason: 'git is not installed' };
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  const { error, stdout, stderr, status } = spawnSync(program, ['--no-pager', ...settings, ...args], {
    cwd: folder,
    env: { ...gitEnvironment(), ...(typeof indexFile === 'string' ? { GIT_INDEX_FILE: indexFile } : {}) },
    input: input ?? new Uint8Array(),
    maxBuffer: MOST_ANSWER_BYTES,
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  if (error !== undefined) {
    const late = (error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
    return {
      ok: false, kind: 'refused',
      reason: late ? `git ${args[0]} took longer than two minutes` : `git cannot be run (${error.message})`,
    };
  }
  if (status === 0) return { ok: true, stdout };
  const [words] =
    stderr.toString('utf8').split('\n').filter((line) => line.startsWith('fatal: ') || line.startsWith('error: '));
  const reason = words === undefined
    ? `git ${args[0]} failed in ${shownName(folder)}`
    : `git ${args[0]} failed in ${shownName(folder)} (${shownName(words)})`;
  return { ok: false, kind: stderr.length === 0 ? 'silent' : 'refused', reason };
}

/**
 * The root of the repository that a path is in: the nearest folder upwards with a `.git`, links
 * resolved; null without one. Bare repositories do not count, wherever they lie.
 */
export function repositoryOf(path: string): string | null {
  let folder = realPath(path) ?? resolve(path);
  while (!isThere(join(folder, '.git'))) {
    const up = dirname(folder);
    if (up === folder) return null;
    folder = up;
  }
  return folder;
}

/** An entry of a list that ends each with NUL. */
export function splitNul(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    entries.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    if (end === -1) break;
    start = end + 1;
  }
  return entries;
}
