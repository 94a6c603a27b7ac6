import { setImmediate as nextTurn } from 'node:timers/promises';
import { NnfmtError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import { cacheFolder } from './cache-folder.js';
import type { CliContext } from './context.js';
import type { FileOutcome } from './format-file.js';
import { defaultJobs, formatMany, type FormatJob } from './format-many.js';
import { formatterOptions, type FormatterOptions } from './formatter.js';
import { openKnownFiles, type KnownFiles } from './known-files.js';
import type { SelectedFiles } from './select-files.js';

/** Files that are looked at before a signal is. */
const FILES_PER_TURN = 20;

/** What to do with selected files. */
export interface SelectedJob extends Pick<FormatJob, 'mode' | 'onOutcome' | 'signal'> {
  readonly selected: Pick<SelectedFiles, 'files' | 'linesOf' | 'optionsOf' | 'leavesOutGenerated'>;
}

type RunOptions = Pick<OptionsFor<'format'>, 'cache' | 'cacheDir' | 'jobs' | 'range' | 'changed'>;

/** Files that are formatted with the same model, profile and confidence. */
interface Group {
  readonly formatterOptions: FormatterOptions;
  readonly paths: string[];
}

/**
 * Formats the files that are not known to be in their final layout, and remembers those that are now.
 * Where all are known, no model is loaded and no thread started. Outcomes come in the order of the paths, also
 * those of known files.
 *
 * @throws NnfmtError where nothing can be formatted because of the model or a named profile
 */
export async function formatUnknown(job: SelectedJob, options: RunOptions, context: CliContext): Promise<void> {
  const groups = groupBySettings(job.selected);
  const inOrder = new OrderedOutcomes(job.selected.files, job.onOutcome);
  for (const group of groups) {
    if (job.signal.aborted) break;
    try {
      await formatGroup(group, { ...job, onOutcome: (outcome) => inOrder.add(outcome) }, options, context);
    } catch (fault) {
      if (groups.length === 1 || !(fault instanceof NnfmtError)) throw fault;
      // The settings of one part of the project are no reason to leave the others.
      for (const path of group.paths) inOrder.add({ path, kind: 'failed', error: fault.message, elapsedMs: 0 });
    }
  }
  inOrder.handOnTheRest();
}

async function formatGroup(group: Group, job: SelectedJob, options: RunOptions, context: CliContext): Promise<void> {
  const { mode, onOutcome, signal, selected: { linesOf, leavesOutGenerated } } = job;
  const markdownOf = (path: string): boolean => job.selected.optionsOf(path).markdown;
  const known = openKnown(group.formatterOptions, options, context, markdownOf);
  const unknown: string[] = [];
  for (const [k, path] of group.paths.entries()) {
    // Signals arrive between turns of the event loop only, and a project has many files.
    if (k % FILES_PER_TURN === 0) await nextTurn();
    if (signal.aborted) return;
    if (known?.isFinal(path) === true) onOutcome({ path, kind: 'unchanged', elapsedMs: 0 });
    else unknown.push(path);
  }
  if (unknown.length === 0) return;
  try {
    await formatMany({
      paths: unknown,
      mode: { ...mode, digest: known !== null },
      formatterOptions: group.formatterOptions,
      jobs: options.jobs ?? defaultJobs(unknown.length, context.cores),
      linesOf,
      leavesOutGenerated,
      markdownOf,
      onOutcome: (outcome) => {
        if (outcome.finalDigest !== undefined) known?.add(outcome.path, outcome.finalDigest);
        onOutcome(outcome);
      },
      signal,
    }, context);
  } finally {
    known?.save();
  }
}

function groupBySettings({ files, optionsOf }: SelectedJob['selected']): Group[] {
  const groups = new Map<string, Group>();
  for (const path of files) {
    const own = formatterOptions(optionsOf(path));
    const key = JSON.stringify(own);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { formatterOptions: own, paths: [path] });
    else group.paths.push(path);
  }
  return [...groups.values()];
}

/** Hands outcomes on in the order of the paths, each as soon as all before it are there. */
class OrderedOutcomes {
  private readonly paths: readonly string[];
  private readonly handOn: (outcome: FileOutcome) => void;
  private readonly waiting = new Map<string, FileOutcome>();
  private next = 0;

  constructor(paths: readonly string[], handOn: (outcome: FileOutcome) => void) {
    this.paths = paths;
    this.handOn = handOn;
  }

  add(outcome: FileOutcome): void {
    this.waiting.set(outcome.path, outcome);
    for (;;) {
      const next = this.waiting.get(this.paths[this.next]);
      if (next === undefined) return;
      this.waiting.delete(next.path);
      this.next++;
      this.handOn(next);
    }
  }

  /** After an interruption: what was finished behind a file that was not. */
  handOnTheRest(): void {
    for (const path of this.paths.slice(this.next)) {
      const outcome = this.waiting.get(path);
      if (outcome !== undefined) this.handOn(outcome);
    }
    this.waiting.clear();
  }
}

/** Null where nothing may be remembered: the user says so, only some lines count, or nothing tells builds apart. */
function openKnown(
  own: FormatterOptions, options: RunOptions, context: CliContext, markdownOf: (path: string) => boolean,
): KnownFiles | null {
  const { build } = context;
  if (!options.cache || options.range !== null || options.changed !== null || build === null) return null;
  return openKnownFiles({ folder: cacheFolder(options.cacheDir, context), build, formatterOptions: own, markdownOf });
}
