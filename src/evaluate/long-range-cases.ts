/**
 * Cases for what a model has to remember over many tokens: which brackets are open, and which
 * blocks. They are looked for, because cuts at random hardly meet them.
 */
import { createRandom } from '../shared/random.js';
import { LINE_END, lexPython, type LexicalToken } from '../tokenize/index.js';
import { caseAt, cuttableLines, type CompletionCase } from './completion-cases.js';

/** Tokens from an opening bracket to the cut from which on it counts as far; on a line above it always does. */
const FAR_TOKENS = 20;

/**
 * Cuts where the innermost open bracket was opened far away. Half of the lines close it, as
 * far as there are such lines, and the others leave it open: a model that always closes must not win.
 *
 * @param most lines cut at most
 */
export function bracketCases(text: string, most: number, seed: number | string): CompletionCase[] {
  const random = createRandom(`${seed}:brackets`);
  const { tokens } = lexPython(text);
  const far = farBrackets(tokens);
  const closing: CompletionCase[] = [];
  const leaving: CompletionCase[] = [];
  for (const line of random.shuffle(cuttableLines(tokens))) {
    const cuts = line.flatMap((token, k) => (far.has(token) ? [k] : []));
    if (cuts.length === 0) continue;
    const cut = random.pick(cuts);
    const { brackets: openBrackets, distance } = far.get(line[cut])!;
    const found = {
      ...caseAt(text, 'bracket', line, cut, cut === 0 ? line[0].start : line[cut - 1].end), openBrackets, distance,
    };
    (closesFar(found.truth, openBrackets) ? closing : leaving).push(found);
  }
  const half = Math.max(Math.ceil(most / 2), most - leaving.length);
  const chosen = closing.slice(0, half);
  return [...chosen, ...leaving.slice(0, most - chosen.length)].sort((a, b) => a.offset - b.offset);
}

interface FarBrackets {
  /** All that are open. */
  readonly brackets: string;
  /** Tokens since the innermost one. */
  readonly distance: number;
}

/** The open brackets before each token whose innermost open bracket is far. */
function farBrackets(tokens: readonly LexicalToken[]): ReadonlyMap<LexicalToken, FarBrackets> {
  const found = new Map<LexicalToken, FarBrackets>();
  const open: { bracket: string; at: number; line: number }[] = [];
  let line = 0;
  let at = 0;
  for (const token of tokens) {
    if (token.kind === LINE_END) {
      line++;
      continue;
    }
    const last = open[open.length - 1];
    if (last !== undefined && (at - last.at > FAR_TOKENS || line > last.line)) {
      found.set(token, { brackets: open.map(({ bracket }) => bracket).join(''), distance: at - last.at });
    }
    if ('([{'.includes(token.text)) open.push({ bracket: token.text, at, line });
    else if (')]}'.includes(token.text)) open.pop();
    at++;
  }
  return found;
}

/** Whether tokens close the innermost of these brackets. */
export function closesFar(tokens: readonly string[], openBrackets: string): boolean {
  let depth = openBrackets.length;
  for (const token of tokens) {
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token) && --depth < openBrackets.length) return true;
  }
  return false;
}

/** The end of a logical line, and where the author goes on. */
export interface IndentationCase {
  /** Behind the line's last token. */
  readonly offset: number;
  /** Blocks that the next line opens (1) or leaves (-1 to -3, the latter also for more). */
  readonly change: number;
  /** What the line itself says: 1 behind a colon at its end, 0 otherwise. */
  readonly byColon: number;
  /** Lines since the innermost block around the line began; 0 at the margin. */
  readonly blockLines: number;
}

/** Lines of a block from which on its end is a long-range test. */
export const LONG_BLOCK = 10;

/**
 * Ends of logical lines, the next line of which tells the depth: up to `most` of all lines
 * alike, and up to `most` more in blocks that began LONG_BLOCK lines before.
 */
export function indentationCases(text: string, most: number, seed: number | string): {
  readonly any: IndentationCase[];
  readonly long: IndentationCase[];
} {
  const random = createRandom(`${seed}:indentation`);
  const all = lineEnds(text);
  const pick = (cases: readonly IndentationCase[]): IndentationCase[] =>
    random.shuffle([...cases]).slice(0, most).sort((a, b) => a.offset - b.offset);
  return { any: pick(all), long: pick(all.filter(({ blockLines }) => blockLines >= LONG_BLOCK)) };
}

function lineEnds(text: string): IndentationCase[] {
  const { tokens } = lexPython(text);
  const cases: IndentationCase[] = [];
  /** First line of each block that is open. */
  const blocks: number[] = [0];
  let line = 0;
  let counted = 0;
  tokens.forEach((token, k) => {
    for (; counted < token.start; counted++) {
      if (text[counted] === '\n' || (text[counted] === '\r' && text[counted + 1] !== '\n')) line++;
    }
    if (token.startsStatement && (k === 0 || tokens[k - 1].kind === LINE_END)) {
      blocks.length = Math.min(blocks.length, token.blockDepth + 1);
      while (blocks.length <= token.blockDepth) blocks.push(line);
    }
    if (token.kind !== LINE_END || token.bracketDepth > 0 || token.depthChange === null || k === 0) return;
    const before = tokens[k - 1];
    cases.push({
      offset: before.end,
      change: Math.max(-3, Math.min(1, token.depthChange)),
      byColon: before.text === ':' ? 1 : 0,
      blockLines: blocks.length === 1 ? 0 : line - blocks[blocks.length - 1],
    });
  });
  return cases;
}
