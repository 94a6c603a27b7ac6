import { learnProfile, type LearnedProfile } from '../library/learn-profile.js';
import { projectRoot } from '../learn/project-files.js';
import type { JobCourse } from './lsp-thread.js';

/** Learn the project around a path. */
export interface LearningJob {
  readonly path: string;
  readonly countsOnly: boolean;
}

export interface LearningAnswer {
  readonly root: string;
  /** Null when it was cancelled. */
  readonly learned: LearnedProfile | null;
}

/** Learns profiles, in a thread of its own that is ended when nobody waits for it any more. Nothing is written here. */
export class LearningService {
  async warmUp(): Promise<void> {
    // Training code is loaded by the job.
  }

  /** @throws NnfmtError as `learnProfile` */
  async answer({ path, countsOnly }: LearningJob, { signal, onNews }: JobCourse): Promise<LearningAnswer> {
    const root = projectRoot([path]);
    return { root, learned: await learnProfile([root], { countsOnly, signal, onProgress: onNews }) };
  }
}
