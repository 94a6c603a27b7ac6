/**
 * The token format of PY150 as CodeXGLUE prepares it: tokens between blanks, `<EOL>` after
 * each physical line, no indentation, literals outside a short list as `<STR_LIT>` and `<NUM_LIT>`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PieceVocabulary } from '../../src/complete/pieces.js';

export interface LineCase {
  readonly input: string;
  readonly gt: string;
}

/** Cases of the task, one JSON object a line. */
export function readCases(path: string): LineCase[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LineCase);
}

/** Stand for a literal of which nothing is known: outside every vocabulary. */
const SOME_TEXT = '\u0001';
const SOME_NUMBER = '98765432109';

/** A text in this format as Python, with a blank at its end, so that its last word is whole. */
export function pythonOf(code: string): string {
  const tokens = code.split(' ').filter((token) => token !== '' && token !== '<s>' && token !== '</s>');
  return `${tokens.map(pythonToken).join(' ').replace(/ ?\n ?/gu, '\n')} `;
}

function pythonToken(token: string): string {
  if (token === '<EOL>') return '\n';
  const number = /^<NUM_LIT(?::([^]*))?>$/u.exec(token);
  if (number !== null) return number[1] ?? SOME_NUMBER;
  const string = /^([A-Za-z]*)("""|'''|'|")<STR_LIT(?::([^]*))?>([^]*)$/u.exec(token);
  if (string === null) return token;
  const content = string[3]?.replaceAll('U+0020', ' ').replaceAll('U+002C', ',') ?? SOME_TEXT;
  return string[1] + string[2] + content + string[4];
}

/** The literals that the task spells, of which there are few; all others it shows as placeholders. */
export interface SpelledLiterals {
  readonly strings: readonly string[];
  readonly numbers: ReadonlySet<string>;
}

/** The list that lies beside the cases in the dataset; null where it does not. */
export function readLiterals(casesPath: string): SpelledLiterals | null {
  const path = join(dirname(casesPath), 'literals.json');
  if (!existsSync(path)) return null;
  const { str, num } = JSON.parse(readFileSync(path, 'utf8')) as { readonly str: readonly string[]; readonly num: readonly string[] };
  return { strings: str, numbers: new Set(num) };
}

/** The vocabulary that reads what the task spells as it is spelled; its pieces are the same. */
export const vocabularyFor = ({ list }: PieceVocabulary, literals: SpelledLiterals | null): PieceVocabulary =>
  new PieceVocabulary(literals === null ? list : { ...list, commonStrings: literals.strings });

/** Says pieces as a text of the task. */
export type TaskSpeller = (pieces: readonly number[]) => string;

/**
 * Spells pieces with literals as the task's evaluator does: of a literal that the task shows as a placeholder nothing
 * is left, or a zero, whatever its pieces say.
 */
export function taskSpeller(vocabulary: PieceVocabulary, literals: SpelledLiterals | null): TaskSpeller {
  const contents = contentsOf(vocabulary, literals);
  const stringOf = (text: string): string => {
    const [, opener, content, end] = /^([A-Za-z]*(?:"""|'''|"|'))(.*?)("""|'''|"|'|)$/su.exec(text) ?? ['', '', text, ''];
    const spelled = contents === null ? content.replaceAll('<str>', '') : contents.get(content) ?? '';
    return opener + spelled.replaceAll(' ', 'U+0020').replaceAll(',', 'U+002C') + end;
  };
  return (pieces) => vocabulary.decode([...pieces]).map(({ text, role }) => {
    if (role === 'string-open') return stringOf(text);
    if (role !== 'number') return text;
    return text === '<num>' || literals?.numbers.has(text) === false ? '0' : text;
  }).join(' ');
}

/** What the pieces of each literal's content say, and the content; null without a list. */
function contentsOf(vocabulary: PieceVocabulary, literals: SpelledLiterals | null): ReadonlyMap<string, string> | null {
  if (literals === null) return null;
  const contents = new Map<string, string>();
  for (const content of literals.strings) {
    const said = vocabulary.encodeContent(content).map((piece) => vocabulary.text(piece)).join('');
    // Two that no pieces tell apart are told by nothing.
    contents.set(said, contents.has(said) || said === '<str>' ? '' : content);
  }
  return contents;
}
