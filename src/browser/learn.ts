import { join } from 'node:path';
import { BadOptionError } from '../errors.js';
import { loadBaseModel } from '../format/index.js';
import type { Abortable } from '../shared/abortable.js';
import { BOOLEAN, checkArgument, checkFields, listOf, OBJECT } from '../shared/check-arguments.js';
import { createTokenizer } from '../tokenize/index.js';
import { FORMAT_FILES, LEARN_FILES, loadAssets, RESTYLE_FILES, type AssetOptions } from './load-assets.js';
import { putFile, removeFile } from './memory-files.js';
import { ADDRESS, FUNCTION } from './option-rules.js';
import { loadRestyling } from './stand-ins/restyle-gaps.js';

/** A source of the project: its path from the project's folder, and what it holds. */
export interface ProjectSource {
  readonly path: string;
  /** Bytes are read as Python would read the file. */
  readonly content: string | Uint8Array;
}

export interface BrowserLearnOptions extends Pick<AssetOptions, 'assets'> {
  /** Count layout only, without fine-tuning the network: seconds instead of about a minute, and less is learned. */
  readonly countsOnly?: boolean;
  /** Hears what is done, in [0, 1], and in words. */
  readonly onProgress?: (done: number, text: string) => void;
  /** Aborting ends the work between two files or batches. */
  readonly signal?: Abortable;
}

/** What was learned of a project. */
export interface LearnedProfile {
  /** The profile: the same sources give the same bytes. */
  readonly bytes: Uint8Array;
  /** Sources that it was learned from, and their gaps. */
  readonly files: number;
  readonly gaps: number;
  /** Messages about sources that cannot be read or do not parse. */
  readonly refused: readonly string[];
  /** The project's habits, where they contradict each other, and what the profile restores, in words. */
  readonly report: string;
}

const RULES = {
  assets: ADDRESS, countsOnly: BOOLEAN, onProgress: FUNCTION, signal: OBJECT,
} satisfies Record<keyof BrowserLearnOptions, unknown>;

const SOURCES = listOf('objects with path and content', (item) =>
  typeof item === 'object' && item !== null && typeof (item as ProjectSource).path === 'string' &&
  (typeof (item as ProjectSource).content === 'string' || (item as ProjectSource).content instanceof Uint8Array));

/** Where sources lie in memory while they are learned from. */
const ROOT = '/project';

/**
 * Learns the layout of one project, as `nnfmt train` does: the same sources give the same bytes. Nothing leaves the
 * browser. Sources that came with a dependency are passed over. It takes as long as it takes: call it in a worker.
 *
 * @returns null when it was aborted
 * @throws BadOptionError where there is nothing to learn from
 * @throws AssetLoadError for what cannot be fetched
 */
export async function learnProfile(
  sources: readonly ProjectSource[], options: BrowserLearnOptions = {},
): Promise<LearnedProfile | null> {
  checkArgument('learnProfile: sources', sources, SOURCES);
  checkFields('learnProfile', options, RULES);
  const { assets, countsOnly = false, onProgress = () => undefined, signal = { aborted: false } } = options;
  await loadRestyling();
  await loadAssets([...FORMAT_FILES, ...RESTYLE_FILES, ...(countsOnly ? [] : LEARN_FILES)], {
    ...(assets === undefined ? {} : { assets }), signal,
    onProgress: ({ loadedBytes, totalBytes }) =>
      onProgress(0, `fetching what training needs, ${Math.round(100 * loadedBytes / totalBytes)} %`),
  });
  // Training code is loaded by whoever trains.
  const [
    { learnProfile: learn }, { DEFAULT_FINE_TUNING }, { loadReplay }, { renderReport }, { encodeProfile },
    { isForeignPath },
  ] = await Promise.all([
    import('../learn/learn-profile.js'), import('../train/fine-tune.js'), import('../learn/load-replay.js'),
    import('../learn/render-report.js'), import('../profile/profile-file.js'), import('../corpus/foreign-code.js'),
  ]);
  const files = sources.filter(({ path }) => !isForeignPath(path)).map(({ path, content }) => {
    const file = join(ROOT, join('/', path));
    putFile(file, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    return file;
  }).sort();
  try {
    const learned = files.length === 0 ? { refused: [] } : await learn({
      tokenizer: await createTokenizer(), base: loadBaseModel(), root: ROOT, files, onProgress, signal,
      tuning: countsOnly ? null : { replay: loadReplay(), config: DEFAULT_FINE_TUNING },
    });
    if (learned === null) return null;
    if (!('profile' in learned)) {
      const reason = ['there is no Python file to learn from', ...learned.refused].join('; ');
      throw new BadOptionError({ option: 'learnProfile: sources', reason });
    }
    const { report } = learned;
    return {
      bytes: encodeProfile(learned.profile), files: report.learned, gaps: report.gaps, refused: report.refused,
      report: renderReport(report),
    };
  } finally {
    for (const file of files) removeFile(file);
  }
}
