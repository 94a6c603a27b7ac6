/**
 * What formatting costs: whole processes of nnfmt, of an earlier nnfmt and of black, in turns, on copies of files.
 *
 *     npm run build
 *     npx tsx bench/speed.ts PATHS... [--black PATH] [--before DIST] [--model FILE] [--repeat 5] [--rate 0.2]
 *                            [--files 300] [--jobs N,M] [--nnfmt dist/nnfmt.cjs] [--python python3] [--brief]
 *     npx tsx bench/speed.ts FILES... --instructions COUNTS.json [--write] [--tolerance 0.03]
 *
 * Each PATH that is a file is formatted alone, as it is and with its layout spoilt at `--rate`; several are also
 * formatted by one command, as a hook does. All PATHS that are folders make one folder of at most `--files` files,
 * drawn by the hash of their names. The commands run A B C A B C ...; printed are medians of processor time (user +
 * system, all threads) with the least and the most, wall time, the largest peak of resident memory, and medians of
 * the ratios to black and to `--before` (a `dist` of an earlier revision, or its `nnfmt.js`) within a turn. black runs
 * with `--no-cache`, for it would skip a file that it has seen, and nnfmt without its cache of results; the code that
 * V8 has made (decision 31) is there, as on any machine that has run nnfmt once. NODE_EXTRA_CA_CERTS is taken out of
 * the environment: it costs every start of Node 45 ms. Then, without `--brief`: where the time of one process goes,
 * from a processor profile of nnfmt, what the parts do in a second when they are warm, and on a folder a first run with
 * an empty cache against a second one over the files as the first has left them. With `--jobs` folders are formatted by N
 * threads, also by the earlier nnfmt; each further number is a command of its own, with its wall time against the first.
 *
 * With `--instructions`, nothing is timed: valgrind's callgrind counts the instructions of one process a file, which
 * other work on the machine does not change, and compares them with those stored under the file's name; exit 1 where
 * one takes more than the tolerance more. `--write` stores them. Takes a minute a file.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findFiles } from '../src/corpus/index.js';
import { loadPolicy } from '../src/format/index.js';
import { createFeatureBatch, FEATURE_SHAPE } from '../src/model/features.js';
import { MOST_ROWS, gapRows } from '../src/model/gap-rows.js';
import { countHabits } from '../src/model/count-layout.js';
import { observeLayout } from '../src/model/observed-layout.js';
import { sourceContext } from '../src/model/source-context.js';
import { StyleCounts } from '../src/model/style-counts.js';
import { mutateSource } from '../src/mutate/index.js';
import { createTokenizer, withStructure } from '../src/tokenize/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    black: { type: 'string', default: 'black' },
    model: { type: 'string' },
    repeat: { type: 'string', default: '5' },
    rate: { type: 'string', default: '0.2' },
    files: { type: 'string', default: '300' },
    jobs: { type: 'string' },
    nnfmt: { type: 'string', default: fileURLToPath(new URL('../dist/nnfmt.cjs', import.meta.url)) },
    before: { type: 'string' },
    brief: { type: 'boolean', default: false },
    instructions: { type: 'string' },
    write: { type: 'boolean', default: false },
    tolerance: { type: 'string', default: '0.03' },
    python: { type: 'string', default: 'python3' },
  },
});
const repeat = Number(values.repeat);
const rate = Number(values.rate);
const modelOption = values.model === undefined ? [] : ['--model', resolve(values.model)];

/** Processor seconds, wall seconds, peak resident MiB of a process and its children. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
  readonly peak: number;
}

/** One input and a way to put it back before each run. */
interface Input {
  readonly name: string;
  readonly lines: number;
  /** Files or one folder. */
  readonly targets: readonly string[];
  readonly reset: () => void;
}

type Tool = (targets: readonly string[]) => readonly string[];

