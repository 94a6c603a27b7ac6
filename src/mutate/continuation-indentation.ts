import type { Random } from '../shared/random.js';
import type { LayoutDraft } from './layout-draft.js';

/** Indentation of a continuation line at gap `i`: hanging, aligned to the bracket, or anything. */
export function drawContinuationIndentation(draft: LayoutDraft, i: number, random: Random): string {
  const base = draft.indentationAt(i);
  const draw = random.next();
  if (draw < 0.45) return base + draft.blocks.unit.repeat(random.int(4));
  if (draw < 0.75) {
    const open = draft.program.structure.openBracket[i];
    if (open >= 0) return ' '.repeat(columnOf(draft, open) + random.int(2));
  }
  return draw < 0.97 ? ' '.repeat(random.int(41)) : '\t'.repeat(random.int(4));
}

/** Column of a token in the source, in UTF-16 units, from 0. */
function columnOf({ program: { source } }: LayoutDraft, token: number): number {
  const start = source.start[token];
  let at = start;
  while (at > 0) {
    const c = source.text.charCodeAt(at - 1);
    if (c === 10 || c === 13) break;
    at--;
  }
  return Math.min(start - at, 120);
}
