import { matchLines } from '../../shared/line-diff.js';

/** Lines that one side has in place of lines of the base, both by index, the ends excluded. */
interface Hunk {
  readonly baseFirst: number;
  readonly baseEnd: number;
  readonly first: number;
  readonly end: number;
}

/**
 * A file in the folder with the layout that its staged state was given: `edited` with the changes that lead from
 * `staged` to `formatted`, but for those on or beside lines that were edited since. Whether the outcome is the same
 * program has to be shown by others.
 *
 * @returns null where line ends are mixed, so that lines cannot be told from each other; otherwise the text, and
 *   whether all changes found their place
 */
export function carryLayout(
  { staged, formatted, edited }: { readonly staged: string; readonly formatted: string; readonly edited: string },
): { readonly text: string; readonly isWhole: boolean } | null {
  const crlf = edited.includes('\r\n');
  if (crlf && /(?<!\r)\n/u.test(edited)) return null;
  const base = unixLines(staged);
  const after = unixLines(formatted);
  const mine = unixLines(edited);
  const edits = hunksOf(base, mine);
  const changes = hunksOf(base, after);
  const free = changes.filter((change) => !edits.some((edit) => touches(edit, change)));
  const lines: string[] = [];
  let at = 0;
  for (const change of free) {
    const shift = edits.filter(({ baseEnd }) => baseEnd < change.baseFirst).at(-1);
    const offset = shift === undefined ? 0 : shift.end - shift.baseEnd;
    lines.push(...mine.slice(at, change.baseFirst + offset), ...after.slice(change.first, change.end));
    at = change.baseEnd + offset;
  }
  lines.push(...mine.slice(at));
  return { text: lines.join(crlf ? '\r\n' : '\n'), isWhole: free.length === changes.length };
}

const unixLines = (text: string): string[] => text.replaceAll('\r\n', '\n').split('\n');

/** Also where only a line's edge is shared: what stands beside an edit may belong to it. */
const touches = (a: Hunk, b: Hunk): boolean => a.baseFirst <= b.baseEnd && b.baseFirst <= a.baseEnd;

function hunksOf(base: readonly string[], side: readonly string[]): Hunk[] {
  const matches = matchLines(base, side);
  const hunks: Hunk[] = [];
  let baseAt = 0;
  let at = 0;
  const close = (baseEnd: number, end: number): void => {
    if (baseEnd > baseAt || end > at) hunks.push({ baseFirst: baseAt, baseEnd, first: at, end });
    baseAt = baseEnd + 1;
    at = end + 1;
  };
  matches.forEach((match, k) => {
    if (match !== -1) close(match, k);
  });
  if (base.length > baseAt || side.length > at) {
    hunks.push({ baseFirst: baseAt, baseEnd: base.length, first: at, end: side.length });
  }
  return hunks;
}
