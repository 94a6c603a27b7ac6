import { observeLayout, type ObservedLayout } from '../../../src/model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../../src/model/source-context.js';
import { tokenText, withStructure, type Tokenizer } from '../../../src/tokenize/index.js';

/** A source as formatting sees it, and its gaps by the token behind them. */
export interface ObservedSource {
  readonly context: SourceContext;
  readonly observed: ObservedLayout;
  /** The gap before the nth token of that text, from 0. */
  before(token: string, nth?: number): number;
}

export function observe(tokenizer: Tokenizer, text: string): ObservedSource {
  const context = sourceContext(withStructure(tokenizer.tokenize(text)));
  const { source } = context.structured;
  return {
    context, observed: observeLayout(context, source.gaps),
    before: (token, nth = 0) =>
      source.gaps.flatMap((_, i) => (i < source.tokenCount && tokenText(source, i) === token ? [i] : []))[nth],
  };
}
