import { dirname } from 'node:path';
import { practise } from '../complete/practise.js';
import { typedThrough, type Answered } from '../complete/typed-through.js';
import { projectTexts } from '../corpus/project-texts.js';
import { projectRoot } from '../learn/project-files.js';
import { createCompleter } from '../library/create-completer.js';
import type { Completer } from '../library/completer.js';
import { remembered, stampOf } from '../library/project-layout.js';
import { createSettingsFinder } from '../options/project-settings.js';
import { createProfileFinder } from '../profile/index.js';
import { lookAt } from '../shared/look-at-path.js';
import type { Abortable } from '../shared/abortable.js';
import type { NamedSource } from '../shared/named-source.js';
import type { CompletionAnswer, CompletionJob } from './completion-jobs.js';
import type { JobCourse } from './lsp-thread.js';

/** Characters of other files that are read for the first answer in a project, and for those after a pause. */
const FIRST_READ = 150_000;
const WHOLE_READ = 4_000_000;
/** The rest of a project is read when nothing was asked for so long. */
const PAUSE_MS = 1_500;
/** Other files may have changed after so long. */
const OLD_MS = 10 * 60_000;
const MOST_TOKENS = 40;

interface ProjectCompleter {
  completer: Promise<Completer>;
  readAt: number;
  isWhole: boolean;
}

/** Answers what editors ask about completion. It runs in a thread of its own. */
export class CompletionService {
  private readonly projects = new Map<string, ProjectCompleter>();
  private pause: NodeJS.Timeout | null = null;
  private last: Answered<CompletionJob> | null = null;

  /** Loads the network. */
  async warmUp(): Promise<void> {
    const completer = await createCompleter({ profilePath: null });
    await completer.complete({ text: 'import os\n\nos.', offset: 14 });
  }

  /** Types a text of its own until somebody asks. */
  async practise(signal: Abortable): Promise<void> {
    const completer = await createCompleter({ profilePath: null });
    await practise((request) => completer.complete(request), signal);
  }

  /** @throws NnfmtError for settings and profiles that cannot be used */
  async answer(job: CompletionJob, { signal }: Pick<JobCourse, 'signal'>): Promise<CompletionAnswer> {
    const { path, text, offset, count, minConfidence } = job;
    const typedOn = this.last === null ? null : typedThrough(this.last, job);
    if (typedOn !== null) return { suggestions: typedOn };
    const project = this.projectOf(job);
    const completer = await project.completer;
    const suggestions = await completer.complete({
      text, offset, count, minConfidence, maxTokens: MOST_TOKENS, signal, ...(path === null ? {} : { path }),
    });
    this.last = signal.aborted ? null : { job, suggestions };
    return { suggestions };
  }

  private projectOf({ path, profile }: CompletionJob): ProjectCompleter {
    const profilePath = profilePathOf(path, profile);
    const root = path === null ? null : projectRoot([path]);
    const make = (most: number): Promise<Completer> => createCompleter({
      project: path === null ? [] : lastCharacters(projectTexts(dirname(path), path), most), profilePath,
    });
    const key = JSON.stringify([root, profilePath, stampOf(profilePath)]);
    const project = remembered(this.projects, key, () => ({
      completer: make(FIRST_READ), readAt: performance.now(), isWhole: false,
    }));
    if (this.pause !== null) clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      if (project.isWhole && performance.now() - project.readAt < OLD_MS) return;
      project.isWhole = true;
      project.readAt = performance.now();
      const whole = make(WHOLE_READ);
      // Where it cannot be read, the first one serves on.
      whole.then(() => (project.completer = whole), () => undefined);
    }, PAUSE_MS);
    return project;
  }
}

function profilePathOf(path: string | null, said: string | false | null): string | null {
  if (said !== null) return said === false ? null : said;
  if (path === null) return null;
  const { profile } = (createSettingsFinder()(dirname(path))?.values ?? {}) as { readonly profile?: string | false };
  return profile === false ? null : profile ?? createProfileFinder()(path);
}

/** The last texts, as many as hold so many characters; none is read to find out. */
function lastCharacters(texts: readonly NamedSource[], most: number): readonly NamedSource[] {
  let left = most;
  let first = texts.length;
  while (first > 0 && left > 0) left -= lookAt(texts[--first].path).stats?.size ?? 0;
  return texts.slice(first);
}
