import { FLOAT, INTEGER, GAP_ROLE_COUNT, GapRole, needsSeparatorAt } from '../tokenize/index.js';
import { CLASSES_OF_ROLE, CLASS_COUNT, KEEP, NONE, breaks } from './layout-classes.js';
import type { LayoutWalker } from './layout-walker.js';
import type { SourceContext } from './source-context.js';

/**
 * Which classes are legal, as rows of one table: what `LayoutWalker.markLegal` marks depends on the role of a gap and
 * on one of three cases, but for the gaps at the ends of a file.
 */

/** All classes of the role; none that leaves the line whole; all but the one that leaves nothing. */
const enum Case { All, OnlyBreaks, Separated }
const CASES = 3;
/** Rows of the first and the last gap, behind those of all roles. */
const FIRST_GAP = GAP_ROLE_COUNT * CASES;
const LAST_GAP = FIRST_GAP + 1;

const ROWS = new Uint8Array((LAST_GAP + 1) * CLASS_COUNT);
for (let role = 0; role < GAP_ROLE_COUNT; role++) {
  for (const index of CLASSES_OF_ROLE[role]) {
    const at = role * CASES * CLASS_COUNT + index;
    ROWS[at + Case.All * CLASS_COUNT] = 1;
    ROWS[at + Case.OnlyBreaks * CLASS_COUNT] = index === KEEP || breaks(index) ? 1 : 0;
    ROWS[at + Case.Separated * CLASS_COUNT] = index === NONE ? 0 : 1;
  }
}

const known = new WeakMap<SourceContext, Uint8Array>();

/** Per gap: its row in `legalTable`. Does not depend on the layout; computed once a context. */
export function legalRows(context: SourceContext): Uint8Array {
  let rows = known.get(context);
  if (rows !== undefined) return rows;
  const { source, structure } = context.structured;
  const { tokenCount } = source;
  rows = new Uint8Array(tokenCount + 1);
  for (let i = 1; i < tokenCount; i++) rows[i] = structure.role[i] * CASES + caseOf(context, i);
  rows[0] = FIRST_GAP;
  if (tokenCount > 0) rows[tokenCount] = LAST_GAP;
  known.set(context, rows);
  return rows;
}

function caseOf({ structured: { source, structure } }: SourceContext, i: number): Case {
  if (structure.mustBreak[i]) return Case.OnlyBreaks;
  const role = structure.role[i] as GapRole;
  if (role === GapRole.BlockStart) return structure.mayInline[i] ? Case.All : Case.OnlyBreaks;
  if (role === GapRole.TrailingComment) return Case.All;
  const { kind, start, end } = source;
  const isNumber = kind[i - 1] === INTEGER || kind[i - 1] === FLOAT;
  const needsOne = needsSeparatorAt(source.text, { start: start[i - 1], end: end[i - 1], next: start[i], isNumber });
  return needsOne ? Case.Separated : Case.All;
}

/** `[rows, classes]`, 1 for each legal class; the gaps at the ends as the layout has them. */
export function legalTable({ structured: { source } }: SourceContext, walker: LayoutWalker): Uint8Array {
  const table = ROWS.slice();
  walker.markLegal(0, table, FIRST_GAP * CLASS_COUNT);
  if (source.tokenCount > 0) walker.markLegal(source.tokenCount, table, LAST_GAP * CLASS_COUNT);
  return table;
}
