import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ModelFileError } from '../../src/errors.js';
import { withProfile, type BaseModel, type FormatPolicy } from '../../src/format/index.js';
import { readProfile, writeProfile, type Profile } from '../../src/profile/index.js';
import type { Tokenizer } from '../../src/tokenize/index.js';
import { learnPolicies } from './learn-policies.js';
import { splitProject } from './project-split.js';

/** The policy of a project with the profile of its 80 %; null where there is nothing to learn from. */
export type PolicyOf = (root: string) => Promise<FormatPolicy | null>;

/**
 * Learns each project once. With a folder, profiles are kept there and taken from there again while they belong to the
 * same base model: delete them when learning itself has changed.
 */
export function keepPolicies(
  tokenizer: Tokenizer, base: BaseModel, { folder, countsOnly = false }: { folder?: string; countsOnly?: boolean },
): PolicyOf {
  const known = new Map<string, FormatPolicy | null>();
  return async (root) => {
    const found = known.get(root);
    if (found !== undefined) return found;
    const path = folder === undefined ? undefined : join(folder, `${basename(root)}${countsOnly ? '.counts' : ''}.profile`);
    const kept = path === undefined ? null : readKept(path, base.digest);
    const profile = kept ?? (await learnPolicies(tokenizer, base, { root, files: splitProject(root).learned, countsOnly }))?.profile ?? null;
    if (kept === null && profile !== null && path !== undefined) writeProfile(path, profile);
    const policy = profile === null ? null : withProfile(base, profile);
    known.set(root, policy);
    return policy;
  };
}

function readKept(path: string, digest: string): Profile | null {
  if (!existsSync(path)) return null;
  try {
    return readProfile(path, digest);
  } catch (fault) {
    if (!(fault instanceof ModelFileError)) throw fault;
    return null;
  }
}
