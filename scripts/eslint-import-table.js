/**
 * The table of who may import whom (docs/architecture.md), as an ESLint rule. It sees
 * static and dynamic imports, re-exports and types written as import('...').
 */
import path from 'node:path';

/** Every folder may also import shared/, options/ and errors.ts. */
const FOLDER_IMPORTS = {
  shared: [],
  options: [],
  tokenize: [],
  mutate: ['tokenize'],
  score: ['tokenize'],
  corpus: ['tokenize'],
  model: ['tokenize'],
  train: ['tokenize', 'mutate', 'corpus', 'model', 'score', 'complete', 'search', 'shards'],
  // What formatting reads of a project; learning it is apart, so that formatting stays small.
  profile: ['tokenize', 'model'],
  format: ['tokenize', 'model', 'profile'],
  // Python in notebooks and pages.
  embedded: ['tokenize', 'corpus', 'format'],
  // Lays its lines out with the format head, on the backbone that both share.
  complete: ['tokenize', 'model', 'profile', 'format'],
  // Corpora as shards: signatures, near duplicates, Parquet, manifest.
  shards: ['tokenize', 'mutate', 'corpus', 'model', 'complete', 'gather'],
  // Finds functions by what they do.
  search: ['tokenize', 'corpus', 'model'],
  // Finds repositories and brings their Python files; corpus/ reads them from disk.
  gather: ['corpus'],
  // Spoils, restores and scores: neither part of training nor of formatting.
  evaluate: ['tokenize', 'mutate', 'score', 'corpus', 'model', 'format', 'complete', 'search'],
  learn: ['tokenize', 'mutate', 'score', 'corpus', 'model', 'profile', 'train', 'format', 'evaluate'],
  // The public API; it loads learning when that is called.
  library: ['tokenize', 'mutate', 'score', 'corpus', 'profile', 'format', 'complete', 'learn'],
  // Serves programs: each request in a thread that can be ended.
  server: [
    'tokenize', 'mutate', 'score', 'corpus', 'profile', 'format', 'embedded', 'complete', 'learn', 'library',
    'shards', 'evaluate',
  ],
  // Serves editors: each question in the thread that has what it takes.
  lsp: ['tokenize', 'corpus', 'profile', 'format', 'complete', 'learn', 'library'],
  // The library where there is no Node: it brings the files, and stand-ins for modules that read them.
  browser: [
    'tokenize', 'corpus', 'score', 'profile', 'train', 'format', 'complete', 'learn', 'library',
  ],
  plugin: ['tokenize', 'corpus', 'profile', 'format'],
  cli: [
    'tokenize', 'mutate', 'score', 'corpus', 'model', 'profile', 'train', 'format', 'embedded', 'complete', 'search',
    'gather', 'shards', 'evaluate', 'learn', 'server', 'lsp',
  ],
  // Names what a program may use.
  'index.ts': ['score', 'format', 'complete', 'library'],
};

const OPEN_TO_ALL = ['shared', 'options', 'errors.ts'];

const PACKAGE_OWNERS = [
  { pattern: /^(web-tree-sitter|tree-sitter-python)(\/|$)/u, owners: ['tokenize'] },
  { pattern: /^(@tensorflow\/|webgpu(\/|$))/u, owners: ['model', 'train', 'browser'] },
];

/** The part of the table that a file belongs to: its folder under src/, or its name. */
function partOf(filename) {
  const match = /(?:^|\/)src\/([^/]+)/u.exec(filename.split(path.sep).join('/'));
  return match?.[1];
}

/** What is wrong with `specifier` in `filename`, or undefined. */
export function importFault(filename, specifier) {
  const from = partOf(filename);
  if (from === undefined) return undefined;
  const owned = PACKAGE_OWNERS.find(({ pattern }) => pattern.test(specifier));
  if (owned !== undefined) {
    return owned.owners.includes(from) ? undefined : `only ${owned.owners.join(' and ')} may import ${specifier}`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = path.resolve(path.dirname(path.resolve(filename)), specifier);
  const to = partOf(target.replace(/\.js$/u, '.ts'));
  if (to === undefined) return `${from} may not import from outside src`;
  if (to === from || OPEN_TO_ALL.includes(to)) return undefined;
  const allowed = FOLDER_IMPORTS[from] ?? [];
  return allowed.includes(to) ? undefined : `${from} may not import ${to}`;
}

export const importTable = {
  meta: { type: 'problem', schema: [], messages: { forbidden: 'Import table: {{fault}}.' } },
  create(context) {
    const check = (node, source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const fault = importFault(context.filename, source.value);
      if (fault !== undefined) context.report({ node, messageId: 'forbidden', data: { fault } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal),
    };
  },
};
