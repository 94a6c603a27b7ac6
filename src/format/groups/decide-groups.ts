import type { LayoutWalker } from '../../model/layout-walker.js';
import { gapConventions, type GapConventions, type StructuredSource } from '../../tokenize/index.js';
import { decideColumns } from './columns.js';
import { decideCommentRuns } from './comment-runs.js';
import { respectHabits } from './habits.js';
import { decidePairs } from './pairs.js';
import { keepTables } from './tables.js';
import type { GroupInput, Verdicts } from './verdict.js';

/**
 * All groups of a layout, decided. Where two speak about a gap the first to speak counts: a table
 * before its columns, columns before the author's habits, those before pairs.
 */
export function decideGroups(base: Omit<GroupInput, 'conventions'>, walker: LayoutWalker): Verdicts {
  const input = { ...base, conventions: conventionsOf(base.context.structured) };
  const verdicts: Verdicts = new Array<undefined>(base.context.structured.source.tokenCount + 1).fill(undefined);
  keepTables(input, verdicts);
  decideColumns(input, verdicts);
  respectHabits(input, verdicts);
  decidePairs(input, verdicts);
  decideCommentRuns(input, walker, verdicts);
  return verdicts;
}

const known = new WeakMap<StructuredSource, GapConventions>();

/** They do not depend on the layout and are computed once a file. */
function conventionsOf(structured: StructuredSource): GapConventions {
  let found = known.get(structured);
  if (found === undefined) known.set(structured, (found = gapConventions(structured)));
  return found;
}

/** The text of a column's row, after what stands before it in this layout. */
export function columnText(kept: string, wantedColumn: number, currentColumn: number): string {
  return ' '.repeat(Math.max(kept === '' ? 0 : 1, wantedColumn - currentColumn));
}
