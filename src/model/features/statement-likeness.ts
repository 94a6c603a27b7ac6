import type { SourceContext } from '../source-context.js';

const known = new WeakMap<SourceContext, Uint8Array>();

/**
 * Per token that starts a statement behind another of its block: what the two have in common, as bits: the kind, the
 * first token's text, the third's where the second's kind is the same. Computed once a context.
 */
export function statementLikeness(context: SourceContext): Uint8Array {
  let likeness = known.get(context);
  if (likeness !== undefined) return likeness;
  const { structured: { source }, previousSibling, lineKind } = context;
  const { kind, tokenCount } = source;
  likeness = new Uint8Array(tokenCount);
  for (let after = 0; after < tokenCount; after++) {
    const previous = previousSibling[after];
    if (previous < 0) continue;
    const sameKind = lineKind[previous] === lineKind[after] ? 1 : 0;
    const sameStart = sameText(source, previous, after) ? 2 : 0;
    const goOn = previous + 2 < tokenCount && after + 2 < tokenCount && kind[previous + 1] === kind[after + 1];
    likeness[after] = sameKind + sameStart + (goOn && sameText(source, previous + 2, after + 2) ? 4 : 0);
  }
  known.set(context, likeness);
  return likeness;
}

/** Texts longer than this are not compared. */
const LONGEST_COMPARED = 60;

function sameText(source: { text: string; start: Int32Array; end: Int32Array }, a: number, b: number): boolean {
  const length = source.end[a] - source.start[a];
  return (
    length === source.end[b] - source.start[b] && length < LONGEST_COMPARED &&
    source.text.slice(source.start[a], source.end[a]) === source.text.slice(source.start[b], source.end[b])
  );
}
