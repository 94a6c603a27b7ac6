import type { StructuredSource } from './equivalence.js';
import { tokenKind } from './kinds.js';
import { hasLineBreak } from './layout-lexer.js';
import { GapRole } from './structure.js';
import { tokenText } from './token-table.js';

const COMMENT = tokenKind('comment');
const PRAGMA = /#\s*(?:type:|noqa|pylint:|pragma:|pyright:|mypy:|nosec|ruff:|flake8:|pyre-|pytype:|isort:|NOLINT)/i;

/** Roles of gaps within a logical line. */
const IN_LINE: ReadonlySet<GapRole> = new Set([GapRole.Line, GapRole.Bracket, GapRole.BracketComment, GapRole.TrailingComment]);

/**
 * `[gaps]`, 1 where a line break may neither appear nor go, because a comment at the end of the line
 * speaks to another tool about this line: `# type:`, `# noqa`, `# pylint:` and their like.
 */
export function pragmaGaps(program: StructuredSource): Uint8Array {
  const { source, structure } = program;
  const marks = new Uint8Array(source.tokenCount + 1);
  for (let i = 0; i < source.tokenCount; i++) {
    if (source.kind[i] !== COMMENT || structure.role[i] !== (GapRole.TrailingComment as number)) continue;
    if (PRAGMA.test(tokenText(source, i))) markLine(program, marks, i);
  }
  return marks;
}

/** Marks the gaps of the logical line that a trailing comment ends, and of those joined to it by `;` or `:`. */
export function markLine({ source, structure }: StructuredSource, marks: Uint8Array, comment: number): void {
  const before = structure.previousCode[comment - 1];
  if (before < 0) return;
  let first = before;
  while (first > 0 && !(structure.startsLine[first] && hasLineBreak(source.gaps[first]))) first--;
  let last = comment;
  while (last + 1 < source.tokenCount && IN_LINE.has(structure.role[last + 1])) last++;
  marks.fill(1, first + 1, last + 1);
}
