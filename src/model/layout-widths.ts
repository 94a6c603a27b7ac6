import type { LayoutWalker } from './layout-walker.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';
import { WIDTH_BUCKETS, WIDTH_STEP } from './style-counts.js';

/** Column at which a logical line would end if it stood on one physical line. */
export function flatLineEnd(context: SourceContext, layout: ObservedLayout, token: number): number {
  const first = context.lineFirst[token];
  const last = context.lineLast[token];
  const indent = layout.blocks.indent[context.structured.structure.blockNode[first]] ?? '';
  return visualWidth(indent) + context.flatEnd[last] - context.flatStart[first];
}

/** Columns that a tab takes, as formatters with a limit count it unless told otherwise. */
const TAB_COLUMNS = 4;

/** Width of leading whitespace with tabs as four columns. */
export const visualWidth = (indent: string): number => indent.length + tabSurplus(indent);

/** Columns by which leading whitespace is wider than its characters are many. */
export function tabSurplus(indent: string): number {
  let surplus = 0;
  for (let k = 0; k < indent.length; k++) if (indent.charCodeAt(k) === 9) surplus += TAB_COLUMNS - 1;
  return surplus;
}

/** Column at which a token of a walked layout starts, with tabs before it as four columns. */
export function visualColumn({ column, lineIndent }: WalkedColumns, token: number): number {
  return column[token] + tabSurplus(lineIndent[token] ?? '');
}

type WalkedColumns = Pick<LayoutWalker, 'column' | 'lineIndent'>;

/** Those of all tokens; the walk's own where no line begins with a tab. */
export function visualColumns(walker: WalkedColumns): Int32Array {
  const hasTab = walker.lineIndent.some((indent) => indent.includes('\t'));
  return hasTab ? walker.column.map((_, token) => visualColumn(walker, token)) : walker.column;
}

/** Bucket of a width in the histograms of style counts. */
export const widthBucket = (width: number): number =>
  Math.max(0, Math.min(WIDTH_BUCKETS - 1, Math.floor(width / WIDTH_STEP)));
