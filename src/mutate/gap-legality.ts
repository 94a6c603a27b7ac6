import { GapRole, needsSeparator, tokenText, type StructuredSource } from '../tokenize/index.js';

const BLANKS = /^[ \t]*$/;
const BLANKS_AND_BREAKS = /^[ \t\n]*$/;
/** As above, with backslash continuations. */
const CONTINUED = /^(?:[ \t]|\\\n)*$/;
const CONTINUED_OR_BROKEN = /^(?:[ \t\n]|\\\n)*$/;

/**
 * True when gap `i` may hold `text` whatever its neighbours hold.
 * For a line break that starts a statement only the *head* is judged, everything up to and
 * with the last line break: the indentation after it belongs to the block.
 */
export function isLegalGap({ source, structure }: StructuredSource, i: number, text: string): boolean {
  // Blanks right behind a comment would become part of it.
  if (followsComment({ source, structure }, i) && text[0] !== '\n') return false;
  switch (structure.role[i] as GapRole) {
    case GapRole.Line:
      return text === '' ? mayTouch(source, i) : text === ' ' || CONTINUED.test(text);
    case GapRole.Bracket:
      return text === '' ? mayTouch(source, i) : text === ' ' || CONTINUED_OR_BROKEN.test(text);
    case GapRole.TrailingComment:
      return BLANKS.test(text);
    case GapRole.OwnLineComment:
    case GapRole.BracketComment:
      return text.includes('\n') && BLANKS_AND_BREAKS.test(text);
    case GapRole.AfterSemicolon:
      return text.includes('\n') ? isHead(text) : BLANKS.test(text);
    case GapRole.BlockStart:
      return text.includes('\n') ? isHead(text) : structure.mayInline[i] === 1 && BLANKS.test(text);
    case GapRole.Statement:
      return isHead(text);
    case GapRole.FileStart:
      return (text === '' || text.endsWith('\n')) && BLANKS_AND_BREAKS.test(text);
    case GapRole.FileEnd:
      return text.endsWith('\n') && BLANKS_AND_BREAKS.test(text);
  }
}

const isHead = (text: string): boolean => text.endsWith('\n') && BLANKS_AND_BREAKS.test(text);

const mayTouch = (source: StructuredSource['source'], i: number): boolean =>
  !needsSeparator(tokenText(source, i - 1), tokenText(source, i));

function followsComment({ source, structure }: StructuredSource, i: number): boolean {
  return i > 0 && (i < source.tokenCount ? structure.mustBreak[i] === 1 : structure.nextCode[i - 1] !== i - 1);
}
