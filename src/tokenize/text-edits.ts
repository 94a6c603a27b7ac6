/** A piece of a text, and what it became; UTF-16 offsets. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Lines that come or go at a place, at most, for what is behind it to be found again. */
const MOST_LINES = 8;
/** Lines that have to be alike there. */
const ALIKE = 3;

/** Whole lines to change for one text to become another, in order; they need not be the fewest. */
export function textEdits(before: string, after: string): TextEdit[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  const room = Math.min(left.length, right.length);
  let tail = 0;
  while (tail < room && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  const [leftEnd, rightEnd] = [left.length - tail, right.length - tail];
  const edits: TextEdit[] = [];
  /** Lines on both sides, and where they start. */
  let [i, j, from, to] = [0, 0, 0, 0];
  while (i < leftEnd || j < rightEnd) {
    if (i < leftEnd && j < rightEnd && left[i] === right[j]) {
      from += left[i++].length + 1;
      to += right[j++].length + 1;
      continue;
    }
    const next = nextAlike(left, right, i, j);
    const [leftNext, rightNext] =
      next === null || next[0] >= leftEnd || next[1] >= rightEnd ? [leftEnd, rightEnd] : next;
    let [start, textStart] = [from, to];
    while (i < leftNext) from += left[i++].length + 1;
    while (j < rightNext) to += right[j++].length + 1;
    // No line end follows the last line: the one before it belongs to what changes.
    if (tail === 0 && start > 0 && textStart > 0 && i === leftEnd && j === rightEnd) {
      start--;
      textStart--;
    }
    edits.push({ start, end: Math.min(from, before.length), text: after.slice(textStart, to) });
  }
  return edits;
}

/** The next lines from which on both sides are alike; null where they are not soon. */
function nextAlike(
  left: readonly string[], right: readonly string[], i: number, j: number,
): readonly [left: number, right: number] | null {
  for (let lines = 1; lines <= 2 * MOST_LINES; lines++) {
    for (let gone = Math.max(0, lines - MOST_LINES); gone <= Math.min(lines, MOST_LINES); gone++) {
      if (areAlike(left, right, i + gone, j + lines - gone)) return [i + gone, j + lines - gone];
    }
  }
  return null;
}

function areAlike(left: readonly string[], right: readonly string[], i: number, j: number): boolean {
  if (i + ALIKE > left.length || j + ALIKE > right.length) return false;
  for (let k = 0; k < ALIKE; k++) if (left[i + k] !== right[j + k]) return false;
  return true;
}
