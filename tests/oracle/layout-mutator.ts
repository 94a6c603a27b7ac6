import type { Random } from '../../src/shared/random.js';
import type { TokenizedSource } from '../../src/tokenize/index.js';

/**
 * Spoils the layout without asking whether the program survives: the opposite of
 * src/mutate, and on purpose independent of it. Tests what nnfmt *refuses*.
 */

const PIECES = [
  ' ', '  ', '\t', '\n', '\\\n', '\f', '\r\n', '\r', '\\\r\n', ' \\\n ', '\n\n', '\n    ', '\n  ', '\n\t', '\\\n\n',
  '\n\f', '    ', '\\',
];
/** Characters that look like whitespace and are none to Python. */
const FOREIGN = ['\u000b', '\u200b', '\ufeff', '\u00a0', '\u2028', '\u001c', '\u0085'];

const splice = (text: string, at: number, removed: number, piece: string): string =>
  text.slice(0, at) + piece + text.slice(at + removed);

/** Another text for one gap; may be the same as before. */
export function spoilGap(gap: string, random: Random): string {
  const at = random.int(gap.length + 1);
  switch (random.int(gap === '' ? 3 : 8)) {
    case 0:
      return splice(gap, at, 0, random.pick(PIECES).repeat(1 + random.int(2)));
    case 1:
      return random.pick(PIECES);
    case 2:
      return random.int(12) === 0 ? splice(gap, at, 0, random.pick(FOREIGN)) : splice(gap, at, 0, ' ');
    case 3:
      return '';
    case 4:
      return splice(gap, Math.min(at, gap.length - 1), 1, '');
    case 5: {
      const chosen = Math.min(at, gap.length - 1);
      return splice(gap, chosen, 0, gap[chosen].repeat(1 + random.int(3)));
    }
    case 6:
      return respell(gap, random);
    default:
      return shiftIndentation(gap, random);
  }
}

/** The same line breaks with another indentation after the last. */
function shiftIndentation(gap: string, random: Random): string {
  const start = Math.max(gap.lastIndexOf('\n'), gap.lastIndexOf('\r')) + 1;
  const column = gap.length - start;
  const shifted = Math.max(0, column + random.pick([-4, -2, -1, 1, 2, 4, 8]));
  return gap.slice(0, start) + ' '.repeat(shifted);
}

/** The same columns in other characters: tabs for spaces, another line ending. */
function respell(gap: string, random: Random): string {
  switch (random.int(5)) {
    case 0: return gap.replace(/ {8}/g, '\t');
    case 1: return gap.replace(/ {4}/g, '\t');
    case 2: return gap.replace(/\t/g, '        ');
    case 3: return gap.replace(/\n/g, '\r\n');
    default: return gap.replace(/\r?\n/g, '\n\n');
  }
}

/**
 * Gap texts with `edits` gaps spoilt. Every third choice falls on a gap with a line break,
 * because most gaps have none and most traps lie there.
 */
export function spoilGaps(source: TokenizedSource, edits: number, random: Random): string[] {
  const gaps = [...source.gaps];
  const breaking = gaps.flatMap((gap, i) => (/[\r\n]/.test(gap) ? [i] : []));
  for (let edit = 0; edit < edits; edit++) {
    const i = breaking.length > 0 && random.int(3) === 0 ? random.pick(breaking) : random.int(gaps.length);
    gaps[i] = spoilGap(gaps[i], random);
  }
  return gaps;
}
