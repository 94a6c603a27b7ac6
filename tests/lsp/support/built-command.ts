import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { assetPath } from '../../../src/shared/asset-path.js';
// Plain JavaScript, because the build runs it.
// @ts-expect-error no declarations
import { bundleOptions } from '../../../scripts/bundle-options.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(root, 'node_modules', '.cache');

/**
 * The command as it is built of the sources at hand, made once for all tests: from its sources it takes seconds to start
 * with all of its threads.
 */
export async function builtCommand(): Promise<string> {
  const options = bundleOptions(root) as BuildOptions & { define: Record<string, string> };
  const name = `nnfmt-command-${JSON.parse(options.define['__NNFMT_BUILD__']!) as string}`;
  const folder = join(cache, name);
  const command = join(folder, 'nnfmt-all.js');
  if (existsSync(command)) return command;
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, 'making-'));
  await build({ ...options, outdir: made });
  for (const asset of ['web-tree-sitter.js', 'web-tree-sitter.wasm', 'tree-sitter-python.wasm', 'tfjs-backend-wasm-simd.wasm'] as const) {
    cpSync(assetPath(asset), join(made, asset));
  }
  for (const model of readdirSync(join(root, 'models'))) symlinkSync(join(root, 'models', model), join(made, model));
  writeFileSync(join(made, 'package.json'), '{"type":"module"}');
  for (const old of readdirSync(cache)) {
    // That of these sources may be in use already: another test was quicker.
    if (old.startsWith('nnfmt-command-') && old !== name) rmSync(join(cache, old), { recursive: true, force: true });
  }
  try {
    renameSync(made, folder);
  } catch (fault) {
    if (!existsSync(command)) throw fault;
    rmSync(made, { recursive: true, force: true });
  }
  return command;
}