const scratch = mkdtempSync(join(tmpdir(), 'nnfmt-speed-'));
/** Of every process: no certificates for Node, and a cache folder of its own. */
const environment: NodeJS.ProcessEnv = { ...process.env, XDG_CACHE_HOME: join(scratch, 'home') };
delete environment['NODE_EXTRA_CA_CERTS'];
async function main(): Promise<void> {
  if (!existsSync(values.nnfmt)) throw new Error(`${values.nnfmt} is missing: run \`npm run build\` first`);
  if (values.instructions !== undefined) return compareInstructions(values.instructions);
  const [jobs, ...otherJobs] = values.jobs?.split(',') ?? [];
  const commandOf = (script: string, threads = jobs): string[] => [
    'node', script, 'format', '--quiet', '--no-cache', '--no-profile', ...modelOption,
    ...(threads === undefined ? [] : ['-j', threads]),
  ];
  const nnfmt = commandOf(resolve(values.nnfmt));
  const tools = new Map<string, Tool>([['nnfmt', (targets) => [...nnfmt, ...targets]]]);
  const before = values.before === undefined ? null : scriptOf(resolve(values.before));
  if (before !== null) tools.set('before', (targets) => [...commandOf(before), ...targets]);
  const blackVersion = versionOf(values.black);
  if (blackVersion === null) console.log(`No black at ${values.black}: its columns are left out (--black PATH).`);
  else tools.set('black', (targets) => [values.black, '--quiet', '--no-cache', ...targets]);
  console.log(`node ${process.version}, nnfmt ${versionOf(values.nnfmt) ?? '?'}${blackVersion === null ? '' : `, ${blackVersion}`}; ${repeat} runs each, in turns`);

  const inputs: Input[] = [];
  const tokenizer = await createTokenizer();
  const isFolder = (path: string): boolean => statSync(path).isDirectory();
  for (const path of positionals.filter((p) => !isFolder(p))) {
    const text = readFileSync(path, 'utf8');
    inputs.push(fileInput(`${basename(path)} as it is`, text));
    inputs.push(fileInput(`${basename(path)} spoilt`, mutateSource(tokenizer, text, { rate, seed: 1, path })));
  }
  const folders = positionals.filter(isFolder);
  if (folders.length > 0) {
    const found = findFiles(folders).files;
    const files = sortByHash(found).slice(0, Number(values.files));
    const texts = files.map((path) => readFileSync(path));
    const spoilt = files.map((path, k) => {
      try {
        return Buffer.from(mutateSource(tokenizer, texts[k].toString('utf8'), { rate, seed: 1, path }));
      } catch {
        // Refused by the tokenizer: both tools will say so.
        return texts[k];
      }
    });
    inputs.push(folderInput(`${files.length} files as they are`, texts), folderInput(`${files.length} files spoilt`, spoilt));
    for (const more of otherJobs) {
      tools.set(`nnfmt -j ${more}`, (targets) => [...commandOf(resolve(values.nnfmt), more), ...targets]);
    }
  }
  const alone = positionals.filter((p) => !isFolder(p));
  if (alone.length > 1) inputs.push(filesInput(`${alone.length} files as they are`, alone.map((path) => readFileSync(path, 'utf8'))));
  for (const script of [resolve(values.nnfmt), ...(before === null ? [] : [before])]) keepCodeOf(script);
  for (const input of inputs) compare(input, tools);
  if (values.brief) return;
  for (const input of inputs) if (input.name.endsWith('as they are')) compareWithCache(input);
  for (const input of inputs) printBreakdown(input, nnfmt);
  await printThroughput(positionals.filter((p) => !isFolder(p)));
}

