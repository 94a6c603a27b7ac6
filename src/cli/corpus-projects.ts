import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { folderOf, listProjects, type Project } from '../corpus/index.js';
import { BadOptionError } from '../errors.js';
import { isPutAside } from '../shards/shard-place.js';
import { askGit } from '../shared/git.js';

/** The projects of a training run, split, and what names them in its record. */
export interface CorpusProjects {
  readonly training: readonly Project[];
  readonly heldOut: readonly Project[];
  readonly corpusDigest: string;
}

/**
 * Reads the corpora of a training run.
 *
 * @throws BadOptionError without corpora, or without a project to learn from; SourceReadError for a missing folder
 */
export function readCorpora(
  roots: readonly string[],
  options: {
    readonly excludeCorpus: string | null;
    readonly normalisedCorpus?: string | null;
    readonly holdOut: number;
  },
  note: (line: string) => void,
): CorpusProjects {
  if (roots.length === 0) {
    throw new BadOptionError({ option: '--base', reason: 'needs corpora: folders whose folders are projects' });
  }
  note('reading the corpora');
  const projects = listProjects(roots, {
    exclude: corporaIn(options.excludeCorpus), normalised: corporaIn(options.normalisedCorpus ?? null),
  });
  const { training, heldOut } = splitProjects(projects, options.holdOut);
  if (training.length === 0) {
    throw new BadOptionError({
      option: 'CORPORA',
      reason: `no project with Python files in ${roots.join(', ')}: each folder in a corpus is one project`,
    });
  }
  const count = (list: readonly Project[]): number => list.reduce((sum, project) => sum + project.files.length, 0);
  note(
    `${training.length} projects with ${count(training)} files to learn from, ${heldOut.length} with ${count(heldOut)} held out`,
  );
  return { training, heldOut, corpusDigest: digestOf(projects) };
}

/**
 * Puts whole projects aside, by a hash of their names, so that the split survives new projects.
 * Folders of the same name in several corpora are revisions of one project: the first decides for all.
 */
export function splitProjects(
  projects: readonly Project[],
  share: number,
): { training: Project[]; heldOut: Project[] } {
  const training: Project[] = [];
  const heldOut: Project[] = [];
  const isHeldOut = new Map<string, boolean>();
  for (const project of projects) {
    const key = folderOf(project);
    if (!isHeldOut.has(key)) isHeldOut.set(key, isPutAside(project.name, share));
    (isHeldOut.get(key)! ? heldOut : training).push(project);
  }
  return { training, heldOut };
}

/** The paths of an option that takes several. */
export const corporaIn = (list: string | null): string[] => (list ?? '').split(',').filter((path) => path !== '');

/** Names and files of the corpus, without where it lies. */
export function digestOf(projects: readonly Project[]): string {
  const hash = createHash('sha256');
  for (const { name, files } of projects) hash.update(`${name} ${files.length}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** The commit that the current folder is at, for records of training runs; `unknown` outside of repositories. */
export function codeRevision(): string {
  const answer = askGit(resolve('.'), ['rev-parse', '--short', 'HEAD']);
  return answer.ok ? answer.stdout.toString('latin1').trim() : 'unknown';
}
