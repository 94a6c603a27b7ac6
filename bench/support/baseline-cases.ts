/** Cuts that the completion baselines are asked about. */
import { relative } from 'node:path';
import { plainGaps, spacedTokens } from '../../src/complete/render-line.js';
import { LineSpacing } from '../../src/complete/spacing.js';
import type { PieceVocabulary } from '../../src/complete/pieces.js';
import { findFiles, readSource } from '../../src/corpus/index.js';
import { completionCases, sampleFiles, spellLiterals } from '../../src/evaluate/index.js';
import { LINE_END, lexPython, type LexicalToken } from '../../src/tokenize/index.js';
import type { LinePrefix } from './baseline-networks.js';
import { pythonOf, type LineCase } from './py150.js';

/** A cut line as both kinds of network see it. */
export interface BaselineCase {
  readonly pieces: LinePrefix;
  readonly characters: LinePrefix;
  /** The author's tokens, between blanks. */
  readonly truth: string;
}

/** Lines of the sampled files of each project, cut behind a token. */
export function projectCases(roots: readonly string[], counts: { readonly files: number; readonly cuts: number }, seed: string): BaselineCase[] {
  return sampledTexts(roots, counts.files).flatMap(({ name, text }) =>
    completionCases(text, counts.cuts, `${seed}:${name}`)
      .filter(({ kind }) => kind === 'token')
      .map(({ offset, truth }) => {
        const prefix = { text: text.slice(0, offset), normalised: false };
        return { pieces: prefix, characters: prefix, truth: truth.join(' ') };
      }));
}

/** The files of each project that are measured. */
export function sampledTexts(roots: readonly string[], count: number): { readonly name: string; readonly text: string }[] {
  return roots.flatMap((root) => sampleFiles(root, [...findFiles([root]).files], count)
    .map((file) => ({ name: relative(root, file), text: readSource(file).text.replaceAll('\r\n', '\n') })));
}

/** Cases of PY150. Networks over characters read `readablePython`. */
export function py150Cases(cases: readonly LineCase[], vocabulary: PieceVocabulary): BaselineCase[] {
  return cases.map(({ input, gt }) => ({
    pieces: { text: pythonOf(input).replace(/ +$/u, ''), normalised: true },
    characters: { text: readablePython(input, vocabulary), normalised: false },
    truth: spellLiterals(gt),
  }));
}

/**
 * A text of PY150 as people write it: the usual spaces between tokens, and literals that are not
 * told as its evaluator spells them, '' and 0. Indentation is lost in the dataset.
 */
export function readablePython(code: string, vocabulary: PieceVocabulary): string {
  const text = pythonOf(code.replaceAll('<NUM_LIT>', '0').replaceAll('<STR_LIT>', '')).replace(/ +$/u, '');
  const lines: LexicalToken[][] = [[]];
  for (const token of lexPython(text).tokens) {
    if (token.kind === LINE_END) lines.push([]);
    else lines[lines.length - 1].push(token);
  }
  return lines.map((line) => {
    const tokens = spacedTokens(vocabulary, line);
    const gaps = plainGaps(new LineSpacing(), tokens.map((token, k) => ({ ...token, first: k, last: k + 1 })));
    return tokens.map((token, k) => gaps[k] + token.text).join('');
  }).join('\n');
}

/** Tokens of an answer as PY150's evaluator spells them. */
export const spellForPy150 = (tokens: readonly string[]): string =>
  tokens.map((token) => (/^[A-Za-z]{0,2}["']/u.test(token) ? token.replaceAll(' ', 'U+0020').replaceAll(',', 'U+002C') : token)).join(' ');
