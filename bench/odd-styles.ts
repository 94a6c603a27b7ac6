/**
 * Does nnfmt learn a style that nobody in the training corpus has? Lays projects out in such
 * styles, learns a profile from a few files of each, spoils others at a rate and restores them, by
 * the base model alone and with the profile.
 *
 *     npx tsx bench/odd-styles.ts PROJECTS... [--learn 10] [--files 10] [--rate 0.2] [--seed 1]
 *                                 [--model FILE] [--only NAME] [--write docs/benchmarks.md] [--json]
 *     npx tsx bench/odd-styles.ts PROJECTS... --zero-shot [--files 10] ...
 *
 * `--zero-shot` asks another question: are such files left alone by the base model, as they are?
 *
 * Learned and measured files are parts of the 80 % and the 20 % of `bench/compare.ts`. A file whose
 * new layout is not proven to be the same program is left out.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { evaluateRestoration, mergeRestorations, restorationFigures, sampleFiles, type RestorationFigures } from '../src/evaluate/index.js';
import { loadBaseModel, type FormatPolicy } from '../src/format/index.js';
import { createTokenizer, findDifference, joinGaps, withStructure } from '../src/tokenize/index.js';
import { learnPolicies } from './support/learn-policies.js';
import { figure, mean, replaceSection, table } from './support/markdown.js';
import { ODD_STYLES, type OddStyle } from './support/odd-styles.js';
import { nameIn, splitProject } from './support/project-split.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    learn: { type: 'string', default: '10' },
    files: { type: 'string', default: '10' },
    rate: { type: 'string', default: '0.2' },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
    only: { type: 'string', default: '' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
    'zero-shot': { type: 'boolean', default: false },
  },
});
const LEAST_GAPS = 200;
const rate = Number(values.rate);

interface Row {
  readonly style: string;
  readonly project: string;
  readonly base: RestorationFigures;
  readonly profile: RestorationFigures;
}

const tokenizer = await createTokenizer();
const base = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const styles = ODD_STYLES.filter(({ name }) => name.includes(values.only));
const rows: Row[] = [];
const untaught: { readonly style: string; readonly project: string; readonly figures: RestorationFigures }[] = [];
for (const root of positionals.map((path) => resolve(path))) {
  const { learned, heldOut } = splitProject(root);
  for (const style of styles) {
    const folder = mkdtempSync(join(tmpdir(), 'nnfmt-odd-'));
    try {
      if (values['zero-shot']) {
        measureUntaught(style, root, heldOut, folder);
        continue;
      }
      const lessons = layOutSome(style, root, sampleFiles(root, learned, Infinity), { folder, count: Number(values.learn) });
      const tests = layOutSome(style, root, heldOut, { folder, count: Number(values.files) });
      const taught = await learnPolicies(tokenizer, base, { root: folder, files: lessons });
      if (taught === null || tests.length === 0) continue;
      const measure = (policy: FormatPolicy): RestorationFigures =>
        restorationFigures(mergeRestorations(tests.map((file) =>
          evaluateRestoration({ tokenizer, policy, text: readFileSync(file, 'utf8'), path: nameIn(folder, file), rate, seed: values.seed }))));
      const row = { style: style.name, project: basename(root), base: measure(taught.policies.base), profile: measure(taught.policies.profile) };
      rows.push(row);
      console.error(`${row.project}, ${row.style}: base ${figure(row.base.exact)}, profile ${figure(row.profile.exact)}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
if (rows.length + untaught.length === 0) throw new Error('no project to measure: name folders with Python files');

const section = values['zero-shot'] ? 'odd-styles-untaught' : 'odd-styles';
const text = values['zero-shot'] ? renderUntaught() : renderTables();
console.log(values.json ? JSON.stringify({ rate, seed: values.seed, rows, untaught }) : text);
if (values.write !== undefined) writeFileSync(values.write, replaceSection(readFileSync(values.write, 'utf8'), section, text));

/** Writes the first files that say something about layout in the style; returns their new paths. */
function layOutSome(style: OddStyle, root: string, files: readonly string[], to: { folder: string; count: number }): string[] {
  const written: string[] = [];
  for (const file of files) {
    if (written.length === to.count) break;
    try {
      const program = withStructure(tokenizer.tokenize(readSource(file).text, file));
      if (program.source.tokenCount < LEAST_GAPS) continue;
      const laidOut = joinGaps(program.source, style.layOut(program));
      if (findDifference(program, withStructure(tokenizer.tokenize(laidOut, file))) !== null) continue;
      const path = join(to.folder, nameIn(root, file));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, laidOut);
      written.push(path);
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
  return written;
}

/** What the base model makes of clean files in the style. */
function measureUntaught(style: OddStyle, root: string, files: readonly string[], folder: string): void {
  const tests = layOutSome(style, root, files, { folder, count: Number(values.files) });
  if (tests.length === 0) return;
  const figures = restorationFigures(mergeRestorations(tests.map((file) => evaluateRestoration({
    tokenizer, policy: base.policy, text: readFileSync(file, 'utf8'), path: nameIn(folder, file), rate: 0, seed: values.seed,
  }))));
  untaught.push({ style: style.name, project: basename(root), figures });
  console.error(`${basename(root)}, ${style.name}: ${figure(figures.changed)} of gaps changed`);
}

function renderUntaught(): string {
  const line = (name: string, list: typeof untaught): string[] => {
    const files = list.reduce((sum, { figures }) => sum + figures.files, 0);
    const left = list.reduce((sum, { figures }) => sum + figures.files * figures.untouched, 0);
    return [
      name, String(files), mean(list.map(({ figures }) => figures.changed)).toFixed(5).replace(/^0/u, ''),
      Math.max(...list.map(({ figures }) => figures.changed)).toFixed(5).replace(/^0/u, ''), figure(left / files),
    ];
  };
  return table(['style', 'files', 'gaps changed', 'at most, in a project', 'files untouched'], [
    line('*all*', untaught),
    ...styles.map(({ name }) => line(name, untaught.filter(({ style }) => style === name))).filter(([, files]) => files !== '0'),
  ]);
}

function renderTables(): string {
  const classes = [['spaces', 'spaces'], ['line breaks', 'lineBreaks'], ['indentation', 'indentation'], ['blank lines', 'blankLines'], ['comments', 'comments']] as const;
  const meanOf = (list: readonly Row[], of: (row: Row) => number): string => figure(mean(list.map(of)));
  const summary = styles.map(({ name }) => {
    const own = rows.filter(({ style }) => style === name);
    return [
      name, meanOf(own, (row) => row.base.inputExact), meanOf(own, (row) => row.base.exact), `**${meanOf(own, (row) => row.profile.exact)}**`,
      figure(Math.min(...own.map(({ profile }) => profile.exact))), meanOf(own, (row) => row.profile.score), meanOf(own, (row) => row.profile.editPrecision),
      ...classes.map(([, key]) => meanOf(own, (row) => row.profile.classes[key].exact ?? 1)),
    ];
  });
  const projects = [...new Set(rows.map(({ project }) => project))];
  const byProject = styles.map(({ name }) => [
    name, ...projects.map((project) => {
      const row = rows.find((candidate) => candidate.style === name && candidate.project === project);
      return row === undefined ? '' : `${figure(row.base.exact)} → ${figure(row.profile.exact)}`;
    }),
  ]);
  return [
    table(['style', 'as it is', 'base', 'profile', 'lowest project', 'score', 'precision', ...classes.map(([title]) => title)], summary),
    'Exact, base → profile, by project:',
    table(['style', ...projects], byProject),
  ].join('\n\n');
}
