import { availableParallelism, constants } from 'node:os';
import { EXIT_FAILED, EXIT_INTERRUPTED, type CliContext } from './context.js';
import type { CreateExplainer, CreateFormatter } from './formatter.js';
import { BUILD } from './version.js';

/** The context of a real process: its streams, its signals, its machine. */
export function createProcessContext(parts: {
  readonly createFormatter: CreateFormatter;
  readonly createExplainer: CreateExplainer;
  readonly formatWorkerUrl: URL;
}): CliContext {
  handleOutputFaults();
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    readStdin,
    env: process.env,
    platform: process.platform,
    build: BUILD,
    cores: availableParallelism(),
    now: () => performance.now(),
    interruption,
    ...parts,
  };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** `nnfmt format --diff . | head` closes our stdout early: no fault. A full disk is one. */
function handleOutputFaults(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (fault: NodeJS.ErrnoException) => {
      if (fault.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      if (stream === process.stdout) process.stderr.write(`error: stdout cannot be written (${fault.code ?? fault.message}).\n`);
      process.exit(EXIT_FAILED);
    });
  }
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // Asked twice: the user does not want to wait for the file at hand.
      if (controller.signal.aborted) {
        process.exit(name === 'SIGINT' ? EXIT_INTERRUPTED : 128 + constants.signals.SIGTERM);
      }
      controller.abort();
    });
  }
  return controller.signal;
}
