/**
 * Which names a line may use: those that the file or the project shows, and Python's own. Not
 * a resolver of scopes: a name that stands anywhere in the file counts as known, because code
 * that is being typed uses names before it binds them. It is there to push down words that
 * only the network could have put together.
 */
import type { LexicalToken } from '../tokenize/index.js';
import type { SpelledToken } from './pieces.js';

const BUILTINS = new Set(
  `ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
  BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
  ConnectionResetError DeprecationWarning EOFError Ellipsis EnvironmentError Exception ExceptionGroup
  FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
  IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
  ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError OverflowError
  PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning
  RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit
  TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError
  UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError __debug__ __doc__ __file__
  __import__ __loader__ __name__ __package__ __spec__ __class__ abs aiter all anext any ascii bin bool breakpoint
  bytearray bytes callable chr classmethod compile complex delattr dict dir divmod enumerate eval exec exit filter
  float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list
  locals map max memoryview min next object oct open ord pow print property quit range repr reversed round set
  setattr slice sorted staticmethod str sum super tuple type vars zip basestring long reduce unichr unicode xrange
  self cls _ match case`.split(/\s+/u),
);

const WORD = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u;

/** Every name of some texts. */
export class NameIndex {
  private readonly names = new Set<string>();

  add(tokens: readonly LexicalToken[]): void {
    for (const { text } of tokens) if (!this.names.has(text) && WORD.test(text)) this.names.add(text);
  }

  clear(): void {
    this.names.clear();
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  get size(): number {
    return this.names.size;
  }
}

/** Whether a name is Python's own or stands in one of some indexes. */
export const isKnownName = (name: string, indexes: readonly (Pick<NameIndex, 'has'> | null)[]): boolean =>
  BUILTINS.has(name) || indexes.some((index) => index?.has(name) === true);

/** Statements whose names are new by nature. */
const BINDING_STATEMENTS = new Set(['import', 'from', 'def', 'class', 'global', 'nonlocal', 'async']);

/**
 * How many names of a completed line resolve nowhere.
 *
 * @param before tokens of the line before the cursor
 * @param added tokens of the completion
 * @param file names of the file
 * @param project names of the project's other files, for attributes; null without a project
 */
export function countStrangers(
  before: readonly { readonly text: string }[], added: readonly SpelledToken[], file: Pick<NameIndex, 'has'>,
  project: NameIndex | null,
): number {
  const line = [...before, ...added];
  if (BINDING_STATEMENTS.has(line[0]?.text ?? '')) return 0;
  const bound = boundHere(line);
  let strangers = 0;
  added.forEach((token, k) => {
    const at = before.length + k;
    // A name that no pieces spell is one of the file's, and who calls a function hardly names its parameters so.
    if (token.role === 'unknown' && isKeywordArgument(line, at)) strangers++;
    if (token.role !== 'start' || file.has(token.text)) return;
    const previous = line[at - 1]?.text;
    if (previous === '.') {
      // Of a single file nothing follows about the attributes of others' objects.
      if (project !== null && project.size > 0 && !project.has(token.text)) strangers += 0.5;
    } else if (!BUILTINS.has(token.text) && !bound.has(token.text) && !isKeywordArgument(line, at)) strangers++;
  });
  return strangers;
}

/** Names that the line itself binds: assigned, looped over, given by `as`, parameters of a lambda. */
function boundHere(line: readonly { readonly text: string }[]): ReadonlySet<string> {
  const bound = new Set<string>();
  let depth = 0;
  let assignment = -1;
  line.forEach(({ text }, k) => {
    if ('([{'.includes(text)) depth++;
    else if (')]}'.includes(text)) depth--;
    else if (depth === 0 && (text === '=' || text === ':') && assignment < 0) assignment = k;
    const previous = line[k - 1]?.text;
    if (previous === 'as' || previous === 'lambda' || previous === 'for' || line[k + 1]?.text === ':=') bound.add(text);
  });
  let binds = '';
  for (const { text } of line) {
    if (text === 'for' || text === 'lambda') binds = text;
    else if ((binds === 'for' && text === 'in') || (binds === 'lambda' && text === ':')) binds = '';
    else if (binds !== '') bound.add(text);
  }
  if (assignment >= 0 && line[assignment].text === '=') {
    for (const { text } of line.slice(0, assignment)) bound.add(text);
  }
  return bound;
}

const isKeywordArgument = (line: readonly { readonly text: string }[], at: number): boolean =>
  line[at + 1]?.text === '=' && ['(', ','].includes(line[at - 1]?.text ?? '');
