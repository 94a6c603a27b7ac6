import { COLON, COMMENT, EQUALS, GapRole, nodeKind, tokenKind, type StructuredSource } from '../../tokenize/index.js';
import { stays, type GroupInput, type Verdicts } from './verdict.js';

/**
 * Columns: neighbouring lines whose same token begins in one column because blanks were put before
 * it. Assignments, keyword arguments, entries of dictionaries, `import` and `as`, comments at the ends
 * of lines. A column is kept, a row that fell out of it is brought back where most rows stand in
 * it; a row too long for the column stays as it is.
 */
export interface Column {
  /** The gaps before the aligned tokens, one a line, from top to bottom. */
  readonly gaps: readonly number[];
  /** Where the token of most rows begins, in columns from the first token of its line. */
  readonly offset: number;
  /** Per row: whether it begins there, and where the text before the gap ends. */
  readonly aligned: readonly boolean[];
  readonly before: readonly number[];
  /** Per row: whether its token ends where those of most rows end, as numbers do that stand to the right. */
  readonly isRight: readonly boolean[];
}

/** One line's candidate for a column. */
interface Member {
  readonly gap: number;
  readonly line: number;
  /** Column of the token, and where the text before the gap ends, from the line's first token. */
  readonly offset: number;
  readonly before: number;
  /** Column at which the token ends. */
  readonly end: number;
}

const IMPORT = tokenKind('import');
const AS = tokenKind('as');
const PAIR = nodeKind('pair');
/** Tokens that stand in columns, by the node that holds them. */
const PIVOTS = new Set<number>();
for (const [token, nodes] of [
  [EQUALS, ['assignment', 'keyword_argument', 'default_parameter', 'typed_default_parameter']],
  [COLON, ['pair', 'assignment', 'typed_parameter', 'typed_default_parameter']],
  [IMPORT, ['import_from_statement']],
  [AS, ['aliased_import']],
] as const) {
  for (const node of nodes) PIVOTS.add(token * 256 + nodeKind(node));
}

/**
 * Share of the rows that may stand outside for them to be brought back, or a single one: more is where its author
 * stopped aligning.
 */
const OUTSIDE = 0.2;
/** Share of its rows that a column holds at least. */
const MOST = 2 / 3;
/** The same where damage put them outside. */
const OUTSIDE_BY_DAMAGE = 0.5;
const MOST_BY_DAMAGE = 0.5;
/** Damage level from which on rows are looked for where damage may have put them. */
const WRECKED = 0.5;
/** Lines from one row to the next, where damage may have broken a row or put blank lines between two. */
const APART_BY_DAMAGE = 3;

/**
 * Finds the columns of a layout.
 *
 * @param apart lines from one row to the next, at most
 */
export function findColumns({ source, structure }: StructuredSource, gaps: readonly string[], apart = 1): Column[] {
  const columns: Column[] = [];
  /** Runs of members in neighbouring lines, by what they have in common. */
  const open = new Map<string, Member[]>();
  const close = (members: readonly Member[]): void => {
    const column = columnOf(members);
    if (column !== null) columns.push(column);
  };
  let line = 0;
  let width = 0;
  let first = true;
  /** How often each kind of pivot was met in this line. */
  let met = new Map<number, number>();
  const add = (kind: number, gap: number, container: number): void => {
    const text = gaps[gap];
    if (text.includes('\n') || text.includes('\\') || text.includes('\t')) return;
    const count = met.get(kind) ?? 0;
    met.set(kind, count + 1);
    const key = `${kind}:${count}:${container}`;
    const offset = width + text.length;
    const member = { gap, line, offset, before: width, end: offset + source.end[gap] - source.start[gap] };
    const run = open.get(key);
    if (run === undefined) open.set(key, [member]);
    else if (run[run.length - 1].line < line && run[run.length - 1].line >= line - apart) run.push(member);
    else {
      close(run);
      open.set(key, [member]);
    }
  };
  for (let i = 0; i < source.tokenCount; i++) {
    const text = gaps[i];
    const breaks = text === '' || text === ' ' ? 0 : text.split('\n').length - 1;
    if (breaks > 0 || i === 0) {
      line += breaks;
      width = 0;
      first = true;
      met = new Map();
    }
    if (!first) {
      const isComment = source.kind[i] === COMMENT;
      const container = structure.openBracket[i] >= 0
        ? structure.openBracket[i]
        : -2 - structure.blockNode[Math.max(0, structure.previousCode[i - 1])];
      if (isComment) {
        if (structure.role[i] === (GapRole.TrailingComment as number)) add(-1, i, -1);
      } else {
        const node = source.parent[i] < 0 ? 0 : source.tree.kind[source.parent[i]];
        if (PIVOTS.has(source.kind[i] * 256 + node)) add(source.kind[i] * 256 + node, i, container);
        if (source.kind[i - 1] === COLON && source.parent[i - 1] >= 0 &&
          source.tree.kind[source.parent[i - 1]] === PAIR) add(-2, i, container);
      }
    }
    if (!first) width += text.length;
    first = false;
    const end = source.end[i];
    const lastBreak = lastBreakIn(source.text, source.start[i], end);
    if (lastBreak >= 0) {
      // What follows a string of several lines is in no column with what stands above.
      line += 2;
      width = end - lastBreak - 1;
      met = new Map();
    } else width += end - source.start[i];
  }
  for (const run of open.values()) close(run);
  return columns;
}

