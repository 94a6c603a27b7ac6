import type { SourceContext } from './source-context.js';

/** Kind of the statement that ends before `after` and stands beside it, or of the line before. */
export function statementKindBefore(context: SourceContext, before: number, after: number): number {
  const sibling = after < context.structured.source.tokenCount ? context.previousSibling[after] : -1;
  return context.lineKind[sibling >= 0 ? sibling : context.lineFirst[before]];
}

/** Kind of the definition or statement whose block holds a token: module, class, function, or another. */
export function ownerKind({ structured: { source, structure } }: SourceContext, token: number): number {
  const block = structure.blockNode[token];
  return block <= 0 ? 0 : source.tree.kind[source.tree.parent[block]];
}
