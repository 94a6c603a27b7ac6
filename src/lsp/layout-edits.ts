/** A piece of text put in place of another one, between two UTF-16 offsets. */
export interface LayoutEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What may stand between two tokens: blanks, line ends, and backslashes before line ends. */
const GAP = /(?:[ \t\f\r\n]|\\(?:\r\n|\r|\n))*/y;

/**
 * The gaps in which two layouts of one program differ, each as the smallest edit, in their order. Cursors, marks and
 * folds of an editor stay where they are but for these. Texts that differ in more than layout give one edit of it all.
 */
export function layoutEdits(before: string, after: string): LayoutEdit[] {
  if (before === after) return [];
  const edits: LayoutEdit[] = [];
  let from = 0;
  let to = 0;
  for (;;) {
    while (from < before.length && before.charCodeAt(from) === after.charCodeAt(to) && !mayBeginGap(before, from)) {
      from++;
      to++;
    }
    const [start, target] = [from, to];
    from = gapEnd(before, from);
    to = gapEnd(after, to);
    const [gap, wanted] = [before.slice(start, from), after.slice(target, to)];
    if (gap !== wanted) edits.push(trimmed(gap, wanted, start));
    if (gap !== '' || wanted !== '') continue;
    if (from === before.length && to === after.length) return edits;
    // A backslash within a line.
    if (before[from] !== after[to]) return [{ start: 0, end: before.length, text: after }];
    from++;
    to++;
  }
}

function mayBeginGap(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code <= 32 || code === 92;
}

function gapEnd(text: string, from: number): number {
  GAP.lastIndex = from;
  GAP.exec(text);
  return Math.max(from, GAP.lastIndex);
}

/** Without what both have in common; `\r\n` stays whole, for no editor has a place in its middle. */
function trimmed(before: string, after: string, offset: number): LayoutEdit {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  if (head > 0 && before[head - 1] === '\r') head--;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  if (tail > 0 && before[before.length - tail] === '\n' &&
    (before[before.length - tail - 1] === '\r' || after[after.length - tail - 1] === '\r')) tail--;
  return {
    start: offset + head, end: offset + before.length - tail, text: after.slice(head, after.length - tail),
  };
}

/** The text after some edits, which are in order and do not overlap. */
export function applyEdits(text: string, edits: readonly LayoutEdit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: replacement } of edits) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}
