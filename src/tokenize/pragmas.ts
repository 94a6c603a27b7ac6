import type { StructuredSource } from './equivalence.js';
import { breaksLine, GapRole } from './structure.js';
import { tokenText } from './token-table.js';
import { COMMENT } from './vocabulary.js';


/**
 * Words by which a comment speaks to another tool about the line that it stands on; also behind words for people. In
 * small letters, as all patterns here: V8 takes longer to make one that takes any.
 */
const WORDS = [
  'mypy:', 'pyright:', 'basedpyright:', 'pyre-(?:ignore|fixme)', 'pyrefly:', 'pytype:', 'zuban:', 'noqa', 'flake8[:-]',
  'ruff:', 'pylint:', 'pycodestyle:', 'autopep8:', 'isort:', 'yapf:', 'fmt:', 'nosec', 'nosemgrep', 'nosonar', 'nolint',
  'lint-ignore', 'lint-fixme', 'noinspection', 'pragma:', 'gitleaks:', 'skipcq', 'cython:', 'doctest:', 'codespell:',
  'deepcode',
];
/**
 * Those that people use too, and what tools of later years will say: only where a part of a comment begins with them.
 */
const FIRST_WORDS = [
  'type:', 'ty:', 'black:', 'sourcery', 'lgtm', String.raw`[\w.-]+:\s*(?:ignore|disable|enable|skip|allow|off|on)\b`,
];
const PRAGMA = new RegExp(String.raw`(?<![\w-])(?:${WORDS.join('|')})|[#;]\s*(?:${FIRST_WORDS.join('|')})`);

/** The words that, on a line of their own, speak of the next line. */
const OF_NEXT_LINE = new RegExp(
  String.raw`#\s*(?:pylint:\s*disable-next|nolintnextline|pyre-(?:ignore|fixme)\b|pyrefly:\s*ignore|ruff:\s*ignore|` +
    'nosemgrep|lint-ignore|lint-fixme|noinspection)',
);

/** What line breaks of a gap are free to do; per gap in `pragmaGaps`. */
export const enum BreakFreedom {
  Free,
  /** A line break may neither appear nor go. */
  Bound,
  /** The number of line breaks stays. */
  Counted,
}

/** Roles of gaps within a logical line. */
const IN_LINE: ReadonlySet<GapRole> =
  new Set([GapRole.Line, GapRole.Bracket, GapRole.BracketComment, GapRole.TrailingComment]);
/** Roles of gaps that join a statement to the line before it, or do not. */
const JOINS: ReadonlySet<GapRole> = new Set([GapRole.AfterSemicolon, GapRole.BlockStart]);

/**
 * `[gaps]`, a `BreakFreedom` each: where a comment speaks to another tool about a line (`# type:`, `# noqa`,
 * `# pylint:` and their like), no line break of that line and none beside it appears or goes, so that
 * the comment covers what it covered.
 */
export function pragmaGaps(program: StructuredSource): Uint8Array {
  const { source, structure } = program;
  const marks = new Uint8Array(source.tokenCount + 1);
  for (let i = 0; i < source.tokenCount; i++) {
    if (source.kind[i] !== COMMENT) continue;
    const text = tokenText(source, i).toLowerCase();
    if (!PRAGMA.test(text)) continue;
    if (structure.role[i] === (GapRole.TrailingComment as number)) bindLine(program, marks, i);
    else if (OF_NEXT_LINE.test(text)) bindNextLine(program, marks, i);
  }
  return marks;
}

/**
 * Marks what a trailing comment speaks of, as `breaks` of its line: the gaps of the logical line that it ends,
 * of those joined to it by `;` or `:`, and the one that leads to them.
 */
export function bindLine(program: StructuredSource, marks: Uint8Array, comment: number): void {
  const line = nextLineOf(program, comment, bound.get(marks));
  if (line === null) return;
  bind(program, marks, line);
  bound.set(marks, line);
}

/**
 * Marks the gaps within the logical line that a trailing comment ends, and of those joined to it by `;` or `:`.
 *
 * @returns the last token of what was marked; -1 where nothing was, or nothing new
 */
export function markLine(program: StructuredSource, marks: Uint8Array, comment: number): number {
  const line = nextLineOf(program, comment, marked.get(marks));
  if (line === null) return -1;
  marks.fill(1, line.first + 1, line.last + 1);
  marked.set(marks, line);
  return line.last;
}

/** A comment of its own line that speaks of the next: they stay together, and the next keeps its breaks. */
function bindNextLine(program: StructuredSource, marks: Uint8Array, comment: number): void {
  const { source, structure } = program;
  const next = structure.nextCode[comment];
  if (next >= source.tokenCount) return;
  bind(program, marks, { first: lineStart(program, next), last: lineEnd(program, next) });
  marks.fill(BreakFreedom.Counted, comment + 1, next + 1);
}

function bind({ source, structure }: StructuredSource, marks: Uint8Array, { first, last }: TokenRange): void {
  for (let i = first; i <= last; i++) marks[i] = Math.max(marks[i], BreakFreedom.Bound);
  if (last < source.tokenCount && JOINS.has(structure.role[last + 1])) {
    marks[last + 1] = Math.max(marks[last + 1], BreakFreedom.Bound);
  }
}

interface TokenRange {
  readonly first: number;
  readonly last: number;
}

/**
 * By array of marks: the line that was marked last. A line may hold a hundred thousand such comments, and is marked
 * once.
 */
const bound = new WeakMap<Uint8Array, TokenRange>();
const marked = new WeakMap<Uint8Array, TokenRange>();

/** The line of a comment; null without one, and for the line that was marked last. */
function nextLineOf(program: StructuredSource, comment: number, latest: TokenRange | undefined): TokenRange | null {
  const isKnown = latest !== undefined && comment > latest.first && comment <= latest.last;
  return isKnown ? null : lineOf(program, comment);
}

/** Tokens that share a line with a trailing comment: a logical line, and those that `;` or `:` joins to it. */
function lineOf(program: StructuredSource, comment: number): TokenRange | null {
  const before = program.structure.previousCode[comment - 1];
  return before < 0 ? null : { first: lineStart(program, before), last: lineEnd(program, comment) };
}

function lineStart({ source, structure }: StructuredSource, token: number): number {
  let first = token;
  while (first > 0 && !(structure.startsLine[first] && breaksLine(source.gaps[first]))) first--;
  return first;
}

function lineEnd({ source, structure }: StructuredSource, token: number): number {
  let last = token;
  while (last + 1 < source.tokenCount) {
    const role = structure.role[last + 1] as GapRole;
    if (!IN_LINE.has(role) && !(JOINS.has(role) && !breaksLine(source.gaps[last + 1]))) break;
    last++;
  }
  return last;
}
