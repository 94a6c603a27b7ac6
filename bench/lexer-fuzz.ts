/**
 * nnfmt's proof of equivalence against CPython: spoils the gaps of real code at random and
 * compares the two verdicts. Anything nnfmt accepts and CPython does not is a bug.
 *
 *     npx tsx bench/lexer-fuzz.ts PATHS... [--count 50000] [--seed 1] [--edits 1]
 *                                 [--per-snippet 8] [--python python3] [--examples 3] [--json]
 *                                 [--unknown 0]
 *
 * With --unknown 0.2, a fifth of all logical lines is taken for unknown to the grammar, and so opaque.
 * Exit code 1 when a mutant was falsely accepted, or when 2 % or more were falsely refused; a tenth of the
 * unknown share comes on top of those 2 %, as a line that was joined or split is often known on one side only.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/shared/random.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { startOracle } from '../tests/oracle/cpython-oracle.js';
import { fuzzLayout, type Disagreement } from '../tests/oracle/lexer-fuzz.js';
import { pythonFiles } from '../tests/oracle/python-files.js';
import { withUnknownLines } from '../tests/oracle/unknown-lines.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    edits: { type: 'string', default: '1' },
    'per-snippet': { type: 'string', default: '8' },
    python: { type: 'string', default: 'python3' },
    examples: { type: 'string', default: '3' },
    unknown: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
const files = createRandom(`${seed}-files`).shuffle([...pythonFiles(positionals)]);
function* sources(): Generator<string> {
  for (const path of files) {
    const bytes = readFileSync(path);
    if (bytes.length > 200_000) continue;
    try {
      yield new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      // Another encoding: nothing to learn about layout there.
    }
  }
}

const tokenizer = await createTokenizer();
const unknownShare = Number(values.unknown);
const oracle = startOracle(values.python);
const version = await oracle.version();
const startedMs = performance.now();
let shownMs = startedMs;
const report = await fuzzLayout(sources(), {
  tokenizer: unknownShare > 0 ? withUnknownLines(tokenizer, unknownShare) : tokenizer,
  oracle,
  options: {
    count: Number(values.count),
    seed,
    edits: Number(values.edits),
    mutantsPerSnippet: Number(values['per-snippet']),
  },
  onProgress: (now) => {
    if (performance.now() - shownMs < 10_000) return;
    shownMs = performance.now();
    process.stderr.write(`${now.mutants} mutants, ${now.falseAcceptances.length} falsely accepted\n`);
  },
});
oracle.close();

const refused = [...report.falseRefusals.values()].reduce((a, b) => a + b, 0);
const refusedShare = refused / Math.max(1, report.verdicts.same - report.movedComments);
const shown = Number(values.examples);
const print = (title: string, list: readonly Disagreement[]): void => {
  for (const { verdict, reason, before, after } of list.slice(0, shown)) {
    console.log(`\n--- ${title}: CPython says ${verdict}; nnfmt: ${reason || 'the same'}`);
    console.log(around(before, after));
  }
};
if (values.json) {
  console.log(JSON.stringify({
    python: version, seed, unknownShare, edits: Number(values.edits), mutants: report.mutants, snippets: report.snippets,
    verdicts: report.verdicts, accepted: report.accepted, falseAcceptances: report.falseAcceptances.length,
    falseRefusals: Object.fromEntries(report.falseRefusals), falseRefusalShare: refusedShare,
    movedComments: report.movedComments, refusedOriginals: Object.fromEntries(report.refusedOriginals),
  }));
} else {
  print('FALSELY ACCEPTED', report.falseAcceptances);
  for (const [reason, list] of report.examples) print(reason, list);
  console.log(`\nCPython ${version}, seed ${seed}, ${values.edits} gap(s) a mutant, ${elapsed()} s`);
  console.log(`${report.mutants} mutants of ${report.snippets} snippets: CPython ` + JSON.stringify(report.verdicts));
  console.log(`accepted ${report.accepted}; falsely accepted ${report.falseAcceptances.length}`);
  console.log(`falsely refused ${refused} of ${report.verdicts.same} same (${(100 * refusedShare).toFixed(2)} %), ` +
    `and ${report.movedComments} comments moved to or from their own line`);
  for (const [reason, n] of [...report.falseRefusals].sort((a, b) => b[1] - a[1])) console.log(`  ${n}\t${reason}`);
  console.log('originals refused:', Object.fromEntries(report.refusedOriginals));
}
process.exitCode = report.falseAcceptances.length > 0 || refusedShare >= 0.02 + unknownShare / 10 ? 1 : 0;

function elapsed(): string {
  return ((performance.now() - startedMs) / 1000).toFixed(0);
}

/** The two texts around their first difference. */
function around(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  let tail = 0;
  while (tail < before.length - at && tail < after.length - at && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const cut = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), text.length - tail + 40));
  return `${cut(before)}\n${cut(after)}`;
}
