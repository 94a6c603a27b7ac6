/**
 * Time from a keystroke to suggestions in an open document: the document's last lines are typed
 * character by character, and every character asks for a suggestion.
 *
 *     npx tsx bench/complete-latency.ts FILE.py [--lines 1000] [--typed 400] [--below 0] [--project FOLDER]
 *
 * FILE.py is cut to so many lines, and as many as `--below` says stand below the cursor. Times are wall clock; the first suggestion, which reads the
 * whole document, is told apart.
 *
 *     npx tsx bench/complete-latency.ts FILE.py --cold 10 [--at 400]
 *
 * Instead, so many processes of the built package, one after the other, for the end of line
 * `--at`: wall clock, and processor time, which others on the machine disturb less.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Completer, loadCompletionEngine, ProjectContext } from '../src/complete/index.js';
import { findFiles, readSource } from '../src/corpus/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { lines: { type: 'string', default: '1000' }, typed: { type: 'string', default: '400' }, below: { type: 'string', default: '0' },
    cold: { type: 'string' }, at: { type: 'string', default: '400' }, project: { type: 'string' } },
});
if (values.cold !== undefined) {
  measureCold(`${positionals[0]}:${values.at}`, Number(values.cold));
  process.exit(0);
}
const lines = readFileSync(positionals[0], 'utf8').split('\n');
const text = lines.slice(0, Number(values.lines)).join('\n');
const below = lines.slice(Number(values.lines), Number(values.lines) + Number(values.below)).map((line) => `\n${line}`).join('');
const typed = Number(values.typed);
const engine = loadCompletionEngine();
const files = values.project === undefined ? [] : findFiles([values.project]).files;
const project = new ProjectContext(engine, files.map((path) => ({ path: resolve(path), text: readSource(path).text })));
const completer = new Completer(engine, { project });
const ask = async (offset: number): Promise<number> => {
  const started = performance.now();
  await completer.complete({ text: text.slice(0, offset) + below, offset, path: resolve(positionals[0]), count: 1 });
  return performance.now() - started;
};
await engine.tokenizer();
const first = await ask(text.length - typed);
const times: number[] = [];
for (let offset = text.length - typed + 1; offset <= text.length; offset++) times.push(await ask(offset));
times.sort((a, b) => a - b);
const at = (share: number): string => times[Math.floor(share * (times.length - 1))].toFixed(1);
console.log(`${text.split('\n').length} lines; first ${first.toFixed(0)} ms; then p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);

/** Whole processes of `nnfmt complete PLACE`. */
function measureCold(place: string, runs: number): void {
  const command = fileURLToPath(new URL('../dist/nnfmt.js', import.meta.url));
  // Has the process tell its processor time when it ends.
  const hook = "data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write(`cpu ${(user+system)/1000}`)})";
  const walls: number[] = [];
  const times: number[] = [];
  // One run more, to bring the files into memory.
  for (let run = 0; run <= runs; run++) {
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['--import', hook, command, 'complete', place, '--json'], { encoding: 'utf8' });
    const wall = performance.now() - started;
    if (status !== 0) throw new Error(`nnfmt complete ended with ${status}: ${stderr}`);
    if (run === 0) continue;
    walls.push(wall);
    times.push(Number(/cpu ([\d.]+)/u.exec(stderr)![1]));
  }
  const told = (list: number[]): string => {
    list.sort((a, b) => a - b);
    return `${list[0].toFixed(0)} least, ${list[Math.floor(list.length / 2)].toFixed(0)} median, ${list[list.length - 1].toFixed(0)} most`;
  };
  console.log(`${runs} cold processes, ms: wall clock ${told(walls)}; processor time ${told(times)}`);
}
