import { join } from 'node:path';
import { FilePreparer, type PrepareRules } from '../../../src/shards/prepare-file.js';
import { ShardWriter } from '../../../src/shards/shard-writer.js';
import { createTokenizer } from '../../../src/tokenize/index.js';
import { folderWith } from '../../support/folder-with.js';

export const RULES: PrepareRules = {
  policy: 'permissive', maxBytes: 250_000, holdOut: 0.3, seed: 1, mutants: { count: 0, rate: 0 }, counts: false,
};

/** A folder of shards of these files, all of which are kept, however alike. */
export async function makeShards(
  files: readonly { readonly project: string; readonly path: string; readonly text: string }[],
  shards: number,
  rules: Partial<PrepareRules> = {},
): Promise<string> {
  const preparer = new FilePreparer(await createTokenizer(), null);
  const folder = join(folderWith({}), 'shards');
  const writer = new ShardWriter(folder, shards);
  for (const { project, path, text } of files) {
    const said = preparer.prepare({ project, path, licence: null, content: text }, { ...RULES, ...rules });
    if (!said.kept) throw new Error(`${path}: ${said.reason} ${said.detail}`);
    writer.add({ project, path }, said);
  }
  await writer.finish({ seed: rules.seed ?? RULES.seed, similar: 2, leftOut: {} });
  return folder;
}
