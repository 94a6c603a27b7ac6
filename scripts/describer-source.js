import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** Files of src/model/features whose code is compiled into the kernel of features, in this order. */
const SHARED = ['buckets', 'gap-facts', 'context-rows', 'count-gaps'];
/** Groups, each with what its features are called in the kernel. */
const GROUPS = ['backbone', 'tree', 'input', 'statements', 'decisions', 'widths', 'counts'];

/** Modules whose numbers and enums the code speaks of. */
const NAMED = [
  'tokenize/index', 'model/bracket-arrangement', 'model/coarse-class', 'model/count-contexts', 'model/count-outcomes',
  'model/features/feature-values', 'model/file-evidence', 'model/gap-position', 'model/layout-classes',
  'model/style-counts',
];

/**
 * The source of the kernel of features in AssemblyScript: what `describer.as` holds, the constants and the fields that
 * the TypeScript declares, and the code of the groups as it stands there, without imports, declarations and what is
 * for TypeScript alone.
 */
export async function describerSource(root) {
  const folder = path.join(root, 'src/model/features');
  const { BACKBONE, HEAD_FEATURES, FILE_FIELDS, FEATURE_SHAPE, ...named } = await load(root);
  const parts = [readFileSync(path.join(folder, 'describer.as'), 'utf8')];
  for (const [name, value] of Object.entries(named).sort()) {
    if (typeof value === 'number') parts.push(`const ${name}: i32 = ${value};`);
    else if (isEnum(value)) parts.push(`enum ${name} { ${members(value).map(([key, n]) => `${key} = ${n}`).join(', ')} }`);
  }
  const { backboneSlots, headSlots, backboneNumbers, headNumbers } = FEATURE_SHAPE;
  parts.push(`const SLOT_COUNT: i32 = ${backboneSlots + headSlots};`);
  parts.push(`const NUMBER_COUNT: i32 = ${backboneNumbers + headNumbers};`);
  const fields = Object.entries(FILE_FIELDS).map(([name, type]) => `  ${name}: ${type};`);
  parts.push(`@unmanaged class FileArrays {\n${fields.join('\n')}\n}`);
  for (const name of SHARED) parts.push(stripped(readFileSync(path.join(folder, `${name}.ts`), 'utf8')));
  GROUPS.forEach((group, k) => {
    for (const [name, { position, offset }] of Object.entries(k === 0 ? BACKBONE : HEAD_FEATURES[k - 1])) {
      // A slot has an offset of its columns, a run of numbers has none.
      parts.push(`const ${group}_${name}: i32 = ${position + (offset === undefined ? 0 : offset * 256)};`);
    }
    const code = stripped(readFileSync(path.join(folder, `${group}.ts`), 'utf8'));
    // What the declaration has given is known when this is compiled.
    parts.push(code
      .replaceAll('features: Features, ', '')
      .replaceAll(/\bfeatures, /gu, '')
      .replaceAll(/\bfeatures\.(\w+)/gu, `${group}_$1`));
  });
  return parts.join('\n');
}

/** The code of a file for both compilers. */
function stripped(text) {
  return text
    .replaceAll(/^import [^;]*;\n/gmu, '')
    .replaceAll(/^(?:export )?const declare\w* = [^]*?^\}\);\n/gmu, '')
    .replaceAll(/^(?:export )?type .*\n/gmu, '')
    // Behind the group as TypeScript knows it stands what is for TypeScript alone.
    .replace(/^export const \w+ = plainGroup\([^]*/mu, '')
    .replaceAll(/^export /gmu, '');
}

const members = (value) => Object.entries(value).filter(([, n]) => typeof n === 'number');
const isEnum = (value) =>
  typeof value === 'object' && value !== null && members(value).length > 0 &&
  members(value).every(([key, n]) => value[n] === key);

/** Loads what the TypeScript declares. */
async function load(root) {
  const from = (module) => `export * from './src/${module}.js';`;
  const { outputFiles } = await build({
    stdin: {
      contents: [
        ...NAMED.map(from),
        "export { BACKBONE, HEAD_FEATURES } from './src/model/features/columns.js';",
        "export { FEATURE_SHAPE } from './src/model/features.js';",
        "export { FILE_FIELDS } from './src/model/features/file-fields.js';",
      ].join('\n'),
      resolveDir: root, loader: 'ts',
    },
    bundle: true, write: false, format: 'esm', platform: 'node', external: ['web-tree-sitter'], logLevel: 'error',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
