import { checkFields, numberFrom, TEXT } from '../shared/check-arguments.js';
import { createRandom } from '../shared/random.js';
import { BYTES } from './option-rules.js';
import { withFile } from './placed-files.js';

export interface GeneratorOptions {
  /** A network over characters, as `nnfmt train --task complete --unit char` writes it. */
  readonly network: Uint8Array;
}

export interface GenerationRequest {
  /** What is gone on with. */
  readonly text: string;
  /** Characters at most. */
  readonly length: number;
  /** 0 takes the likeliest each time, which is also what is taken where nothing is said. */
  readonly temperature?: number;
  /** The same seed draws the same. */
  readonly seed?: number;
}

/** Goes on with texts, character by character, as the networks of nnfmt's ancestors do. */
export interface TextGenerator {
  /** Yields what is added; whoever has enough stops asking. */
  generate(request: GenerationRequest): Iterable<string>;
}

const OPTION_RULES = { network: BYTES } satisfies Record<keyof GeneratorOptions, unknown>;
const REQUEST_RULES = {
  text: TEXT, length: numberFrom(1, 1_000_000, true), temperature: numberFrom(0, Infinity),
  seed: numberFrom(-Infinity, Infinity),
} satisfies Record<keyof GenerationRequest, unknown>;

/**
 * Nothing is fetched: the network is all that it takes.
 *
 * @throws ModelFileError for bytes that are no network over characters
 */
export async function createGenerator(options: GeneratorOptions): Promise<TextGenerator> {
  checkFields('createGenerator', options, OPTION_RULES, ['network']);
  const [{ loadCharHead }, { generateCharacters }] =
    await Promise.all([import('../complete/load-head.js'), import('../complete/generate.js')]);
  const head = await withFile('network', options.network, (path) => Promise.resolve().then(() => loadCharHead(path)));
  return {
    generate(request) {
      checkFields('generate', request, REQUEST_RULES, ['text', 'length']);
      const { text, length, temperature = 0, seed = 0 } = request;
      return generateCharacters(head, { start: text, length, temperature, random: createRandom(seed) });
    },
  };
}
