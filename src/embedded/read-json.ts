import { visit, type JSONVisitor } from 'jsonc-parser';

/** Where a JSON text is no JSON. */
export interface JsonFault {
  readonly offset: number;
  readonly reason: string;
}

/** What is met in a JSON text, in its order; `path` holds the keys and indices that lead to it. */
export interface JsonVisitor {
  /** A string, number, true, false or null. */
  literal(path: readonly (string | number)[], value: unknown, start: number, end: number): void;
  /** The start of an array or object. */
  open(path: readonly (string | number)[], bracket: '[' | '{', start: number): void;
  /** The end of an array or object, behind its bracket. */
  close(path: readonly (string | number)[], end: number): void;
}

/** By jsonc-parser's `ParseErrorCode`, which has no names at run time. */
const REASONS: Readonly<Partial<Record<number, string>>> = {
  1: 'an unknown word',
  2: 'a number in no known form',
  3: 'expected a key in quotes',
  4: 'expected a value',
  5: 'expected a colon',
  6: 'expected a comma',
  7: 'expected a closing brace',
  8: 'expected a closing bracket',
  9: 'expected the end of the file',
  10: 'JSON has no comments',
  12: 'a string that does not end',
  14: 'an escape in no known form',
  15: 'an unknown escape',
  16: 'a control character in a string',
};

/** Reads a JSON text with the place of everything in it. @returns the first fault, null for none */
export function visitJson(text: string, visitor: JsonVisitor): JsonFault | null {
  const path: (string | number)[] = [];
  /** Kinds of the brackets around. */
  const brackets: ('[' | '{')[] = [];
  let fault: JsonFault | null = null;
  const inArray = (): boolean => brackets.at(-1) === '[';
  let reached = 0;
  const open = (bracket: '[' | '{', offset: number): void => {
    reached = offset;
    visitor.open(path, bracket, offset);
    brackets.push(bracket);
    path.push(bracket === '[' ? 0 : '');
  };
  const close = (end: number): void => {
    brackets.pop();
    path.pop();
    visitor.close(path, end);
  };
  const handlers: JSONVisitor = {
    onObjectBegin: (offset) => open('{', offset),
    onArrayBegin: (offset) => open('[', offset),
    onObjectEnd: (offset, length) => close(offset + length),
    onArrayEnd: (offset, length) => close(offset + length),
    onObjectProperty: (name) => {
      path[path.length - 1] = name;
    },
    onSeparator: (character) => {
      if (character === ',' && inArray()) path[path.length - 1] = (path.at(-1) as number) + 1;
    },
    onLiteralValue: (value: unknown, offset, length) => visitor.literal(path, value, offset, offset + length),
    onError: (error, offset) => {
      fault ??= { offset, reason: REASONS[error] ?? 'this is no JSON' };
    },
  };
  try {
    visit(text, handlers, { disallowComments: true });
  } catch (cause) {
    // It calls itself for each bracket.
    if (!(cause instanceof RangeError)) throw cause;
    return { offset: reached, reason: 'brackets nested too deeply' };
  }
  return fault;
}
