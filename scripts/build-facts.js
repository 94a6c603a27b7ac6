import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** What the sources compute, for the build to write down: see src/shared/build-facts.ts. */
const ENTRY = `
export { backboneFact } from './src/model/completion/backbone-vectors.js';
export { computeFeatureDigest } from './src/model/features.js';
export { decodeModel } from './src/model/weights-file.js';
export { checksumText } from './src/shared/checksum.js';
`;
const MODELS = ['base.bin', 'restyle.bin', 'complete.bin', 'complete-caches.bin'];

/** Facts about the build that take a process some time to find out. */
export function buildFacts(root) {
  const { outputFiles } = buildSync({
    absWorkingDir: root, bundle: true, write: false, platform: 'node', format: 'cjs', logLevel: 'error',
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    logOverride: { 'empty-import-meta': 'silent' },
  });
  const module = { exports: {} };
  const run = new Function('module', 'exports', 'require', outputFiles[0].text);
  run(module, module.exports, createRequire(import.meta.url));
  const { backboneFact, computeFeatureDigest, checksumText, decodeModel } = module.exports;
  const models = MODELS.map((name) => [name, path.join(root, 'models', name)]).filter(([, file]) => existsSync(file));
  const weightsOf = (file) => decodeModel(readFileSync(file), { path: file }).weights;
  const base = models.find(([name]) => name === 'base.bin');
  return {
    features: computeFeatureDigest(),
    models: Object.fromEntries(models.map(([name, file]) => [name, checksumText(readFileSync(file))])),
    ...(base === undefined ? {} : { backbone: backboneFact(weightsOf(base[1])) }),
  };
}