function compare(input: Input, tools: ReadonlyMap<string, Tool>): void {
  const costs = new Map<string, Cost[]>([...tools.keys()].map((name) => [name, []]));
  for (let k = 0; k < repeat; k++) {
    for (const [name, tool] of tools) {
      input.reset();
      costs.get(name)!.push(measure(tool(input.targets)));
    }
  }
  console.log(`\n${input.name}: ${input.lines} lines`);
  const seconds = (runs: readonly number[]): string =>
    `${median(runs).toFixed(3)} s (${Math.min(...runs).toFixed(3)} to ${Math.max(...runs).toFixed(3)})`;
  for (const [name, runs] of costs) {
    const cpu = runs.map((run) => run.cpu);
    const ratios = ['black', 'before'].filter((other) => other !== name && costs.has(other)).map((other) => {
      const others = costs.get(other)!;
      return `  ${median(cpu.map((value, k) => value / others[k].cpu)).toFixed(2)} of ${other}`;
    });
    if (name.startsWith('nnfmt -j')) {
      const first = costs.get('nnfmt')!;
      ratios.push(`  wall ${median(runs.map(({ wall }, k) => wall / first[k].wall)).toFixed(2)} of nnfmt`);
    }
    console.log(
      `  ${name.padEnd(12)} cpu ${seconds(cpu)}  wall ${median(runs.map((run) => run.wall)).toFixed(3)} s  ` +
      `peak ${Math.max(...runs.map((run) => run.peak)).toFixed(0)} MB  ` +
      `cpu per 1,000 lines ${((1000 * median(cpu)) / input.lines).toFixed(3)} s${ratios.join('')}`,
    );
  }
}

/** The command in a `dist`, whatever it is called there; the path itself where it names a file. */
function scriptOf(path: string): string {
  if (!statSync(path).isDirectory()) return path;
  return ['nnfmt.cjs', 'nnfmt.js'].map((name) => join(path, name)).find((script) => existsSync(script)) ??
    join(path, 'nnfmt.js');
}

/** One run that may remember, so that V8's code is kept. */
function keepCodeOf(script: string, node: readonly string[] = ['node']): void {
  const file = join(scratch, 'kept.py');
  writeFileSync(file, 'value = call(first, second)\n'.repeat(60));
  measure([...node, script, 'format', '--quiet', '--cache-dir', join(scratch, 'results'), ...modelOption, file]);
}

/** Counts instructions and compares them with stored ones. */
function compareInstructions(stored: string): void {
  const version = versionOf('valgrind');
  if (version === null) throw new Error('valgrind is missing: install it, or measure processor time instead');
  const known = existsSync(stored) ? JSON.parse(readFileSync(stored, 'utf8')) as Record<string, number> : {};
  const script = resolve(values.nnfmt);
  // One thread, and hashes that do not depend on the run: the same work each time. V8 takes code of the same flags alone.
  const node = ['node', '--single-threaded', '--hash-seed=1', '--random-seed=1'];
  keepCodeOf(script, node);
  console.log(`node ${process.version}, ${version}`);
  for (const path of positionals) {
    const run = [...node, script, 'format', '--check', '--quiet', '--no-cache', '--no-profile', ...modelOption, path];
    // What is warmed up while a file is being read depends on how long that takes: the least of three has no waiting.
    const count = Math.min(...Array.from({ length: 3 }, () => {
      const { stderr } = spawnSync('valgrind', ['--tool=callgrind', `--callgrind-out-file=/dev/null`, ...run], {
        encoding: 'utf8', env: environment,
      });
      const found = /Collected : (\d+)/u.exec(stderr);
      if (found === null) throw new Error(`callgrind counted nothing:\n${stderr}`);
      return Number(found[1]);
    }));
    const name = basename(path);
    const ratio = known[name] === undefined ? null : count / known[name];
    const words = ratio === null ? 'nothing stored' : `${ratio.toFixed(3)} of what is stored`;
    console.log(`  ${name.padEnd(24)} ${(count / 1e6).toFixed(0)} million instructions, ${words}`);
    if (!values.write && ratio !== null && ratio > 1 + Number(values.tolerance)) process.exitCode = 1;
    known[name] = count;
  }
  if (values.write) writeFileSync(stored, `${JSON.stringify(known, null, 2)}\n`);
}

