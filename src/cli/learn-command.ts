import { basename, join, relative } from 'node:path';
import { BadOptionError, FileWriteError, ModelFileError } from '../errors.js';
import { loadBaseModel, withProfile } from '../format/index.js';
import {
  estimateLearningMs, findUncertainPlaces, learnProfile, listProjectFiles, loadReplay, projectRoot, renderReport,
  reportHtml,
} from '../learn/index.js';
import { PROFILE_PATH, refuseToWriteProfile, writeProfile } from '../profile/index.js';
import { liesBelow } from '../shared/path-below.js';
import { createProgress, formatDuration, formatEstimate, type Progress } from '../shared/progress.js';
import { isPage, refuseToReplace, writeAtomically, type WriteOptions } from '../shared/write-atomically.js';
import { createTokenizer } from '../tokenize/index.js';
import { DEFAULT_FINE_TUNING } from '../train/fine-tune.js';
import { shownName } from '../shared/quote-name.js';
import { EXIT_FAILED, EXIT_FINE, EXIT_INTERRUPTED, type CliContext } from './context.js';
import type { ProjectOptions } from './project-options.js';
import { createFilterIn } from './select-files.js';

/** `nnfmt train [PATHS…]`: learns the layout of one project and pins it in its profile. */
export async function runLearn(
  given: readonly string[],
  project: ProjectOptions<'train'>,
  context: CliContext,
): Promise<number> {
  const { options } = project;
  const startMs = context.now();
  const paths = given.length === 0 ? ['.'] : given;
  if (options.profile === false) {
    throw new BadOptionError({ option: '--no-profile', reason: 'leaves nothing to train' });
  }
  const found = listProjectFiles(paths, createFilterIn(project.optionsIn));
  for (const notice of found.notices) context.stderr.write(`warning: ${notice}\n`);
  for (const error of found.errors) context.stderr.write(`error: ${error.message}\n`);
  if (found.errors.length > 0) return EXIT_FAILED;
  if (found.files.length === 0) {
    const leftOut = found.leftOut === 0 ? '' : ` (${found.leftOut} generated or vendored left out)`;
    context.stderr.write(
      `error: no Python files to learn from under ${paths.map(shownName).join(', ')}${leftOut}. Name a folder or a file that has some.\n`,
    );
    return EXIT_FAILED;
  }
  const root = projectRoot(paths);
  const profilePath = options.profile ?? join(root, PROFILE_PATH);
  // `.nnfmt` can be a link, and the project somebody else's.
  if (options.profile === null && !liesBelow(root, profilePath)) {
    throw new ModelFileError({
      path: profilePath, reason: `a link leads out of ${root}, and no profile is written there`,
      advice: 'Remove the link, or name a path with --profile.',
    });
  }
  refuseToWriteProfile(profilePath);
  if (options.report !== null) refuseReport(options.report);
  const signal = context.interruption();
  const newProgress = (): Progress =>
    createProgress({ target: context.stderr, quiet: options.quiet, now: context.now });
  const progress = newProgress();
  const expectedMs = estimateLearningMs(found.files, !options.countsOnly);
  const passed = found.leftOut === 0 ? '' : ` (${found.leftOut.toLocaleString('en')} generated or vendored left out)`;
  progress.note(
    `Learning from ${plural(found.files.length)}${passed}, ${formatEstimate(expectedMs)} on a core of its own.`,
  );
  const tokenizer = await createTokenizer();
  const base = loadBaseModel(options.model === null ? {} : { modelPath: options.model });
  const learned = await learnProfile({
    tokenizer,
    base,
    root,
    files: found.files,
    tuning: options.countsOnly ? null : { replay: loadReplay(), config: DEFAULT_FINE_TUNING },
    onProgress: (done, text) => progress.update(done, text),
    signal,
  });
  progress.finish();
  if (learned === null) {
    context.stderr.write('Interrupted: nothing was written.\n');
    return EXIT_INTERRUPTED;
  }
  if (!('profile' in learned)) {
    for (const message of learned.refused) context.stderr.write(`error: ${message}\n`);
    context.stderr.write('error: none of the files can be learned from: they are empty, generated or do not parse. ' +
      'No profile was written.\n');
    return EXIT_FAILED;
  }
  const { profile } = learned;
  const report = { ...learned.report, generated: learned.report.generated + found.leftOut };
  // Learning ends here; what is asked from now on does not undo it.
  const bytes = writeProfile(profilePath, profile);
  context.stdout.write(renderReport(report));
  const shown = relative('.', profilePath);
  context.stdout.write(
    `Profile: ${shown.startsWith('..') ? profilePath : shown} (${Math.ceil(bytes / 1024)} KB), made in ${formatDuration(context.now() - startMs)}. Commit it with the project.\n`,
  );
  if (options.report !== null) {
    const pageProgress = newProgress();
    const places = await findUncertainPlaces({
      tokenizer, policy: withProfile(base, profile), root, files: report.files, signal,
      onProgress: (done, text) => pageProgress.update(done, text),
    });
    pageProgress.finish();
    if (places === null) {
      context.stderr.write(`Interrupted: the profile is written, ${options.report} is not.\n`);
      return EXIT_INTERRUPTED;
    }
    writeReport(options.report, reportHtml(report, basename(root), places));
    context.stdout.write(`Report: ${options.report}\n`);
  }
  return EXIT_FINE;
}

const plural = (files: number): string => `${files.toLocaleString('en')} file${files === 1 ? '' : 's'}`;

const REPORT: WriteOptions = { replaces: isPage, kind: 'a page (HTML)' };

function refuseReport(path: string): void {
  try {
    refuseToReplace(path, REPORT);
  } catch (cause) {
    throw reportFault(path, cause, '');
  }
}

function writeReport(path: string, page: string): void {
  try {
    writeAtomically(path, page, REPORT);
  } catch (cause) {
    throw reportFault(path, cause, '; the profile is written');
  }
}

function reportFault(path: string, cause: unknown, addition: string): unknown {
  if (!(cause instanceof FileWriteError)) return cause;
  return new BadOptionError({ option: '--report', reason: `${path}: ${cause.clause}${addition}`, cause });
}
