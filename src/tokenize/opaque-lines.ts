import type { LexedSource, LogicalLine, Span } from './logical-lines.js';

/**
 * What happens to statements that the grammar does not know, such as next year's syntax. CPython's
 * parser reads nothing but its token stream, so a logical line whose bytes stay as they are keeps its
 * meaning whatever it is, as long as brackets, strings, indentation and blocks around it are in order.
 * Such a line becomes one token, *opaque* to the rest of nnfmt; for the parser, a statement that the
 * grammar does know and that plays the same part among blocks takes its place.
 */
export interface OpaqueSource {
  /** `plainText` with the stand-ins; offsets are those of the source. */
  readonly plainText: string;
  /** The lines that were replaced, in order. */
  readonly opaque: readonly Span[];
}

/**
 * A source of which the grammar does not know more than this share of all statements is refused when they begin
 * in more ways than these: a module of nothing but `lazy import` is Python.
 */
const FEW = 5;
const LARGEST_SHARE = 0.5;

/**
 * Finds the lines that do not parse on their own and puts stand-ins in their places. Null when too large
 * a share of the source is not understood for it to be Python, or a line has no stand-in.
 *
 * @param parses whether a text parses without errors
 * @param isUnknown lines that are not understood whatever the parser says; see TokenizeOptions
 */
export function setOpaqueLinesAside(
  source: LexedSource,
  parses: (text: string) => boolean,
  isUnknown?: (line: string) => boolean,
): OpaqueSource | null {
  const { lines, plainText } = source;
  const spans: Span[] = [];
  const parts: string[] = [];
  let copied = 0;
  for (const index of linesNotUnderstood(source, parses, isUnknown)) {
    const { start, end } = lines[index];
    const standIn = standInFor(source, index);
    if (standIn === null || standIn.length > end - start) return null;
    parts.push(plainText.slice(copied, start), standIn.padEnd(end - start));
    spans.push([start, end]);
    copied = end;
  }
  if (!isUnknown && spans.length > LARGEST_SHARE * lines.length && countBeginnings(source, spans) > FEW) return null;
  parts.push(plainText.slice(copied));
  return { plainText: parts.join(''), opaque: spans };
}

/** How many words or signs the lines begin with, each counted once. */
function countBeginnings({ plainText }: LexedSource, lines: readonly Span[]): number {
  return new Set(
    lines.map(([start, end]) => /^(?:[\p{L}\p{N}_]+|.)/u.exec(plainText.slice(start, Math.min(end, start + 40)))?.[0]),
  ).size;
}

/** True when the grammar does not know a logical line, whatever stands around it. */
function isNotUnderstood(source: LexedSource, index: number, parses: (text: string) => boolean): boolean {
  return !snippetsFor(source, index).some(parses);
}

function linesNotUnderstood(
  source: LexedSource,
  parses: (text: string) => boolean,
  isUnknown?: (line: string) => boolean,
): number[] {
  const { lines, plainText } = source;
  const found: number[] = [];
  for (let first = 0; first < lines.length;) {
    let next = first + 1;
    while (next < lines.length && belongsToPrevious(source, next)) next++;
    const isKnown = parses(`${plainText.slice(lines[first].start, lines[next - 1].end)}\n`);
    for (let k = first; k < next && !(isKnown && !isUnknown); k++) {
      if (isUnknown?.(plainText.slice(lines[k].start, lines[k].end)) || isNotUnderstood(source, k, parses)) {
        found.push(k);
      }
    }
    first = next;
  }
  return found;
}

/** True for a line that cannot be parsed without the one before it. */
const belongsToPrevious = (source: LexedSource, index: number): boolean =>
  source.lines[index].depth > 0 || isClauseWord(firstWord(source, index)) || firstWord(source, index - 1) === '@';

