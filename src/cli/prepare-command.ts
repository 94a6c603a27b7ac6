import { readSourceBytes } from '../corpus/read-source.js';
import { BadOptionError, SourceReadError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import { FailedJob, ThreadPool, UnansweredJob, type PrepareAnswer, type PrepareJob } from '../server/index.js';
import { corpusFiles, type CorpusFile } from '../shards/corpus-files.js';
import { ShardWriter } from '../shards/shard-writer.js';
import { createProgress } from '../shared/progress.js';
import { shownName } from '../shared/quote-name.js';
import { EXIT_FAILED, EXIT_FINE, EXIT_INTERRUPTED, type CliContext } from './context.js';
import { withDataSets } from './data-sets.js';
import { tellManifest } from './manifest-command.js';
import { prepareRules } from './prepare-rules.js';

type Options = OptionsFor<'corpus prepare'>;

/** Bytes of source in a shard, about, where nobody says how many there are to be. */
const SHARD_BYTES = 64_000_000;
/** Files that are on their way for each thread. */
const READ_AHEAD = 2;

/** `nnfmt corpus prepare CORPORA… --out SHARDS`. */
export async function runPrepare(
  paths: readonly string[], options: Options, context: CliContext,
): Promise<number> {
  const { out } = options;
  if (out === null) throw new BadOptionError({ option: '--out', reason: 'is needed: a folder for the shards' });
  if (paths.length === 0) {
    const reason = 'are needed: folders whose folders are projects, or data sets';
    throw new BadOptionError({ option: 'PATHS', reason });
  }
  const files = corpusFiles(await withDataSets(paths, options.columns, context));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const signal = context.interruption();
  const writer = new ShardWriter(out, options.shards ?? Math.max(1, Math.ceil(bytes / SHARD_BYTES)));
  const progress = createProgress({ target: context.stderr, quiet: options.quiet, now: context.now });
  let isWritten = false;
  try {
    const leftOut = await prepareFiles(files, {
      options, writer, context, signal, onFile: (done) => progress.update(done / 2, 'reading'),
    });
    if (signal.aborted) {
      progress.finish();
      context.stderr.write('Interrupted; nothing was written.\n');
      return EXIT_INTERRUPTED;
    }
    const { seed, similar } = options;
    const manifest = await writer.finish({ seed, similar, leftOut }, (done) => {
      progress.update((1 + done) / 2, 'writing');
    });
    isWritten = true;
    progress.finish();
    tellManifest(manifest, options, context);
    return (leftOut['failed'] ?? 0) > 0 ? EXIT_FAILED : EXIT_FINE;
  } finally {
    if (!isWritten) writer.discard();
  }
}

/** Hands all files to threads, and what is kept to the writer; counts the others by why. */
async function prepareFiles(files: readonly CorpusFile[], { options, writer, context, signal, onFile }: {
  readonly options: Options;
  readonly writer: ShardWriter;
  readonly context: Pick<CliContext, 'stderr' | 'cores'>;
  readonly signal: AbortSignal;
  readonly onFile: (done: number) => void;
}): Promise<Record<string, number>> {
  const { maxSeconds: seconds, maxMemory: megabytes } = options;
  const rules = prepareRules(options);
  const threads = Math.min(options.jobs ?? context.cores, Math.max(1, files.length));
  const pool = new ThreadPool<PrepareJob, PrepareAnswer>({
    setup: { kind: 'prepare', layout: { seconds, exclusions: 'forced' } },
    threads, mostWaiting: READ_AHEAD * threads, seconds, megabytes,
  });
  const leftOut = new Map<string, number>();
  const leave = (reason: string): void => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  /** Where one file cannot be written, no other is begun. */
  let hasEnded = false;
  const prepare = async ({ project, path, place, licence }: CorpusFile): Promise<void> => {
    try {
      const file = { project, path, licence, content: readSourceBytes(place) };
      const said = await pool.run({ file, rules, seconds, megabytes }, { name: place });
      if (said.kept) writer.add(file, said);
      else leave(said.reason);
    } catch (fault) {
      if (hasEnded) return;
      if (fault instanceof SourceReadError) return leave(fault.reason === 'too-large' ? 'size' : 'unreadable');
      if (fault instanceof FailedJob && fault.fault.code === 'OVER_BUDGET') return leave('budget');
      if (!(fault instanceof FailedJob || fault instanceof UnansweredJob)) throw fault;
      context.stderr.write(`error: ${shownName(place)}: ${fault.message}\n`);
      leave('failed');
    }
  };
  try {
    let next = 0;
    await Promise.all(Array.from({ length: READ_AHEAD * threads }, async () => {
      while (next < files.length && !signal.aborted && !hasEnded) {
        onFile(next / files.length);
        await prepare(files[next++]);
      }
    }));
  } finally {
    hasEnded = true;
    await pool.close();
  }
  return Object.fromEntries([...leftOut].sort(([a], [b]) => (a < b ? -1 : 1)));
}
