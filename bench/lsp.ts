/**
 * What an editor waits for: the built server, spoken to over stdio as an editor does.
 *
 *     npm run build
 *     npx tsx bench/lsp.ts FILE [--repeat 30] [--edits 5000] [--one-core] [--nnfmt dist/nnfmt.cjs]
 *
 * FILE is a Python file in its project, of some 1,000 lines. Measured, in milliseconds of wall time and, as a mean, of
 * processor time (all threads; it counts in steps of 10 ms, so believe it over many): from the start of the process to the
 * answer of `initialize`, and to the first formatting; formatting of FILE as it is and with a gap spoilt in each tenth
 * line, warm, another text each time; completion items and ghost text behind each of many keystrokes, at lines of FILE in
 * turn. Then, by a server of its own, so many edits with a formatting each of some 40 lines of FILE, and what its resident
 * memory has grown by from the tenth part of them to the last one, behind a collection of garbage in each of its threads.
 * With `--repeat 0` that alone is measured. `--one-core` ties the server to one core (with taskset).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-languageserver-protocol/node';

const { values, positionals: [file] } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '30' },
    edits: { type: 'string', default: '5000' },
    'one-core': { type: 'boolean', default: false },
    nnfmt: { type: 'string', default: fileURLToPath(new URL('../dist/nnfmt.cjs', import.meta.url)) },
  },
});
if (file === undefined) throw new Error('name a Python file');
const repeat = Number(values.repeat);
const text = readFileSync(file, 'utf8');
const lines = text.split('\n');
const uri = pathToFileURL(resolve(file)).href;
const options = { tabSize: 4, insertSpaces: true };

interface Server {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
}

/** @param flags of Node */
function startServer(...flags: readonly string[]): Server {
  const command = [process.execPath, ...flags, resolve(values.nnfmt), 'lsp'];
  const [program, ...args] = values['one-core'] ? ['taskset', '-c', '0', ...command] : command;
  const server = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  connection.onUnhandledNotification(() => undefined);
  connection.listen();
  return { process: server, connection };
}

async function greet({ connection }: Server): Promise<void> {
  await connection.sendRequest('initialize', {
    processId: process.pid, capabilities: {}, workspaceFolders: [{ uri: pathToFileURL(dirname(resolve(file!))).href, name: 'x' }],
    initializationOptions: { diagnostics: 'off', inlineConfidence: 0 },
  });
  await connection.sendNotification('initialized', {});
}

const open = ({ connection }: Server, of: string): Promise<void> =>
  connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: of } });

let version = 1;
async function change({ connection }: Server, of: string): Promise<void> {
  await connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: ++version }, contentChanges: [{ text: of }] });
}

const format = ({ connection }: Server): Promise<unknown[]> =>
  connection.sendRequest('textDocument/formatting', { textDocument: { uri }, options });

async function stop({ connection, process: server }: Server): Promise<void> {
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await new Promise((done) => server.once('exit', done));
  connection.dispose();
}

/** Another spoilt text for each number. */
function spoilt(number: number): string {
  return lines.map((line, k) => (k % 10 === number % 10 ? line.replace(/(?<=\w), (?=\w)/u, ' ,  ').replace(/(?<=\w) = (?=\w)/u, '=') : line)).join('\n');
}

/** Milliseconds of processor time that a process has taken, all of its threads. */
function processorMs({ process: { pid } }: Server): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /su, '').split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** Wall times of some pieces of work, and the processor time that they took together. */
class Times {
  readonly walls: number[] = [];
  processor = 0;

  async add<T>(of: Server, work: () => Promise<T>): Promise<T> {
    const [from, spent] = [performance.now(), processorMs(of)];
    const result = await work();
    this.walls.push(performance.now() - from);
    this.processor += processorMs(of) - spent;
    return result;
  }

  tell(name: string): void {
    if (this.walls.length === 0) return;
    const share = (part: number): string =>
      [...this.walls].sort((a, b) => a - b)[Math.min(this.walls.length - 1, Math.floor(this.walls.length * part))]!.toFixed(0);
    const mean = (this.processor / this.walls.length).toFixed(0);
    console.log(`${name.padEnd(46)} ${share(0.5).padStart(6)} ${share(0.95).padStart(6)} ${mean.padStart(9)}`);
  }
}

const residentMb = ({ process: { pid } }: Server): number =>
  Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

