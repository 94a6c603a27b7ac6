import { formatSource, type FormatPolicy } from '../../src/format/index.js';
import type { Tokenizer } from '../../src/tokenize/index.js';

/** The text of a source laid out anew by a project's profile. */
export function restyle(tokenizer: Tokenizer, policy: FormatPolicy, text: string, path: string): string {
  return formatSource(tokenizer, policy, text, path, { restyle: true }).text;
}