/** The first and the second run over a folder that nothing else changes. */
function compareWithCache(input: Input): void {
  const cache = join(scratch, 'cache');
  const command = ['node', resolve(values.nnfmt), 'format', '--quiet', '--cache-dir', cache, ...modelOption, ...input.targets];
  const cold: Cost[] = [];
  const warm: Cost[] = [];
  for (let k = 0; k < repeat; k++) {
    rmSync(cache, { recursive: true, force: true });
    input.reset();
    cold.push(measure(command));
    warm.push(measure(command));
  }
  const of = (runs: readonly Cost[], what: 'cpu' | 'wall'): number => median(runs.map((run) => run[what]));
  console.log(`\n${input.name}, with the cache`);
  for (const [name, runs] of [['first run', cold], ['second run', warm]] as const) {
    console.log(`  ${name.padEnd(12)} cpu ${of(runs, 'cpu').toFixed(3)} s  wall ${of(runs, 'wall').toFixed(3)} s  peak ${Math.max(...runs.map((run) => run.peak)).toFixed(0)} MB`);
  }
  console.log(`  ratio        cpu ${(of(warm, 'cpu') / of(cold, 'cpu')).toFixed(3)}    wall ${(of(warm, 'wall') / of(cold, 'wall')).toFixed(3)}`);
}

/** Waits for a command with wait4, which Node.js does not offer. */
const WAIT4 = `
import os, sys, time
start = time.perf_counter()
pid = os.fork()
if pid == 0:
    sink = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2): os.dup2(sink, fd)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024), os.waitstatus_to_exitcode(status))
`;

function measure(command: readonly string[]): Cost {
  const answer = execFileSync(values.python, ['-c', WAIT4, ...command], { encoding: 'utf8', env: environment });
  const [cpu, wall, peak, code] = answer.trim().split(' ').map(Number);
  // black answers 123 and nnfmt 2 when some file does not parse.
  if (code !== 0 && code !== 123 && code !== 2) throw new Error(`${command.join(' ')} ended with ${code}`);
  return { cpu, wall, peak };
}

/** Names of functions, as they stand in the bundle, and the stage that they begin. */
const STAGES: ReadonlyMap<string, string> = new Map(Object.entries({
  initialise: 'load grammar',
  createTokenizer: 'load grammar',
  loadBaseModel: 'load model',
  readSource: 'read and write',
  writeFile: 'read and write',
  tokenize: 'parse',
  withStructure: 'parse',
  findLayoutFault: 'parse',
  sourceContext: 'context',
  observeLayout: 'observe',
  countHabits: 'observe',
  gapRows: 'features',
  askAllGaps: 'features',
  askGaps: 'features',
  probabilities: 'predictor',
  formatGaps: 'decode',
  predict: 'decode',
  findFailure: 'proof',
  '(garbage collector)': 'garbage collection',
}));

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string };
  readonly children?: readonly number[];
}

/** Shares of the main thread's time by stage, from V8's sampling profile of one run. */
function printBreakdown(input: Input, nnfmt: readonly string[]): void {
  const folder = join(scratch, 'profile');
  mkdirSync(folder);
  input.reset();
  const [node, ...rest] = nnfmt;
  const profile = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200'];
  const cost = measure([node, ...profile, ...rest, '-j', '1', ...input.targets]);
  const [file] = readdirSync(folder);
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    nodes: ProfileNode[];
    samples: number[];
    timeDeltas: number[];
  };
  rmSync(folder, { recursive: true });
  const stageOf = new Map<number, string>();
  const byId = new Map(nodes.map((profileNode) => [profileNode.id, profileNode]));
  const assign = (id: number, around: string): void => {
    const { callFrame, children } = byId.get(id)!;
    const own = STAGES.get(callFrame.functionName);
    // What the proof calls is part of the proof.
    const stage = around === 'proof' ? around : (own ?? around);
    stageOf.set(id, stage);
    for (const child of children ?? []) assign(child, stage);
  };
  assign(nodes[0].id, 'start-up and rest');
  const spent = new Map<string, number>();
  samples.forEach((id, k) => {
    const idle = byId.get(id)!.callFrame.functionName === '(idle)';
    if (!idle) spent.set(stageOf.get(id)!, (spent.get(stageOf.get(id)!) ?? 0) + timeDeltas[k] / 1000);
  });
  const main = [...spent.values()].reduce((sum, value) => sum + value, 0);
  console.log(`\nwhere the time goes, ${input.name} (main thread of one profiled run; ${(1000 * cost.cpu).toFixed(0)} ms of processor time in all threads)`);
  for (const [stage, value] of [...spent].sort((x, y) => y[1] - x[1])) {
    console.log(`  ${stage.padEnd(20)} ${((100 * value) / main).toFixed(1).padStart(5)} %`);
  }
}