function lastBreakIn(text: string, from: number, to: number): number {
  if (to - from < 7) return -1;
  const at = text.lastIndexOf('\n', to - 1);
  return at >= from ? at : -1;
}

/** The column of a run of members; null where nothing was aligned on purpose. */
function columnOf(members: readonly Member[]): Column | null {
  if (members.length < 2) return null;
  const counts = new Map<number, number>();
  for (const { offset } of members) counts.set(offset, (counts.get(offset) ?? 0) + 1);
  let offset = -1;
  for (const [candidate, count] of counts) if (count > (counts.get(offset) ?? 0)) offset = candidate;
  const aligned = members.map((member) => member.offset === offset);
  const inside = members.filter((member) => member.offset === offset);
  // Padding alone shows intent: names of equal length stand in a column by chance.
  if (inside.length < 2 || new Set(inside.map(({ before }) => before)).size < 2) return null;
  const ends = new Map<number, number>();
  for (const { end } of members) ends.set(end, (ends.get(end) ?? 0) + 1);
  const isRight = members.map(({ end }) => 2 * ends.get(end)! > members.length);
  return { gaps: members.map(({ gap }) => gap), offset, aligned, before: members.map(({ before }) => before), isRight };
}

/** Keeps the columns of a layout, and brings back rows that fell out of one. */
export function decideColumns({ context, observed, pins, damage, columns }: GroupInput, verdicts: Verdicts): void {
  const { source, structure } = context.structured;
  const isDamaged = damage > WRECKED;
  const found = isDamaged ? findColumns(context.structured, observed.gaps, APART_BY_DAMAGE) : columns;
  for (const { gaps, offset, aligned, before, isRight } of found) {
    const count = aligned.filter(Boolean).length;
    const holds = count >= 3 && count >= (isDamaged ? MOST_BY_DAMAGE : MOST) * gaps.length;
    const mayReturn = gaps.length - count <= Math.max(1, (isDamaged ? OUTSIDE_BY_DAMAGE : OUTSIDE) * gaps.length);
    // Among random blanks two rows meet in a column by chance.
    if (isDamaged && !holds) continue;
    gaps.forEach((gap, row) => {
      if (pins.gap[gap] || verdicts[gap] !== undefined) return;
      const isComment = structure.role[gap] === (GapRole.TrailingComment as number);
      // A dictionary's colon may touch its key.
      const least = source.kind[gap] === COLON ? 0 : 1;
      // What ends where most rows end does so on purpose; so may a comment in a file that nobody spoilt.
      const isLoose = isDamaged || (!isComment && !isRight[row]);
      const returns = holds && mayReturn && isLoose && before[row] + least <= offset;
      if (aligned[row] || returns) verdicts[gap] = { group: 'column', text: observed.gaps[gap], offset };
      else if (count >= 3) verdicts[gap] = stays('column');
    });
  }
}
