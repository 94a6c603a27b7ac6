import { runCli } from '../../../src/cli/program.js';
import type { CliContext } from '../../../src/cli/context.js';
import { readLines } from '../../../src/cli/read-input.js';
import { createFakeFormatter } from './fake-formatter.js';

async function* oneChunk(read: () => Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await read();
}

/** Runs a command line in this process, with captured output. */
export async function runInProcess(
  args: readonly string[],
  replaced: Partial<CliContext> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const capture = (chunks: Buffer[]): CliContext['stdout'] => ({
    write: (text) => chunks.push(typeof text === 'string' ? Buffer.from(text) : Buffer.from(text)),
  });
  const readStdin = replaced.readStdin ?? (() => Promise.resolve(new Uint8Array()));
  const code = await runCli(args, {
    stdout: capture(written.stdout),
    stderr: capture(written.stderr),
    readStdin,
    stdinLines: () => readLines(oneChunk(readStdin)),
    env: {},
    platform: 'linux',
    build: null,
    cores: 1,
    now: () => 0,
    interruption: () => new AbortController().signal,
    createFormatter: createFakeFormatter,
    createExplainer: () => Promise.reject(new Error('no model in these tests')),
    formatWorkerUrl: new URL('file:///no-worker.js'),
    ...replaced,
  });
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString();
  return { code, stdout: text(written.stdout), stderr: text(written.stderr) };
}
