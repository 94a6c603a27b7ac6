/**
 * Which functions make a pair of question and answer, after CodeSearchNet (Husain and others 2019, section 2): the
 * first paragraph of a docstring stands for what somebody would ask, the function without it for what he wants to find.
 */
import { LINE_END } from '../tokenize/index.js';
import { type PythonFunction } from './python-functions.js';
import { splitWords } from './split-words.js';

/** A question and the function that answers it. */
export interface FunctionPair {
  readonly query: string;
  readonly function: PythonFunction;
}

/** Fewer words ask nothing. */
const FEWEST_WORDS = 3;
/** Shorter functions hold nothing to find, in lines, docstring left out. */
const FEWEST_LINES = 3;

/** The first paragraph, its lines joined; '' for a blank text. */
export function firstParagraph(docstring: string): string {
  return docstring.trim().split(/\n[ \t\f]*\n/u, 1)[0]!.replace(/\s+/gu, ' ').trim();
}

/**
 * The pair that a function makes; null for one that makes none: without a docstring, with one of fewer than three
 * words, shorter than three lines, a test, or a method that Python itself calls (`__init__`, `__str__`).
 */
export function functionPair(found: PythonFunction): FunctionPair | null {
  if (found.docstring === null) return null;
  if (/test/iu.test(found.name) || /^__.*__$/u.test(found.name)) return null;
  const query = firstParagraph(found.docstring);
  if (query.split(' ').length < FEWEST_WORDS || splitWords(query).length < FEWEST_WORDS) return null;
  const lines = found.tokens.filter(({ kind }) => kind === LINE_END).length + 1;
  return lines < FEWEST_LINES ? null : { query, function: found };
}
