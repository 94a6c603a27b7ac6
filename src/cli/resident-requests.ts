import { BadOptionError, NnfmtError, type SourceReadError } from '../errors.js';
import { FailedJob, ThreadPool } from '../server/index.js';
import { EXIT_FINE, type CliContext } from './context.js';

/** Requests that are read before the first of them is answered, for each thread: it need not wait for the next. */
const READ_AHEAD = 2;

/**
 * Answers requests on stdin in threads, each of which is replaced where it takes too long or dies, so that no request
 * ends the others.
 *
 * @param answer what to say of a request, by jobs for the threads
 */
export async function answerInThreads<Job, Answer>(
  args: readonly string[],
  { context, kind, threads, seconds, megabytes, answer }: {
    readonly context: Pick<CliContext, 'stdinLines' | 'stdout'>;
    readonly kind: 'text' | 'prepare' | 'evaluate';
    readonly threads: number;
    /** What a request may take where nothing else is known of it. */
    readonly seconds: number;
    readonly megabytes: number;
    readonly answer: (request: RequestFields, pool: ThreadPool<Job, Answer>) => Promise<object>;
  },
): Promise<number> {
  const atOnce = READ_AHEAD * threads;
  const pool = new ThreadPool<Job, Answer>({
    setup: { kind, layout: { seconds, exclusions: 'forced' } }, threads, mostWaiting: atOnce, seconds, megabytes,
  });
  if (args.length === 0) pool.warmUp();
  await answerRequests(args, { context, atOnce, answer: (request) => answer(request, pool) });
  await pool.close();
  return EXIT_FINE;
}

/** A request, whose fields are not checked yet. */
export type RequestFields = Readonly<Record<string, unknown>>;

/**
 * Answers each line on stdin by a line on stdout, in the same order, until stdin ends: what all commands do that stay
 * for another program (`--jsonl`). A request is a JSON object; its `id` is given back, with what `answer` says of it
 * or with what went wrong, so that no request ends the others.
 *
 * @param atOnce requests that are read before the first of them is answered
 * @throws BadOptionError for arguments on the command line
 */
async function answerRequests(
  args: readonly string[],
  { context, atOnce, answer }: {
    readonly context: Pick<CliContext, 'stdinLines' | 'stdout'>;
    readonly atOnce: number;
    /** What to say beside the id. What it throws becomes the answer. */
    readonly answer: (request: RequestFields) => Promise<object>;
  },
): Promise<void> {
  if (args.length > 0) {
    throw new BadOptionError({ option: '--jsonl', reason: 'takes its requests from stdin, not from files' });
  }
  /** What was asked and not told yet, in order: an answer waits for those before it. */
  const open: Promise<void>[] = [];
  for await (const line of context.stdinLines()) {
    if (typeof line === 'string' && line.trim() === '') continue;
    const [reply, before] = [replyTo(line, answer), open.at(-1)];
    const telling = reply.then(async (said) => {
      await before;
      context.stdout.write(`${JSON.stringify(said)}\n`);
      void open.shift();
    });
    open.push(telling);
    if (open.length >= atOnce) await open[0];
    // Whoever reads slowly is not sent more than he takes.
    await context.stdout.drained?.();
    // Whoever asked has gone.
    if (context.stdout.isClosed === true) break;
  }
  await open.at(-1);
}

/** Never throws: whatever it was, the next line deserves its answer. */
async function replyTo(
  line: string | SourceReadError, answer: (request: RequestFields) => Promise<object>,
): Promise<object> {
  let id: unknown = null;
  try {
    if (typeof line !== 'string') throw line;
    const raw: unknown = JSON.parse(line);
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      return { id, error: 'the line is no JSON object' };
    }
    id = (raw as { id?: unknown }).id ?? null;
    return { id, ...await answer(raw as RequestFields) };
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

/** A field that must be a text. @throws BadOptionError */
export function textField(request: RequestFields, name: string): string {
  const value = request[name];
  if (value === undefined) throw new BadOptionError({ option: name, reason: 'is missing' });
  if (typeof value !== 'string') throw new BadOptionError({ option: name, reason: 'must be a text' });
  return value;
}

/** The path that a request speaks of; null for none. @throws BadOptionError */
export function pathField({ path = null }: RequestFields): string | null {
  if (path !== null && (typeof path !== 'string' || path === '' || path.includes('\0'))) {
    throw new BadOptionError({ option: 'path', reason: 'must be the path of a file' });
  }
  return path;
}
