import { dirname, resolve } from 'node:path';
import {
  Completer, loadCompletionEngine, ProjectContext, type CompletionEngine, type Suggestion,
} from '../complete/index.js';
import { decodeSource, readSource } from '../corpus/index.js';
import { projectTexts } from '../corpus/project-texts.js';
import { BadOptionError } from '../errors.js';
import { createPoliciesOn, type FormatPolicy } from '../format/index.js';
import type { OptionsFor } from '../options/index.js';
import { expectShortLife } from '../shared/engine-flags.js';
import { lengthIn, POSITION_ENCODINGS, type PositionEncoding } from '../shared/position-encoding.js';
import { countCharacters, offsetOfCharacter } from '../shared/positions.js';
import { EXIT_FINE, type CliContext } from './context.js';

type Options = OptionsFor<'complete'>;

/** Pieces of the project that one cold completion reads: what is near, quickly. */
const QUICK_PIECES = 100_000;

/** `nnfmt complete FILE:LINE[:COL]`, or the source on stdin, or many requests on stdin with `--jsonl`. */
export async function runComplete(place: string | undefined, options: Options, context: CliContext): Promise<number> {
  if (options.jsonl) {
    if (place !== undefined) {
      throw new BadOptionError({ option: '--jsonl', reason: 'takes its requests from stdin, not from a file' });
    }
    refuseStdinOptions(options, 'speaks of one source, and --jsonl reads many');
    return completeMany(options, context);
  }
  expectShortLife();
  const { path, text, offset } = place === undefined
    ? readFromStdin(decodeSource(await context.readStdin(), options.stdinFilename ?? '<stdin>').text, options)
    : readFromFile(place, options);
  const model = loadCompletionEngine();
  const policy = policies(model, options)(path);
  const project = new ProjectContext(model, projectTexts(path === null ? process.cwd() : dirname(path), path), {
    maxPieces: QUICK_PIECES, forOne: true,
  });
  const completer = new Completer(model, { project, policy });
  const suggestions =
    await completer.complete({ text, offset, ...requestOptions(options), ...(path === null ? {} : { path }) });
  context.stdout.write(options.json
    ? `${JSON.stringify(inUnits(suggestions, text, PEOPLES))}\n`
    : suggestions.map(renderSuggestion).join(''));
  context.keepCode?.();
  return EXIT_FINE;
}

/**
 * How lines of a file are laid out: as `nnfmt format` does, by the profile that is named or the
 * nearest one. What comes without a path lies in the working directory.
 */
function policies(model: CompletionEngine, { profile }: Options): (path: string | null) => FormatPolicy {
  const named = profile === null ? {} : { profilePath: profile === false ? null : profile };
  const policyFor = createPoliciesOn(model.base, named);
  return (path) => policyFor(path ?? resolve('<stdin>'));
}

/** The command line counts characters as people do: code points. */
const PEOPLES: PositionEncoding = 'utf-32';

/** Suggestions whose ranges count in an encoding, which stands beside them. */
function inUnits(suggestions: readonly Suggestion[], text: string, positionEncoding: PositionEncoding): object {
  const convert = (offset: number): number => lengthIn(text.slice(0, offset), positionEncoding);
  return {
    positionEncoding,
    suggestions: suggestions.map(({ range: { start, end }, ...rest }) =>
      ({ ...rest, range: { start: convert(start), end: convert(end) } })),
  };
}

interface Place {
  /** Absolute; null for stdin without a name. */
  readonly path: string | null;
  readonly text: string;
  readonly offset: number;
}

/** What is less sure than this is noise to a person; programs have a gate of their own. */
const LEAST_CONFIDENCE = 0.05;

function requestOptions({ suggestions: count, maxTokens, minConfidence, temperature, seed, json, jsonl }: Options) {
  return {
    count, maxTokens, minConfidence: minConfidence ?? (json || jsonl ? 0 : LEAST_CONFIDENCE), temperature, seed,
  };
}

/** Confidence, source, text: the text alone would hide its leading space. */
const renderSuggestion = ({ text, confidence, source }: Suggestion): string =>
  `${confidence.toFixed(2)}  ${source.padEnd(7)}  ${text}\n`;

/**
 * Reads `FILE:LINE` or `FILE:LINE:COL`.
 *
 * @throws BadOptionError when there is no line
 */
export function readCursor(
  place: string,
): { readonly path: string; readonly line: number; readonly column: number | null } {
  const found = /^(.+?):(\d+)(?::(\d+))?$/u.exec(place);
  if (found === null) {
    throw new BadOptionError({ option: place, reason: 'needs the cursor: write FILE:LINE or FILE:LINE:COL' });
  }
  return { path: found[1], line: Number(found[2]), column: found[3] === undefined ? null : Number(found[3]) };
}

