import { Arrangement } from '../model/bracket-arrangement.js';
import { isGenerated, readSource } from '../corpus/index.js';
import { NnfmtError } from '../errors.js';
import { readProgram } from '../format/read-program.js';
import { describeBrackets } from '../model/bracket-shapes.js';
import { countLayout } from '../model/count-layout.js';
import { observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { countedPlaces, type CountedPlaces } from '../model/style-agreement.js';
import { type StyleCounts, WIDTH_HISTOGRAMS } from '../model/style-counts.js';
import type { Tokenizer } from '../tokenize/index.js';
import { excerptOf } from './excerpt.js';
import { EXCERPT_TOKENS, WHOLE_TOKENS } from './learning-budget.js';

/** What one file says, without its text where that can be read again: small, so that hundreds can be held. */
export interface LearnedFile {
  readonly path: string;
  readonly gaps: number;
  /** What stands for a long file in fine-tuning and measuring; null where all of it does. */
  readonly excerpt: string | null;
  /** Gaps of the excerpt or of the file; 0 where no excerpt could be made. */
  readonly sampled: number;
  readonly counts: SparseCounts;
  /** Its brackets, see `describeBrackets`. */
  readonly brackets: Int16Array;
  /** The step of most of its blocks; null where it has none. */
  readonly unit: string | null;
  /** The step of most of its brackets that break at once; null where it has none. */
  readonly hang: string | null;
}

/** Counts of one file. */
export interface SparseCounts extends CountedPlaces {
  readonly widths: Readonly<Record<(typeof WIDTH_HISTOGRAMS)[number], Float32Array>>;
}

export type FileReading =
  | {
    readonly kind: 'learned';
    readonly file: LearnedFile;
    readonly context: SourceContext;
    readonly layout: ObservedLayout;
    readonly characters: number;
  }
  | { readonly kind: 'generated' }
  | { readonly kind: 'tiny' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'refused'; readonly message: string };

/** Of the arrangements in which the first element hangs, the last. */
const MOST_HANGING = Arrangement.ClingingCloser;
/** Tokens below which a file shows no layout, such as an empty `__init__.py`. */
const LEAST_TOKENS = 8;

/**
 * Reads a file and counts its layout; never throws an error of ours.
 *
 * @param mostCharacters a longer file is not looked at
 */
export function readFileLayout(
  tokenizer: Tokenizer, path: string, scratch: StyleCounts, mostCharacters = Infinity,
): FileReading {
  try {
    const { text } = readSource(path);
    if (isGenerated(text)) return { kind: 'generated' };
    if (text.length > mostCharacters) return { kind: 'too-long' };
    const context = readProgram(tokenizer, text, path);
    const { source } = context.structured;
    if (source.tokenCount < LEAST_TOKENS) return { kind: 'tiny' };
    const layout = observeLayout(context, source.gaps);
    scratch.clear();
    countLayout(context, layout, scratch);
    const unit = layout.steps.some((step) => step !== null) ? layout.unit : null;
    const hang = layout.arrangement.some((arrangement) => arrangement <= MOST_HANGING) ? layout.hang : null;
    return {
      kind: 'learned', context, layout, characters: text.length,
      file: {
        path, gaps: source.tokenCount + 1, ...sampleOf(tokenizer, context), counts: sparse(scratch), unit, hang,
        brackets: describeBrackets(context, layout).fields,
      },
    };
  } catch (fault) {
    if (!(fault instanceof NnfmtError)) throw fault;
    return { kind: 'refused', message: fault.message.split('\n')[0] };
  }
}

function sampleOf(tokenizer: Tokenizer, context: SourceContext): Pick<LearnedFile, 'excerpt' | 'sampled'> {
  const { source } = context.structured;
  if (source.tokenCount <= WHOLE_TOKENS) return { excerpt: null, sampled: source.tokenCount + 1 };
  const excerpt = excerptOf(source, EXCERPT_TOKENS);
  try {
    const { tokenCount } = readProgram(tokenizer, excerpt, 'excerpt').structured.source;
    return { excerpt, sampled: tokenCount < LEAST_TOKENS ? 0 : tokenCount + 1 };
  } catch (fault) {
    if (!(fault instanceof NnfmtError)) throw fault;
    return { excerpt, sampled: 0 };
  }
}

/** What fine-tuning and measuring see of a file. @throws SourceReadError where it cannot be read any more */
export const sampledText = ({ path, excerpt }: LearnedFile): string => excerpt ?? readSource(path).text;

/** Counts without their zeros; a copy. */
export function sparse(counts: StyleCounts): SparseCounts {
  const { flatWidths, brokenWidths, wholeColumns, splitColumns } = counts;
  const widths = {
    flatWidths: flatWidths.slice(), brokenWidths: brokenWidths.slice(),
    wholeColumns: wholeColumns.slice(), splitColumns: splitColumns.slice(),
  };
  return { ...countedPlaces(counts), widths };
}

/** Adds a file to sums, or with factor -1 takes it out again. */
export function addSparse(sums: StyleCounts, counts: SparseCounts, factor: 1 | -1 = 1): void {
  const { table } = sums;
  const { places, amounts } = counts;
  for (let k = 0; k < places.length; k++) table[places[k]] += factor * amounts[k];
  for (const name of WIDTH_HISTOGRAMS) counts.widths[name].forEach((count, k) => (sums[name][k] += factor * count));
}