console.log(`node ${process.version}, ${lines.length - 1} lines${values['one-core'] ? ', one core' : ''}`);
async function measureWaiting(): Promise<void> {
  console.log(`${''.padEnd(46)} ${'median'.padStart(6)} ${'p95'.padStart(6)} ${'processor'.padStart(9)}`);
  const [greeted, first] = [new Times(), new Times()];
  for (let k = 0; k < Math.min(repeat, 10); k++) {
    const from = performance.now();
    const server = startServer();
    await greet(server);
    greeted.walls.push(performance.now() - from);
    greeted.processor += processorMs(server);
    await open(server, 'x =  1\n');
    await format(server);
    first.walls.push(performance.now() - from);
    first.processor += processorMs(server);
    await stop(server);
  }
  greeted.tell('start to the answer of initialize');
  first.tell('start to the first formatting');

  const server = startServer();
  await greet(server);
  await open(server, text);
  for (let k = 0; k < 20; k++) {
    await change(server, spoilt(k));
    await format(server);
  }
  // The completion thread loads what it needs meanwhile.
  await new Promise((done) => setTimeout(done, 3000));
  const [clean, mended] = [new Times(), new Times()];
  let edits = 0;
  for (let k = 0; k < repeat; k++) {
    await change(server, text.replace(/\n*$/u, `\n# ${k}\n`));
    await clean.add(server, () => format(server));
    await change(server, `${spoilt(k).replace(/\n*$/u, '')}\n# ${k}\n`);
    edits = (await mended.add(server, () => format(server))).length;
  }
  clean.tell('formatting the file as it is, warm');
  mended.tell(`formatting it spoilt (${edits} edits), warm`);

  await typed(server, 'textDocument/completion', 60);
  // The rest of the project is read in a pause.
  await new Promise((done) => setTimeout(done, 6000));
  await typed(server, 'textDocument/completion', 60);
  (await typed(server, 'textDocument/completion', 20 * repeat)).tell('completion items behind a keystroke');
  (await typed(server, 'textDocument/inlineCompletion', 20 * repeat)).tell('text behind the cursor');
  await stop(server);
}

/** Types a line of the file anew, and asks behind each of its characters; the text of the others stays. */
async function typed(server: Server, method: string, count: number): Promise<Times> {
  const times = new Times();
  for (let at = 11; times.walls.length < count; at = (at + 37) % lines.length) {
    const line = lines[at]!;
    const indent = /^\s*/u.exec(line)![0].length;
    for (let column = indent + 1; column <= line.length && times.walls.length < count; column++) {
      await change(server, [...lines.slice(0, at), line.slice(0, column), ...lines.slice(at + 1)].join('\n'));
      await times.add(server, () => server.connection.sendRequest(method, {
        textDocument: { uri }, position: { line: at, character: column }, context: { triggerKind: 1 },
      }));
    }
  }
  return times;
}

/** The beginning of a text, up to a statement at the margin. */
function beginning(of: string, most: number): string {
  const starts = [...of.matchAll(/^(?:def|class|@|[A-Za-z_]+ =)/gmu)].map(({ index }) => index);
  return of.slice(0, starts.filter((index) => index <= most).pop() ?? starts[0]);
}

/**
 * What each thread of the measured server runs first: on a signal the main one collects its garbage and bids the others
 * do so. Without it the figure would be how far V8 lets the heap grow before it looks.
 */
const COLLECTOR = `
const channel = new BroadcastChannel('nnfmt-collect');
channel.onmessage = () => gc();
channel.unref();
if (require('node:worker_threads').isMainThread) process.on('SIGUSR2', () => { channel.postMessage(0); gc(); });
`;

async function measureMemory(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nnfmt-bench-'));
  const collector = join(folder, 'collector.cjs');
  writeFileSync(collector, COLLECTOR);
  const server = startServer('--expose-gc', '--require', collector);
  try {
    await greet(server);
    await open(server, text);
    const beginnings = Array.from({ length: 10 }, (_, k) => beginning(spoilt(k), 2_300));
    const stops = [count / 10, count / 2, count].map(Math.ceil);
    const marks: number[] = [];
    let mendedGaps = 0;
    for (let k = 1; k <= count; k++) {
      await change(server, `${beginnings[k % 10]}# ${k}\n`);
      mendedGaps += (await format(server)).length;
      if (!stops.includes(k)) continue;
      const before = residentMb(server);
      // Twice: what the first round lets go is often what holds the rest.
      for (let round = 0; round < 2; round++) {
        server.process.kill('SIGUSR2');
        await new Promise((done) => setTimeout(done, 1500));
      }
      marks.push(residentMb(server));
      console.log(`resident after ${k} edits and formats: ${marks.at(-1)!.toFixed(0)} MB, ${before.toFixed(0)} before garbage was collected`);
    }
    console.log(`${mendedGaps} gaps mended; grown by ${(marks.at(-1)! - marks[0]!).toFixed(0)} MB from the ${stops[0]}th edit on`);
    await stop(server);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (repeat > 0) await measureWaiting();
if (Number(values.edits) > 0) await measureMemory(Number(values.edits));
