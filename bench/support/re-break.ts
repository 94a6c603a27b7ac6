import { GapRole, hasLineBreak, lastLineStart, nodeKind, tokenKind, tokenText, type StructuredSource } from '../../src/tokenize/index.js';
import { commonUnit } from '../../src/mutate/lone-defects/common-unit.js';

/** How a bracket is laid out that does not stay on one line. */
export type BrokenStyle =
  /** One element a line, a unit deeper than the line of the bracket; the closing bracket on its own line. */
  | 'hanging'
  /** `[ a`, below it `, b` in the column of the bracket, and the closing bracket there too. */
  | 'comma-first'
  /** As hanging, with the commas at the start of the lines. */
  | 'comma-first-hanging';

export interface BreakRules {
  /** Brackets that do not fit into so many columns are broken; 0 breaks all, Infinity none. */
  readonly columns: number;
  readonly style: BrokenStyle;
  /** Calls alone (to be broken, those of at least two arguments), or every bracket; the others keep the author's layout. */
  readonly which: 'calls' | 'all';
}

/**
 * Breaks the lines of a program afresh by a plain rule: a bracket stands on one line when it fits
 * there up to the next place where the line may be broken, and else in the given style. Brackets
 * that hold a comment are always broken; backslashes outside brackets go. Statements, blank lines
 * and blanks inside lines stay.
 *
 * @returns `tokenCount + 1` gap texts, with LF in those that are new
 */
export function reBreak(program: StructuredSource, rules: BreakRules): string[] {
  const { source, structure } = program;
  const { tokenCount, gaps: original } = source;
  const unit = commonUnit(program);
  const widths = Int32Array.from({ length: tokenCount }, (_, i) => firstLineWidth(tokenText(source, i)));
  const flat = original.slice(0, tokenCount).map((_, i) => flatGap(program, i));
  /** Columns of everything before a token when all is on one line. */
  const offsets = new Float64Array(tokenCount + 1);
  for (let i = 0; i < tokenCount; i++) offsets[i + 1] = offsets[i] + flat[i].length + widths[i];

  const gaps: string[] = [];
  const groups: Group[] = [];
  let line = '';
  for (let i = 0; i < tokenCount; i++) {
    const gap = gapText(i);
    gaps.push(gap);
    append(gap);
    if (structure.partner[i] > i) groups.push(openGroup(i, line));
    append(tokenText(source, i));
    if (structure.partner[i] >= 0 && structure.partner[i] < i) groups.pop();
  }
  gaps.push(original[tokenCount]);
  return gaps;

  function append(text: string): void {
    line = hasLineBreak(text) ? text.slice(lastLineStart(text)) : line + text;
  }

  function gapText(i: number): string {
    const role = structure.role[i] as GapRole;
    if (role === GapRole.Line) return rules.which === 'all' ? flat[i] : original[i];
    const group = groups.at(-1);
    if (group === undefined || (role !== GapRole.Bracket && role !== GapRole.BracketComment)) return original[i];
    switch (group.state) {
      case 'kept':
        return original[i];
      case 'flat':
        return flat[i];
      case 'broken':
        return brokenGap(i, group);
    }
  }

  function brokenGap(i: number, { open, inner, outer }: Group): string {
    const isClosing = structure.partner[open] === i;
    const mustBreak = structure.mustBreak[i] === 1 || structure.role[i] === (GapRole.BracketComment as number);
    const afterComma = source.kind[i - 1] === COMMA && structure.openBracket[i] === open;
    if (isClosing) return `\n${outer}`;
    switch (rules.style) {
      case 'hanging':
        return i === open + 1 || afterComma || mustBreak ? `\n${inner}` : flat[i];
      case 'comma-first':
        if (mustBreak) return `\n${inner}`;
        if (source.kind[i] === COMMA) return `\n${outer}`;
        return i === open + 1 ? ' ' : flat[i];
      case 'comma-first-hanging':
        return i === open + 1 || source.kind[i] === COMMA || mustBreak ? `\n${inner}` : flat[i];
    }
  }

  /** @param head the line up to the bracket */
  function openGroup(open: number, head: string): Group {
    const indentation = /^[ \t]*/u.exec(head)![0];
    const column = indentation + ' '.repeat(head.length - indentation.length);
    const places = rules.style === 'comma-first'
      ? { inner: `${column}  `, outer: column }
      : { inner: indentation + unit, outer: indentation };
    return { open, ...places, state: stateOf(open, head.length) };
  }

  function stateOf(open: number, column: number): Group['state'] {
    const close = structure.partner[open];
    const around = groups.at(-1)?.state;
    if (around === 'flat') return 'flat';
    const hasComment = holdsComment(program, open, close);
    const isCall = source.tree.kind[source.parent[open]] === ARGUMENTS;
    if (rules.which === 'calls' && (!isCall || hasComment || (rules.columns === 0 && !holdsComma(program, open)))) {
      // Lines of a bracket that is kept would hang in the air inside one that moves.
      return around === 'broken' ? 'flat' : 'kept';
    }
    if (close === open + 1) return 'flat';
    if (hasComment) return 'broken';
    if (!holdsComma(program, open) && (rules.style !== 'hanging' || close - open <= 2)) return 'flat';
    return column + offsets[tailOf(close)] - offsets[open] - flat[open].length <= rules.columns ? 'flat' : 'broken';
  }

  /** The token before which the line may next be broken, behind a closing bracket. */
  function tailOf(close: number): number {
    let i = close + 1;
    for (; i < tokenCount; i++) {
      const role = structure.role[i] as GapRole;
      if (role !== GapRole.Line && role !== GapRole.Bracket) return i;
      const enclosing = groups.at(-1);
      if (enclosing?.state === 'broken' && structure.openBracket[i] === enclosing.open) {
        if (source.kind[i - 1] === COMMA || structure.partner[enclosing.open] === i) return i;
      }
      if (structure.partner[i] > i + 1) return i + 1;
    }
    return i;
  }
}

interface Group {
  readonly open: number;
  /** Indentation of its lines, and of its closing bracket. */
  readonly inner: string;
  readonly outer: string;
  readonly state: 'flat' | 'broken' | 'kept';
}

const COMMA = tokenKind(',');
const DOT = tokenKind('.');
const COMMENT = tokenKind('comment');
const ARGUMENTS = nodeKind('argument_list');

const firstLineWidth = (text: string): number => (hasLineBreak(text) ? text.search(/[\r\n]/u) : text.length);

/** The gap's text on one line. */
function flatGap({ source, structure }: StructuredSource, i: number): string {
  const gap = source.gaps[i];
  if (!hasLineBreak(gap)) return gap;
  const role = structure.role[i] as GapRole;
  if (role === GapRole.Line) return ' ';
  if (role !== GapRole.Bracket) return gap;
  const { partner } = structure;
  const isInner = partner[i - 1] > i - 1 || (partner[i] >= 0 && partner[i] < i);
  return isInner || source.kind[i] === DOT || source.kind[i - 1] === DOT || source.kind[i] === COMMA ? '' : ' ';
}

function holdsComment({ source }: StructuredSource, open: number, close: number): boolean {
  for (let i = open + 1; i < close; i++) if (source.kind[i] === COMMENT) return true;
  return false;
}

function holdsComma({ source, structure }: StructuredSource, open: number): boolean {
  for (let i = open + 1; i < structure.partner[open]; i++) {
    if (source.kind[i] === COMMA && structure.openBracket[i] === open) return true;
  }
  return false;
}
