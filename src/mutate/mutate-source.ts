import { createRandom } from '../shared/random.js';
import {
  findDifference, joinGaps, joinOverRawText, withStructure, type StructuredSource, type Tokenizer,
} from '../tokenize/index.js';
import { mutateLayout } from './mutate-layout.js';
import { restoreSpan, topLevelSpans, type GapSpan } from './top-level-spans.js';

/**
 * Text of one mutant, proven by parsing it again. Where the proof fails, the statements of the
 * module at fault are put back; the result is always equivalent.
 *
 * @throws SyntaxRefusedError when the source does not parse.
 */
export function mutateSource(
  tokenizer: Tokenizer,
  text: string,
  options: { readonly rate: number; readonly seed: number | string; readonly path?: string },
): string {
  const { rate, seed, path } = options;
  const program = withStructure(tokenizer.tokenize(text, path));
  const gaps = mutateLayout(program, { rate, random: createRandom(seed) });
  if (isProven(tokenizer, program, gaps)) return joinOverRawText(program.source, text, gaps);

  const changed = topLevelSpans(program).filter(({ from, to }) => {
    for (let i = from; i < to; i++) if (gaps[i] !== program.source.gaps[i]) return true;
    return false;
  });
  const kept = program.source.gaps.slice();
  keepProven(tokenizer, program, gaps, kept, changed);
  return joinOverRawText(program.source, text, kept);
}

/** Takes the mutated spans over into `kept`, by halves, as long as the whole stays proven. */
function keepProven(
  tokenizer: Tokenizer,
  program: StructuredSource,
  mutated: readonly string[],
  kept: string[],
  spans: readonly GapSpan[],
): void {
  if (spans.length === 0) return;
  for (const { from, to } of spans) for (let i = from; i < to; i++) kept[i] = mutated[i];
  if (isProven(tokenizer, program, kept)) return;
  for (const span of spans) restoreSpan(program, kept, span);
  if (spans.length === 1) return;
  const middle = spans.length >> 1;
  keepProven(tokenizer, program, mutated, kept, spans.slice(0, middle));
  keepProven(tokenizer, program, mutated, kept, spans.slice(middle));
}

function isProven(tokenizer: Tokenizer, program: StructuredSource, gaps: readonly string[]): boolean {
  try {
    return findDifference(program, withStructure(tokenizer.tokenize(joinGaps(program.source, gaps)))) === null;
  } catch {
    return false;
  }
}
