import { GapRole, hasLineBreak, nodeKind, type StructuredSource } from '../tokenize/index.js';
import type { GapClass } from './score-figures.js';

const FUNCTION = nodeKind('function_definition');
const CLASS = nodeKind('class_definition');

/** Per gap: 1 where it stands between statements of a function, and not of a class within. */
export function gapsInFunctions(
  { source: { tree, tokenCount }, structure: { blockNode } }: StructuredSource,
): Uint8Array {
  const inFunction = new Uint8Array(tree.nodeCount);
  for (let node = 1; node < tree.nodeCount; node++) {
    const kind = tree.kind[node];
    inFunction[node] = kind === FUNCTION ? 1 : kind === CLASS ? 0 : inFunction[tree.parent[node]];
  }
  const result = new Uint8Array(tokenCount + 1);
  for (let i = 0; i < tokenCount; i++) if (blockNode[i] >= 0) result[i] = inFunction[blockNode[i]];
  return result;
}

/**
 * Calls `report` with the class of a gap and whether both sides agree in it. A line break that
 * starts a statement has two sides to it, so such a gap is reported as blank lines (everything
 * up to its last line break) and as indentation (the rest).
 */
export function classifyGap(
  { role, isInFunction }: { readonly role: GapRole; readonly isInFunction: boolean },
  left: string,
  right: string,
  report: (gapClass: GapClass, isExact: boolean) => void,
): void {
  const reportBlankLines = (isExact: boolean): void => {
    report('blankLines', isExact);
    report(isInFunction ? 'blankLinesInside' : 'blankLinesBetween', isExact);
  };
  switch (role) {
    case GapRole.TrailingComment:
    case GapRole.OwnLineComment:
    case GapRole.BracketComment:
      return report('comments', left === right);
    case GapRole.Line:
    case GapRole.Bracket:
      return report(hasLineBreak(left) || hasLineBreak(right) ? 'lineBreaks' : 'spaces', left === right);
    case GapRole.FileStart:
    case GapRole.FileEnd:
      return reportBlankLines(left === right);
    default: {
      const leftEnd = left.lastIndexOf('\n') + 1;
      const rightEnd = right.lastIndexOf('\n') + 1;
      if (leftEnd === 0 && rightEnd === 0) return report('spaces', left === right);
      if (leftEnd === 0 || rightEnd === 0) return report('lineBreaks', false);
      reportBlankLines(left.slice(0, leftEnd) === right.slice(0, rightEnd));
      report('indentation', left.slice(leftEnd) === right.slice(rightEnd));
    }
  }
}
