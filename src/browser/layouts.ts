import type { MutateOptions } from '../library/mutate.js';
import type { ScoreOptions } from '../library/score.js';
import type { ScoreFigures } from '../score/score-figures.js';
import { loadAssets, PARSER_FILES, type AssetOptions } from './load-assets.js';

export interface BrowserMutateOptions extends MutateOptions, AssetOptions {}
export interface BrowserScoreOptions extends ScoreOptions, AssetOptions {}

/**
 * Spoils the layout of a source, and keeps its meaning.
 *
 * @returns the mutant, which is proven to be the same program
 * @throws SyntaxRefusedError when the source does not parse
 * @throws AssetLoadError when the grammar cannot be fetched
 */
export async function mutate(text: string, options: BrowserMutateOptions): Promise<string> {
  const { assets: _assets, onProgress: _onProgress, signal: _signal, ...own } = options;
  const [library] = await Promise.all([import('../library/mutate.js'), loadAssets(PARSER_FILES, options)]);
  return library.mutate(text, own);
}

/**
 * How alike two layouts of one program are; line ends do not count.
 *
 * @throws SyntaxRefusedError when one does not parse
 * @throws TokensDifferError when they are not the same tokens, with the first difference
 * @throws AssetLoadError when the grammar cannot be fetched
 */
export async function score(left: string, right: string, options: BrowserScoreOptions = {}): Promise<ScoreFigures> {
  const { assets: _assets, onProgress: _onProgress, signal: _signal, ...own } = options;
  const [library] = await Promise.all([import('../library/score.js'), loadAssets(PARSER_FILES, options)]);
  return library.score(left, right, own);
}
