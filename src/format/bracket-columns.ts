import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';

/**
 * The lines of a bracket that stand in one column go on doing so in a file that nobody spoilt: the first of them
 * decides. Closing brackets are not asked: damage puts them below elements.
 */
export class BracketColumns {
  /** Per opening bracket: where the lines of a column come to stand, as indentation. */
  private readonly settled = new Map<number, Map<number, string>>();

  constructor(private readonly context: SourceContext, private readonly observed: ObservedLayout) {}

  /** The text of a gap, given the lines of its bracket above it; to be asked in the order of the gaps. */
  settle(i: number, text: string): string {
    const { structured: { source: { tokenCount }, structure: { openBracket, partner } } } = this.context;
    if (i >= tokenCount || this.observed.lineBreaks[i] === 0 || !text.includes('\n')) return text;
    const open = openBracket[i];
    if (open < 0 || partner[open] === i) return text;
    const column = this.observed.walker.column[i];
    let known = this.settled.get(open);
    if (known === undefined) this.settled.set(open, (known = new Map()));
    const at = text.lastIndexOf('\n') + 1;
    const indent = known.get(column);
    if (indent !== undefined) return text.slice(0, at) + indent;
    known.set(column, text.slice(at));
    return text;
  }
}
