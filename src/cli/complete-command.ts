import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { decodeSource, findFiles, readSource } from '../corpus/index.js';
import { BadOptionError, NnfmtError } from '../errors.js';
import { Completer, loadCompletionEngine, ProjectContext, type ProjectText, type Suggestion } from '../complete/index.js';
import type { OptionsFor } from '../options.js';
import { EXIT_FINE, type CliContext } from './context.js';

type Options = OptionsFor<'complete'>;

/** Pieces of the project that one cold completion reads: what is near, quickly. */
const QUICK_PIECES = 100_000;
/** Marks the top folder of a project. */
const MARKERS = ['.git', '.hg', 'pyproject.toml', 'setup.py', 'setup.cfg', '.nnfmt'];

/** `nnfmt complete FILE:LINE[:COL]`, or the source on stdin, or many requests on stdin with `--jsonl`. */
export async function runComplete(place: string | undefined, options: Options, context: CliContext): Promise<number> {
  if (options.jsonl) {
    if (place !== undefined) throw new BadOptionError({ option: '--jsonl', reason: 'takes its requests from stdin, not from a file' });
    return completeMany(options, context);
  }
  const { path, text, offset } = place === undefined
    ? readFromStdin(decodeSource(await context.readStdin(), '<stdin>').text, options)
    : readFromFile(place, options);
  const model = loadCompletionEngine();
  const project = new ProjectContext(model, projectTexts(path === null ? process.cwd() : dirname(path), path), QUICK_PIECES);
  const suggestions = await new Completer(model, { project }).complete({ text, offset, ...requestOptions(options), ...(path === null ? {} : { path }) });
  context.stdout.write(options.json ? `${JSON.stringify({ suggestions })}\n` : suggestions.map(renderSuggestion).join(''));
  return EXIT_FINE;
}

interface Place {
  /** Absolute; null for stdin. */
  readonly path: string | null;
  readonly text: string;
  readonly offset: number;
}

function requestOptions(options: Options) {
  const { suggestions: count, maxTokens, minConfidence, temperature, seed } = options;
  return { count, maxTokens, minConfidence, temperature, seed };
}

/** Confidence, source, text: the text alone would hide its leading space. */
const renderSuggestion = ({ text, confidence, source }: Suggestion): string => `${confidence.toFixed(2)}  ${source.padEnd(7)}  ${text}\n`;

function readFromFile(place: string, options: Options): Place {
  if (options.line !== null || options.column !== null) {
    throw new BadOptionError({ option: options.line !== null ? '--line' : '--column', reason: 'belongs to a source on stdin; write FILE:LINE:COL' });
  }
  const found = /^(.+?):(\d+)(?::(\d+))?$/u.exec(place);
  if (found === null) throw new BadOptionError({ option: place, reason: 'needs the cursor: write FILE:LINE or FILE:LINE:COL' });
  const path = resolve(found[1]);
  const { text } = readSource(found[1]);
  return { path, text, offset: offsetOf(text, Number(found[2]), found[3] === undefined ? null : Number(found[3]), place) };
}

function readFromStdin(text: string, { line, column }: Options): Place {
  if (line === null && column === null) return { path: null, text, offset: text.length };
  const lastLine = text.split(/\r\n|\r|\n/u).length;
  return { path: null, text, offset: offsetOf(text, line ?? lastLine, column, line === null ? '--column' : '--line') };
}

/** @throws BadOptionError when the text has no such place */
function offsetOf(text: string, line: number, column: number | null, option: string): number {
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/gu)];
  const found = lines[line - 1];
  if (found === undefined) throw new BadOptionError({ option, reason: `there is no line ${line}: the source has ${lines.length}` });
  const length = found[1].length;
  if (column !== null && (column < 1 || column > length + 1)) {
    throw new BadOptionError({ option, reason: `there is no column ${column} in line ${line}: it has ${length} characters` });
  }
  return found.index + (column === null ? length : column - 1);
}

/**
 * Sources of the project around a folder, nearest last: first by how far they are, then by
 * name. A folder without any sign of a project gives only what lies in it.
 */
function projectTexts(folder: string, without: string | null): ProjectText[] {
  const root = projectRoot(folder);
  const paths = root === null ? findFiles([folder]).files.filter((file) => dirname(resolve(file)) === folder) : findFiles([root]).files;
  const distance = (path: string): number => relative(folder, path).split(sep).length;
  return paths
    .map((file) => resolve(file))
    .filter((path) => path !== without)
    .sort((a, b) => distance(b) - distance(a) || (a < b ? -1 : 1))
    .slice(-MAX_PROJECT_FILES)
    .flatMap((path) => {
      try {
        return [{ path, text: readSource(path).text }];
      } catch (fault) {
        // Context only: what cannot be read does not help, and harms nobody.
        if (fault instanceof NnfmtError) return [];
        throw fault;
      }
    });
}

const MAX_PROJECT_FILES = 2000;

function projectRoot(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (MARKERS.some((marker) => existsSync(join(at, marker)))) return at;
    if (dirname(at) === at) return null;
  }
}

/** One request of `--jsonl`. */
interface LineRequest {
  readonly prefix: string;
  readonly suffix: string;
  readonly path: string | null;
}

/** Answers every line; a line that cannot be answered gets an error of its own. */
async function completeMany(options: Options, context: CliContext): Promise<number> {
  const lines = Buffer.from(await context.readStdin()).toString('utf8').split('\n').filter((line) => line.trim() !== '');
  const model = loadCompletionEngine();
  const completer = new Completer(model, { project: new ProjectContext(model, projectTexts(process.cwd(), null)) });
  for (const line of lines) context.stdout.write(`${JSON.stringify(await answer(line, completer, options))}\n`);
  return EXIT_FINE;
}

async function answer(line: string, completer: Completer, options: Options): Promise<object> {
  let id: unknown = null;
  try {
    const raw: unknown = JSON.parse(line);
    if (typeof raw !== 'object' || raw === null) return { id, error: 'the line is no JSON object' };
    id = (raw as { id?: unknown }).id ?? null;
    const { prefix, suffix, path } = readRequest(raw as Readonly<Record<string, unknown>>);
    const suggestions = await completer.complete({
      text: prefix + suffix, offset: prefix.length, ...requestOptions(options), ...(path === null ? {} : { path: resolve(path) }),
    });
    return { id, suggestions };
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
  return { prefix, suffix: text('suffix', '') ?? '', path: text('path', null) };
}
