import type { LayoutWalker } from '../../model/layout-walker.js';
import {
  gapConventions, gapPairs, gapSides, type GapConventions, type GapPair, type GapSides, type StructuredSource,
} from '../../tokenize/index.js';
import { keepAlignedWords } from './aligned-words.js';
import { decideColumns } from './columns.js';
import { decideCommentRuns, keepContinuedComments } from './comment-runs.js';
import { respectHabits } from './habits.js';
import { keepLeadingCommas } from './leading-commas.js';
import { decidePairs } from './pairs.js';
import { decideSides } from './sides.js';
import { keepTables } from './tables.js';
import type { GroupInput, Verdicts } from './verdict.js';

/**
 * All groups of a layout, decided. Where two speak about a gap the first to speak counts: columns before
 * the table around them, tables before the author's habits, those before pairs.
 */
export function decideGroups(input: GroupInput, walker: LayoutWalker): Verdicts {
  const verdicts: Verdicts = new Array<undefined>(input.context.structured.source.tokenCount + 1).fill(undefined);
  decideColumns(input, verdicts);
  keepTables(input, verdicts);
  keepLeadingCommas(input, verdicts);
  keepAlignedWords(input, verdicts);
  respectHabits(input, verdicts);
  decidePairs(input, verdicts);
  decideSides(input, verdicts);
  keepContinuedComments(input, verdicts);
  decideCommentRuns(input, walker, verdicts);
  return verdicts;
}

/** What a source's groups are found by. */
export interface GroupedGaps {
  readonly conventions: GapConventions;
  readonly pairs: readonly GapPair[];
  readonly sides: readonly GapSides[];
}

const known = new WeakMap<StructuredSource, GroupedGaps>();

/** They do not depend on the layout and are computed once a file. */
export function groupedGaps(structured: StructuredSource): GroupedGaps {
  let found = known.get(structured);
  if (found === undefined) {
    const conventions = gapConventions(structured);
    found = {
      conventions, pairs: gapPairs(structured, conventions), sides: gapSides(structured, conventions),
    };
    known.set(structured, found);
  }
  return found;
}

/** The text of a column's row, after what stands before it in this layout. */
export function columnText(kept: string, wantedColumn: number, currentColumn: number): string {
  return ' '.repeat(Math.max(kept === '' ? 0 : 1, wantedColumn - currentColumn));
}
