/**
 * What a hook costs: `nnfmt format` and black, whole processes in turns, over a few files that somebody has changed.
 *
 *     npm run build
 *     npx tsx bench/hook-speed.ts FILE... [--black black] [--repeat 9] [--rate 0.02]
 *
 * Before each run every file is put back with its layout spoilt at `--rate`, so both have something to mend. Neither
 * uses a cache. Processor time is user and system of the process and its children, as the operating system counts it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutate } from '../src/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    black: { type: 'string', default: 'black' }, repeat: { type: 'string', default: '9' },
    rate: { type: 'string', default: '0.02' },
  },
});
const nnfmt = fileURLToPath(new URL('../dist/nnfmt.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nnfmt-hook-speed-'));

/** Seconds of processor time of one run, by what the shell's children have used when they are waited for. */
function cpuOf(command: readonly string[]): number {
  const script = '"$0" "$@" >/dev/null 2>&1; times';
  const { stdout, status } = spawnSync('bash', ['-c', script, ...command], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status}`);
  const [user, system] = stdout.trim().split('\n')[1]!.split(' ').map((time) => {
    const [minutes, seconds] = time.split('m');
    return 60 * Number(minutes) + Number.parseFloat(seconds!);
  });
  return user! + system!;
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

try {
  const files = await Promise.all(positionals.map(async (path, k) => {
    const text = await mutate(readFileSync(resolve(path), 'utf8'), { rate: Number(values.rate), seed: k });
    return { name: `${k}-${basename(path)}`, text };
  }));
  const names = files.map(({ name }) => name);
  const run = (command: readonly string[]): number => {
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    return cpuOf([...command, ...names]);
  };
  const commands = {
    nnfmt: [process.execPath, nnfmt, 'format', '--quiet', '--no-cache'],
    black: [values.black, '--quiet', '--no-cache'],
  };
  const seconds = { nnfmt: [] as number[], black: [] as number[] };
  // The first pair warms the disk.
  for (let k = 0; k <= Number(values.repeat); k++) {
    for (const [name, command] of Object.entries(commands)) {
      const cpu = run(command);
      if (k > 0) seconds[name as keyof typeof seconds].push(cpu);
    }
  }
  const lines = files.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
  const ratios = seconds.nnfmt.map((cpu, k) => cpu / seconds.black[k]!);
  console.log(`${files.length} files, ${lines} lines, ${ratios.length} pairs: ` +
    `nnfmt ${median(seconds.nnfmt).toFixed(3)} s, black ${median(seconds.black).toFixed(3)} s, ` +
    `ratio ${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
