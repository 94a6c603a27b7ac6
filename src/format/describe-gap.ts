import { GapRole } from '../tokenize/index.js';

/** A gap text taken apart; texts have LF line ends. */
interface GapParts {
  readonly text: string;
  readonly broken: boolean;
  readonly backslash: boolean;
  readonly blankLines: number;
  /** Before the first line break: trailing blanks. */
  readonly trailing: string;
  /** After the last line break. */
  readonly indent: string;
}

function takeApart(text: string): GapParts {
  const lines = text.split('\n');
  const backslash = text.includes('\\');
  return {
    text,
    broken: lines.length > 1,
    backslash,
    blankLines: backslash ? 0 : Math.max(0, lines.length - 2),
    trailing: lines.length > 1 ? lines[0] : '',
    indent: lines[lines.length - 1],
  };
}

const plural = (count: number, noun: string): string =>
  `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;

/** "1 space", "2 tabs", "no space", "whitespace \" \\t\"". */
function blanks(text: string): string {
  if (text === '') return 'no space';
  if (/^ +$/u.test(text)) return plural(text.length, 'space');
  if (/^\t+$/u.test(text)) return plural(text.length, 'tab');
  return `whitespace ${JSON.stringify(text)}`;
}

/** "8", "1 tab", "0"; an indentation in words short enough for "indented by …". */
const depth = (indent: string): string => (/^ *$/u.test(indent) ? String(indent.length) : blanks(indent));

/** Between logical lines rather than within one. */
const isBetweenLines = (role: GapRole): boolean =>
  role === GapRole.Statement || role === GapRole.BlockStart || role === GapRole.AfterSemicolon ||
    role === GapRole.OwnLineComment;

/** A gap's text in a few words, as it stands: "1 space", "a line break indented by 8", "2 blank lines". */
export function describeGap(role: GapRole, text: string): string {
  const parts = takeApart(text);
  if (!parts.broken) return role === GapRole.FileEnd && text === '' ? 'no line break' : blanks(text);
  if (role === GapRole.FileEnd) return parts.blankLines === 0 ? 'a line break' : plural(parts.blankLines, 'blank line');
  if (role === GapRole.FileStart) return plural(text.split('\n').length - 1, 'blank line');
  const after = parts.trailing.replace(/ ?\\$/u, '') === '' ? '' : ' after trailing whitespace';
  const break_ = parts.backslash ? 'a backslash and a line break' : 'a line break';
  const lines = parts.blankLines === 0 ? break_ : plural(parts.blankLines, 'blank line');
  // At the outermost level nobody speaks of the indentation.
  const indented = parts.indent === '' && isBetweenLines(role) ? '' : ` indented by ${depth(parts.indent)}`;
  return `${lines}${indented}${after}`.replace(/(blank lines?) indented/u, '$1, indented');
}

/**
 * What is wrong with a gap, in words: "expected 1 space, found 2". Several faults of one
 * gap are joined by semicolons.
 *
 * @param before the input's text and
 * @param after the proposed one, with LF line ends
 */
export function describeDeviation(role: GapRole, before: string, after: string): string {
  const found = takeApart(before);
  const wanted = takeApart(after);
  if (role === GapRole.FileStart || role === GapRole.FileEnd) return describeEdge(role, found, wanted);
  if (!found.broken && !wanted.broken) return `expected ${blanks(after)}, found ${foundBlanks(before, after)}`;
  if (!found.broken) return `expected ${describeGap(role, after)}, found ${blanks(before)}`;
  if (!wanted.broken) {
    return `expected ${blanks(after)}, found ${found.backslash ? 'a backslash and a line break' : 'a line break'}`;
  }
  if (found.backslash !== wanted.backslash) {
    return `expected ${describeGap(role, after)}, found ${describeGap(role, before)}`;
  }
  const faults: string[] = [];
  if (found.blankLines !== wanted.blankLines) {
    faults.push(
      `expected ${plural(wanted.blankLines, 'blank line')}, found ${found.blankLines === 0 ? 'none' : found.blankLines}`,
    );
  }
  if (found.indent !== wanted.indent) {
    faults.push(`expected a line indented by ${depth(wanted.indent)}, found ${depth(found.indent)}`);
  }
  if (found.trailing !== wanted.trailing) {
    faults.push(found.backslash
      ? `expected ${blanks(wanted.trailing.slice(0, -1))} before the backslash, found ${foundBlanks(found.trailing.slice(0, -1), wanted.trailing.slice(0, -1))}`
      : wanted.trailing === ''
        ? 'trailing whitespace'
        : `expected ${blanks(wanted.trailing)} at the end of the line, found ${blanks(found.trailing)}`);
  }
  return faults.length > 0 ? faults.join('; ') : 'whitespace on a blank line';
}

/** "2" where "expected 1 space" came before, else in full. */
function foundBlanks(before: string, after: string): string {
  if (before === '') return 'none';
  return /^ +$/u.test(before) && /^ *$/u.test(after) ? String(before.length) : blanks(before);
}

function describeEdge(role: GapRole, found: GapParts, wanted: GapParts): string {
  if (role === GapRole.FileStart) {
    const lines = (parts: GapParts): number => parts.text.split('\n').length - 1;
    return lines(found) === lines(wanted)
      ? 'whitespace at the start of the file'
      : `expected ${plural(lines(wanted), 'blank line')} at the start of the file, found ${lines(found)}`;
  }
  if (!found.broken && wanted.broken) return 'expected a line break at the end of the file, found none';
  if (found.broken && !wanted.broken) return 'expected no line break at the end of the file';
  if (found.blankLines !== wanted.blankLines) {
    return `expected ${plural(wanted.blankLines, 'blank line')} at the end of the file, found ${found.blankLines === 0 ? 'none' : found.blankLines}`;
  }
  return found.trailing === wanted.trailing ? 'whitespace at the end of the file' : 'trailing whitespace';
}
