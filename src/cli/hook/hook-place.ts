import { basename, dirname, join, resolve } from 'node:path';
import { BadOptionError } from '../../errors.js';
import { askGit, repositoryOf, splitNul } from '../../shared/git.js';
import { liesBelow } from '../../shared/path-below.js';
import { shownName } from '../../shared/quote-name.js';

/** Where git looks for the hook of a repository. */
export interface HookPlace {
  /** The folder of git's hooks; it need not exist. */
  readonly folder: string;
  /** True where the folder is the repository's own, and neither committed with it nor shared with others. */
  readonly isOwn: boolean;
}

/** Begins the messages of faults. */
export const HOOK = 'hook';

/** The root of the repository that a folder is in. @throws BadOptionError where it is in none */
export function rootOf(folder: string): string {
  const root = repositoryOf(folder);
  if (root === null) {
    throw new BadOptionError({
      option: HOOK,
      reason: `${shownName(resolve(folder))} is in no git repository with a work tree, so there are no commits to look at`,
    });
  }
  return root;
}

/**
 * Where the hooks of a repository are: what core.hooksPath says, from whichever configuration; else the folder `hooks`
 * of the repository, which worktrees share, and which for a submodule lies in the repository around it.
 *
 * @throws BadOptionError where git is missing or refuses, and where husky keeps the hooks
 */
export function hookPlace(root: string): HookPlace {
  const common = askGit(root, ['rev-parse', '--git-common-dir']);
  if (!common.ok) throw new BadOptionError({ option: HOOK, reason: common.reason });
  const own = join(resolve(root, common.stdout.toString('utf8').replace(/\r?\n$/u, '')), 'hooks');
  const configured = askGit(root, ['config', '--type=path', '-z', '--get-all', 'core.hooksPath']);
  if (!configured.ok) throw new BadOptionError({ option: HOOK, reason: configured.reason });
  // The last of them is ours, by which git runs no hook while it answers.
  const path = splitNul(configured.stdout).at(-2)?.toString('utf8');
  if (path === undefined || path === '') return { folder: own, isOwn: true };
  const folder = resolve(root, path);
  if (basename(folder) === '_' && basename(dirname(folder)) === '.husky') {
    throw new BadOptionError({
      option: HOOK, reason: 'husky keeps the hooks of this repository: write `nnfmt hook run` into .husky/pre-commit',
    });
  }
  return { folder, isOwn: liesBelow(dirname(own), folder) };
}
