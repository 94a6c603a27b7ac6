/**
 * Functions in the form of CodeSearchNet (Husain and others 2019): a JSON object a line, usually compressed, with the
 * function, its docstring and where it comes from.
 */
import { SourceReadError } from '../errors.js';
import { readLines } from '../shared/read-lines.js';
import { firstParagraph, functionPair } from './function-pairs.js';
import { pythonFunctions, type PythonFunction } from './python-functions.js';

/** A function of a data set, and where it is from. */
export interface RecordedFunction {
  /** `owner/name` of its repository. */
  readonly project: string;
  /** Of the function on the web; '' where the record has none. */
  readonly url: string;
  readonly name: string;
  readonly function: PythonFunction;
  /** First paragraph of the docstring. */
  readonly query: string;
  /** Whether CodeSearchNet's filters take it for a pair. */
  readonly isPair: boolean;
}

/** A line of such a file, as this writes it. */
export interface CodeSearchNetRecord {
  readonly repo: string;
  readonly path: string;
  readonly func_name: string;
  readonly original_string: string;
  readonly language: 'python';
  readonly code: string;
  readonly code_tokens: readonly string[];
  readonly docstring: string;
  readonly docstring_tokens: readonly string[];
  readonly sha: string;
  readonly url: string;
  readonly partition: string;
}

/**
 * Reads the functions of a file, one at a time; lines of other languages, and lines without a function, are passed
 * over.
 *
 * @throws FileReadError; SourceReadError, with the line's number, for a line that is no such record
 */
export async function* readRecords(path: string): AsyncGenerator<RecordedFunction> {
  let number = 0;
  let found = 0;
  for await (const line of readLines(path)) {
    number++;
    if (line.trim() === '') continue;
    const record = recordOf(line);
    if (typeof record === 'string') {
      throw new SourceReadError({
        path, reason: 'unreadable',
        message: `line ${number}: ${record}; expected CodeSearchNet's records, an object a line.`,
      });
    }
    if ((record.language ?? 'python') !== 'python') continue;
    const own = pythonFunctions(record.code)[0];
    if (own === undefined) continue;
    found++;
    const docstring = record.docstring;
    yield {
      project: record.repo, url: record.url ?? '', name: record.func_name, function: own,
      query: firstParagraph(docstring),
      isPair: functionPair({ ...own, docstring, name: own.name }) !== null,
    };
  }
  if (found === 0) {
    throw new SourceReadError({
      path, reason: 'unreadable', message: 'holds no Python function in the form of CodeSearchNet.',
    });
  }
}

/** True for the name of a data set, compressed or not. */
export const isDataSet = (path: string): boolean => /\.jsonl(?:\.gz)?$/iu.test(path);

type ReadRecord = Pick<CodeSearchNetRecord, 'repo' | 'func_name' | 'code' | 'docstring'> & {
  readonly url?: string; readonly language?: string;
};

/** The fields that are used, or what is wrong with them. */
function recordOf(line: string): ReadRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'this is no JSON';
  }
  if (typeof value !== 'object' || value === null) return 'this is no object';
  const record = value as Record<string, unknown>;
  // Releases differ in what they call the text.
  const code = record['code'] ?? record['original_string'] ?? record['function'];
  const repo = record['repo'] ?? record['nwo'] ?? '';
  const name = record['func_name'] ?? record['identifier'] ?? '';
  const docstring = record['docstring'] ?? '';
  for (const [what, text] of Object.entries({ code, repo, func_name: name, docstring })) {
    if (typeof text !== 'string') return `${what} is missing or no text`;
  }
  return { ...record, code, repo, func_name: name, docstring } as ReadRecord;
}

