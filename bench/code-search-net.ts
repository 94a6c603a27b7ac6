/**
 * Writes functions in the form of CodeSearchNet, compressed: of projects, or of single revisions of repositories, as
 * its annotations name them.
 *
 *     npx tsx bench/code-search-net.ts --out FILE.jsonl.gz PROJECTS...
 *     npx tsx bench/code-search-net.ts --out FILE.jsonl.gz --git GITDIR --repo OWNER/NAME --revision SHA
 *
 * A project is told by its folder, `owner+name` or `name`. Only functions with a docstring are written, as there;
 * `--all` writes the others too. With `--git`, files are read out of a repository's objects, no work tree needed, and
 * the addresses are those of GitHub at that revision.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { findFiles, readSource } from '../src/corpus/index.js';
import { pythonFunctions, splitWords, type CodeSearchNetRecord } from '../src/search/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' }, git: { type: 'string' }, repo: { type: 'string' }, revision: { type: 'string' },
    all: { type: 'boolean', default: false }, partition: { type: 'string', default: 'train' },
  },
});
if (values.out === undefined) throw new Error('--out FILE.jsonl.gz is missing');

const packed = createGzip();
const file = packed.pipe(createWriteStream(values.out));
let written = 0;

/** The functions of one text. `sha` is '' where it is not known. */
async function write(text: string, from: { repo: string; path: string; sha: string }): Promise<void> {
  const { repo, path, sha } = from;
  for (const found of pythonFunctions(text)) {
    if (found.docstring === null && !values.all) continue;
    const code = text.slice(found.tokens[0].start, found.end);
    const last = found.line + code.split('\n').length - 1;
    const record: CodeSearchNetRecord = {
      repo, path, func_name: found.owner === '' ? found.name : `${found.owner}.${found.name}`, original_string: code,
      language: 'python', code, code_tokens: found.tokens.map((token) => token.text).filter((word) => word !== ''),
      docstring: (found.docstring ?? '').trim(), docstring_tokens: splitWords(found.docstring ?? ''), sha,
      url: `https://github.com/${repo}/blob/${sha}/${path}#L${found.line}-L${last}`, partition: values.partition,
    };
    written++;
    if (!packed.write(`${JSON.stringify(record)}\n`)) await once(packed, 'drain');
  }
}

if (values.git !== undefined) {
  const { git, repo = '', revision = 'HEAD' } = values;
  const ask = (...args: string[]): Buffer =>
    execFileSync('git', ['--git-dir', git, ...args], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  const sha = ask('rev-parse', revision).toString().trim();
  const paths = positionals.length > 0
    ? positionals
    : ask('ls-tree', '-r', '-z', '--name-only', sha).toString().split('\0').filter((path) => path.endsWith('.py'));
  for (const path of paths) {
    let text: string;
    try {
      text = ask('show', `${sha}:${path}`).toString();
    } catch (fault) {
      // Copies of repositories leave out what is large.
      console.warn(`left out: ${path}: ${String(fault).split('\n')[0]}`);
      continue;
    }
    await write(text, { repo, path, sha });
  }
} else {
  for (const project of positionals) {
    const repo = basename(resolve(project)).replace('+', '/');
    for (const path of findFiles([project]).files) {
      try {
        await write(readSource(path).text, { repo, path: relative(project, path), sha: '' });
      } catch (fault) {
        console.warn(String(fault).split('\n')[0]);
      }
    }
  }
}
packed.end();
await once(file, 'finish');
console.log(`${written} functions, ${(readFileSync(values.out).length / 1e6).toFixed(1)} MB`);
