import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export type AssetName =
  | 'web-tree-sitter.js' | 'web-tree-sitter.wasm' | 'tree-sitter-python.wasm'
  | 'tfjs-backend-wasm-simd.wasm' | 'sql-wasm.wasm' | 'iconv-lite.cjs' | 'semver.cjs' | `${string}.bin`;

/**
 * Where a file that ships with the package lies on disk: beside the bundle when
 * nnfmt was built, in node_modules, grammar/ or models/ when it runs from source. The file
 * need not exist.
 */
export function assetPath(name: AssetName): string {
  // The build puts every chunk and every asset flat into dist/.
  const besideBundle = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const fromSource = import.meta.url.endsWith('/src/shared/asset-path.ts');
  if (!fromSource) return besideBundle;
  if (name === 'web-tree-sitter.js') {
    return resolveFromPackage('web-tree-sitter/web-tree-sitter.wasm').replace(/wasm$/, 'js');
  }
  if (name === 'web-tree-sitter.wasm') return resolveFromPackage('web-tree-sitter/web-tree-sitter.wasm');
  if (name === 'tree-sitter-python.wasm') return fileURLToPath(new URL(`../../grammar/${name}`, import.meta.url));
  if (name === 'tfjs-backend-wasm-simd.wasm') return resolveFromPackage(`@tensorflow/tfjs-backend-wasm/dist/${name}`);
  if (name === 'sql-wasm.wasm') return resolveFromPackage(`sql.js/dist/${name}`);
  // Packages in files of their own.
  if (name.endsWith('.cjs')) return resolveFromPackage(name.slice(0, -'.cjs'.length));
  return fileURLToPath(new URL(`../../models/${name}`, import.meta.url));
}

function resolveFromPackage(specifier: string): string {
  return createRequire(import.meta.url).resolve(specifier);
}
