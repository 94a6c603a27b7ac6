import {
  CLAUSE_WORDS, COMMENT, HEADER_WORDS, LINE_END, SOFT_HEADER_WORDS, tokenKind, type LexicalToken,
} from '../tokenize/index.js';

/** What may begin a statement where the cursor stands, as far as the blocks above decide it. */
export interface StatementPlace {
  /** Words that begin no statement here: clauses of nothing, `return` outside a function. */
  readonly forbidden: ReadonlySet<string>;
  /** A `try` above has no clause yet, so that nothing but one of these may come; null where others may. */
  readonly due: ReadonlySet<string> | null;
  /** Nothing but a `case` may come. */
  readonly isCaseDue: boolean;
}

/** Words that stand within expressions. */
const NO_STARTERS = ['and', 'as', 'in', 'is', 'or'];
const OF_FUNCTIONS = ['return', 'yield', 'nonlocal', 'await'];
const OF_LOOPS = ['break', 'continue'];
/** What may follow the clause that stands above, in the same block. */
const FOLLOWING: Readonly<Record<string, readonly string[]>> = {
  if: ['elif', 'else'],
  elif: ['elif', 'else'],
  for: ['else'],
  while: ['else'],
  try: ['except', 'finally'],
  except: ['except', 'else', 'finally'],
};
/** First words of what may hold a block, `async` left out. */
const HEADERS = new Set([...HEADER_WORDS, ...SOFT_HEADER_WORDS].filter((word) => word !== 'async'));
const MATCH = tokenKind('match');

/**
 * Reads the blocks around a statement that is still to come.
 *
 * @param tokens all above it
 * @param depth blocks around it
 */
export function statementPlace(tokens: readonly LexicalToken[], depth: number): StatementPlace {
  /** First words of the blocks around it, innermost first. */
  const headers: string[] = [];
  const above: string[] = [];
  let level = depth;
  let isCaseDue = false;
  for (let k = tokens.length - 1; k >= 0; k--) {
    const { startsStatement, blockDepth, kind } = tokens[k];
    if (!startsStatement || blockDepth > level || !startsLine(tokens, k)) continue;
    const word = wordOf(tokens, k);
    if (blockDepth < level) {
      if (headers.length === 0) isCaseDue = kind === MATCH;
      headers.push(word);
      level = blockDepth;
    } else if (headers.length === 0) above.push(word);
    // Which clause an `else` belongs to, the one before it says.
    if (level === 0 && (headers.length > 0 || (above.length > 0 && above[above.length - 1] !== 'else'))) break;
  }
  const isKnown = level === 0 && headers.every((word) => HEADERS.has(word));
  const [last, beforeLast] = above;
  const clauses = last === 'else' ? (beforeLast === 'except' ? ['finally'] : []) : FOLLOWING[last] ?? [];
  const scope = headers.findIndex((word) => word === 'def' || word === 'class');
  const inScope = scope < 0 ? headers : headers.slice(0, scope);
  const forbidden = new Set([...NO_STARTERS, ...CLAUSE_WORDS.filter((word) => !clauses.includes(word))]);
  if (isKnown) {
    if (headers[scope] !== 'def') for (const word of OF_FUNCTIONS) forbidden.add(word);
    if (!inScope.includes('for') && !inScope.includes('while')) for (const word of OF_LOOPS) forbidden.add(word);
  }
  return { forbidden, due: last === 'try' ? new Set(clauses) : null, isCaseDue };
}

function startsLine(tokens: readonly LexicalToken[], at: number): boolean {
  const before = tokens[at - 1]?.kind;
  return before === undefined || before === LINE_END || before === COMMENT;
}

/** The first word of a statement, `async` left out. */
function wordOf(tokens: readonly LexicalToken[], at: number): string {
  const { text } = tokens[at];
  return text === 'async' ? tokens[at + 1]?.text ?? text : text;
}
