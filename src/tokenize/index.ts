/**
 * Source -> tokens and gaps. A *gap* is whatever stands between two adjacent tokens: an
 * *Indentation point* when it holds whitespace, a *Noop point* when it is empty. tree-sitter
 * finds the tokens and the tree; the structure says what each gap is for; the layout lexer
 * checks what tree-sitter does not; the equivalence proof joins the three.
 *
 * A logical line that the grammar does not know is one *opaque* token, as long as brackets, strings,
 * indentation and blocks are in order.
 *
 * Limits: strings, f-strings included, are one token, so nothing inside them is ever touched;
 * trailing blanks of a comment belong to the comment.
 */
export { findLexicalFault } from './logical-lines.js';
export { NUL_REASON, refuseAt } from './syntax-fault.js';
export { createTokenizer, isReadPlainly, type TokenizeOptions, type Tokenizer } from './tokenize.js';
export { joinGaps, tokenText, type PlacedTokens, type SyntaxTree, type TokenizedSource } from './token-table.js';
export { TOKEN_KINDS, NODE_KINDS, tokenKind, nodeKind } from './kinds.js';
export { gapStructure, isClause, isCompound, GapRole, GAP_ROLE_COUNT, type GapStructure } from './structure.js';
export {
  findLayoutFault, hasLineBreak, isOdd, lastLineStart, measureIndentation, type LayoutFault,
} from './layout-lexer.js';
export { scanString, type StringFault } from './scan-string.js';
export { joinOverRawText, lfOffset, overRawText, toLf, type RawSource } from './line-ends.js';
export { needsSeparator, needsSeparatorAt } from './separators.js';
export {
  findDifference, findTokenDifference, withStructure, type Difference, type StructuredSource,
} from './equivalence.js';
export { createGrowingLexer, type GrowingLexer } from './growing-lexer.js';
export { LINE_END, lexPython, type LexicalEnd, type LexicalStream, type LexicalToken } from './lexical-stream.js';
export { bindLine, BreakFreedom, markLine, pragmaGaps } from './pragmas.js';
export { StatementTracker } from './statement-tracker.js';
export {
  CLAUSE_WORDS, COLON, COMMA, COMMENT, DOT, EQUALS, FLOAT, HEADER_WORDS, IDENTIFIER, IMPORT_PREFIX, INTEGER, SEMICOLON,
  SIGN_WORDS,
  SOFT_HEADER_WORDS, STRING, TIGHT_AFTER_WORDS, TIGHT_BEFORE_WORDS, closerOf, endsOperand, isCallBracket, isCloser,
  isCloserWord,
  isHeader, isOpener, isOpenerWord, isOperator, isPartWord, isSign, kindTest, namedKind, usuallyTouch,
} from './vocabulary.js';
export { standBy } from './parser.js';
export { parserReady } from './parser-ready.js';
export {
  CONVENTIONS, conventionIndex, gapConventions, gapPairs, gapSides, type Convention, type GapConventions, type GapPair,
  type GapSides,
} from './gap-conventions.js';
