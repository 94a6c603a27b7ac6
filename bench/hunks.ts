/**
 * The hunks of plain `nnfmt format` on files that nobody spoilt, to be read one by one: for each project those of the
 * base model and those with the profile of its other files.
 *
 *     npx tsx bench/hunks.ts PROJECTS... [--files 30] [--profiles FOLDER] [--why] [--json]
 *
 * A hash of each path puts 80 % of a project's files aside to learn from, as in `bench/compare.ts`; the others are
 * formatted. With `--profiles` the profiles are learned, and kept in that folder. `--why` lists below each hunk what was
 * decided: the tokens around each gap, how sure the change is and what is needed.
 */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { explainSource } from '../src/format/explain-source.js';
import { formatSource, loadBaseModel, type FormatPolicy } from '../src/format/index.js';
import { unifiedDiff } from '../src/format/unified-diff.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { keepPolicies } from './support/kept-policies.js';
import { nameIn, splitProject } from './support/project-split.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '30' },
    profiles: { type: 'string' },
    all: { type: 'boolean', default: false },
    why: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Hunk {
  readonly project: string;
  readonly tool: 'base' | 'profile';
  readonly path: string;
  /** First line that changes. */
  readonly line: number;
  readonly text: string;
}

const tokenizer = await createTokenizer();
const base = loadBaseModel();
const policyOf = keepPolicies(tokenizer, base, values.profiles === undefined ? {} : { folder: values.profiles });
const hunks: Hunk[] = [];
const tallies: { project: string; tool: string; files: number; touched: number; hunks: number; gaps: number; changed: number }[] = [];
for (const root of positionals.map((path) => resolve(path))) {
  const project = basename(root);
  const split = splitProject(root);
  const files = (values.all ? [...split.heldOut, ...split.learned] : split.heldOut).slice(0, Number(values.files));
  const policies: ['base' | 'profile', FormatPolicy | null][] = [['base', base.policy]];
  if (values.profiles !== undefined) policies.push(['profile', await policyOf(root)]);
  for (const [tool, policy] of policies) {
    if (policy === null) continue;
    const tally = { project, tool, files: 0, touched: 0, hunks: 0, gaps: 0, changed: 0 };
    for (const file of files) {
      const path = nameIn(root, file);
      try {
        const { text } = readSource(file);
        const result = formatSource(tokenizer, policy, text, path);
        tally.files++;
        tally.gaps += result.gaps;
        tally.changed += result.gapsChanged;
        if (!result.changed) continue;
        tally.touched++;
        const found = hunksOf(text, result.text, path).map((hunk) => ({ project, tool, path, ...hunk }));
        tally.hunks += found.length;
        hunks.push(...found);
        for (const hunk of found) if (!values.json) console.log(`## ${project} ${tool} ${path}:${hunk.line}\n${hunk.text}`);
        if (values.why) console.log(whyOf(policy, text, path));
      } catch (fault) {
        if (!(fault instanceof NnfmtError)) throw fault;
      }
    }
    tallies.push(tally);
  }
}
if (values.json) console.log(JSON.stringify({ tallies, hunks }));
else {
  for (const { project, tool, files, touched, hunks: count, gaps, changed } of tallies) {
    console.log(`${project}, ${tool}: ${touched} of ${files} files touched, ${count} hunks, ${changed} of ${gaps} gaps`);
  }
}

/** Hunks of a unified diff, without its header. */
function hunksOf(before: string, after: string, name: string): { line: number; text: string }[] {
  const diff = unifiedDiff({ before, after, beforeName: name, afterName: name });
  const starts: { line: number; lines: string[] }[] = [];
  for (const line of diff.split('\n').slice(2)) {
    const header = /^@@ -(\d+)/u.exec(line);
    if (header !== null) starts.push({ line: Number(header[1]), lines: [] });
    else if (line !== '') starts.at(-1)?.lines.push(line);
  }
  return starts.map(({ line, lines }) => ({
    line: line + Math.max(0, lines.findIndex((text) => !text.startsWith(' '))), text: lines.join('\n'),
  }));
}

/** Each change of a file, in a line. */
function whyOf(policy: FormatPolicy, text: string, path: string): string {
  return explainSource(tokenizer, policy, text, path, { gaps: 'changes' }).gaps.filter(({ changes }) => changes)
    .map(({ line, left, right, before, after, confidence, threshold, edit, group }) =>
      `   ${line}: ${JSON.stringify([left, before, right])} -> ${JSON.stringify(after)} ${edit} ${group ?? ''} ` +
      `${confidence.toFixed(3)} of ${threshold.toFixed(3)}`).join('\n');
}
