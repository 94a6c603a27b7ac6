import { readSource } from '../corpus/index.js';
import { checksumOf } from '../shared/checksum.js';
import { isDataSet, readRecords } from './code-search-net.js';
import { functionWords, type PlacedWord, queryWords } from './describe.js';
import { DigestSet } from './digest-set.js';
import { functionPair } from './function-pairs.js';
import { pythonFunctions, type PythonFunction } from './python-functions.js';

/** A question with the function that answers it, as words. */
export interface WordPair {
  readonly project: string;
  /** From a docstring; from a function's own name, where it has none to learn from. */
  readonly from: 'docstring' | 'name';
  readonly query: readonly PlacedWord[];
  readonly code: readonly PlacedWord[];
}

/** Functions to read: files of projects, or a data set. */
export type FunctionSource =
  | { readonly project: string; readonly files: readonly string[] }
  | { readonly dataSet: string };

/** A function with its project, wherever it comes from. */
export interface FoundFunction {
  readonly project: string;
  /** File and line, or the address on the web. */
  readonly place: string;
  readonly function: PythonFunction;
  /** First paragraph of its docstring, where the filters take it for a pair. */
  readonly query: string | null;
}

/**
 * The functions of projects and data sets, one at a time, in order. Files that cannot be read are passed over, and data
 * sets that cannot are errors.
 *
 * @param takes projects, by their names
 * @throws as `readRecords`
 */
export async function* readFunctions(
  sources: readonly FunctionSource[],
  takes: (project: string) => boolean = () => true,
): AsyncGenerator<FoundFunction> {
  for (const source of sources) {
    if ('dataSet' in source) {
      for await (const { project, url, query, isPair, function: found } of readRecords(source.dataSet)) {
        if (takes(project)) yield { project, place: url, function: found, query: isPair ? query : null };
      }
      continue;
    }
    if (!takes(source.project)) continue;
    for (const path of source.files) {
      const text = textOrNull(path);
      if (text === null) continue;
      for (const found of pythonFunctions(text)) {
        yield {
          project: source.project, place: `${path}:${found.line}`, function: found,
          query: functionPair(found)?.query ?? null,
        };
      }
    }
  }
}

function textOrNull(path: string): string | null {
  try {
    return readSource(path).text;
  } catch {
    return null;
  }
}

/**
 * Tells what was seen before. A function, or a question, that occurs again teaches nothing and makes a wrong answer of
 * a right one; digests alone are kept.
 */
export class SeenBefore {
  private readonly functions = new DigestSet();
  private readonly queries = new DigestSet();

  /** True for a function that was given before, whatever it was called; notes it. */
  function({ tokens }: Pick<PythonFunction, 'tokens'>): boolean {
    // Behind `def` and the name.
    const from = tokens.findIndex(({ text }) => text === 'def') + 2;
    return !this.functions.add(digestOf(tokens.slice(from).map(({ text }) => text).join(' ')));
  }

  query(text: string): boolean {
    return !this.queries.add(digestOf(text.toLowerCase()));
  }
}

const digestOf = (text: string): bigint => checksumOf(Buffer.from(text));

/** Functions with fewer words say too little to be found by their names. */
const FEWEST_WORDS = 12;

/**
 * The pairs to learn from: of functions with a docstring that the filters take, and of others with a name of two words
 * or more, which then stands for the question and is left out of the function.
 */
export async function* readPairs(
  sources: readonly FunctionSource[],
  options: { readonly takes?: (project: string) => boolean; readonly names: boolean },
): AsyncGenerator<WordPair> {
  const seen = new SeenBefore();
  for await (const { project, function: found, query } of readFunctions(sources, options.takes)) {
    if (query !== null) {
      if (seen.function(found) || seen.query(query)) continue;
      yield { project, from: 'docstring', query: queryWords(query), code: functionWords(found) };
      continue;
    }
    if (!options.names || /^__/u.test(found.name)) continue;
    const words = functionWords(found);
    const named = queryWords(found.name);
    if (named.length < 2 || words.length < FEWEST_WORDS || seen.function(found)) continue;
    yield { project, from: 'name', query: named, code: words.slice(named.length) };
  }
}

/** What to read of given paths: data sets by their names, and projects. */
export function functionSources(
  dataSets: readonly string[],
  projects: readonly { readonly name: string; readonly files: readonly string[] }[],
): FunctionSource[] {
  return [
    ...projects.map(({ name, files }) => ({ project: name, files })),
    ...dataSets.filter(isDataSet).map((dataSet) => ({ dataSet })),
  ];
}
