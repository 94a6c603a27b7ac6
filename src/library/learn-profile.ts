import { join } from 'node:path';
import type { FileFilter } from '../corpus/file-filter.js';
import type { FilterIn } from '../corpus/find-files.js';
import { BadOptionError } from '../errors.js';
import { loadBaseModel } from '../format/index.js';
import { createSettingsFinder, type ProjectSettings } from '../options/project-settings.js';
import { optionTables, resolveOptions } from '../options/index.js';
import { encodeProfile, PROFILE_PATH } from '../profile/index.js';
import type { Abortable } from '../shared/abortable.js';
import {
  BOOLEAN, checkArgument, checkFields, listOf, OBJECT, TEXT, type ArgumentRule,
} from '../shared/check-arguments.js';
import { createTokenizer } from '../tokenize/index.js';

export interface LearnOptions {
  /** Model file instead of the built-in one, or of the one that the project's settings name. */
  readonly modelPath?: string;
  /** Count layout only, without fine-tuning the network: seconds instead of about a minute, and less is learned. */
  readonly countsOnly?: boolean;
  /** Hears what is done, in [0, 1], and in words. */
  readonly onProgress?: (done: number, text: string) => void;
  /** Aborting ends the work between two files or batches. */
  readonly signal?: Abortable;
}

/** What was learned of a project; nothing is written. */
export interface LearnedProfile {
  /** Where it belongs: what formats files below finds it there. */
  readonly path: string;
  /** The bytes of that file: the same files give the same bytes. */
  readonly bytes: Uint8Array;
  /** Files that it was learned from, and their gaps. */
  readonly files: number;
  readonly gaps: number;
  /** Messages about files that cannot be read or do not parse. */
  readonly refused: readonly string[];
  /** The project's habits, where they contradict each other, and what the profile restores, in words. */
  readonly report: string;
}

const PATHS: ArgumentRule = listOf('paths', (item) => typeof item === 'string');
const FUNCTION: ArgumentRule = { takes: 'a function', accepts: (value) => typeof value === 'function' };
const RULES = {
  modelPath: TEXT, countsOnly: BOOLEAN, onProgress: FUNCTION, signal: OBJECT,
} satisfies Record<keyof LearnOptions, unknown>;

/**
 * Learns the layout of one project, as `nnfmt train` does: from the files below some paths that git tracks, without
 * git from those that `format` would take.
 *
 * @returns null when it was aborted
 * @throws BadOptionError for arguments that cannot be, and where there is no file to learn from
 * @throws ModelFileError for a model that cannot be used
 */
export async function learnProfile(
  paths: readonly string[],
  options: LearnOptions = {},
): Promise<LearnedProfile | null> {
  checkArgument('learnProfile: paths', paths, PATHS);
  checkFields('learnProfile', options, RULES);
  // Training code is loaded by whoever trains.
  const { DEFAULT_FINE_TUNING, learnProfile: learn, listProjectFiles, loadReplay, projectRoot, renderReport } =
    await import('../learn/index.js');
  const settingsIn = createSettingsFinder();
  const { files, errors } = listProjectFiles(paths, filterBy(settingsIn));
  if (errors.length > 0) throw new BadOptionError({ option: 'learnProfile: paths', reason: errors[0].message });
  const root = files.length === 0 ? '' : projectRoot(paths);
  const settings = files.length === 0 ? null : settingsIn(root);
  const { model, profile } = (settings?.values ?? {}) as { readonly model?: string; readonly profile?: string | false };
  const modelPath = options.modelPath ?? model;
  const learned = files.length === 0 ? { refused: [] } : await learn({
    tokenizer: await createTokenizer(),
    base: loadBaseModel(modelPath === undefined ? {} : { modelPath }),
    root, files,
    tuning: options.countsOnly === true ? null : { replay: loadReplay(), config: DEFAULT_FINE_TUNING },
    onProgress: options.onProgress ?? (() => undefined),
    signal: options.signal ?? { aborted: false },
  });
  if (learned === null) return null;
  if (!('profile' in learned)) {
    const reason = `there is no Python file to learn from under ${paths.join(', ')}`;
    throw new BadOptionError({ option: 'learnProfile: paths', reason: [reason, ...learned.refused].join('; ') });
  }
  const { report } = learned;
  return {
    path: typeof profile === 'string' ? profile : join(root, PROFILE_PATH),
    bytes: encodeProfile(learned.profile),
    files: report.learned, gaps: report.gaps, refused: report.refused,
    report: renderReport(report),
  };
}

/** Which files to take, by the settings nearest to each; the same object where the same settings hold. */
function filterBy(settingsIn: (folder: string) => ProjectSettings | null): FilterIn {
  const known = new Map<ProjectSettings | null, FileFilter>();
  return (folder) => {
    const settings = settingsIn(folder);
    let filter = known.get(settings);
    if (filter === undefined) {
      const { include, exclude } = settings?.values ?? {};
      const patterns = resolveOptions(optionTables.train, { include, exclude });
      const relativeTo = settings?.folder ?? '.';
      filter = {
        include: { folder: relativeTo, patterns: patterns.include },
        exclude: { folder: relativeTo, patterns: patterns.exclude },
      };
      known.set(settings, filter);
    }
    return filter;
  };
}