/** @throws BadOptionError when an option is there that tells of a source on stdin */
function refuseStdinOptions({ line, column, stdinFilename }: Options, reason: string): void {
  const given =
    [['--line', line], ['--column', column], ['--stdin-filename', stdinFilename]].find(([, value]) => value !== null);
  if (given !== undefined) throw new BadOptionError({ option: String(given[0]), reason });
}

function readFromFile(place: string, options: Options): Place {
  refuseStdinOptions(options, 'belongs to a source on stdin; write FILE:LINE:COL');
  const { path, line, column } = readCursor(place);
  const { text } = readSource(path);
  return { path: resolve(path), text, offset: offsetOf(text, line, column, place) };
}

function readFromStdin(text: string, { line, column, stdinFilename }: Options): Place {
  const path = stdinFilename === null ? null : resolve(stdinFilename);
  if (line === null && column === null) return { path, text, offset: text.length };
  const lastLine = text.split(/\r\n|\r|\n/u).length;
  return { path, text, offset: offsetOf(text, line ?? lastLine, column, line === null ? '--column' : '--line') };
}

/**
 * @param column in code points, from 1
 * @returns the place in UTF-16 units
 * @throws BadOptionError when the text has no such place
 */
function offsetOf(text: string, line: number, column: number | null, option: string): number {
  const lines = text.split(/\r\n|\r|\n/u);
  if (line < 1 || line > lines.length) {
    throw new BadOptionError({ option, reason: `there is no line ${line}: the source has ${lines.length}` });
  }
  const breaks = text.matchAll(/\r\n|\r|\n/gu);
  let start = 0;
  for (let k = 1; k < line; k++) {
    const { value } = breaks.next() as { value: RegExpExecArray };
    start = value.index + value[0].length;
  }
  const ofLine = lines[line - 1];
  if (column === null) return start + ofLine.length;
  const length = countCharacters(ofLine);
  if (column < 1 || column > length + 1) {
    throw new BadOptionError({
      option, reason: `there is no column ${column} in line ${line}: it has ${length} characters`,
    });
  }
  return start + offsetOfCharacter(ofLine, column - 1);
}

/** One request of `--jsonl`. */
interface LineRequest {
  readonly prefix: string;
  readonly suffix: string;
  readonly path: string | null;
  readonly positionEncoding: PositionEncoding;
}

/** Answers every line when it comes; a line that cannot be answered gets an error of its own. */
async function completeMany(options: Options, context: CliContext): Promise<number> {
  const model = loadCompletionEngine();
  const completer = new Completer(model, { project: new ProjectContext(model, projectTexts(process.cwd(), null)) });
  const policyFor = policies(model, options);
  for await (const line of context.stdinLines()) {
    if (typeof line === 'string' && line.trim() === '') continue;
    const reply = typeof line === 'string'
      ? await answer(line, { completer, policyFor, options })
      : { id: null, error: line.message };
    context.stdout.write(`${JSON.stringify(reply)}\n`);
    // Whoever asked has gone.
    if (context.stdout.isClosed === true) break;
  }
  return EXIT_FINE;
}

interface Answering {
  readonly completer: Completer;
  readonly policyFor: (path: string | null) => FormatPolicy;
  readonly options: Options;
}

async function answer(line: string, { completer, policyFor, options }: Answering): Promise<object> {
  let id: unknown = null;
  try {
    const raw: unknown = JSON.parse(line);
    if (typeof raw !== 'object' || raw === null) return { id, error: 'the line is no JSON object' };
    id = (raw as { id?: unknown }).id ?? null;
    const { prefix, suffix, path, positionEncoding } = readRequest(raw as Readonly<Record<string, unknown>>);
    const suggestions = await completer.complete({
      text: prefix + suffix, offset: prefix.length, policy: policyFor(path), ...requestOptions(options),
      ...(path === null ? {} : { path: resolve(path) }),
    });
    return { id, ...inUnits(suggestions, prefix + suffix, positionEncoding) };
  } catch (fault) {
    // Whatever it was, the next line deserves its answer.
    return { id, error: fault instanceof Error ? fault.message : String(fault) };
  }
}

/** @throws BadOptionError when a field is missing or of the wrong type */
function readRequest(raw: Readonly<Record<string, unknown>>): LineRequest {
  const text = (name: string, otherwise: string | null): string | null => {
    const value = raw[name] ?? otherwise;
    if (value === null || typeof value === 'string') return value;
    throw new BadOptionError({ option: name, reason: 'must be a text' });
  };
  const prefix = text('prefix', null);
  if (prefix === null) throw new BadOptionError({ option: 'prefix', reason: 'is missing' });
  const encoding = text('positionEncoding', PEOPLES)!;
  const positionEncoding = POSITION_ENCODINGS.find((known) => known === encoding);
  if (positionEncoding === undefined) {
    throw new BadOptionError({
      option: 'positionEncoding', reason: `is one of ${POSITION_ENCODINGS.join(', ')}, not "${encoding}"`,
    });
  }
  return { prefix, suffix: text('suffix', '') ?? '', path: text('path', null), positionEncoding };
}
