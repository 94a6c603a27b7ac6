import type { Node, Tree } from 'web-tree-sitter';
import { SyntaxRefusedError } from '../errors.js';
import { positionAt } from '../shared/positions.js';

/** A source and its name. */
export interface NamedText {
  readonly text: string;
  readonly path: string;
}

/** What is wrong with a text that holds U+0000; CPython reads none either. */
export const NUL_REASON = 'a NUL character stands here, so this is binary and no source';

/** The refusal of a source whose tree holds an error. */
export function refusal(tree: Tree, { text, path }: NamedText): SyntaxRefusedError {
  const { offset, reason } = faultIn(tree);
  return refuseAt(text, offset, path, reason);
}

/** Where and why the grammar refuses a source whose tree holds an error. */
export function faultIn(tree: Tree): { offset: number; reason: string } {
  const fault = firstFault(tree.rootNode);
  return {
    offset: fault?.startIndex ?? 0,
    reason: fault?.isMissing ? `expected ${quoteToken(fault)}` : 'invalid syntax',
  };
}

/** `)` as `')'`, and a missing name as what it is. */
const quoteToken = ({ type, isNamed }: Node): string => (isNamed ? `a ${type.replaceAll('_', ' ')}` : `'${type}'`);

/**
 * The first ERROR or missing node in source order, found along nodes that hold an error. A loop over a
 * cursor, because a tree may be a million levels deep, and a node have millions of children.
 */
function firstFault(root: Node): Node | undefined {
  const cursor = root.walk();
  try {
    let fault: Node | undefined;
    for (let node = root; ; node = cursor.currentNode) {
      const isFault = node.isError || node.isMissing;
      if (isFault || node.id !== root.id) fault = node;
      if (!cursor.gotoFirstChild()) return fault;
      const isWanted = (child: Node): boolean => child.isMissing || (isFault ? child.isError : child.hasError);
      while (!isWanted(cursor.currentNode)) if (!cursor.gotoNextSibling()) return fault;
      if (isFault) return cursor.currentNode;
    }
  } finally {
    cursor.delete();
  }
}

/** Builds the refusal of a source at a UTF-16 offset. */
export function refuseAt(text: string, offset: number, path: string, reason: string): SyntaxRefusedError {
  return new SyntaxRefusedError({ path, reason, ...positionAt(text, offset) });
}
