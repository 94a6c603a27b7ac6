import type { OptionsFor } from '../options/index.js';
import { ThreadPool, type SimilarJob } from '../server/index.js';
import { EXIT_FINE, type CliContext } from './context.js';
import { answerRequests, textField } from './resident-requests.js';

/** Requests that are read before the first of them is answered, for each thread. */
const READ_AHEAD = 2;

/**
 * `nnfmt corpus similar --jsonl`: how alike two texts are, as `corpus prepare` sees it. For programs that find pairs by
 * the bands of signatures, where an estimate is too near the threshold to decide.
 */
export async function runSimilarJsonl(
  args: readonly string[], options: OptionsFor<'corpus similar --jsonl'>, context: CliContext,
): Promise<number> {
  const { jobs: threads, maxSeconds: seconds, maxMemory: megabytes } = options;
  const pool = new ThreadPool<SimilarJob, number>({
    setup: { kind: 'prepare', layout: { seconds, exclusions: 'forced' } },
    threads, mostWaiting: READ_AHEAD * threads, seconds, megabytes,
  });
  if (args.length === 0) pool.warmUp();
  await answerRequests(args, {
    context, atOnce: READ_AHEAD * threads,
    async answer(request) {
      const texts = [textField(request, 'a'), textField(request, 'b')] as const;
      return { jaccard: await pool.run({ texts, seconds, megabytes }, { name: 'a, b' }) };
    },
  });
  await pool.close();
  return EXIT_FINE;
}
