/**
 * What the server does on one core: the built `nnfmt serve` and all of its threads tied to one core (with taskset), asked by
 * autocannon on the others.
 *
 *     npm run build
 *     npx tsx bench/serve.ts FILE... [--seconds 60] [--requests 20000] [--keys 200] [--free] [--nnfmt dist/nnfmt.cjs]
 *
 * FILEs are Python files; of each the first 200 lines or so that parse are taken, as they are and with a tenth of the gaps
 * spoilt. Measured: formatting of each kind at 8 connections for so many seconds, a second and its percentiles, once with
 * all connections at the same text at a time and once with each at another one, as independent users are, and the
 * processor time of a request beside that of the library (from its sources, in this process, behind it); what the
 * resident memory has grown by from the tenth part of so many requests to the last one, with the first 60 lines of each (the
 * tenth part is what warms it up); and completion in an open document, a keystroke at a time, at lines of the first FILE. `--free` does not tie it to a core.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
// @ts-expect-error no declarations
import autocannon from 'autocannon';
import { createFormatter, mutate } from '../src/index.js';

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    requests: { type: 'string', default: '20000' },
    keys: { type: 'string', default: '200' },
    free: { type: 'boolean', default: false },
    nnfmt: { type: 'string', default: fileURLToPath(new URL('../dist/nnfmt.cjs', import.meta.url)) },
  },
});
if (files.length === 0) throw new Error('name Python files');

interface Answered {
  readonly requests: { readonly total: number; readonly average: number };
  readonly latency: Readonly<Record<'p50' | 'p97_5' | 'p99' | 'max', number>>;
  readonly non2xx: number;
  readonly errors: number;
}

const cannon = autocannon as (options: object) => Promise<Answered>;

/** The first lines of a file that are a program. */
async function beginning(path: string, most: number): Promise<string> {
  const formatter = await createFormatter({ profilePath: null });
  const lines = readFileSync(path, 'utf8').split('\n');
  for (let count = Math.min(lines.length, most); count > 0; count--) {
    const text = `${lines.slice(0, count).join('\n')}\n`;
    try {
      formatter.format(text);
      return text;
    } catch {
      // Cut in a statement.
    }
  }
  throw new Error(`${path} does not parse`);
}

async function startServer(): Promise<{ process: ChildProcess; url: string }> {
  const command = [process.execPath, values.nnfmt, 'serve', '--port', '0', '--log-level', 'error', '--jobs', '1'];
  const [program, ...args] = values.free ? command : ['taskset', '-c', '0', ...command];
  const server = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  return { process: server, url: /http:\S+/u.exec(line.toString())![0] };
}

const residentMb = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

/** Milliseconds of processor time that a process has taken, all of its threads; it counts in steps of 10 ms. */
function processorMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /su, '').split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

const shareOf = (list: readonly number[], part: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))]!;

const texts = await Promise.all(files.map((file) => beginning(file, 200)));
const spoilt = await Promise.all(texts.map((text, seed) => mutate(text, { rate: 0.1, seed })));
const lines = [...texts, ...spoilt].reduce((sum, text) => sum + text.split('\n').length - 1, 0) / (2 * texts.length);
console.log(`node ${process.version}, ${2 * texts.length} texts of ${lines.toFixed(0)} lines in the mean`);
const requestsOf = (list: readonly string[]) => list.map((text) => ({
  method: 'POST', path: '/api/format', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }),
}));

const short = await Promise.all(files.map((file) => beginning(file, 60)));

const server = await startServer();
const format = (more: object, list: readonly string[] = [...texts, ...spoilt]): Promise<Answered> =>
  cannon({ url: server.url, connections: 8, requests: requestsOf(list), ...more });
/** Waits until the server has nothing to do: what completion needs is loaded and practised behind the start. */
async function quiet(): Promise<void> {
  let before = -1000;
  for (let now = 0; now - before > 20; now = processorMs(server.process)) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
/** The k-th connection begins with the k-th text. */
function apart(list: readonly string[]): object {
  let clients = 0;
  return {
    setupClient(client: { setRequests(requests: readonly object[]): void }): void {
      const first = clients++ % list.length;
      client.setRequests(requestsOf([...list.slice(first), ...list.slice(0, first)]));
    },
  };
}
// What starts, loads and is compiled on the way.
await format({ amount: 200 });
await quiet();
for (const [name, list] of Number(values.seconds) > 0 ? [['as they are', texts], ['spoilt', spoilt]] as const : []) {
  let each = 0;
  for (const [how, more] of [['all at one text', {}], ['each at another text', apart(list)]] as const) {
    const spent = processorMs(server.process);
    const { requests: { average, total }, latency, non2xx, errors } = await format({ ...more, duration: Number(values.seconds) }, list);
    each = (processorMs(server.process) - spent) / total;
    const figures = `p50 ${latency.p50}, p97.5 ${latency.p97_5}, p99 ${latency.p99}, most ${latency.max} ms`;
    console.log(`${name}, 8 connections, ${how}: ${average.toFixed(1)} a second, ${figures}; ${non2xx + errors} failed`);
  }
  const formatter = await createFormatter({ profilePath: null });
  const here = (count: number): number => {
    const from = process.cpuUsage();
    for (let k = 0; k < count; k++) formatter.format(list[k % list.length]!);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000 / count;
  };
  here(40);
  const own = here(200);
  console.log(`  processor time of a request, all threads: ${each.toFixed(1)} ms, ${(each / own).toFixed(2)} of what the library takes`);
}
if (Number(values.requests) > 0) {
  const tenth = Math.ceil(Number(values.requests) / 10);
  await format({ amount: tenth }, short);
  const before = residentMb(server.process);
  await format({ amount: Number(values.requests) - tenth }, short);
  const after = residentMb(server.process);
  console.log(`memory: ${before.toFixed(0)} MB after ${tenth} requests, ${(after - before).toFixed(1)} MB more after ${values.requests}`);
}
const keys: number[] = [];
const document = readFileSync(files[0]!, 'utf8').split('\n');
for (let k = 0, at = Math.floor(document.length / 3); keys.length < Number(values.keys) && at < document.length; at++) {
  const above = `${document.slice(0, at).join('\n')}\n`;
  const suffix = `\n${document.slice(at + 1).join('\n')}`;
  for (let typed = 1; typed <= document[at]!.length && keys.length < Number(values.keys); typed++, k++) {
    const body = JSON.stringify({ prefix: above + document[at]!.slice(0, typed), suffix, document: 'one', count: 3 });
    const from = performance.now();
    const answer = await fetch(`${server.url}/api/complete`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await answer.json();
    // The first one loads the network, and reads the document.
    if (k > 0) keys.push(performance.now() - from);
  }
}
if (keys.length > 0) {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => shareOf(keys, part).toFixed(1));
  console.log(`completion, ${document.length - 1} lines open, ${keys.length} keystrokes: p50 ${p50}, p95 ${p95}, p99 ${p99} ms`);
}
server.process.kill('SIGTERM');
await once(server.process, 'exit');
