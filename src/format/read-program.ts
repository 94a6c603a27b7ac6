import { sourceContext, type SourceContext } from '../model/source-context.js';
import { checkEstimate } from '../shared/budget.js';
import {
  findLayoutFault, findLexicalFault, lfOffset, refuseAt, withStructure,
  type StructuredSource, type TokenizedSource, type Tokenizer,
} from '../tokenize/index.js';

/**
 * What formatting takes for each gap, measured by bench/shapes.ts: memory with the parser's share, as a mean of
 * ordinary code and the densest; time as it is at least, with one pass on a fast machine.
 */
const BYTES_PER_GAP = 700;
const SECONDS_PER_GAP = 6e-6;

/**
 * Tokenizes, checks the layout as CPython's tokenizer would, and prepares the features' context, all with LF line
 * ends; `overRawText` leads back to the text.
 */
export function readProgram(
  tokenizer: Tokenizer, text: string, path: string, seams: readonly number[] = [],
): SourceContext {
  const tokenized = tokenizer.tokenize(text, path);
  checkFits(tokenized);
  return contextOf(withStructure(tokenized), text, path, seams);
}

/** @throws OverBudgetError where formatting takes more than the budget at work allows */
export function checkFits({ tokenCount }: TokenizedSource): void {
  checkEstimate({ bytes: BYTES_PER_GAP * tokenCount, seconds: SECONDS_PER_GAP * tokenCount });
}

/** The same of a text that is tokenized already. */
export function contextOf(
  structured: StructuredSource, text: string, path: string, seams: readonly number[] = [],
): SourceContext {
  checkFits(structured.source);
  const fault = findLayoutFault(structured.source, structured.structure);
  if (fault) {
    const { source } = structured;
    const offset = fault.gap < source.tokenCount ? source.start[fault.gap] : source.text.length;
    // In CPython's words and at its place, where it refuses the source too.
    const lexical = findLexicalFault(source.text);
    throw refuseAt(source.text, lexical?.offset ?? offset, path, lexical?.reason ?? fault.reason);
  }
  return sourceContext(structured, seams.map((offset) => lfOffset(text, offset)));
}
