import { formatSource, type FormatPolicy } from '../../src/format/index.js';
import { createRandom } from '../../src/shared/random.js';
import { indexLines } from '../../src/shared/positions.js';
import type { LineRange } from '../../src/shared/line-ranges.js';
import { findDifference, hasLineBreak, joinGaps, lastLineStart, nodeKind, withStructure, type StructuredSource, type Tokenizer } from '../../src/tokenize/index.js';
import type { BenchCase } from './measure.js';

/** A file of a project in which one function is laid out as somebody else would. */
export interface FunctionCase {
  readonly path: string;
  readonly program: StructuredSource;
  readonly inputText: string;
  readonly input: readonly string[];
  /** Gaps inside the function, the first and the one behind the last, and its lines in the input. */
  readonly from: number;
  readonly to: number;
  readonly lines: LineRange;
}

/** Gaps inside the functions, non-empty on either side; `exact` are as their authors have them. */
export interface FunctionTally {
  readonly functions: number;
  readonly compared: number;
  readonly inputExact: number;
  readonly exact: number;
  /** Functions that came back whole. */
  readonly whole: number;
  /** Gaps changed outside the functions. */
  readonly elsewhere: number;
}

const FUNCTION = nodeKind('function_definition');
/** Lines of a function that says enough, and that somebody would contribute. */
const LINES = { least: 8, most: 80 };
const MOST_A_FILE = 2;

/**
 * Takes some functions of each file from its foreign version and puts them back where they stood, at the author's
 * depth. Functions that would not differ then are left out, and those not proven to be the same program.
 *
 * @param foreign the same files in another style; files that could not be had in it are missing
 */
export function foreignFunctions(tokenizer: Tokenizer, foreign: readonly BenchCase[]): FunctionCase[] {
  return takenFunctions(tokenizer, foreign).filter(({ program, input }) =>
    input.some((gap, i) => gap !== program.source.gaps[i]));
}

/** The same functions, those among them that do not differ. */
export function takenFunctions(tokenizer: Tokenizer, foreign: readonly BenchCase[]): FunctionCase[] {
  return foreign.flatMap(({ path, program, input }) =>
    chooseFunctions(program, path).flatMap((node) => spliceFunction(tokenizer, { path, program, foreign: input, node })));
}

function chooseFunctions({ source }: StructuredSource, path: string): number[] {
  const { tree } = source;
  const lines = indexLines(source.text);
  const lineOf = (token: number): number => lines.lineOf(source.start[token]);
  const found: number[] = [];
  let end = -1;
  for (let node = 0; node < tree.nodeCount; node++) {
    if (tree.kind[node] !== FUNCTION || tree.firstToken[node] <= end) continue;
    end = tree.lastToken[node];
    const count = lineOf(end) - lineOf(tree.firstToken[node]) + 1;
    if (count >= LINES.least && count <= LINES.most) found.push(node);
  }
  return createRandom(`functions:${path}`).shuffle(found).slice(0, MOST_A_FILE);
}

function spliceFunction(
  tokenizer: Tokenizer,
  { path, program, foreign, node }: { path: string; program: StructuredSource; foreign: readonly string[]; node: number },
): FunctionCase[] {
  const { source } = program;
  const first = source.tree.firstToken[node];
  const [from, to] = [first + 1, source.tree.lastToken[node] + 1];
  const [own, theirs] = [indentationOf(source.gaps[first]), indentationOf(foreign[first])];
  if (own === null || theirs === null) return [];
  const input = source.gaps.map((gap, i) => (i >= from && i < to ? moved(foreign[i], theirs, own) : gap));
  const inputText = joinGaps(source, input);
  try {
    if (findDifference(program, withStructure(tokenizer.tokenize(inputText, path))) !== null) return [];
  } catch {
    return [];
  }
  const index = indexLines(inputText);
  const offset = (token: number): number => joinGaps(source, input).length - restLength(source, input, token);
  return [{ path, program, input, inputText, from, to, lines: { first: index.lineOf(offset(first)), last: index.lineOf(offset(to - 1)) } }];
}

/** Length of a layout from a token on. */
function restLength(source: StructuredSource['source'], gaps: readonly string[], token: number): number {
  let length = 0;
  for (let i = token; i < source.tokenCount; i++) length += source.end[i] - source.start[i] + gaps[i + 1].length;
  return length;
}

const indentationOf = (gap: string): string | null => (hasLineBreak(gap) ? gap.slice(lastLineStart(gap)) : gap === '' ? '' : null);

/** A gap with its line as far from another indentation as it was from its own. */
function moved(gap: string, from: string, to: string): string {
  if (!hasLineBreak(gap)) return gap;
  const at = lastLineStart(gap);
  const line = gap.slice(at);
  return line.startsWith(from) ? gap.slice(0, at) + to + line.slice(from.length) : gap;
}

/** Formats only the lines of the functions, as `--range` and `--changed` do. */
export function measureFunctions(tokenizer: Tokenizer, policy: FormatPolicy, cases: readonly FunctionCase[]): FunctionTally {
  const tally = { functions: cases.length, compared: 0, inputExact: 0, exact: 0, whole: 0, elsewhere: 0 };
  for (const { path, program, input, inputText, from, to, lines } of cases) {
    const original = program.source.gaps;
    const output = tokenizer.tokenize(formatSource(tokenizer, policy, inputText, path, { lines: [lines] }).text, path).gaps;
    let wrong = 0;
    output.forEach((gap, i) => {
      if (i < from || i >= to) {
        if (gap !== input[i]) tally.elsewhere++;
        return;
      }
      if (gap !== original[i]) wrong++;
      if (gap === '' && original[i] === '') return;
      tally.compared++;
      if (gap === original[i]) tally.exact++;
      if (input[i] === original[i]) tally.inputExact++;
    });
    if (wrong === 0) tally.whole++;
  }
  return tally;
}
