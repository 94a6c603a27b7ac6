import { resolve } from 'node:path';
import { MAX_SOURCE_BYTES, tooLarge } from '../corpus/decode-source.js';
import { BadOptionError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import type { GivenSource, LayoutSettings, TextAnswer, TextJob, ThreadPool } from '../server/index.js';
import { isLineRange, parseLineRanges, type LineRange } from '../shared/line-ranges.js';
import type { CliContext } from './context.js';
import { answerInThreads, pathField, textField, type RequestFields } from './resident-requests.js';

/** What a program may ask of a resident process about texts. */
export type ResidentTask = 'format' | 'check' | 'score';

/** What any of the tasks is told; only formatting and checking know `restyle`. */
type Options = OptionsFor<'score --jsonl'> & { readonly restyle?: boolean };

/** What a source may take where neither the command line nor its project says anything, as for files. */
const DEFAULT_SECONDS = 60;
const DEFAULT_MEGABYTES = 1024;

/** `nnfmt format --jsonl`, `nnfmt check --jsonl` and `nnfmt score --jsonl`: answers requests on stdin. */
export async function runJsonl(
  task: ResidentTask, args: readonly string[], options: Options, context: CliContext,
): Promise<number> {
  return answerInThreads<TextJob, TextAnswer>(args, {
    context, kind: 'text', threads: options.jobs ?? 1,
    seconds: options.maxSeconds ?? DEFAULT_SECONDS, megabytes: options.maxMemory ?? DEFAULT_MEGABYTES,
    answer: (request, pool) => answer(task, request, options, pool),
  });
}

async function answer(
  task: ResidentTask, request: RequestFields, options: Options, pool: ThreadPool<TextJob, TextAnswer>,
): Promise<object> {
  const job = task === 'score' ? scoreJob(request, options) : formatJob(request, task, options);
  const said = await pool.run(job, { name: job.kind === 'score' ? job.left.name : job.source.name });
  if (said.kind === 'left-out') return { leftOut: true, ...(task === 'format' ? { changed: false } : {}) };
  if (said.kind === 'score' && job.kind === 'score') {
    const { score, exact, changed, compared } = said.figures;
    return { similarity: score, exact, deviations: changed, compared, lines: linesOf(job.left.text) };
  }
  if (said.kind !== 'format') throw new Error(`the answer is of another kind: ${said.kind}`);
  const { text, changed, deviations, ...rest } = said.result;
  return task === 'format' ? { text, changed, ...rest } : { positionEncoding: 'utf-32', deviations, ...rest };
}

/** @throws BadOptionError when a field is missing or of the wrong type; SourceReadError for a text that is too long */
function formatJob(
  request: RequestFields, task: ResidentTask, options: Options,
): Extract<TextJob, { kind: 'format' }> {
  const { lines, restyle = options.restyle ?? false } = request;
  const source = sourceIn(request, 'text', options);
  if (typeof restyle !== 'boolean') throw new BadOptionError({ option: 'restyle', reason: 'must be true or false' });
  const ranges = lines === undefined || lines === null ? undefined : readLineRanges(lines);
  return {
    kind: 'format', restyle, deviations: task === 'check', source,
    ...(ranges === undefined ? {} : { lines: ranges }),
  };
}

/** `text`, to be compared with what formatting makes of it; or `a` and `b`. @throws as `formatJob` */
function scoreJob(request: RequestFields, options: Options): Extract<TextJob, { kind: 'score' }> {
  const isPair = request['a'] !== undefined || request['b'] !== undefined;
  if (!isPair) return { kind: 'score', left: sourceIn(request, 'text', options), right: null };
  if (request['text'] !== undefined) {
    throw new BadOptionError({ option: 'text', reason: 'is one too many, with a and b' });
  }
  return { kind: 'score', left: sourceIn(request, 'a', options), right: sourceIn(request, 'b', options) };
}

function sourceIn(request: RequestFields, field: 'text' | 'a' | 'b', options: Options): GivenSource {
  const text = textField(request, field);
  const name = pathField(request) ?? '<stdin>';
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_SOURCE_BYTES) throw tooLarge(name, bytes);
  // What comes without a path lies in the working directory.
  return { text, name, path: resolve(name), settings: settingsOf(options) };
}

/** Lines of a text, of which the last may lack its end. */
function linesOf(text: string): number {
  const ends = text.match(/\r\n|\r|\n/gu)?.length ?? 0;
  return text === '' || /[\r\n]$/u.test(text) ? ends : ends + 1;
}

/** `"10-20"` as for `--range`, or a list of `{"first","last"}`. */
function readLineRanges(lines: unknown): readonly LineRange[] {
  if (typeof lines === 'string') return parseLineRanges(lines, 'lines');
  if (Array.isArray(lines) && lines.every(isLineRange)) return lines.map(({ first, last }) => ({ first, last }));
  throw new BadOptionError({ option: 'lines', reason: 'takes "10-20", or a list of {"first": 10, "last": 20}' });
}

/** What the command line says; a project says the rest. */
function settingsOf({ model, profile, confidence, editorconfig, maxSeconds, maxMemory }: Options): LayoutSettings {
  return {
    model: model === null ? null : resolve(model),
    profile: typeof profile === 'string' ? resolve(profile) : profile,
    confidence, maxSeconds, maxMemory, editorconfig: editorconfig ? null : false,
  };
}