/** Gaps per second of processor time of the warm parts. */
async function printThroughput(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const tokenizer = await createTokenizer();
  const { predictor } = loadPolicy(values.model === undefined ? {} : { modelPath: resolve(values.model) });
  const spent = { tokenizer: 0, observer: 0, describer: 0, predictor: 0 };
  let gaps = 0;
  const time = <Result>(part: keyof typeof spent, work: () => Result): Result => {
    const start = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(start);
    spent[part] += (user + system) / 1e6;
    return result;
  };
  for (let round = -3; round < 5; round++) {
    if (round === 0) {
      gaps = 0;
      for (const part of Object.keys(spent)) spent[part as keyof typeof spent] = 0;
    }
    for (const path of paths) {
      const text = readFileSync(path, 'utf8');
      const structured = time('tokenizer', () => withStructure(tokenizer.tokenize(text, path)));
      const context = sourceContext(structured);
      const count = structured.source.tokenCount + 1;
      gaps += count;
      const file = new StyleCounts();
      const observed = time('observer', () => {
        const layout = observeLayout(context, structured.source.gaps);
        countHabits(context, layout, file);
        return layout;
      });
      const batch = createFeatureBatch(count);
      const all = Array.from({ length: count }, (_, i) => i);
      time('describer', () => {
        const rows = gapRows({ context, layout: observed, evidence: { file, project: null } });
        for (let from = 0; from < count; from += MOST_ROWS) {
          const size = Math.min(MOST_ROWS, count - from);
          const part = rows.describe(all, from, size);
          batch.slots.set(part.slots, (from * part.slots.length) / size);
          batch.numbers.set(part.numbers, (from * part.numbers.length) / size);
          batch.legal.set(part.legal, (from * part.legal.length) / size);
        }
      });
      const out = new Float32Array(count * FEATURE_SHAPE.labels);
      time('predictor', () => predictor.probabilities(batch, out));
    }
  }
  console.log('\nwarm, gaps per second of processor time');
  for (const [part, seconds] of Object.entries(spent)) console.log(`  ${part.padEnd(12)} ${Math.round(gaps / seconds).toLocaleString('en')}`);
}

function fileInput(name: string, text: string): Input {
  const target = join(scratch, 'file.py');
  return { name, lines: countLines(text), targets: [target], reset: () => writeFileSync(target, text) };
}

function filesInput(name: string, texts: readonly string[]): Input {
  const targets = texts.map((_, k) => join(scratch, `file${k}.py`));
  return {
    name, targets,
    lines: texts.reduce((sum, text) => sum + countLines(text), 0),
    reset: () => texts.forEach((text, k) => writeFileSync(targets[k], text)),
  };
}

function folderInput(name: string, texts: readonly Buffer[]): Input {
  const kept = join(scratch, name.replaceAll(' ', '-'));
  const target = join(scratch, 'folder');
  mkdirSync(kept);
  mkdirSync(target, { recursive: true });
  texts.forEach((text, k) => writeFileSync(join(kept, `file${k}.py`), text));
  return {
    name,
    lines: texts.reduce((sum, text) => sum + countLines(text.toString('latin1')), 0),
    targets: [target],
    reset: () => texts.forEach((_, k) => copyFileSync(join(kept, `file${k}.py`), join(target, `file${k}.py`))),
  };
}

function sortByHash(paths: readonly string[]): string[] {
  const key = (path: string): string => createHash('sha256').update(basename(path)).update(path).digest('hex');
  return paths.map((path) => [key(path), path]).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

function versionOf(command: string): string | null {
  try {
    const [tool, ...args] = /\.c?js$/u.test(command) ? ['node', command, '--version'] : [command, '--version'];
    return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0];
  } catch {
    return null;
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
