/**
 * Does formatting ever change a program? Formats real files, as they are and with their
 * layout spoilt, and lets CPython compare: ast.dump, token strings including comments,
 * and a second pass that must change nothing.
 *
 *     npx tsx bench/safety.ts PATHS... [--rates 0,0.02,0.2,1] [--count 3000] [--seconds 0]
 *                             [--seed 1] [--model FILE] [--formatter nnfmt|random|none] [--python python3] [--json]
 *                             [--restyle PROFILE]
 *
 * `--restyle` lays every file out anew by a project's profile, as it is, spoilt at the rates, and in foreign styles:
 * every bracket joined, one element a line, another unit.
 * `--formatter random` puts a dice in the model's place, which edits far more wildly than
 * any model: what it cannot break, training cannot break either. `none` leaves the text
 * alone: it tests the mutation and this command itself.
 * Files are drawn by the seed, equal files once, until there are --count of them or --seconds (0: as long as
 * it takes) are over; one python process, memory bounded by a few files. Exit code 1 on any violation.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeSource } from '../src/corpus/decode-source.js';
import { NnfmtError, SyntaxRefusedError } from '../src/errors.js';
import type { FeatureBatch } from '../src/model/feature-batch.js';
import { mutateSource } from '../src/mutate/index.js';
import { createRandom } from '../src/shared/random.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { RULE_KINDS, spoilByRule } from './support/foreign-kinds.js';
import { startOracle } from '../tests/oracle/cpython-oracle.js';
import { pythonFiles } from '../tests/oracle/python-files.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rates: { type: 'string', default: '0,0.02,0.2,1' },
    count: { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
    formatter: { type: 'string', default: 'nnfmt' },
    python: { type: 'string', default: 'python3' },
    restyle: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface InputReport {
  /** `rate R`, or the name of a foreign style. */
  input: string;
  files: number;
  changed: number;
  gaps: number;
  gapsChanged: number;
  reverted: number;
  mostPasses: number;
  /** Must be 0, all below. */
  mutantDiffers: number;
  treeDiffers: number;
  tokensDiffer: number;
  unstable: number;
  crashes: number;
  /** The tokenize module cannot read the input, so that the tree alone was compared. */
  tokensUnread: number;
}

interface Problem {
  readonly path: string;
  readonly input: string;
  readonly what: string;
}

const seed = values.seed;
const wanted = Number(values.count);
const seconds = Number(values.seconds);
/** What is made of a file before it is formatted; null where that is not proven to be the same program. */
type Spoil = (text: string, path: string) => string | null;
const spoils = new Map<string, Spoil>(values.rates.split(',').map((rate) => [`rate ${rate}`, (text, path) =>
  Number(rate) === 0
    ? text
    : mutateSource(tokenizer, text, { rate: Number(rate), seed: `${seed}:${rate}:${relative(root, path)}`, path })]));
if (values.restyle !== undefined) {
  for (const { name, layOut } of RULE_KINDS) {
    spoils.set(name, (text, path) => spoilByRule(tokenizer, { name, spoil: layOut }, text, path));
  }
}
const reports = [...spoils.keys()].map((input): InputReport => ({
  input, files: 0, changed: 0, gaps: 0, gapsChanged: 0, reverted: 0, mostPasses: 0,
  mutantDiffers: 0, treeDiffers: 0, tokensDiffer: 0, unstable: 0, crashes: 0, tokensUnread: 0,
}));
const problems: Problem[] = [];
/** Files that CPython accepts and nnfmt does not, and why. */
const refused: { path: string; reason: string }[] = [];
let invalid = 0;
let accepted = 0;

const tokenizer = await createTokenizer();
const formatter = await loadFormatter();
const oracle = startOracle(values.python);
const version = await oracle.version();
const startedMs = performance.now();
let shownMs = startedMs;

const seen = new Set<string>();
const root = positionals.length === 1 ? positionals[0] : '/';
for (const path of createRandom(`${seed}-files`).shuffle([...pythonFiles(positionals)])) {
  if (accepted + refused.length + invalid >= wanted) break;
  if (seconds > 0 && performance.now() - startedMs > seconds * 1000) break;
  const bytes = readFileSync(path);
  const digest = createHash('sha1').update(bytes).digest('base64');
  if (seen.has(digest)) continue;
  seen.add(digest);
  await checkFile(path, bytes);
  showProgress();
}
oracle.close();
print();

async function checkFile(path: string, bytes: Buffer): Promise<void> {
  const refuse = async (error: unknown): Promise<void> => {
    if (!(error instanceof NnfmtError)) {
      reports[0].crashes++;
      problems.push({ path, input: reports[0].input, what: `crash: ${String(error)}` });
    }
    if ((await oracle.checkFile(path)) === null) refused.push({ path, reason: String((error as Error).message).split('\n')[0] });
    else invalid++;
  };
  let text: string;
  try {
    text = decodeSource(bytes, path).text;
    formatter.format(text, { path });
  } catch (error) {
    return refuse(error);
  }
  if ((await oracle.checkFile(path)) !== null) {
    // Python 2, or a test of the parser: nnfmt may format it, but nobody can judge the result.
    invalid++;
    return;
  }
  accepted++;
  for (const report of reports) await checkInput(path, text, report);
}

