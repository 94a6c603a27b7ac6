import { decodeSource } from '../corpus/index.js';
import { NnfmtError, SourceReadError, SyntaxRefusedError, UserError } from '../errors.js';
import { withinBudget } from '../shared/budget.js';
import type { LineRange } from '../shared/line-ranges.js';
import { offsetOfCharacter } from '../shared/positions.js';
import { readSourceBytes } from '../corpus/read-source.js';
import { givenOptions } from './plugin-options.js';
import { projectFormatter } from './project-formatter.js';

/** Where a fault stands, as Prettier takes it: line and column from 1, the column in UTF-16 units. */
interface PlacedError extends SyntaxError {
  loc?: { readonly start: { readonly line: number; readonly column: number } };
}

/**
 * The text in its new layout, as `nnfmt format` would write it.
 *
 * @param options all of Prettier's
 * @param lines that may change; all, where not given
 * @throws SyntaxError with `loc` for what is no Python; other faults of the user's as errors without a stack, so that
 *   Prettier prints their message alone
 */
export async function formatForPrettier(
  text: string, options: Readonly<Record<string, unknown>>, lines?: readonly LineRange[],
): Promise<string> {
  const filepath = typeof options['filepath'] === 'string' ? options['filepath'] : null;
  const path = filepath ?? '<source>';
  try {
    refuseForeignBytes(text, filepath, options['parentParser'] !== undefined);
    const { formatter, budget, leavesOut } = await projectFormatter(filepath, givenOptions(options));
    if (leavesOut(text)) return text;
    const work = (): string => formatter.format(text, {
      ...(filepath === null ? {} : { path: filepath }), ...(lines === undefined ? {} : { lines }),
    }).text;
    return withinBudget({ path, budget, now: () => performance.now() }, work);
  } catch (fault) {
    throw forPrettier(fault);
  }
}

/** Prettier reads every file as UTF-8, and would write what it could not read. */
function refuseForeignBytes(text: string, filepath: string | null, isEmbedded: boolean): void {
  if (isEmbedded) return;
  // A binary file and one in another encoding are refused in the words of the command.
  const { encoding } = decodeSource(Buffer.from(text), filepath ?? '<source>');
  const isOther = encoding !== 'utf-8' && /[^\0-\x7f]/u.test(text);
  if (isOther || (text.includes('\ufffd') && !isReadable(filepath, text))) {
    throw new SourceReadError({
      path: filepath ?? '<source>', reason: 'not-utf8',
      message: `Prettier reads UTF-8 alone, and this is ${isOther ? encoding : 'something else'}; it was left alone. ` +
        'Use `nnfmt format`, or convert it.',
    });
  }
}

/** Whether the file holds just these letters, the replacement character among them. */
function isReadable(filepath: string | null, text: string): boolean {
  if (filepath === null) return true;
  try {
    return decodeSource(readSourceBytes(filepath), filepath).text.replace(/\r\n?/gu, '\n') === text;
  } catch (fault) {
    return fault instanceof SourceReadError && fault.reason === 'missing';
  }
}

function forPrettier(fault: unknown): unknown {
  if (fault instanceof SyntaxRefusedError) {
    const { line, excerpt, reason } = fault;
    const column = offsetOfCharacter(excerpt, fault.column - 1) + 1;
    const error: PlacedError = new SyntaxError(`${reason} (${line}:${column})`, { cause: fault });
    error.loc = { start: { line, column } };
    return error;
  }
  if (fault instanceof UserError || fault instanceof NnfmtError) fault.stack = fault.message;
  return fault;
}
