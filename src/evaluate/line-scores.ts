/**
 * How alike two lines of code are, by the rules of CodeXGLUE's line completion task (Lu and
 * others 2021, Code-Code/CodeCompletion-line/evaluator): exact match of the words between
 * blanks, and edit similarity as fuzzywuzzy's `ratio` on python-Levenshtein gives it.
 */

import { editRatio } from '../shared/edit-similarity.js';

/** True when the two hold the same words. */
export function isExactMatch(predicted: string, truth: string): boolean {
  return wordsOf(predicted).join(' ') === wordsOf(truth).join(' ');
}

const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');

/** Similarity in hundredths, rounded as fuzzywuzzy does. */
export const editSimilarity = (predicted: string, truth: string): number =>
  Math.round(100 * editRatio(predicted, truth));

/** Literals as CodeXGLUE's evaluator spells them before it compares. */
export function spellLiterals(code: string): string {
  return code
    .replaceAll('<NUM_LIT>', '0')
    .replaceAll('<STR_LIT>', '')
    .replaceAll('<CHAR_LIT>', '')
    .replace(/<(?:STR|NUM|CHAR)_LIT:([^]*?)>/gu, '$1');
}