async function checkInput(path: string, text: string, report: InputReport): Promise<void> {
  const fail = (count: 'mutantDiffers' | 'treeDiffers' | 'tokensDiffer' | 'unstable' | 'crashes', what: string): void => {
    report[count]++;
    problems.push({ path, input: report.input, what: `${count}: ${what}` });
  };
  let input = text;
  let output: string;
  let again: string;
  try {
    const spoilt = spoils.get(report.input)!(text, path);
    if (spoilt === null) return;
    report.files++;
    input = spoilt;
    const first = formatter.format(input, { path });
    output = first.text;
    report.gaps += first.gaps;
    report.gapsChanged += first.gapsChanged;
    report.reverted += first.reverted;
    report.mostPasses = Math.max(report.mostPasses, first.passes);
    if (first.changed !== (output !== input)) fail('crashes', '`changed` does not say what happened');
    if (output !== input) report.changed++;
    again = formatter.format(output, { path }).text;
  } catch (error) {
    fail('crashes', error instanceof SyntaxRefusedError ? `refused its own text: ${error.message}` : String((error as Error).stack));
    return;
  }
  if (again !== output) fail('unstable', firstChange(output, again));
  if (input !== text) {
    const mutant = await oracle.compare(text, input);
    if (!mutant.tree || mutant.right !== null || mutant.tokens === false) fail('mutantDiffers', mutant.right ?? mutant.detail);
  }
  if (output === input) return;
  const verdict = await oracle.compare(input, output);
  if (verdict.right !== null || !verdict.tree) fail('treeDiffers', verdict.right ?? '');
  if (verdict.tokens === null) report.tokensUnread++;
  else if (!verdict.tokens) fail('tokensDiffer', verdict.detail);
}

type Formats = {
  format(text: string, options: { path: string }): {
    text: string; changed: boolean; gaps: number; gapsChanged: number; passes: number; reverted: number;
  };
};

async function loadFormatter(): Promise<Formats> {
  if (values.formatter === 'none') {
    return {
      format(text, { path }) {
        const { tokenCount } = tokenizer.tokenize(text, path);
        return { text, changed: false, gaps: tokenCount + 1, gapsChanged: 0, passes: 0, reverted: 0 };
      },
    };
  }
  if (values.formatter === 'random') return randomFormatter();
  const { createFormatter } = await import('../src/format/create-formatter.js');
  return createFormatter({
    ...(values.model === undefined ? {} : { modelPath: values.model }),
    ...(values.restyle === undefined ? {} : { profilePath: values.restyle, restyle: true }),
  });
}

/** Labels by lot, weighted by the token's kind and its neighbours', anew for each file. */
async function randomFormatter(): Promise<Formats> {
  const { formatSource } = await import('../src/format/format-source.js');
  const { DEFAULT_THRESHOLDS } = await import('../src/format/confidence.js');
  const { FEATURE_SHAPE } = await import('../src/model/features.js');
  const { labels, backboneSlots } = FEATURE_SHAPE;
  let salt = 0;
  const weight = (slot: number, label: number): number => {
    const mixed = Math.imul(Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(label + 7, 0x85ebca6b) ^ salt, 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  };
  const predictor = {
    probabilities(batch: FeatureBatch, out: Float32Array): void {
      for (let row = 0; row < batch.size; row++) {
        let total = 0;
        for (let label = 0; label < labels; label++) {
          let logit = 6 * weight(0, label);
          for (let k = 0; k < 3; k++) logit += 4 * weight(batch.slots[row * slotsPerGap + k] + 1, label);
          const p = batch.legal[row * labels + label] ? Math.exp(logit) : 0;
          out[row * labels + label] = p;
          total += p;
        }
        for (let label = 0; label < labels; label++) out[row * labels + label] /= total || 1;
      }
    },
  };
  const slotsPerGap = backboneSlots + FEATURE_SHAPE.headSlots;
  return {
    format(text, { path }) {
      salt = [...path].reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) | 0, 7);
      return formatSource(tokenizer, { predictor, thresholds: DEFAULT_THRESHOLDS, confidence: 0, project: null }, text, path);
    },
  };
}

function firstChange(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  const cut = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
  return `${cut(before)} became ${cut(after)}`;
}

function showProgress(): void {
  if (performance.now() - shownMs < 10_000) return;
  shownMs = performance.now();
  process.stderr.write(`${accepted} files, ${problems.length} problems\n`);
}

function print(): void {
  const violations = problems.length;
  process.exitCode = violations > 0 ? 1 : 0;
  const summary = {
    python: version, seed, files: accepted, invalid, refused: refused.length, violations,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    elapsedS: Math.round((performance.now() - startedMs) / 1000),
  };
  if (values.json) {
    console.log(JSON.stringify({ ...summary, inputs: reports, refusedFiles: refused, problems }, null, 1));
    return;
  }
  console.log(summary);
  console.table(Object.fromEntries(reports.map(({ input, ...row }) => [input, row])));
  for (const { path, reason } of refused) console.log(`refused, though CPython accepts it: ${path}: ${reason}`);
  for (const { path, input, what } of problems.slice(0, 50)) console.log(`PROBLEM ${path}, ${input}: ${what}`);
}
