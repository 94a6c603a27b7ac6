import type { OptionsFor } from '../options/index.js';
import type { SimilarJob } from '../server/index.js';
import type { CliContext } from './context.js';
import { answerInThreads, textField } from './resident-requests.js';

/**
 * `nnfmt corpus similar --jsonl`: how alike two texts are, as `corpus prepare` sees it. For programs that find pairs by
 * the bands of signatures, where an estimate is too near the threshold to decide.
 */
export async function runSimilarJsonl(
  args: readonly string[], options: OptionsFor<'corpus similar --jsonl'>, context: CliContext,
): Promise<number> {
  const { jobs: threads, maxSeconds: seconds, maxMemory: megabytes } = options;
  return answerInThreads<SimilarJob, number>(args, {
    context, kind: 'prepare', threads, seconds, megabytes,
    async answer(request, pool) {
      const texts = [textField(request, 'a'), textField(request, 'b')] as const;
      return { jaccard: await pool.run({ texts, seconds, megabytes }, { name: 'a, b' }) };
    },
  });
}
