import { describerKernel, DescriberKernel } from './features/describer-kernel.js';
import { fillContextRows } from './features/context-rows.js';
import { TABLES, type FileArrays } from './features/file-fields.js';
import { FAMILY_COUNT } from './count-contexts.js';
import type { SourceContext } from './source-context.js';

const knownRows = new WeakMap<SourceContext, Int16Array>();

/**
 * Rows of the count tables that belong to each gap, `[gaps, families]`, see `rowOf`. They do not depend on the layout
 * and are computed once a context.
 */
export function allContextRows(context: SourceContext): Int16Array {
  const known = knownRows.get(context);
  if (known !== undefined) return known;
  const rows = DescriberKernel.takes(context.structured.source.tokenCount)
    ? describerKernel().findContexts(contextArrays(context))
    : rowsByReference(context);
  knownRows.set(context, rows);
  return rows;
}

/** The same by the code that the kernel is measured by. */
export function rowsByReference(context: SourceContext): Int16Array {
  const arrays = contextArrays(context);
  fillContextRows(arrays as FileArrays);
  return arrays.contextRows;
}

/** What finding them takes. */
function contextArrays(context: SourceContext): Partial<FileArrays> & { readonly contextRows: Int16Array } {
  const { structured: { source, structure }, ancestry } = context;
  return {
    tokenCount: source.tokenCount,
    kind: source.kind, parent: source.parent, nodeKind: source.tree.kind, nodeParent: source.tree.parent,
    role: structure.role, openBracket: structure.openBracket, previousCode: structure.previousCode,
    nextCode: structure.nextCode, blockNode: structure.blockNode, blockDepth: structure.blockDepth,
    ancestor: ancestry.node, lineFirst: context.lineFirst, lineKind: context.lineKind,
    previousSibling: context.previousSibling, trailingComma: context.trailingComma, commas: context.commas,
    contextRows: new Int16Array((source.tokenCount + 1) * FAMILY_COUNT),
    ...TABLES,
  };
}
