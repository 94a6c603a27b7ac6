/**
 * IPython's own syntax in a cell, which is no Python: `%magic`, `!command`, `?help`, `name?`, `x = %magic`,
 * `x = !command`. Each gets a stand-in of the same length, one name, so that the cell parses and what stands around
 * keeps its place; `unmask` puts the original back.
 *
 * Source: IPython, "Custom input transformation" (core/inputtransformer2.py); limits: `obj()?` is not known.
 */
import { lazily } from '../shared/lazily.js';
import { scanString } from '../tokenize/index.js';

/** Letters that may make up a name and that nobody uses: the first that a cell lacks is its stand-in. */
const STAND_INS = ['\ua015', '\ua4ce', '\ua4b3', '\ua491'];

const MAGIC_START = /^[%!?,;/]/u;
/** A target, and what begins behind its first `=`. */
const assignedPattern = lazily(() => /^[\p{XIDC}.,*[\]() \t'"-]+=[ \t]*(?=[%!](?!=))/u);
const helpPattern = lazily(() => /^%{0,2}[\p{XIDS}_*][\p{XIDC}.*]*(?:\[[^\]#]*\])?\?{1,2}[ \t]*$/u);
/** Cell magics whose cell is Python of this program; those of black and ruff. */
const PYTHON_CELLS = /^%%(?:capture|prun|pypy|python3?|time|timeit)(?=[ \t]|$)/u;

/** A text with stand-ins. */
export interface MaskedText {
  readonly program: string;
  /** Puts the originals back into a layout of the program. */
  unmask(layout: string): string;
}

/** Masks the magics of a cell; null where the cell is for another program (`%%bash`, `%%javascript`). */
export function maskMagics(text: string): MaskedText | null {
  if (!/[%!?]/u.test(text) && !/^[ \t]*[,;/]/mu.test(text)) return { program: text, unmask: (layout) => layout };
  const letter = STAND_INS.find((candidate) => !text.includes(candidate));
  const first = /^\s*/u.exec(text)![0].length;
  if (letter === undefined) return null;
  if (text.startsWith('%%', first) && !PYTHON_CELLS.test(lineAt(text, first))) return null;
  const spans = findMagics(text);
  let program = '';
  let from = 0;
  for (const [start, end] of spans) {
    program += text.slice(from, start) + letter.repeat(end - start);
    from = end;
  }
  program += text.slice(from);
  const originals = spans.map(([start, end]) => text.slice(start, end));
  return {
    program,
    unmask(layout) {
      let k = 0;
      return layout.replace(new RegExp(`${letter}+`, 'gu'), () => originals[k++]!);
    },
  };
}

const lineAt = (text: string, start: number): string => /^[^\r\n]*/u.exec(text.slice(start))![0];

/** Spans of magics, each within a logical line that begins outside of brackets and strings. */
function findMagics(text: string): [start: number, end: number][] {
  const spans: [number, number][] = [];
  for (let at = 0; at < text.length;) {
    const start = at + /^[ \t\f]*/u.exec(text.slice(at))![0].length;
    const line = lineAt(text, start);
    const assigned = assignedPattern().exec(line);
    if (MAGIC_START.test(line)) {
      at = endOfMagic(text, start);
      spans.push([start, at]);
    } else if (helpPattern().test(line)) {
      at = start + line.trimEnd().length;
      spans.push([start, at]);
    } else if (assigned !== null) {
      at = endOfMagic(text, start + assigned[0].length);
      spans.push([start + assigned[0].length, at]);
    } else at = endOfLogicalLine(text, start);
    at += /^[ \t]*(?:\r\n|\r|\n)?/u.exec(text.slice(at))![0].length;
  }
  return spans;
}

/** The end of the last line that a backslash leads to, blanks at its end left out. */
function endOfMagic(text: string, start: number): number {
  const [body] = /^(?:[^\\\r\n]+|\\(?:\r\n|[^]))*/u.exec(text.slice(start))!;
  return start + body.trimEnd().length;
}

/** The start of a string; a comment; a bracket; a line end; all else, in runs as long as can be. */
const PIECE = /["']|#[^\r\n]*|\\(?:\r\n|[^])|[([{]|[)\]}]|\r\n|\r|\n|[^"'#\\([{)\]}\r\n]+|[^]/uy;

function endOfLogicalLine(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    PIECE.lastIndex = at;
    const [piece] = PIECE.exec(text)!;
    if (piece === '"' || piece === "'") {
      const [prefix] = /[a-z]{0,2}$/iu.exec(text.slice(Math.max(start, at - 2), at))!;
      const end = scanString(text, at, prefix);
      // A string that does not end is none: the cell will be refused, and one line is as good as another.
      at = typeof end === 'number' ? end : at + 1;
      continue;
    }
    if (/^[([{]$/u.test(piece)) depth++;
    else if (/^[)\]}]$/u.test(piece)) depth--;
    else if (depth <= 0 && /^[\r\n]/u.test(piece)) return at;
    at += piece.length;
  }
  return text.length;
}
