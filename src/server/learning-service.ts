import { resolve } from 'node:path';
import { giveSources } from '../corpus/read-source.js';
import { BadOptionError } from '../errors.js';
import { loadBaseModel } from '../format/index.js';
import { encodeProfile } from '../profile/index.js';
import type { NamedSource } from '../shared/named-source.js';
import { createTokenizer } from '../tokenize/index.js';
import type { JobCourse } from './service-thread.js';

/** Learn the layout of some sources, which are on no disk. */
export interface LearningJob {
  /** Paths are relative to their project, and tell them apart. */
  readonly sources: readonly NamedSource[];
  readonly countsOnly: boolean;
}

export interface LearningAnswer {
  /** Of a profile file. */
  readonly bytes: Uint8Array;
  readonly files: number;
  readonly gaps: number;
  /** Messages about sources that do not parse. */
  readonly refused: readonly string[];
  readonly report: string;
}

/** Told on the way. */
export interface LearningNews {
  /** From 0 to 1. */
  readonly done: number;
  readonly text: string;
}

/** A folder that the sources seem to lie in; nothing is looked for there. */
const NOWHERE = resolve('/nnfmt-given');

/** Learns profiles. It runs in a thread of its own, which is ended when nobody waits for it any more. */
export class LearningService {
  async warmUp(): Promise<void> {
    // Training code is loaded by the job.
  }

  /** @throws BadOptionError where there is nothing to learn from */
  async answer(
    { sources, countsOnly }: LearningJob, { onNews, signal }: Pick<JobCourse, 'onNews' | 'signal'>,
  ): Promise<LearningAnswer> {
    const { DEFAULT_FINE_TUNING, learnProfile, loadReplay, renderReport } = await import('../learn/index.js');
    const bytes = new Map(sources.map(({ path, text }, k) => [placeOf(path, k), Buffer.from(text)]));
    giveSources(bytes);
    const learned = await learnProfile({
      tokenizer: await createTokenizer(), base: loadBaseModel(), root: NOWHERE, files: [...bytes.keys()].sort(),
      tuning: countsOnly ? null : { replay: loadReplay(), config: DEFAULT_FINE_TUNING },
      onProgress: (done, text) => onNews({ done, text } satisfies LearningNews), signal,
    });
    if (learned === null || !('profile' in learned)) {
      const reason = ['there is nothing to learn from', ...(learned?.refused ?? [])].join('; ');
      throw new BadOptionError({ option: 'files', reason });
    }
    const { files, gaps, refused } = {
      files: learned.report.learned, gaps: learned.report.gaps, refused: learned.report.refused,
    };
    return { bytes: encodeProfile(learned.profile), files, gaps, refused, report: renderReport(learned.report) };
  }
}

/** Below the folder, whatever the path says; what is given twice stays two. */
function placeOf(path: string, index: number): string {
  const parts = path.split(/[\\/]/u).filter((part) => part !== '' && part !== '.' && part !== '..');
  return [NOWHERE, ...(parts.length === 0 ? [`${index}.py`] : parts)].join('/');
}
