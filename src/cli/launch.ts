#!/usr/bin/env node
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { codeCachePath, readCode } from '../shared/code-cache.js';
import { expectShortLife } from '../shared/engine-flags.js';
import type { LoadedScript } from '../shared/loaded-script.js';
import { readRegularFile } from '../shared/read-file.js';
import { usersCacheFolder } from './cache-folder.js';
import { BUILD } from '../shared/version.js';

/**
 * What `nnfmt` starts with. A process loads one bundle, so that every class exists once in it: that of `format` or of
 * `complete`, which have to start fast, with what V8 made of it in an earlier process; or that of all commands. Built
 * as CommonJS: Node.js starts sooner without its loader of modules.
 */

const ALL_COMMANDS: string = './nnfmt-all.js';
const MAX_SCRIPT_BYTES = 64 * 1024 * 1024;
/** Requires a module of Node when something of it is asked for (see bundle-options.js). */
declare const requireLater: (name: string) => unknown;
/**
 * What the script is: a function of what a module would find around it (see `scriptOptions`). What the command never
 * asks for in this thread is required by `requireLater`.
 */
type CommandScript = (
  require: (name: string) => unknown, requireLater: (name: string) => unknown, bundleUrl: string,
  importModule: (specifier: string) => Promise<unknown>, script: LoadedScript,
) => void;

/** @param use what the code is kept for: each use runs other functions */
function loadScript(use: string): void {
  const filename = join(__dirname, 'nnfmt-format.cjs');
  const codePath = codeCachePath(usersCacheFolder(process), BUILD ?? 'source', use);
  // V8 takes code that was made under the same flags alone.
  expectShortLife();
  const cachedData = readCode(codePath) ?? undefined;
  // esbuild leaves no characters in it that are not ASCII.
  const text = readRegularFile(filename, { limitBytes: MAX_SCRIPT_BYTES }).toString('latin1');
  const script = new Script(text, { filename, cachedData });
  const isKept = cachedData !== undefined && script.cachedDataRejected === false;
  const run = script.runInThisContext() as CommandScript;
  run(
    require,
    requireLater,
    pathToFileURL(filename).href,
    importModule,
    { codePath, isKept, createCachedData: () => script.createCachedData() },
  );
}

/** What `import()` would give: ours, and those of Node, which need no loader of modules. */
async function importModule(specifier: string): Promise<unknown> {
  // The parser's library asks for it, to have a `require`.
  if (specifier === 'module') return { createRequire: () => require };
  const load = require;
  return /^(?:\.|file:)/u.test(specifier) ? import(specifier) : load(specifier);
}

const [, , command] = process.argv;
// A resident process has no use for a quick start, and starts threads.
if ((command === 'format' || command === 'complete') && !process.argv.includes('--jsonl')) {
  loadScript(command === 'format' && process.argv.includes('-') ? 'format-stdin' : command);
} else void import(ALL_COMMANDS);
