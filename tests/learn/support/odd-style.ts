import { GapPosition, positionOf } from '../../../src/model/gap-position.js';
import { joinGaps, withStructure, type Tokenizer } from '../../../src/tokenize/index.js';

export interface OddStyle {
  /** What a block adds to the indentation. */
  readonly unit?: string;
  /** One space after an opening and before a closing bracket. */
  readonly spacesInBrackets?: boolean;
}

/** The same program in a layout that nobody trained on; continuation lines move with their statement, hanging ones by units. */
export function layOut(tokenizer: Tokenizer, text: string, path: string, style: OddStyle): string {
  const program = withStructure(tokenizer.tokenize(text, path));
  const { source, structure } = program;
  let before = '';
  let after = '';
  const gaps = source.gaps.map((gap, i) => {
    const code = i < source.tokenCount ? structure.nextCode[i] : source.tokenCount;
    if (gap.includes('\n')) {
      const end = gap.lastIndexOf('\n') + 1;
      const indent = gap.slice(end);
      if (style.unit === undefined || i >= source.tokenCount) return gap;
      if (structure.openBracket[i] < 0 && code < source.tokenCount && (structure.startsLine[i] || code !== i)) {
        before = indent;
        after = style.unit.repeat(structure.blockDepth[code]);
        return gap.slice(0, end) + after;
      }
      if (!indent.startsWith(before)) return gap;
      const more = indent.slice(before.length);
      const open = i < source.tokenCount ? structure.openBracket[i] : -1;
      const hangs = open >= 0 && source.gaps[open + 1].includes('\n') && more.length % 4 === 0;
      return gap.slice(0, end) + after + (hangs ? style.unit.repeat(more.length / 4) : more);
    }
    if (i === 0 || i >= source.tokenCount || structure.openBracket[i] < 0) return gap;
    const position = positionOf(source.kind[i - 1], source.kind[i]);
    const isEmpty = structure.partner[i - 1] === i;
    if (style.spacesInBrackets === true && (position === GapPosition.AfterOpener || position === GapPosition.BeforeCloser) && !isEmpty) return ' ';
    return gap;
  });
  return joinGaps(source, gaps);
}
