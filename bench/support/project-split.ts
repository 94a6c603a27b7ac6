import { relative, sep } from 'node:path';
import { sampleFiles } from '../../src/evaluate/index.js';
import { listProjectFiles } from '../../src/learn/index.js';
import { isLearned } from '../learned-share.js';

/** Files of a project: those to learn and tune on, and those to measure on. */
export interface ProjectSplit {
  readonly root: string;
  readonly learned: readonly string[];
  /** In the order of the sample: the first N of them are the sample of N files. */
  readonly heldOut: readonly string[];
}

/** Splits a project by a hash of each file's path, so that the split is the same on every machine. */
export function splitProject(root: string): ProjectSplit {
  const { files } = listProjectFiles([root]);
  return {
    root,
    learned: files.filter((file) => isLearned(root, file)),
    heldOut: sampleFiles(root, files.filter((file) => !isLearned(root, file)), Infinity),
  };
}

/** A file's path below its project, with slashes: what mutants are seeded by. */
export const nameIn = (root: string, file: string): string => relative(root, file).split(sep).join('/');
