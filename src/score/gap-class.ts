import { GapRole, hasLineBreak } from '../tokenize/index.js';

/** What a difference in a gap is about, for figures by class. */
export const GAP_CLASSES = ['spaces', 'lineBreaks', 'indentation', 'blankLines', 'comments'] as const;
export type GapClass = (typeof GAP_CLASSES)[number];

/**
 * Calls `report` with the class of a gap and whether both sides agree in it. A line break that
 * starts a statement has two sides to it, so such a gap is reported as blank lines (everything
 * up to its last line break) and as indentation (the rest).
 */
export function classifyGap(
  role: GapRole,
  left: string,
  right: string,
  report: (gapClass: GapClass, isExact: boolean) => void,
): void {
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
      return report('blankLines', left === right);
    default: {
      const leftEnd = left.lastIndexOf('\n') + 1;
      const rightEnd = right.lastIndexOf('\n') + 1;
      if (leftEnd === 0 && rightEnd === 0) return report('spaces', left === right);
      if (leftEnd === 0 || rightEnd === 0) return report('lineBreaks', false);
      report('blankLines', left.slice(0, leftEnd) === right.slice(0, rightEnd));
      report('indentation', left.slice(leftEnd) === right.slice(rightEnd));
    }
  }
}
