/**
 * Files of training corpora that hold code of PY150's development cases. Some of the cases come
 * from projects that are trained on, or from copies of their files: such files must not be
 * learned from if the cases are to measure anything.
 *
 *     npx tsx bench/py150-overlap.ts CASES.json CORPUS... [--cases OUT.json] [--move FOLDER]
 *
 * A line counts when at most two cases hold it and it has 18 characters or more, blanks,
 * comments and contents of literals left out. A file overlaps with a case when it holds a
 * fifth of the case's lines, and three at least. `--cases` writes the numbers of the cases that
 * any file overlaps with; `--move` takes the files out of the corpora, keeping their paths.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { findFiles, readSource } from '../src/corpus/index.js';
import { LINE_END, lexPython, tokenKind } from '../src/tokenize/index.js';
import { pythonOf, readCases } from './support/py150.js';

const MOST_CASES = 2;
const FEWEST_CHARACTERS = 18;
const SHARE = 0.2;
const FEWEST_LINES = 3;
const STRING = tokenKind('string');
const NUMBERS = new Set([tokenKind('integer'), tokenKind('float')]);

const { values, positionals } = parseArgs({
  allowPositionals: true, options: { cases: { type: 'string' }, move: { type: 'string' } },
});
const [casesPath, ...corpora] = positionals;
const all = readCases(casesPath).map(({ input, gt }) => linesOf(pythonOf(`${input} ${gt}`)));
const holders = new Map<string, number>();
for (const lines of all) for (const line of lines) holders.set(line, (holders.get(line) ?? 0) + 1);
const cases = all.map((lines) => [...lines].filter((line) => holders.get(line)! <= MOST_CASES));
const casesOf = new Map<string, number[]>();
cases.forEach((lines, k) => lines.forEach((line) => casesOf.set(line, [...(casesOf.get(line) ?? []), k])));

const overlapping = new Set<number>();
for (const corpus of corpora) {
  let found = 0;
  const { files } = findFiles([corpus]);
  for (const path of files) {
    const shared = new Map<number, number>();
    for (const line of linesOf(textOrNothing(path))) for (const k of casesOf.get(line) ?? []) shared.set(k, (shared.get(k) ?? 0) + 1);
    const hit = [...shared].filter(([k, count]) => count >= Math.max(FEWEST_LINES, SHARE * cases[k].length));
    if (hit.length === 0) continue;
    found++;
    for (const [k] of hit) overlapping.add(k);
    if (values.move === undefined) continue;
    const target = join(values.move, relative(dirname(corpus), path));
    mkdirSync(dirname(target), { recursive: true });
    renameSync(path, target);
  }
  console.log(`${corpus}: ${found} of ${files.length} files overlap with a case`);
}
console.log(`${overlapping.size} of ${cases.length} cases overlap with a file`);
if (values.cases !== undefined) writeFileSync(values.cases, JSON.stringify([...overlapping].sort((a, b) => a - b)));

function textOrNothing(path: string): string {
  try {
    return readSource(path).text;
  } catch {
    return '';
  }
}

/** Lines without blanks and comments, with every literal alike. */
function linesOf(text: string): ReadonlySet<string> {
  const lines = new Set<string>();
  let line = '';
  for (const token of lexPython(text).tokens) {
    if (token.kind === LINE_END) {
      if (line.length >= FEWEST_CHARACTERS) lines.add(line);
      line = '';
    } else if (token.kind === STRING) line += 'S';
    else line += NUMBERS.has(token.kind) ? '0' : token.text;
  }
  if (line.length >= FEWEST_CHARACTERS) lines.add(line);
  return lines;
}
