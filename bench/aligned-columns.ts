/**
 * Aligned columns: are they kept on clean files, do they come back when they are spoilt, and is a row that does not
 * stand in the column brought in?
 *
 *     npx tsx bench/aligned-columns.ts PROJECTS... [--files 60] [--seed 1] [--rate 0.2] [--model FILE]
 *                                      [--write docs/benchmarks.md] [--json]
 *                                      [--list]
 *
 * A group is a run of three lines or more whose same token begins in one column because blanks were put before it. Three
 * questions: the file as it is; the file with a share of its gaps spoilt; the file with one row of one group taken out of
 * the column, one blank before its token as a newcomer would write it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { sampleFiles } from '../src/evaluate/index.js';
import { readProgram } from '../src/format/read-program.js';
import { findColumns, formatSource, loadBaseModel } from '../src/format/index.js';
import { findPins } from '../src/format/pins.js';
import { listProjectFiles } from '../src/learn/index.js';
import type { SourceContext } from '../src/model/source-context.js';
import { mutateLayout } from '../src/mutate/index.js';
import { createRandom } from '../src/shared/random.js';
import { COMMENT, createTokenizer, joinGaps, type StructuredSource } from '../src/tokenize/index.js';
import { figure, replaceSection, table } from './support/markdown.js';
import { nameIn } from './support/project-split.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '0.2' },
    model: { type: 'string' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const rate = Number(values.rate);
/** Files beyond this take longer than they tell. */
const MOST_GAPS = 8000;

interface Tally {
  project: string;
  groups: number;
  kept: number;
  /** Gaps of the groups that the mutant changed, those that are the author's again, and groups without a wrong gap. */
  spoilt: number;
  restored: number;
  whole: number;
  rows: number;
  broughtIn: number;
}

const tokenizer = await createTokenizer();
const { policy } = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const tallies = positionals.map((path) => measure(resolve(path))).filter(({ groups }) => groups > 0);
if (tallies.length === 0) throw new Error('no aligned columns to measure: name folders with Python files');
const text = renderTable();
console.log(values.json ? JSON.stringify(tallies) : text);
if (values.write !== undefined) {
  writeFileSync(values.write, replaceSection(readFileSync(values.write, 'utf8'), 'aligned-columns', text));
}

function measure(root: string): Tally {
  const tally = {
    project: basename(root), groups: 0, kept: 0, spoilt: 0, restored: 0, whole: 0, rows: 0, broughtIn: 0,
  };
  for (const file of sampleFiles(root, listProjectFiles([root]).files, Number(values.files))) {
    try {
      const { text: source } = readSource(file);
      if (!/\S {2,}\S/u.test(source)) continue;
      const path = nameIn(root, file);
      const context = readProgram(tokenizer, source, path);
      if (context.structured.source.tokenCount <= MOST_GAPS) measureFile(context, path, tally);
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
  console.error(`${tally.project}: ${tally.groups} groups`);
  return tally;
}

function measureFile(context: SourceContext, path: string, tally: Tally): void {
  const program = context.structured;
  const original = program.source.gaps;
  // What the author put out of a formatter's reach says nothing about one.
  const pins = findPins(context);
  const groups = findColumns(program, original)
    .map(({ gaps, aligned }) => gaps.filter((_, row) => aligned[row]))
    .filter((gaps) => gaps.length >= 3 && gaps.every((gap) => pins.gap[gap] === 0));
  if (groups.length === 0) return;
  const format = (gaps: readonly string[]): readonly string[] =>
    tokenizer.tokenize(formatSource(tokenizer, policy, joinGaps(program.source, gaps), path).text, path).gaps;
  const clean = format(original);
  const mutant = mutateLayout(program, { rate, random: createRandom(`${values.seed}:${path}:${rate}`) });
  const restored = format(mutant);
  for (const gaps of groups) {
    tally.groups++;
    if (gaps.every((gap) => clean[gap] === original[gap])) tally.kept++;
    else if (values.list) list('not kept', program, path, gaps, clean);
    if (gaps.every((gap) => restored[gap] === original[gap])) tally.whole++;
    else if (values.list) list('not restored', program, path, gaps, restored, mutant);
    const spoilt = gaps.filter((gap) => mutant[gap] !== original[gap]);
    tally.spoilt += spoilt.length;
    tally.restored += spoilt.filter((gap) => restored[gap] === original[gap]).length;
  }
  const random = createRandom(`${values.seed}:${path}`);
  const candidates = groups.flatMap((gaps) => {
    const rows = gaps.filter((gap) => original[gap].length > 1 && program.source.kind[gap] !== COMMENT);
    return gaps.length >= 4 && rows.length > 0 ? [rows[Math.floor(random.next() * rows.length)]] : [];
  });
  for (const row of random.shuffle(candidates).slice(0, 5)) {
    tally.rows++;
    if (format(original.map((gap, i) => (i === row ? ' ' : gap)))[row] === original[row]) tally.broughtIn++;
  }
}

/** Says what became of a group, for people to read. */
function list(
  what: string, { source }: StructuredSource, path: string, gaps: readonly number[], after: readonly string[], given = source.gaps,
): void {
  for (const gap of gaps) {
    if (after[gap] === source.gaps[gap]) continue;
    const before = source.text.slice(0, source.start[gap]).split('\n');
    const line = `${before.at(-1)!}${source.text.slice(source.start[gap]).split('\n', 1)[0]}`;
    const [author, was, is] = [source.gaps[gap], given[gap], after[gap]].map((text) => JSON.stringify(text));
    console.error(`${what}: ${path}:${before.length}: author ${author}, given ${was}, now ${is} in ${line}`);
  }
}

function renderTable(): string {
  const rows = [...tallies].sort((a, b) => b.groups - a.groups);
  const sum = (key: 'groups' | 'kept' | 'spoilt' | 'restored' | 'whole' | 'rows' | 'broughtIn'): number =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  const all: Tally = {
    project: '*all*', groups: sum('groups'), kept: sum('kept'), spoilt: sum('spoilt'), restored: sum('restored'),
    whole: sum('whole'), rows: sum('rows'), broughtIn: sum('broughtIn'),
  };
  const share = (part: number, of: number): string => (of === 0 ? '' : figure(part / of));
  return table(
    ['project', 'groups', 'kept whole', 'spoilt gaps restored', 'groups whole after it', 'rows out of it', 'brought in'],
    [all, ...rows].map((tally) => [
      tally.project, String(tally.groups), share(tally.kept, tally.groups), share(tally.restored, tally.spoilt),
      share(tally.whole, tally.groups), String(tally.rows), share(tally.broughtIn, tally.rows),
    ]),
  );
}
