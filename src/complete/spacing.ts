import { SIGN_WORDS, TIGHT_AFTER_WORDS, TIGHT_BEFORE_WORDS, isCloserWord, isOpenerWord } from '../tokenize/index.js';
import type { PieceRole } from './pieces.js';

/** A token as far as the space around it depends on it. */
export interface SpacedToken {
  readonly text: string;
  readonly role: PieceRole;
}

const NO_SPACE_BEFORE = new Set(TIGHT_BEFORE_WORDS);
const NO_SPACE_AFTER = new Set([...TIGHT_AFTER_WORDS, '`']);
/** Keywords that behave like names: a call or a subscript follows them without a space. */
const NAME_LIKE = new Set(['print', 'exec', 'None', 'True', 'False']);
const SIGNS = new Set([...SIGN_WORDS, '~']);

/**
 * Whether a space stands between two tokens of one line, as PEP 8 has it: what completion
 * falls back to where the format head cannot be asked.
 *
 * @param before the token before `left`, which says whether a sign is unary; undefined at the line's start
 * @param brackets brackets that are open at the gap, outermost first
 * @param callBrackets for each of them whether it opens arguments or parameters
 */
export function hasSpace(
  before: SpacedToken | undefined, left: SpacedToken, right: SpacedToken, brackets: string,
  callBrackets: readonly boolean[],
): boolean {
  if (NO_SPACE_BEFORE.has(right.text)) return left.text === ',' && !isCloserWord(right.text)
    ? true
    : isWord(left) && right.text === '.' && isFromOrImport(left);
  if (NO_SPACE_AFTER.has(left.text)) return left.text === '.' && right.text === 'import';
  const inCall = brackets.endsWith('(') && callBrackets[brackets.length - 1];
  const inSubscript = brackets.endsWith('[');
  if ((right.text === '=' || left.text === '=') && inCall) return false;
  if (right.text === '(' || right.text === '[') {
    if (isValue(left)) return false;
    return !(SIGNS.has(left.text) && isUnary(before));
  }
  if (right.text === ':') return false;
  if (left.text === ':') return !inSubscript;
  if (left.text === '@' && before === undefined) return false;
  if (SIGNS.has(left.text) && isUnary(before)) return false;
  return true;
}

/** Brackets that a line leaves open, and whether each opens arguments or parameters. */
export interface OpenBrackets {
  readonly brackets: string;
  readonly calls: readonly boolean[];
}

const NO_BRACKETS: OpenBrackets = { brackets: '', calls: [] };

/** Follows a line token by token and says where spaces stand; a step costs the same wherever it is. */
export class LineSpacing {
  private open = NO_BRACKETS;
  private before: SpacedToken | undefined;
  private last: SpacedToken | undefined;

  /** @param line the tokens that stand there already */
  constructor(line: readonly SpacedToken[] = []) {
    for (const token of line) this.push(token);
  }

  clone(): LineSpacing {
    return Object.assign(new LineSpacing(), this);
  }

  /** The gap before a token that comes next: a space or nothing. */
  gapBefore(next: SpacedToken): string {
    return this.last !== undefined && hasSpace(this.before, this.last, next, this.open.brackets, this.open.calls)
      ? ' '
      : '';
  }

  push(token: SpacedToken): void {
    const { open, last } = this;
    const { text } = token;
    if (isOpenerWord(text)) {
      const isCall = text === '(' && last !== undefined && (last.role === 'start' || ')]'.includes(last.text));
      this.open = { brackets: open.brackets + text, calls: [...open.calls, isCall] };
    } else if (isCloserWord(text) && open.calls.length > 0) {
      this.open = { brackets: open.brackets.slice(0, -1), calls: open.calls.slice(0, -1) };
    }
    this.before = last;
    this.last = token;
  }
}

const isWord = ({ role }: SpacedToken): boolean => role === 'start' || role === 'keyword';
const isFromOrImport = ({ text }: SpacedToken): boolean => text === 'from' || text === 'import';

/** True for what ends an operand: a sign after it is binary, a bracket after it is a call or subscript. */
function isValue({ text, role }: SpacedToken): boolean {
  if (role === 'start' || role === 'number' || role === 'string-open' || role === 'unknown') return true;
  if (role === 'keyword') return NAME_LIKE.has(text);
  return isCloserWord(text) || text === '...';
}

const isUnary = (before: SpacedToken | undefined): boolean => before === undefined || !isValue(before);
