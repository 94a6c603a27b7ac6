import type { Tree } from 'web-tree-sitter';
import type { PythonParser } from './parser.js';
import { textEdits, type TextEdit } from './text-edits.js';

interface Recent {
  readonly text: string;
  readonly tree: Tree;
  /** Whose heap the tree lies in: another one takes over now and then. */
  readonly parser: PythonParser['parser'];
}

/** An editor's text, and what formatting has made of it. */
const MOST = 2;
/** Share of a text that has to stand at the ends of an earlier one for its tree to be of use. */
const ALIKE = 0.3;

/**
 * The trees of texts that were parsed last, for the next text is often one of them with a few lines changed: the parser
 * takes over what stands apart from these. It takes a part of a tree only where it and the scanner are in the state in
 * which that part was made, and where none of the characters changed that the part was decided by, so that it would
 * come to the same part again; tests/tokenize/recent-trees.test.ts compares. Where there is a fault, what it comes to
 * may depend on the way: such a tree is neither given nor kept.
 */
export class RecentTrees {
  /** The latest last. */
  private readonly kept: Recent[] = [];

  /**
   * Parses a text that is read as it stands.
   *
   * @param isAfresh no other tree serves it
   * @returns a tree that stays the property of this class; null where there is a fault
   * @throws OverBudgetError as `PythonParser.parse`
   */
  parse(python: PythonParser, text: string, isAfresh = false): Tree | null {
    const { parser } = python;
    while (this.kept.length > 0 && this.kept[0].parser !== parser) this.drop();
    let best = -1;
    let most = ALIKE * text.length;
    if (!isAfresh) this.kept.forEach((recent, k) => {
      const alike = alikeAtEnds(recent.text, text);
      if (alike >= most) [best, most] = [k, alike];
    });
    let tree = best < 0 ? python.parse(text) : reparse(python, this.kept[best], text);
    if (best >= 0 && tree.rootNode.hasError) {
      tree.delete();
      tree = python.parse(text);
    }
    if (tree.rootNode.hasError) {
      tree.delete();
      return null;
    }
    if (this.kept.length === MOST) this.drop();
    this.kept.push({ text, tree, parser });
    return tree;
  }

  private drop(): void {
    this.kept.shift()!.tree.delete();
  }
}

/** Characters that stand at the ends of both texts. */
function alikeAtEnds(left: string, right: string): number {
  const room = Math.min(left.length, right.length);
  let head = 0;
  while (head < room && left.charCodeAt(head) === right.charCodeAt(head)) head++;
  let tail = 0;
  while (head + tail < room && left.charCodeAt(left.length - 1 - tail) === right.charCodeAt(right.length - 1 - tail)) {
    tail++;
  }
  return head + tail;
}

function reparse(python: PythonParser, earlier: Recent, text: string): Tree {
  const edited = earlier.tree.copy();
  try {
    // From the last on, each edit finds what is before it as it was.
    for (const edit of textEdits(earlier.text, text).reverse()) edited.edit(asTreeEdit(edit, earlier.text));
    return python.parse(text, edited);
  } finally {
    edited.delete();
  }
}

function asTreeEdit({ start, end, text }: TextEdit, before: string): Parameters<Tree['edit']>[0] {
  const startPosition = pointAt(before, start);
  const { row, column } = pointAt(text, text.length);
  return {
    startIndex: start, oldEndIndex: end, newEndIndex: start + text.length,
    startPosition, oldEndPosition: pointAt(before, end),
    newEndPosition: { row: startPosition.row + row, column: row === 0 ? startPosition.column + column : column },
  } as Parameters<Tree['edit']>[0];
}

/** A place as tree-sitter counts: rows, and UTF-16 units in them, from 0. */
function pointAt(text: string, offset: number): { row: number; column: number } {
  let [row, start] = [0, 0];
  for (let k = text.indexOf('\n'); k >= 0 && k < offset; k = text.indexOf('\n', start)) {
    row++;
    start = k + 1;
  }
  return { row, column: offset - start };
}
