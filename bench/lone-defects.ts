/**
 * Lone defects: one deviation in an otherwise clean file, of a kind that the file itself shows nowhere. How many does
 * nnfmt repair, and what else does it change?
 *
 *     npx tsx bench/lone-defects.ts PROJECTS... [--files 4] [--seed 1] [--model FILE] [--profiles FOLDER]
 *                                   [--most-gaps 2500] [--only NAME] [--write docs/benchmarks.md] [--json]
 *
 * Files are held out, as in `bench/compare.ts`. With `--profiles` the profile of each project is used beside the base
 * model: it is learned from the other 80 % and kept in that folder, together with those of `bench/foreign.ts --rows`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { formatSource, loadBaseModel, type FormatPolicy } from '../src/format/index.js';
import { createRandom } from '../src/shared/random.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { keepPolicies } from './support/kept-policies.js';
import { defectCases, judgeDefect, LONE_DEFECTS, type DefectCase, type DefectOutcome } from '../src/mutate/lone-defects/lone-defects.js';
import { figure, replaceSection, table } from './support/markdown.js';
import { nameIn, splitProject } from './support/project-split.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
    profiles: { type: 'string' },
    'most-gaps': { type: 'string', default: '2500' },
    only: { type: 'string', default: '' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const LEAST_GAPS = 200;

const tokenizer = await createTokenizer();
const base = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const policyOf = keepPolicies(tokenizer, base, values.profiles === undefined ? {} : { folder: values.profiles });

interface Outcome extends DefectOutcome {
  readonly project: string;
  readonly tool: string;
}
const outcomes: Outcome[] = [];
for (const root of positionals.map((path) => resolve(path))) {
  const project = basename(root);
  const cases = casesOf(root).filter(({ defect }) => defect.includes(values.only));
  const policies: [string, FormatPolicy | null][] = [['nnfmt, base', base.policy]];
  if (values.profiles !== undefined) policies.push(['nnfmt, profile', await policyOf(root)]);
  for (const [tool, policy] of policies) {
    if (policy === null) continue;
    const found = cases.map((given) => ({
      project, tool, ...judgeDefect(tokenizer, (text, path) => formatSource(tokenizer, policy, text, path).text, given),
    }));
    outcomes.push(...found);
    console.error(`${project}, ${tool}: ${found.filter(({ repaired }) => repaired).length} of ${found.length} repaired`);
  }
}
if (outcomes.length === 0) throw new Error('no project to measure: name folders with Python files');

const text = renderTables();
console.log(values.json ? JSON.stringify(outcomes) : text);
if (values.write !== undefined) writeFileSync(values.write, replaceSection(readFileSync(values.write, 'utf8'), 'lone-defects', text));

/** The cases in the first held-out files of a project that are neither tiny nor large. */
function casesOf(root: string): DefectCase[] {
  const found: DefectCase[] = [];
  let files = 0;
  for (const file of splitProject(root).heldOut) {
    if (files === Number(values.files)) break;
    try {
      const path = nameIn(root, file);
      const { text: source } = readSource(file);
      const { tokenCount } = tokenizer.tokenize(source, path);
      if (source.includes('\r') || tokenCount < LEAST_GAPS || tokenCount > Number(values['most-gaps'])) continue;
      found.push(...defectCases(tokenizer, { path, text: source }, createRandom(`${values.seed}:${path}`)));
      files++;
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
  return found;
}

function renderTables(): string {
  const tools = [...new Set(outcomes.map(({ tool }) => tool))];
  const projects = [...new Set(outcomes.map(({ project }) => project))];
  const cells = (list: readonly Outcome[]): string[] => [
    String(list.length), figure(list.filter(({ repaired }) => repaired).length / list.length),
    (list.reduce((sum, { otherEdits }) => sum + otherEdits, 0) / list.reduce((sum, { gaps }) => sum + gaps, 0)).toFixed(5).replace(/^0/u, ''),
  ];
  const all = tools.flatMap((tool) => {
    const own = outcomes.filter((outcome) => outcome.tool === tool);
    return [[tool, '*all*', ...cells(own)], ...projects.map((project) => [tool, project, ...cells(own.filter((outcome) => outcome.project === project))])];
  });
  const kinds = LONE_DEFECTS.map(({ name }) => name).filter((name) => outcomes.some(({ defect }) => defect === name));
  const byKind = kinds.map((name) => [
    `\`${name.replaceAll('|', '\\|')}\``, String(outcomes.filter(({ defect, tool }) => defect === name && tool === tools[0]).length),
    ...tools.map((tool) => {
      const own = outcomes.filter((outcome) => outcome.defect === name && outcome.tool === tool);
      return figure(own.filter(({ repaired }) => repaired).length / own.length);
    }),
  ]);
  return [
    table(['formatter', 'project', 'defects', 'repaired', 'other gaps changed'], all),
    `Repaired, by kind (${kinds.length} of ${LONE_DEFECTS.length} kinds have a place in these files):`,
    table(['defect', 'files', ...tools], byKind),
  ].join('\n\n');
}
