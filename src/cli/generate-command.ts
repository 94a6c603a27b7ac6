import { generateCharacters, generatePieces, loadCharHead, loadHead } from '../complete/index.js';
import { decodeCompletionModel } from '../model/completion/completion-file.js';
import type { OptionsFor } from '../options/index.js';
import { createRandom } from '../shared/random.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { EXIT_FINE, type CliContext } from './context.js';

/** `nnfmt generate`: writes the start and what the network makes of it. */
export async function runGenerate(options: OptionsFor<'generate'>, context: CliContext): Promise<number> {
  const { length, temperature, model } = options;
  const start = options.start ?? '';
  const generation = { start, length, temperature, random: createRandom(options.seed) };
  const parts = model !== null && isCharModel(model)
    ? generateCharacters(loadCharHead(model), generation)
    : generatePieces(loadHead(model === null ? {} : { modelPath: model }), generation);
  context.stdout.write(start);
  for (const part of parts) context.stdout.write(part);
  context.stdout.write('\n');
  return EXIT_FINE;
}

/** False for a file that cannot be read, too: whoever loads it says why. */
function isCharModel(path: string): boolean {
  let bytes: Uint8Array;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch {
    return false;
  }
  return decodeCompletionModel(bytes, { path }).unit === 'char';
}
