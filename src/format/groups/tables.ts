import { COMMA, GapRole, type StructuredSource } from '../../tokenize/index.js';
import { stays, type GroupInput, type Verdicts } from './verdict.js';

/**
 * Tables: a bracket over several lines whose rows were brought into columns by blanks, numbers to the
 * right or names to the left. Its rows are never joined and its columns never moved row by row: the
 * whole table stays.
 */
const LEAST_ROWS = 3;
/** Brackets further in are not looked at, so that deep nesting takes no more time than wide. */
const DEEPEST = 8;
/** Share of the padded gaps that have to lead into a column of a neighbouring row. */
const ALIGNED = 0.8;

/** Opening brackets of tables. */
export function findTables({ source, structure }: StructuredSource, gaps: readonly string[]): number[] {
  const { tokenCount, start, end } = source;
  const column = new Int32Array(tokenCount);
  const line = new Int32Array(tokenCount);
  let at = 0;
  let row = 0;
  for (let i = 0; i < tokenCount; i++) {
    const text = gaps[i];
    const lineStart = text === '' || text === ' ' ? 0 : text.lastIndexOf('\n') + 1;
    if (lineStart > 0) {
      row++;
      at = text.length - lineStart;
    } else at += text.length;
    column[i] = at;
    line[i] = row;
    at += end[i] - start[i];
  }
  const tables: number[] = [];
  for (let open = 0; open < tokenCount; open++) {
    const close = structure.partner[open];
    if (close <= open || structure.bracketDepth[open] > DEEPEST || structure.partner[tables.at(-1) ?? 0] > open) {
      continue;
    }
    if (line[close] - line[open] < LEAST_ROWS - 1) continue;
    if (!hasRows(open, close)) continue;
    const padded: number[] = [];
    for (let i = open + 2; i < close; i++) {
      const isBlanks = gaps[i].length >= 2 && /^ +$/u.test(gaps[i]);
      if (isBlanks && structure.role[i] === (GapRole.Bracket as number)) padded.push(i);
    }
    if (new Set(padded.map((i) => line[i])).size < 2) continue;
    const starts = new Set<number>();
    const ends = new Set<number>();
    const key = (token: number, place: number): number => line[token] * 4096 + Math.min(4095, place);
    for (let i = open + 1; i < close; i++) {
      starts.add(key(i, column[i]));
      ends.add(key(i, column[i] + end[i] - start[i]));
    }
    const isAligned = (i: number): boolean => [-1, 1].some((step) =>
      starts.has(key(i, column[i]) + step * 4096) || ends.has(key(i, column[i] + end[i] - start[i]) + step * 4096));
    if (padded.filter(isAligned).length >= ALIGNED * padded.length) tables.push(open);
  }
  return tables;

  /** True when every line ends behind a comma or a bracket, as the rows of a table do, and no blank is a tab. */
  function hasRows(open: number, close: number): boolean {
    for (let i = open + 1; i <= close; i++) {
      const isBreak = gaps[i].includes('\n');
      if (!isBreak && gaps[i].includes('\t')) return false;
      if (!isBreak || structure.mustBreak[i] === 1) continue;
      const left = source.kind[i - 1];
      if (left !== COMMA && structure.partner[i - 1] < 0 && structure.partner[i] < 0) return false;
    }
    return true;
  }
}

/** Lets the gaps of every table stay. */
export function keepTables({ context, observed }: GroupInput, verdicts: Verdicts): void {
  const { structure } = context.structured;
  for (const open of findTables(context.structured, observed.gaps)) {
    for (let i = open + 1; i <= structure.partner[open]; i++) verdicts[i] ??= stays('table');
  }
}
