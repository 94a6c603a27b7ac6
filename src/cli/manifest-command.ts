import { join } from 'node:path';
import { BadOptionError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import { MANIFEST_NAME } from '../shards/is-shard-folder.js';
import { checkShards, makeManifest, manifestText, readManifest, type Manifest } from '../shards/manifest.js';
import { leftOutText } from '../shards/shard-writer.js';
import { writeAtomically } from '../shared/write-atomically.js';
import { EXIT_FINE, type CliContext } from './context.js';

/** `nnfmt corpus manifest SHARDS`: checks the manifest of a folder of shards, or makes it. */
export async function runManifest(
  folder: string, options: OptionsFor<'corpus manifest'>, context: Pick<CliContext, 'stdout'>,
): Promise<number> {
  const manifest = options.write ? await write(folder, options) : readManifest(folder);
  if (!options.write) {
    if (options.leftOut !== null) throw new BadOptionError({ option: '--left-out', reason: 'needs --write' });
    await checkShards(folder, manifest);
  }
  tellManifest(manifest, options, context);
  return EXIT_FINE;
}

async function write(folder: string, options: OptionsFor<'corpus manifest'>): Promise<Manifest> {
  const { seed, similar } = options;
  const manifest = await makeManifest(folder, { seed, similar, leftOut: readLeftOut(options.leftOut ?? '{}') });
  writeAtomically(join(folder, MANIFEST_NAME), manifestText(manifest));
  return manifest;
}

/** @throws BadOptionError */
function readLeftOut(text: string): Readonly<Record<string, number>> {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  const isTally = typeof value === 'object' && value !== null && !Array.isArray(value) &&
    Object.values(value).every((times) => Number.isSafeInteger(times) && (times as number) >= 0);
  if (isTally) return value as Readonly<Record<string, number>>;
  throw new BadOptionError({ option: '--left-out', reason: 'takes counts by reason, such as {"syntax": 3}' });
}

/** What a manifest says, for people or for programs. */
export function tellManifest(
  manifest: Manifest, { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  { stdout }: Pick<CliContext, 'stdout'>,
): void {
  if (json) {
    stdout.write(`${JSON.stringify(manifest)}\n`);
  } else if (!quiet) {
    const { rows, projects, shards, leftOut } = manifest;
    stdout.write(`${rows} files of ${projects} projects in ${shards.length} shards; left out: ${leftOutText(leftOut)}\n`);
  }
}
