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

/** Width of leading whitespace with tabs as four columns. */
export function visualWidth(indent: string): number {
  let width = 0;
  for (let k = 0; k < indent.length; k++) width += indent.charCodeAt(k) === 9 ? 4 : 1;
  return width;
}

/** Bucket of a width in the histograms of style counts. */
export const widthBucket = (width: number): number =>
  Math.max(0, Math.min(WIDTH_BUCKETS - 1, Math.floor(width / WIDTH_STEP)));
