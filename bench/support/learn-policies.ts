import { withProfile, type BaseModel, type FormatPolicy } from '../../src/format/index.js';
import { learnProfile, loadReplay } from '../../src/learn/index.js';
import type { Profile } from '../../src/profile/index.js';
import type { Tokenizer } from '../../src/tokenize/index.js';
import { DEFAULT_FINE_TUNING } from '../../src/train/fine-tune.js';

/** How a project is formatted without and with what was learned of it. */
export interface Policies {
  readonly base: FormatPolicy;
  readonly profile: FormatPolicy;
}

/** Learns a project from the given files as `nnfmt train` does, `--counts-only` where asked for; null where there is nothing to learn from. */
export async function learnPolicies(
  tokenizer: Tokenizer,
  base: BaseModel,
  { root, files, countsOnly = false }: { readonly root: string; readonly files: readonly string[]; readonly countsOnly?: boolean },
): Promise<{ readonly policies: Policies; readonly profile: Profile } | null> {
  const learned = await learnProfile({
    tokenizer, base, root, files,
    tuning: countsOnly ? null : { replay: loadReplay(), config: DEFAULT_FINE_TUNING },
    onProgress: () => undefined, signal: new AbortController().signal,
  });
  if (learned === null || !('profile' in learned)) return null;
  return { policies: { base: base.policy, profile: withProfile(base, learned.profile) }, profile: learned.profile };
}
