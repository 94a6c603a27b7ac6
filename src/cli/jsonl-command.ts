import { resolve } from 'node:path';
import { MAX_SOURCE_BYTES, tooLarge } from '../corpus/decode-source.js';
import { BadOptionError, NnfmtError, type SourceReadError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import { FailedJob, ThreadPool, type LayoutSettings, type TextAnswer, type TextJob } from '../server/index.js';
import { isLineRange, parseLineRanges, type LineRange } from '../shared/line-ranges.js';
import { EXIT_FINE, type CliContext } from './context.js';

type Options = OptionsFor<'format --jsonl'>;

/** What a source may take where neither the command line nor its project says anything, as for files. */
const DEFAULT_SECONDS = 60;
const DEFAULT_MEGABYTES = 1024;
/** Requests that are read before the first of them is answered, for each thread: it need not wait for the next. */
const READ_AHEAD = 2;

/**
 * `nnfmt format --jsonl` and `nnfmt check --jsonl`: answers each line on stdin by a line on stdout, until stdin ends.
 * Texts are laid out in a thread that is replaced where it takes too long or dies, so that no request ends the others.
 */
export async function runJsonl(
  task: 'format' | 'check', args: readonly string[], options: Options, context: CliContext,
): Promise<number> {
  if (args.length > 0) {
    throw new BadOptionError({ option: '--jsonl', reason: 'takes its requests from stdin, not from files' });
  }
  const threads = options.jobs ?? 1;
  const pool = new ThreadPool<TextJob, TextAnswer>({
    setup: { kind: 'text', layout: { seconds: DEFAULT_SECONDS, exclusions: 'forced' } },
    threads, mostWaiting: READ_AHEAD * threads, seconds: options.maxSeconds ?? DEFAULT_SECONDS,
    megabytes: options.maxMemory ?? DEFAULT_MEGABYTES,
  });
  pool.warmUp();
  /** What was asked and not told yet, in order: an answer waits for those before it. */
  const open: Promise<void>[] = [];
  for await (const line of context.stdinLines()) {
    if (typeof line === 'string' && line.trim() === '') continue;
    const [reply, before] = [answer(task, line, options, pool), open.at(-1)];
    const telling = reply.then(async (said) => {
      await before;
      context.stdout.write(`${JSON.stringify(said)}\n`);
      void open.shift();
    });
    open.push(telling);
    if (open.length >= READ_AHEAD * threads) await open[0];
    // Whoever reads slowly is not sent more than he takes.
    await context.stdout.drained?.();
    // Whoever asked has gone.
    if (context.stdout.isClosed === true) break;
  }
  await open.at(-1);
  await pool.close();
  return EXIT_FINE;
}

/** Never throws: whatever it was, the next line deserves its answer. */
async function answer(
  task: 'format' | 'check', line: string | SourceReadError, options: Options, pool: ThreadPool<TextJob, TextAnswer>,
): Promise<object> {
  let id: unknown = null;
  try {
    if (typeof line !== 'string') throw line;
    const raw: unknown = JSON.parse(line);
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      return { id, error: 'the line is no JSON object' };
    }
    id = (raw as { id?: unknown }).id ?? null;
    const job = readRequest(raw as Readonly<Record<string, unknown>>, task, options);
    const said = await pool.run(job, { name: job.source.name });
    if (said.kind === 'left-out') return { id, leftOut: true, ...(task === 'format' ? { changed: false } : {}) };
    if (said.kind !== 'format') throw new Error(`the answer is of another kind: ${said.kind}`);
    const { text, changed, deviations, ...rest } = said.result;
    return task === 'format'
      ? { id, text, changed, ...rest }
      : { id, positionEncoding: 'utf-32', deviations, ...rest };
  } catch (fault) {
    return { id, ...errorOf(fault) };
  }
}

function errorOf(fault: unknown): object {
  if (fault instanceof FailedJob) {
    const { code, message, ...place } = fault.fault;
    return { error: message, ...(code === null ? {} : { code }), ...place };
  }
  if (fault instanceof NnfmtError) return { error: fault.message, code: fault.code };
  return { error: fault instanceof Error ? fault.message : String(fault) };
}

/** @throws BadOptionError when a field is missing or of the wrong type; SourceReadError for a text that is too long */
function readRequest(
  raw: Readonly<Record<string, unknown>>, task: 'format' | 'check', options: Options,
): Extract<TextJob, { kind: 'format' }> {
  const { text, path = null, lines, restyle = options.restyle } = raw;
  if (text === undefined) throw new BadOptionError({ option: 'text', reason: 'is missing' });
  if (typeof text !== 'string') throw new BadOptionError({ option: 'text', reason: 'must be a text' });
  if (path !== null && (typeof path !== 'string' || path === '' || path.includes('\0'))) {
    throw new BadOptionError({ option: 'path', reason: 'must be the path of a file' });
  }
  if (typeof restyle !== 'boolean') throw new BadOptionError({ option: 'restyle', reason: 'must be true or false' });
  const name = path ?? '<stdin>';
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_SOURCE_BYTES) throw tooLarge(name, bytes);
  const ranges = lines === undefined || lines === null ? undefined : readLineRanges(lines);
  return {
    kind: 'format', restyle, deviations: task === 'check',
    // What comes without a path lies in the working directory.
    source: { text, name, path: resolve(name), settings: settingsOf(options) },
    ...(ranges === undefined ? {} : { lines: ranges }),
  };
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
