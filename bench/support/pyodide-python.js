#!/usr/bin/env node
/**
 * CPython as the npm package `pyodide` builds it, in place of an installed interpreter: for versions that
 * are newer than those at hand. Every command in bench/ takes it as `--python`:
 *
 *     npm install --prefix FOLDER pyodide@315.0.0-alpha.2
 *     PYODIDE=FOLDER/node_modules/pyodide npx tsx bench/refused-files.ts PATHS... \
 *       --python bench/support/pyodide-python.js
 *
 * It runs the script named after `-I` (tests/oracle/cpython_oracle.py) and hands its `answer` one line of
 * stdin after the other. Files that a request names are read here, as the interpreter sees no others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const folder = process.env.PYODIDE;
const script = process.argv.at(-1);
if (folder === undefined || !script.endsWith('.py')) {
  console.error('usage: PYODIDE=FOLDER_OF_THE_PACKAGE pyodide-python.js -I SCRIPT.py');
  process.exit(2);
}
const { loadPyodide } = await import(pathToFileURL(join(folder, 'pyodide.mjs')).href);
const python = await loadPyodide({ args: ['-I'] });
python.runPython('import sys, warnings; warnings.simplefilter("ignore"); sys.setrecursionlimit(5000)');
python.globals.set('__name__', 'oracle');
python.runPython(readFileSync(script, 'utf8'));
const answer = python.runPython('lambda line: json.dumps(answer(json.loads(line)))');
const SOURCE = '/tmp/source.py';
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const request = JSON.parse(line);
  if (request.op === 'check_file') {
    python.FS.writeFile(SOURCE, readFileSync(request.path));
    request.path = SOURCE;
  }
  console.log(answer(JSON.stringify(request)));
}
