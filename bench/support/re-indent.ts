import { commonUnit } from '../../src/mutate/lone-defects/common-unit.js';
import { GapRole, hasLineBreak, lastLineStart, type StructuredSource } from '../../src/tokenize/index.js';

/**
 * Lays a program out with another indentation unit, as its author would have with that unit in the
 * editor: the same lines; blocks one unit deeper each; what hung by units hangs by as many of the
 * new ones; what stood under its opening bracket still does; anything else keeps its distance.
 *
 * @returns `tokenCount + 1` gap texts
 */
export function reIndent(program: StructuredSource, unit: string): string[] {
  const { source, structure } = program;
  const before = commonUnit(program);
  const old = new LineTracker();
  const own = new LineTracker();
  /** Per token: where it stood and stands. */
  const placeOf: { old: Place; own: Place }[] = [];
  const gaps: string[] = [];
  /** Indentation of the blocks around, by depth, old and new. */
  const levels: { old: string; own: string }[] = [{ old: '', own: '' }];

  for (let i = 0; i <= source.tokenCount; i++) {
    const gap = source.gaps[i];
    const lineStart = lastLineStart(gap);
    let text = gap;
    if (hasLineBreak(gap) && i < source.tokenCount) {
      const line = gap.slice(lineStart);
      text = gap.slice(0, lineStart) + indentation(i, line);
    }
    gaps.push(text);
    if (i === source.tokenCount) break;
    old.append(gap);
    own.append(text);
    placeOf.push({ old: old.place(), own: own.place() });
    const token = source.text.slice(source.start[i], source.end[i]);
    old.append(token);
    own.append(token);
  }
  return gaps;

  function indentation(i: number, line: string): string {
    const code = structure.nextCode[i];
    switch (structure.role[i] as GapRole) {
      case GapRole.Statement:
      case GapRole.BlockStart:
      case GapRole.AfterSemicolon: {
        const depth = structure.blockDepth[i];
        levels.length = depth;
        levels.push({ old: line, own: unit.repeat(depth) });
        return unit.repeat(depth);
      }
      case GapRole.OwnLineComment: {
        const level = levels.findLast((candidate) => candidate.old === line);
        if (level !== undefined) return level.own;
        return code < source.tokenCount ? unit.repeat(structure.blockDepth[code]) : line;
      }
      case GapRole.FileStart:
        return line;
      default:
        return continuation(i, line);
    }
  }

  function continuation(i: number, line: string): string {
    const open = structure.openBracket[i];
    const anchor = open >= 0 ? placeOf[open] : undefined;
    const at = anchor ?? { old: old.place(), own: own.place() };
    if (anchor !== undefined && !hasLineBreak(source.gaps[open + 1])) {
      if (line.length === anchor.old.column + 1) return underColumn(anchor.own, 1);
      if (line.length === anchor.old.column) return underColumn(anchor.own, 0);
    }
    const [was, is] = [at.old.indentation, at.own.indentation];
    if (!line.startsWith(was)) return is;
    const more = line.slice(was.length);
    const count = more.length / before.length;
    return is + (Number.isInteger(count) && more === before.repeat(count) ? unit.repeat(count) : ' '.repeat(more.length));
  }
}

interface Place {
  /** UTF-16 units from the start of the line. */
  readonly column: number;
  /** Blanks that the line starts with. */
  readonly indentation: string;
}

const underColumn = ({ column, indentation }: Place, more: number): string =>
  indentation + ' '.repeat(Math.max(0, column - indentation.length + more));

/** Follows a text to know the column and the indentation of its last line. */
class LineTracker {
  private line = '';
  append(text: string): void {
    this.line = hasLineBreak(text) ? text.slice(lastLineStart(text)) : this.line + text;
  }
  place(): Place {
    return { column: this.line.length, indentation: /^[ \t]*/u.exec(this.line)![0] };
  }
}
