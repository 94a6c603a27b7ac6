import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { listProjects } from '../corpus/index.js';
import { BadOptionError } from '../errors.js';
import { experimentText } from '../options/experiment-file.js';
import type { OptionsFor } from '../options/index.js';
import { functionSources, isDataSet } from '../search/index.js';
import { lookAt } from '../shared/look-at-path.js';
import { createProgress, formatDuration } from '../shared/progress.js';
import { isPutAside } from '../shards/shard-place.js';
import { VERSION } from '../shared/version.js';
import { DEFAULT_SEARCH, runSearchTraining, type SearchConfig } from '../train/search/search-run.js';
import { EXIT_FINE, EXIT_INTERRUPTED, type CliContext } from './context.js';
import { codeRevision, corporaIn, digestOf } from './corpus-projects.js';
import { withDataSets } from './data-sets.js';

const DEFAULT_PAIRS = 1_000_000;

/** `nnfmt train --task search CORPORA…`: trains the network of code search. */
export async function runTrainSearch(
  paths: readonly string[],
  options: OptionsFor<'train --task search'>,
  context: CliContext,
): Promise<number> {
  const config = searchConfig(options);
  if (paths.length === 0) {
    throw new BadOptionError({
      option: '--task search', reason: 'needs corpora: folders whose folders are projects, or files *.jsonl.gz',
    });
  }
  // Lines of CodeSearchNet hold functions with their docstrings, and are read as they are.
  const isRead = (path: string): boolean => isDataSet(path) && options.columns === null;
  const dataSets = paths.filter(isRead);
  const folders = await withDataSets(paths.filter((path) => !isRead(path)), options.columns, context);
  const progress = createProgress({ target: context.stderr, quiet: options.quiet, now: context.now });
  if (folders.length > 0) progress.note('reading the corpora');
  const projects = folders.length === 0
    ? []
    : listProjects(folders, { exclude: corporaIn(options.excludeCorpus) });
  const startMs = context.now();
  const record = {
    seed: options.seed, corpusDigest: digest(digestOf(projects), dataSets), codeRevision: codeRevision(),
    nnfmt: VERSION,
  };
  const { end, modelPath } = await runSearchTraining({
    folder: options.out, seed: options.seed, resume: options.resume, config,
    corpusDigest: record.corpusDigest, codeRevision: record.codeRevision,
    experiment: (folder) =>
      experimentText({ task: 'train --task search', options, corpora: paths, folder, record }),
    progress, now: context.now, signal: context.interruption(),
    plannedMinutes: options.minutes,
    plannedPairs: options.pairs ?? (options.minutes === null ? DEFAULT_PAIRS : null),
    patience: options.patience, mostPairs: options.mostPairs, sources: functionSources(dataSets, projects),
    isHeldOut: (project) => isPutAside(project, options.holdOut),
  });
  const isInterrupted = end === 'interrupted';
  const took = formatDuration(context.now() - startMs);
  if (!options.quiet) {
    context.stderr.write(
      `${isInterrupted ? `interrupted after ${took}; continue with --resume` : `done in ${took}`}: ${modelPath}\n`,
    );
  }
  return isInterrupted ? EXIT_INTERRUPTED : EXIT_FINE;
}

/** @throws BadOptionError for a width that the kernel cannot take */
function searchConfig(options: OptionsFor<'train --task search'>): SearchConfig {
  for (const name of ['width', 'hidden', 'batch'] as const) {
    if (options[name] % 8 !== 0) {
      throw new BadOptionError({ option: `--${name}`, reason: `has to be a multiple of 8, not ${options[name]}` });
    }
  }
  if (options.units % 16 !== 0) {
    throw new BadOptionError({ option: '--units', reason: `has to be a multiple of 16, not ${options.units}` });
  }
  const { pieces, width, hidden, batch, temperature, nameShare, dropout, encoder, units, length } = options;
  const { learningRate } = options;
  const queryEncoder = options.queryEncoder === 'same' ? encoder : options.queryEncoder;
  return {
    ...DEFAULT_SEARCH, pieces, width, hidden, batch, temperature, learningRate, nameShare, dropout, encoder,
    queryEncoder, units, length,
  };
}

/** Names and sizes of data sets, without where they lie, beside the digest of the projects. */
function digest(ofProjects: string, dataSets: readonly string[]): string {
  if (dataSets.length === 0) return ofProjects;
  const hash = createHash('sha256').update(ofProjects);
  for (const path of dataSets) hash.update(`${basename(path)} ${lookAt(path).stats?.size ?? 0}\n`);
  return hash.digest('hex').slice(0, 16);
}
