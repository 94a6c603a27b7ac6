import { BOOLEAN, checkFields, TEXT } from '../shared/check-arguments.js';
import { matchLines } from '../shared/line-diff.js';
import { patchName } from '../shared/quote-name.js';

// Hunks are cut here, and not by the package `diff`, which compares all lines with each other for them: that took 24
// times as long for 53 files with every gap spoilt, and no end where each of 20,000 lines changes.

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 3;

/** One line of an edit script; `text` includes its line ending. */
interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

export interface DiffOptions {
  readonly before: string;
  readonly after: string;
  readonly beforeName: string;
  readonly afterName: string;
  /** Colour by ANSI escapes, for a terminal. */
  readonly color?: boolean;
}

/**
 * The unified diff of two texts, as `git diff` and `diff -u` print it and `git apply` and `patch`
 * read it; empty for equal texts. Lines end at `\n`; a `\r` belongs to its line, so a changed line
 * ending shows. Names that would mislead are quoted as git does; in a patch for -p1, which is what
 * these programs take by default, they begin with `a/` and `b/`.
 *
 * @param headingOf what a hunk's header ends with, by the number in `before` of its first changed line
 * @throws BadOptionError for options that do not exist, are missing or cannot be
 * @source POSIX, diff -u; https://git-scm.com/docs/diff-format
 */
export function unifiedDiff(options: DiffOptions, headingOf: (line: number) => string = () => ''): string {
  checkFields('unifiedDiff', options, RULES, ['before', 'after', 'beforeName', 'afterName']);
  const { before, after, beforeName, afterName, color = false } = options;
  if (before === after) return '';
  const paint = (code: string, line: string): string => (color ? `\u001b[${code}m${line}\u001b[0m` : line);
  const output = [paint('1', `--- ${headerName(beforeName)}`), paint('1', `+++ ${headerName(afterName)}`)];
  for (const hunk of splitHunks(editScript(splitLines(before), splitLines(after)))) {
    output.push(paint('36', `${hunk.header} ${headingOf(hunk.firstChanged)}`.trimEnd()));
    for (const { sign, text } of hunk.edits) {
      const ended = text.endsWith('\n');
      const line = `${sign}${ended ? text.slice(0, -1) : text}`;
      output.push(sign === ' ' ? line : paint(sign === '-' ? '31' : '32', line));
      if (!ended) output.push('\\ No newline at end of file');
    }
  }
  return `${output.join('\n')}\n`;
}

const RULES = {
  before: TEXT, after: TEXT, beforeName: TEXT, afterName: TEXT, color: BOOLEAN,
} satisfies Record<keyof DiffOptions, unknown>;

/** Without a tab after it, `patch` takes a name to end at its first blank. */
function headerName(name: string): string {
  const quoted = patchName(name);
  return quoted.includes(' ') ? `${quoted}\t` : quoted;
}

/** Lines with their endings; the last may lack one. Joined they give the text back. */
function splitLines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/u);
}

function editScript(before: readonly string[], after: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let removed = 0;
  const removeUpTo = (end: number): void => {
    while (removed < end) edits.push({ sign: '-', text: before[removed++]! });
  };
  // Between two lines that stay, what goes stands before what comes.
  let added: Edit[] = [];
  matchLines(before, after).forEach((match, k) => {
    const text = after[k]!;
    if (match === -1) {
      added.push({ sign: '+', text });
      return;
    }
    removeUpTo(match);
    for (const edit of added) edits.push(edit);
    edits.push({ sign: ' ', text });
    added = [];
    removed = match + 1;
  });
  removeUpTo(before.length);
  return [...edits, ...added];
}

interface Hunk {
  readonly header: string;
  /** Of the first line that goes, or before which the first one comes. */
  readonly firstChanged: number;
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
      firstChanged: beforeLine + changed[i]! - start,
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
