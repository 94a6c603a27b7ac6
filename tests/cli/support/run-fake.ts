import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
// Plain JavaScript, as the build is.
// @ts-expect-error no declarations
import { BUNDLE_ALIASES } from '../../../scripts/bundle-options.js';
import { folderWith } from '../../support/folder-with.js';

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const here = dirname(fileURLToPath(import.meta.url));

/** Bundles the shell with the fake formatter once; real processes then start fast. */
export async function buildFakeCli(): Promise<{ readonly script: string }> {
  const folder = folderWith({ 'package.json': '{"type":"module"}' });
  await build({
    entryPoints: [join(here, 'fake-nnfmt.ts'), join(here, 'fake-worker.ts')],
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    splitting: true,
    alias: BUNDLE_ALIASES,
    logLevel: 'error',
    // commander is CommonJS and asks for node's modules by require.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
  });
  return { script: join(folder, 'fake-nnfmt.js') };
}

export function startCli(script: string, args: readonly string[], cwd: string): ChildProcessWithoutNullStreams {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...env } = process.env;
  return spawn(process.execPath, [script, ...args], { cwd, env });
}

export async function runCliProcess(options: {
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly stdin?: string | Uint8Array;
}): Promise<RunResult> {
  const child = startCli(options.script, options.args, options.cwd);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return collect(child);
}

export async function collect(child: ChildProcessWithoutNullStreams): Promise<RunResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** Waits until the fake formatter works on a file that holds a sleep mark. */
export async function untilStarted(path: string): Promise<void> {
  while (!existsSync(`${path}.started`)) await sleep(10);
}
