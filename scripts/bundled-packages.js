import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What makes the bundles, and names what is copied beside them. */
const BUILD_SCRIPTS = ['build.js', 'bundle-options.js', 'browser-bundle.js'];
/** They write declarations, run from source, and ask for the plugin. */
const NEVER_BUNDLED = new Set(['typescript', 'tsx', 'prettier']);

/**
 * Which of `names` the bundles need: packages that sources or the scripts of the build name in quotes. One too many
 * costs a download, one too few a build.
 */
export function bundledPackages(root, names) {
  const sources = readdirSync(path.join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts')).map((name) => path.join('src', name));
  const files = [...sources, ...BUILD_SCRIPTS.map((name) => path.join('scripts', name))];
  const named = new Set(files.flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/'((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'\n]*)?'/gu)]
      .map(([, name]) => name)));
  return names.filter((name) => named.has(name) && !NEVER_BUNDLED.has(name));
}
