/**
 * Writes a project of long files that a tool might have made, in turns plain statements, tables and functions, to see
 * what learning takes where a project is mostly such files:
 *
 *     npx tsx bench/machine-made.ts FOLDER [--files N] [--size CHARACTERS]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom, type Random } from '../src/shared/random.js';

const { values, positionals: [folder] } = parseArgs({
  allowPositionals: true, options: { files: { type: 'string', default: '11' }, size: { type: 'string', default: '1090000' } },
});
if (folder === undefined) throw new Error('name a folder');

const KINDS: readonly ((name: number, random: Random) => string)[] = [
  (name, random) => `value_${name} = ${random.int(1_000_000)}\n`,
  (name, random) => {
    const row = (key: number): string =>
      `    'key_${key}': (${random.int(999)}, '${random.pick(['a', 'bc', 'def'])}', [${random.int(99)}, ${random.int(9)}]),\n`;
    return `TABLE_${name} = {\n${Array.from({ length: 20 }, (_, key) => row(key)).join('')}}\n\n`;
  },
  (name, random) => `def f_${name}(a, b=${random.int(99)}):
    if a > b:
        return g(a, b + ${random.int(99)})
    for i in range(${random.int(99)}):
        a.append(i * ${random.int(9)})
    return a


`,
];

mkdirSync(folder, { recursive: true });
for (let file = 0; file < Number(values.files); file++) {
  const random = createRandom(file);
  const parts = [`"""Table ${file}."""\nimport os\n\n`];
  for (let size = 0; size < Number(values.size); size += parts.at(-1)!.length) {
    parts.push(KINDS[file % KINDS.length](parts.length, random));
  }
  writeFileSync(join(folder, `m${file}.py`), parts.join(''));
}
