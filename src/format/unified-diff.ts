import { diffArrays } from 'diff';
import { BOOLEAN, checkFields, TEXT } from '../shared/check-arguments.js';

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 3;

/**
 * Above so many edits a minimal diff takes seconds; one block from the first to the
 * last differing line is shown instead.
 */
const MAX_EDITS = 4000;

/** One line of an edit script; `text` includes its line ending. */
interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * The unified diff of two texts, as `diff -u` prints it; empty for equal texts. Lines
 * end at `\n`; a `\r` before it belongs to the line, so a changed line ending shows.
 *
 * @throws BadOptionError for options that do not exist, are missing or cannot be
 */
export function unifiedDiff(options: {
  readonly before: string;
  readonly after: string;
  readonly beforeName: string;
  readonly afterName: string;
  /** Colour by ANSI escapes, for a terminal. */
  readonly color?: boolean;
}): string {
  checkFields('unifiedDiff', options, RULES, ['before', 'after', 'beforeName', 'afterName']);
  const { before, after, beforeName, afterName, color = false } = options;
  if (before === after) return '';
  const paint = (code: string, line: string): string => (color ? `\u001b[${code}m${line}\u001b[0m` : line);
  const output = [paint('1', `--- ${beforeName}`), paint('1', `+++ ${afterName}`)];
  for (const hunk of splitHunks(editScript(splitLines(before), splitLines(after)))) {
    output.push(paint('36', hunk.header));
    for (const { sign, text } of hunk.edits) {
      const ended = text.endsWith('\n');
      const line = `${sign}${ended ? text.slice(0, -1) : text}`;
      output.push(sign === ' ' ? line : paint(sign === '-' ? '31' : '32', line));
      if (!ended) output.push('\\ No newline at end of file');
    }
  }
  return `${output.join('\n')}\n`;
}

const RULES = { before: TEXT, after: TEXT, beforeName: TEXT, afterName: TEXT, color: BOOLEAN };

/** Lines with their endings; the last may lack one. Joined they give the text back. */
function splitLines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/u);
}

function editScript(before: string[], after: string[]): Edit[] {
  // Formatting leaves most lines alone: cutting both ends off keeps the search small.
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - start;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;

  const removed = before.slice(start, before.length - tail);
  const added = after.slice(start, after.length - tail);
  const mark = (sign: Edit['sign'], lines: readonly string[]): Edit[] => lines.map((text) => ({ sign, text }));
  const changes = diffArrays(removed, added, { maxEditLength: MAX_EDITS }) ?? [
    { value: removed, removed: true, added: false },
    { value: added, removed: false, added: true },
  ];
  return [
    ...mark(' ', before.slice(0, start)),
    ...changes.flatMap((change) => mark(change.removed ? '-' : change.added ? '+' : ' ', change.value)),
    ...mark(' ', before.slice(before.length - tail)),
  ];
}

interface Hunk {
  readonly header: string;
  readonly edits: readonly Edit[];
}

function splitHunks(edits: readonly Edit[]): Hunk[] {
  const changed = edits.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const hunks: Hunk[] = [];
  let position = 0;
  let beforeLine = 1;
  let afterLine = 1;
  for (let i = 0; i < changed.length; ) {
    let last = i;
    // Two changes whose contexts touch share a hunk.
    while (last + 1 < changed.length && changed[last + 1]! - changed[last]! <= 2 * CONTEXT_LINES + 1) last++;
    const start = Math.max(0, changed[i]! - CONTEXT_LINES);
    const end = Math.min(edits.length, changed[last]! + CONTEXT_LINES + 1);
    // Between hunks there are only unchanged lines.
    beforeLine += start - position;
    afterLine += start - position;
    const own = edits.slice(start, end);
    const beforeCount = own.filter(({ sign }) => sign !== '+').length;
    const afterCount = own.filter(({ sign }) => sign !== '-').length;
    hunks.push({
      header: `@@ -${lineRange(beforeLine, beforeCount)} +${lineRange(afterLine, afterCount)} @@`,
      edits: own,
    });
    beforeLine += beforeCount;
    afterLine += afterCount;
    position = end;
    i = last + 1;
  }
  return hunks;
}

/** An empty range names the line before it, as in GNU diff. */
function lineRange(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? `${start}` : `${start},${count}`;
}
