/**
 * Contributed functions: in files of a project one function is badly laid out throughout, in one of several ways, and
 * `--changed` formats its lines, with a profile of the project's other files and without. How much comes back as the
 * project has it, and is anything half done?
 *
 *     npx tsx bench/contributed.ts PROJECTS... [--files 5] [--model FILE] [--profiles FOLDER] [--diffs FOLDER]
 *                                  [--write docs/benchmarks.md] [--json]
 *
 * Files are held out, as in `bench/compare.ts`. The profile is one of counts. `--diffs` writes for people to read what
 * differs from the project's own layout in the end: `-` the project's lines, `+` ours.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { countHalfEdits, mergeHalfEdits, noHalfEdits, type HalfEdits } from '../src/evaluate/half-edits.js';
import { formatSource, loadBaseModel, type FormatPolicy } from '../src/format/index.js';
import { unifiedDiff } from '../src/format/unified-diff.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { foreignFunctions, takenFunctions, type FunctionCase } from './support/foreign-functions.js';
import { keepPolicies } from './support/kept-policies.js';
import { figure, replaceSection, table } from './support/markdown.js';
import { mutantCases } from './support/measure.js';
import { MESSES, messText } from './support/messes.js';
import { splitProject } from './support/project-split.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '5' },
    model: { type: 'string' },
    profiles: { type: 'string' },
    diffs: { type: 'string' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

/** Functions that nobody spoilt, in the table of messes; they count apart. */
const CLEAN = 'as the project has it';

interface Outcome {
  readonly project: string;
  readonly mess: string;
  readonly tool: string;
  readonly path: string;
  /** Gaps of the function, non-empty on either side, and those of them as the project has them. */
  readonly compared: number;
  readonly inputExact: number;
  readonly exact: number;
  readonly elsewhere: number;
  readonly halfEdits: HalfEdits;
}

const tokenizer = await createTokenizer();
const base = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const policyOf = keepPolicies(tokenizer, base, {
  ...(values.profiles === undefined ? {} : { folder: values.profiles }), countsOnly: true,
});
const outcomes: Outcome[] = [];
for (const root of positionals.map((path) => resolve(path))) {
  const project = basename(root);
  const clean = mutantCases(tokenizer, { root, files: splitProject(root).heldOut.slice(0, Number(values.files)), rate: 0, seed: '1' });
  const profile = await policyOf(root);
  const measureBoth = (mess: string, found: FunctionCase): void => {
    outcomes.push(measure({ project, mess, tool: 'base' }, base.policy, found));
    if (profile !== null) outcomes.push(measure({ project, mess, tool: 'profile' }, profile, found));
  };
  for (const mess of MESSES) {
    const foreign = clean.flatMap((given) => {
      const inputText = messText(given.program, mess);
      const input = readGaps(inputText, given.path);
      return input?.length === given.input.length ? [{ ...given, inputText, input }] : [];
    });
    for (const found of foreignFunctions(tokenizer, foreign)) measureBoth(mess.name, found);
  }
  for (const found of takenFunctions(tokenizer, clean)) measureBoth(CLEAN, found);
  console.error(`${project}: ${outcomes.filter((outcome) => outcome.project === project).length} functions`);
}
if (outcomes.length === 0) throw new Error('no functions to measure: name folders with Python files');
const text = renderTables();
console.log(values.json ? JSON.stringify(outcomes) : text);
if (values.write !== undefined) {
  writeFileSync(values.write, replaceSection(readFileSync(values.write, 'utf8'), 'contributed', text));
}

function readGaps(source: string, path: string): readonly string[] | null {
  try {
    return tokenizer.tokenize(source, path).gaps;
  } catch {
    return null;
  }
}

function measure(about: Pick<Outcome, 'project' | 'mess' | 'tool'>, policy: FormatPolicy, found: FunctionCase): Outcome {
  const { path, program, input, inputText, from, to, lines } = found;
  const original = program.source.gaps;
  const result = formatSource(tokenizer, policy, inputText, path, { lines: [lines] }).text;
  const output = tokenizer.tokenize(result, path).gaps;
  let [compared, inputExact, exact, elsewhere] = [0, 0, 0, 0];
  output.forEach((gap, i) => {
    if (i < from || i >= to) {
      if (gap !== input[i]) elsewhere++;
    } else if (gap !== '' || original[i] !== '') {
      compared++;
      if (gap === original[i]) exact++;
      if (input[i] === original[i]) inputExact++;
    }
  });
  if (values.diffs !== undefined && exact < compared) {
    mkdirSync(values.diffs, { recursive: true });
    const name = `${about.project}, ${about.mess}, ${about.tool}.diff`;
    const diff = unifiedDiff({ before: program.source.text, after: result, beforeName: path, afterName: path });
    writeFileSync(join(values.diffs, name), `${diff}\n`, { flag: 'a' });
  }
  return { ...about, path, compared, inputExact, exact, elsewhere, halfEdits: countHalfEdits(program, input, output) };
}

function renderTables(): string {
  const share = (list: readonly Outcome[], of: (outcome: Outcome) => number): string =>
    (list.length === 0 ? '' : figure(list.reduce((sum, outcome) => sum + of(outcome), 0) / list.reduce((sum, { compared }) => sum + compared, 0)));
  const whole = (list: readonly Outcome[]): string =>
    (list.length === 0 ? '' : figure(list.filter(({ exact, compared }) => exact === compared).length / list.length));
  const rowOf = (name: string, list: readonly Outcome[]): string[] => {
    const [plain, taught] = ['base', 'profile'].map((tool) => list.filter((outcome) => outcome.tool === tool));
    return [
      name, String(plain.length), share(plain, ({ inputExact }) => inputExact), share(plain, ({ exact }) => exact), whole(plain),
      share(taught, ({ exact }) => exact), whole(taught), String(list.reduce((sum, { elsewhere }) => sum + elsewhere, 0)),
    ];
  };
  const spoilt = outcomes.filter(({ mess }) => mess !== CLEAN);
  const projects = [...new Set(outcomes.map(({ project }) => project))];
  const half = mergeHalfEdits([noHalfEdits(), ...outcomes.map(({ halfEdits }) => halfEdits)]);
  return [
    table(
      ['laid out with', 'functions', 'as given', 'base, exact', 'whole', 'profile, exact', 'whole', 'gaps changed elsewhere'],
      [
        rowOf('*all*', spoilt),
        ...MESSES.map(({ name }) => rowOf(name, outcomes.filter(({ mess }) => mess === name))),
        rowOf(CLEAN, outcomes.filter(({ mess }) => mess === CLEAN)),
        ...projects.map((name) => rowOf(name, spoilt.filter(({ project }) => project === name))),
      ],
    ),
    `Half edits, of groups: ${Object.entries(half).map(([kind, { groups, half: count }]) => `${kind} ${count} of ${groups}`).join(', ')}.`,
  ].join('\n\n');
}
