/**
 * What training sees of the grammar: the share of each node kind, of each token kind in each node kind (a piece of a
 * production), and of the contexts of gaps (both neighbours and the node that they meet in). Lists what is seen too
 * rarely, and where there are examples.
 *
 *     npx tsx bench/node-kinds.ts CORPORA... [--examples FOLDERS] [--files-per-project 40] [--rare 200] [--json]
 *
 * Each folder in a corpus is a project; of each a sample of files is read. `--examples` names further folders,
 * separated by commas, such as the tests of formatters and of CPython, in which rare kinds are looked for too.
 */
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { findFiles, readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { sampleFiles } from '../src/evaluate/index.js';
import { listFolder } from '../src/shared/look-at-path.js';
import { createTokenizer, NODE_KINDS, tokenText, TOKEN_KINDS } from '../src/tokenize/index.js';
import { KindCounts, type Seen } from './support/kind-counts.js';
import { table } from './support/markdown.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    examples: { type: 'string', default: '' },
    'files-per-project': { type: 'string', default: '40' },
    rare: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const rare = Number(values.rare);
const tokenizer = await createTokenizer();

const training = new KindCounts();
for (const root of positionals) {
  for (const project of foldersIn(root)) {
    const files = sampleFiles(project, findFiles([project]).files, Number(values['files-per-project']));
    count(training, files, basename(project), (file) => join(basename(project), relative(project, file)));
    console.error(`${basename(project)}: ${files.length} files`);
  }
}
const examples = new KindCounts();
for (const root of values.examples.split(',').filter((name) => name !== '')) {
  count(examples, findFiles([root]).files, basename(root), (file) => join(basename(root), relative(root, file)));
  console.error(`${basename(root)}: examples counted`);
}

const nodes = [...NODE_KINDS].sort((a, b) => training.nodes.of(b) - training.nodes.of(a));
const rareOf = (name: 'nodes' | 'tokens' | 'gaps'): [string, Seen | undefined, Seen | undefined][] => {
  const names = new Set([...(name === 'nodes' ? NODE_KINDS : training[name].names()), ...examples[name].names()]);
  return [...names].filter((kind) => training[name].of(kind) < rare)
    .map((kind): [string, Seen | undefined, Seen | undefined] => [kind, training[name].seen(kind), examples[name].seen(kind)])
    .sort(([, a], [, b]) => (a?.count ?? 0) - (b?.count ?? 0));
};

if (values.json) {
  const lists = Object.fromEntries((['nodes', 'tokens', 'gaps'] as const).map((name) => [name, rareOf(name).map(([kind, own, other]) => ({
    kind, count: own?.count ?? 0, files: own?.files ?? 0, projects: own?.projects.size ?? 0,
    where: own?.paths ?? [], examples: other?.count ?? 0, exampleFiles: other?.paths ?? [],
  }))]));
  console.log(JSON.stringify({ files: training.files, shares: Object.fromEntries(nodes.map((kind) => [kind, training.nodes.share(kind)])), ...lists }));
} else {
  console.log(`${training.files} files of training, ${examples.files} of examples; rare: fewer than ${rare} times.\n`);
  console.log(table(['node kind', 'times', 'share', 'files', 'projects'], nodes.map((kind) => {
    const seen = training.nodes.seen(kind);
    return [kind, String(seen?.count ?? 0), `${(100 * training.nodes.share(kind)).toFixed(4)} %`, String(seen?.files ?? 0), String(seen?.projects.size ?? 0)];
  })));
  for (const [title, name] of [['node kinds', 'nodes'], ['tokens in nodes', 'tokens'], ['gaps: left, right, node', 'gaps']] as const) {
    const list = rareOf(name);
    // Of contexts there are very many: only those that examples show repeatedly.
    const told = name === 'gaps' ? list.filter(([, , other]) => (other?.count ?? 0) >= 5) : list;
    console.log(`\n${list.length} rare ${title}${told.length < list.length ? `, of which ${told.length} are seen five times in the examples` : ''}\n`);
    console.log(table(['kind', 'in training', 'files', 'projects', 'in examples', 'for example'], told.map(([kind, own, other]) => [
      kind.replaceAll('|', '\\|'), String(own?.count ?? 0), String(own?.files ?? 0), String(own?.projects.size ?? 0), String(other?.count ?? 0),
      [...(own?.paths ?? []), ...(other?.paths ?? [])].slice(0, 3).join(' '),
    ])));
  }
}

function foldersIn(root: string): string[] {
  const entries = listFolder(root);
  if (typeof entries === 'string') throw new Error(`${root}: ${entries}`);
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => join(root, name)).sort();
}

function count(counts: KindCounts, files: readonly string[], project: string, nameOf: (file: string) => string): void {
  for (const file of files) {
    try {
      const source = tokenizer.tokenize(readSource(file).text, file);
      const path = nameOf(file);
      counts.startFile();
      const { tree, parent, kind, tokenCount } = source;
      for (let node = 0; node < tree.nodeCount; node++) counts.nodes.add(NODE_KINDS[tree.kind[node]], project, path);
      const nodeOf = (token: number): string => (parent[token] < 0 ? '-' : NODE_KINDS[tree.kind[parent[token]]]);
      for (let i = 0; i < tokenCount; i++) {
        const name = TOKEN_KINDS[kind[i]];
        counts.tokens.add(`${name} in ${nodeOf(i)}${name === 'other' ? ` (${tokenText(source, i).slice(0, 12)})` : ''}`, project, path);
        if (i > 0 && parent[i] >= 0 && parent[i - 1] >= 0) {
          counts.gaps.add(`${TOKEN_KINDS[kind[i - 1]]} ${name} ${NODE_KINDS[tree.kind[meeting(tree, parent[i - 1], parent[i])]]}`, project, path);
        }
      }
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
}

/** The innermost node that holds two nodes; indices are in pre-order, so the larger one lies deeper or later. */
function meeting(tree: { readonly parent: Int32Array }, a: number, b: number): number {
  let [left, right] = [a, b];
  while (left !== right) {
    if (left > right) left = tree.parent[left];
    else right = tree.parent[right];
  }
  return left;
}
