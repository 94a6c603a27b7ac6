/**
 * The library where there is no Node: the same functions as those of `nnfmt`, for browsers and their workers. What Node
 * reads from its disk is fetched here, once a thread; paths only name sources in messages, and a profile is handed in
 * as bytes. Texts come out byte for byte as in Node.
 *
 *     import { createFormatter } from 'nnfmt/browser';
 *
 *     const onProgress = ({ loadedBytes, totalBytes }) => show(loadedBytes / totalBytes);
 *     const formatter = await createFormatter({ assets: '/nnfmt/', onProgress });
 *     const { text } = formatter.format(source);
 */
import { nameErrors } from './error-names.js';

nameErrors();

export {
  check, createExplainer, createFormatter, format, type BrowserFormatOptions, type BrowserFormatterOptions,
} from './layout.js';
export { createCompleter, type BrowserCompleterOptions } from './completion.js';
export {
  createGenerator, type GenerationRequest, type GeneratorOptions, type TextGenerator,
} from './generation.js';
export { mutate, score, type BrowserMutateOptions, type BrowserScoreOptions } from './layouts.js';
export { learnProfile, type BrowserLearnOptions, type LearnedProfile, type ProjectSource } from './learn.js';
export { type AssetOptions, type AssetProgress } from './load-assets.js';
export { similarityRatio } from '../score/similarity-ratio.js';
export { unifiedDiff, type DiffOptions } from '../format/unified-diff.js';

export { type Deviation } from '../format/deviation.js';
export { type EditClass } from '../format/edit-classes.js';
export { type FormatRequest, type FormatResult, type Formatter, type FormatterOptions } from '../format/formatter.js';
export { type OtherStyle } from '../format/style-difference.js';
export {
  type Abstention, type Authority, type ExamplePlace, type ExampleSource, type ExplainedAlternative, type Explainer,
  type Explanation, type ExplainRequest, type GapExplanation, type GapHabit, type GroupKind, type HabitCount,
} from '../format/explanation.js';
export { type LineRange } from '../shared/line-ranges.js';
export { type Completer, type CompleterOptions } from '../library/completer.js';
export { type CompletionRequest, type Suggestion, type SuggestionSource } from '../complete/suggestion.js';
export { type Abortable } from '../shared/abortable.js';
export { type NamedSource } from '../shared/named-source.js';
export { type MutateOptions } from '../library/mutate.js';
export { type ScoreOptions } from '../library/score.js';
export { type GapClass, type ScoreFigures } from '../score/score-figures.js';
export {
  AssetLoadError, BadOptionError, InternalError, MissingBackendError, ModelFileError, NnfmtError, NoProfileError,
  NoWebAssemblyError, NotEquivalentError, OverBudgetError, SourceReadError, SyntaxRefusedError, TokensDifferError,
  UserError, type ErrorCode, type SourceReadReason, type TokenSite,
} from '../errors.js';