/** Texts that hold the line as a whole program; one of them parses when the grammar knows the line. */
function snippetsFor(source: LexedSource, index: number): string[] {
  const { plainText, lines } = source;
  const { start, end, opensBlock } = lines[index];
  const line = plainText.slice(start, end);
  const body = opensBlock ? '\n y\n' : '\n';
  switch (firstWord(source, index)) {
    case 'elif':
    case 'else':
      return [`if x:y\n${line}${body}`];
    case 'except':
    case 'finally':
      return [`try:y\n${line}${body}`];
    case 'case':
      if (parentWord(source, index) === 'match') return [`match x:\n ${line}${opensBlock ? '\n  y\n' : '\n'}`];
      return opensBlock ? [] : [`${line}\n`];
    case 'match':
      return opensBlock ? [`${line}\n case x:y\n`] : [`${line}\n`];
    case 'try':
      return [`${line}${body}finally:y\n`];
    case '@':
      return [`${line}\ndef f():y\n`];
    default:
      // The grammar takes `name[x]:` and a line below for an annotation.
      return opensBlock && !HEADERS.test(line) ? [] : [`${line}${body}`];
  }
}

const HEADERS = /^(?:if|for|while|with|def|class|async)\b/;

/** The shortest statement that plays the line's part among blocks; null when there is none. */
function standInFor(source: LexedSource, index: number): string | null {
  const { lines, plainText } = source;
  const { start, end, opensBlock, depth } = lines[index];
  const line = plainText.slice(start, end);
  const word = firstWord(source, index);
  const suite = opensBlock ? '' : 'y';
  if (word === '@') return '@x';
  if (word === 'elif') return `elif x:${suite}`;
  if (word === 'else' || word === 'finally') return `${word}:${suite}`;
  if (word === 'except') return `${/^except\s*\*/.test(line) ? 'except*x' : 'except'}:${suite}`;
  if (word === 'case' && parentWord(source, index) === 'match') return `case x:${suite}`;
  const isDecorated = index > 0 && firstWord(source, index - 1) === '@' && lines[index - 1].depth === depth;
  const next = nextAtDepth(source, index);
  const clause = next !== null && isClauseWord(firstWord(source, next)) ? firstWord(source, next) : '';
  if (!opensBlock && !isDecorated && clause === '') return 'x';
  if (clause === 'except' || clause === 'finally') return `try:${suite}`;
  if (clause !== '') return `if x:${suite}`;
  if (word === 'class') return fitting([`class A:${suite}`, `if x:${suite}`], line);
  if (isDecorated || word === 'def' || /^async\s+def\b/.test(line)) {
    return fitting([`def f():${suite}`, `if x:${suite}`], line);
  }
  if (firstWord(source, index + 1) === 'case' && lines[index + 1].depth > depth) {
    return fitting(['match x:', 'if x:'], line);
  }
  if (word === 'for') return fitting(['for x in y:', 'if x:'], line);
  if (word === 'while' || word === 'with') return fitting([`${word} x:`, 'if x:'], line);
  return 'if x:';
}

const fitting = (standIns: readonly string[], line: string): string | null =>
  standIns.find((standIn) => standIn.length <= line.length) ?? null;

/** The word that a line begins with, `@`, or ''. */
function firstWord({ lines, plainText }: LexedSource, index: number): string {
  const line: LogicalLine | undefined = lines[index];
  if (line === undefined) return '';
  return /^(?:@|[a-z]+\b)/.exec(plainText.slice(line.start, Math.min(line.end, line.start + 12)))?.[0] ?? '';
}

const isClauseWord = (word: string): boolean =>
  word === 'elif' || word === 'else' || word === 'except' || word === 'finally';

/** The word of the header whose block a line stands in. */
function parentWord(source: LexedSource, index: number): string {
  const { depth } = source.lines[index];
  for (let k = index - 1; k >= 0; k--) if (source.lines[k].depth < depth) return firstWord(source, k);
  return '';
}

/** The next line of the same block; null when the block ends. */
function nextAtDepth({ lines }: LexedSource, index: number): number | null {
  const { depth } = lines[index];
  for (let k = index + 1; k < lines.length && lines[k].depth >= depth; k++) if (lines[k].depth === depth) return k;
  return null;
}
