import { encodeSource, readSource } from '../corpus/index.js';
import { mutateSource } from '../mutate/index.js';
import type { OptionsFor } from '../options/index.js';
import { createTokenizer } from '../tokenize/index.js';
import { EXIT_FINE, type CliContext } from './context.js';

/**
 * `nnfmt mutate FILE`: mutants of one file on stdout. The k-th of several (from 0) has
 * the seed `seed + k`, so any of them can be printed alone.
 */
export async function runMutate(path: string, options: OptionsFor<'mutate'>, context: CliContext): Promise<number> {
  const source = readSource(path);
  const tokenizer = await createTokenizer();
  for (let index = 0; index < options.count; index++) {
    const seed = options.seed + index;
    const text = mutateSource(tokenizer, source.text, { rate: options.rate, seed, path });
    // A comment, so that what stands between two headings is the mutant, whole.
    if (options.count > 1) context.stdout.write(`# mutant ${index + 1} of ${options.count}, seed ${seed}\n`);
    context.stdout.write(encodeSource({ ...source, text }, path));
  }
  return EXIT_FINE;
}
