import { scoreFiles, scoreFigures } from '../score/index.js';
import type { ScoreFigures } from '../score/score-figures.js';
import { checkArgument, checkFields, TEXT } from '../shared/check-arguments.js';
import { createTokenizer } from '../tokenize/index.js';

export interface ScoreOptions {
  /** Name the sources in messages. */
  readonly leftPath?: string;
  readonly rightPath?: string;
}

/**
 * How alike two layouts of one program are; line ends do not count.
 *
 * @throws SyntaxRefusedError when one does not parse
 * @throws TokensDifferError when they are not the same tokens, with the first difference
 * @throws BadOptionError for arguments that cannot be
 */
export async function score(left: string, right: string, options: ScoreOptions = {}): Promise<ScoreFigures> {
  checkArgument('score: left', left, TEXT);
  checkArgument('score: right', right, TEXT);
  checkFields<keyof ScoreOptions>('score', options, { leftPath: TEXT, rightPath: TEXT });
  const { leftPath = '<left>', rightPath = '<right>' } = options;
  const tokenizer = await createTokenizer();
  return scoreFigures(scoreFiles(tokenizer, { path: leftPath, text: left }, { path: rightPath, text: right }));
}
