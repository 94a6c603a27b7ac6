import type * as original from '../../tokenize/recent-trees.js';
import type { PythonParser } from '../../tokenize/parser.js';

type Tree = ReturnType<PythonParser['parse']>;

/** Parses each text afresh: what taking over saves is less than what fetching it costs. */
export class RecentTrees implements Pick<original.RecentTrees, 'parse'> {
  private latest: Tree | null = null;

  parse(python: PythonParser, text: string): Tree | null {
    this.latest?.delete();
    this.latest = null;
    const tree = python.parse(text);
    if (tree.rootNode.hasError) {
      tree.delete();
      return null;
    }
    return (this.latest = tree);
  }
}
