import { NotEquivalentError, SyntaxRefusedError } from '../errors.js';
import type { Deviation } from '../format/deviation.js';
import type { FormatRequest, FormatResult, Formatter } from '../format/formatter.js';
import { indexLines } from '../shared/positions.js';
import { findLexicalFault, toLf } from '../tokenize/index.js';
import type { EmbeddedDocument, EmbeddedSource } from './embedded-document.js';
import { joinPrograms, partAt, splitProgram, type JoinedProgram } from './joined-program.js';
import { SourcePlaces, type CellPlace, type OuterPlace } from './place-sources.js';

/** A deviation by its place in the file, and in its cell. Plain data. */
export interface PlacedDeviation extends Deviation {
  readonly cell?: CellPlace & { readonly endLine: number; readonly endColumn: number };
}

/** What formatting made of the sources of a file. */
export interface FormattedDocument extends Omit<FormatResult, 'deviations' | 'notUnderstood'> {
  /** Of the first line, of each source that was left as it is, that is not understood. */
  readonly notUnderstood: readonly OuterPlace[];
  readonly deviations?: readonly PlacedDeviation[];
  readonly places: SourcePlaces;
}

interface Job {
  readonly document: EmbeddedDocument;
  /** The file. */
  readonly text: string;
  readonly path: string;
  readonly formatter: Pick<Formatter, 'format'>;
  /** Lines are those of the file. */
  readonly request?: Omit<FormatRequest, 'path' | 'seams'>;
}

/**
 * Formats all sources of a file as one program with seams, so that what is counted in one of them speaks about all,
 * and unit and proof are those of the whole. A source that does not parse is left as it is, and told.
 *
 * @throws what `Formatter.format` throws, apart from a source that does not parse
 */
export function formatDocument(job: Job): FormattedDocument {
  const { document: { sources }, text: outer, path, formatter, request = {} } = job;
  const places = new SourcePlaces(job.document, outer);
  const left = new Map<number, number>();
  for (const [k, { program }] of sources.entries()) {
    const fault = faultOf(program);
    if (fault !== null) left.set(k, fault);
  }
  for (;;) {
    const joined = joinPrograms(sources.map(({ program }, k) => (left.has(k) ? '' : program)));
    const notUnderstood = [...left].sort(([a], [b]) => a - b).map(([k, offset]) => places.ofSource(k, offset));
    const lines = request.lines === undefined ? undefined : places.linesIn(joined, request.lines);
    if (joined.parts.length === 0 || lines?.length === 0) {
      return {
        text: outer, changed: false, gaps: 0, gapsChanged: 0, passes: 0, reverted: 0, notUnderstood, places,
        ...(request.deviations === true ? { deviations: [] } : {}),
      };
    }
    const result = tryFormat(formatter, joined, {
      ...request, path, seams: joined.seams, ...(lines === undefined ? {} : { lines }),
    });
    const faults = result instanceof SyntaxRefusedError
      ? refusedAlone(formatter, sources, joined, path)
      : faultsIn(joined, result.notUnderstood);
    if (faults.size > 0) {
      for (const [k, offset] of faults) left.set(k, offset);
      continue;
    }
    // Each source by itself parses, and all together do not.
    if (result instanceof SyntaxRefusedError) throw result;
    const text = result.text === joined.text ? outer : replaceTexts(job, joined, result.text, left);
    return {
      ...result, text, changed: text !== outer, notUnderstood, places,
      ...(result.deviations === undefined ? {} : { deviations: placed(result.deviations, joined, places) }),
    };
  }
}

/** What begins or ends in the middle of a statement would join with its neighbours. */
const FRAGMENT = /^\s*(?:elif|else|except|finally|case)\b|(?:^|\n)[ \t]*@[^\n]*$/u;

/** Whether a source may be a program by itself; the grammar is not asked. */
export const isProgram = (program: string): boolean => faultOf(program) === null;

/** Offset at which a source by itself is no program; null where it may be one. */
function faultOf(program: string): number | null {
  const text = toLf(program);
  // The indentation of the first line is not looked at: people paste blocks.
  const lead = /^\s*/u.exec(text)![0].length;
  const fault = findLexicalFault(text.slice(lead));
  if (fault !== null) return Math.min(lead + fault.offset, program.length);
  return FRAGMENT.test(text.trimEnd()) ? lead : null;
}

function tryFormat(
  formatter: Job['formatter'], joined: JoinedProgram, request: FormatRequest,
): FormatResult | SyntaxRefusedError {
  try {
    return formatter.format(joined.text, request);
  } catch (fault) {
    if (fault instanceof SyntaxRefusedError) return fault;
    throw fault;
  }
}

/** The sources that do not parse by themselves, and the offsets at which they do not. */
function refusedAlone(
  formatter: Job['formatter'], sources: readonly EmbeddedSource[], { parts }: JoinedProgram, path: string,
): Map<number, number> {
  const refused = new Map<number, number>();
  for (const { index } of parts) {
    const alone = joinPrograms([sources[index]!.program]);
    const result = tryFormat(formatter, alone, { path });
    const lines = result instanceof SyntaxRefusedError ? [result.line] : result.notUnderstood;
    if (lines.length > 0) refused.set(index, partAt(alone, indexLines(alone.text).offsetAt(lines[0]!, 1)).offset);
  }
  return refused;
}

/** The sources that hold lines which the grammar does not know, and where the first of them is. */
function faultsIn(joined: JoinedProgram, lines: readonly number[]): Map<number, number> {
  const faults = new Map<number, number>();
  if (lines.length === 0) return faults;
  const program = indexLines(joined.text);
  for (const line of lines) {
    const { index, offset } = partAt(joined, program.offsetAt(line, 1));
    if (!faults.has(index)) faults.set(index, offset);
  }
  return faults;
}

function replaceTexts(
  { document, path }: Job, joined: JoinedProgram, layout: string, left: ReadonlyMap<number, number>,
): string {
  const { sources } = document;
  const programs = splitProgram(joined, layout, sources.map(({ program }) => program));
  if (programs === null) throw new NotEquivalentError({ path, detail: 'the result does not fall into its parts' });
  return document.replace(sources.map((source, k) =>
    (left.has(k) || programs[k] === source.program ? source.text : source.restore(programs[k]!))));
}

function placed(
  deviations: readonly Deviation[], joined: JoinedProgram, places: SourcePlaces,
): PlacedDeviation[] {
  const program = indexLines(joined.text);
  return deviations.map((deviation) => {
    const { cell, ...start } = places.ofJoined(joined, program, deviation.line, deviation.column);
    const end = places.ofJoined(joined, program, deviation.endLine, deviation.endColumn);
    return {
      ...deviation, ...start, endLine: end.line, endColumn: end.column,
      ...(cell === undefined ? {} : {
        cell: { ...cell, endLine: end.cell?.line ?? cell.line, endColumn: end.cell?.column ?? cell.column },
      }),
    };
  });
}
