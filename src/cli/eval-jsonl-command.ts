import { MAX_SOURCE_BYTES, tooLarge } from '../corpus/decode-source.js';
import { BadOptionError } from '../errors.js';
import { sampleByPath, type EvaluationReport } from '../evaluate/index.js';
import type { OptionsFor } from '../options/index.js';
import type { EvaluateJob } from '../server/index.js';
import type { CliContext } from './context.js';
import { answerInThreads, textField, type RequestFields } from './resident-requests.js';

type Options = OptionsFor<'eval --jsonl'>;

/** `nnfmt eval --jsonl`: measures on the projects of another program, one a request. */
export async function runEvalJsonl(args: readonly string[], options: Options, context: CliContext): Promise<number> {
  const { jobs: threads, maxSeconds: seconds, maxMemory: megabytes, model, confidence, profile, seed } = options;
  const policy = {
    ...(model === null ? {} : { modelPath: model }), ...(confidence === null ? {} : { confidence }),
    ...(profile === null || profile === false ? {} : { profilePath: profile }),
  };
  return answerInThreads<EvaluateJob, EvaluationReport>(args, {
    context, kind: 'evaluate', threads, seconds, megabytes,
    async answer(request, pool) {
      const project = textField(request, 'project');
      const rates = ratesIn(request) ?? options.rates;
      const files = sampleByPath(filesIn(request), ({ path }) => path, options.files);
      const job = { project, files, rates, seed, policy, seconds, megabytes };
      return { project, figures: await pool.run(job, { name: project }) };
    },
  });
}

/** @throws BadOptionError for what is no list of files; SourceReadError for one that is too large */
function filesIn({ files }: RequestFields): EvaluateJob['files'] {
  if (!Array.isArray(files)) throw new BadOptionError({ option: 'files', reason: 'must be a list of {"path","text"}' });
  return (files as unknown[]).map((file) => {
    const { path, text } = (file ?? {}) as { readonly path?: unknown; readonly text?: unknown };
    if (typeof path !== 'string' || path === '' || typeof text !== 'string') {
      throw new BadOptionError({ option: 'files', reason: 'must be a list of {"path","text"}' });
    }
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_SOURCE_BYTES) throw tooLarge(path, bytes);
    return { path, text: text.startsWith('\uFEFF') ? text.slice(1) : text };
  });
}

/** @throws BadOptionError */
function ratesIn({ rates = null }: RequestFields): readonly number[] | null {
  const isRate = (rate: unknown): rate is number => typeof rate === 'number' && rate >= 0 && rate <= 1;
  if (rates === null) return null;
  if (Array.isArray(rates) && rates.length > 0 && rates.every(isRate)) return rates;
  throw new BadOptionError({ option: 'rates', reason: 'must be a list of numbers from 0 to 1' });
}
