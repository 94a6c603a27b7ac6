import { mutateSource } from '../mutate/index.js';
import { checkArgument, checkFields, numberFrom, TEXT, type ArgumentRule } from '../shared/check-arguments.js';
import { createTokenizer } from '../tokenize/index.js';

export interface MutateOptions {
  /** Share of the gaps to mutate, from 0 to 1. */
  readonly rate: number;
  /** The same seed gives the same mutant. */
  readonly seed: number | string;
  /** Names the source in messages. */
  readonly path?: string;
}

const SEED: ArgumentRule = {
  takes: 'a number or a string',
  accepts: (value) => typeof value === 'number' || typeof value === 'string',
};

/**
 * Spoils the layout of a source, and keeps its meaning.
 *
 * @returns the mutant, which is proven to be the same program
 * @throws SyntaxRefusedError when the source does not parse
 * @throws BadOptionError for arguments that cannot be
 */
export async function mutate(text: string, options: MutateOptions): Promise<string> {
  checkArgument('mutate: text', text, TEXT);
  checkFields<keyof MutateOptions>(
    'mutate', options, { rate: numberFrom(0, 1), seed: SEED, path: TEXT }, ['rate', 'seed'],
  );
  return mutateSource(await createTokenizer(), text, options);
}
