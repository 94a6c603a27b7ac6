import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What esbuild is told, shared by the build and by the test of what format loads. */
export function bundleOptions(root) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return {
    absWorkingDir: root,
    entryPoints: {
      nnfmt: 'src/cli/main.ts',
      index: 'src/index.ts',
      'format-worker': 'src/cli/format-worker.ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // `nnfmt format` must start fast: what only training needs stays in chunks of its own.
    splitting: true,
    chunkNames: '[name]-[hash]',
    external: ['@tensorflow/*', 'webgpu'],
    // Names stay readable in stack traces, and error classes keep theirs.
    minifySyntax: true,
    minifyWhitespace: true,
    // commander is CommonJS and asks for node's modules by require.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    define: { __NNFMT_VERSION__: JSON.stringify(version) },
    metafile: true,
    logLevel: 'warning',
  };
}
