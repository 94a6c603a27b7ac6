/**
 * What a program may use, by name. Formatting, mutating and scoring work on text; nothing
 * here reads or writes the caller's files, and nothing loads training code.
 */
export {
  createFormatter, type Deviation, type FormatRequest, type FormatResult, type Formatter, type PolicyOptions,
} from './format/index.js';
export {
  Completer, loadCompletionEngine, ProjectContext, type CompleterOptions, type CompletionEngine, type CompletionEngineOptions,
  type CompletionPart, type CompletionRequest, type ProjectContextOptions, type ProjectText, type Suggestion,
} from './complete/index.js';
export { unifiedDiff } from './format/unified-diff.js';
export { mutateSource } from './mutate/index.js';
export { scoreFigures, scoreFiles, similarityRatio, type NamedSource, type ScoreFigures } from './score/index.js';
export { type LineRange } from './shared/line-ranges.js';
export { createTokenizer, type Tokenizer } from './tokenize/index.js';
export {
  BadOptionError,
  FileReadError,
  FileWriteError,
  InternalError,
  MissingBackendError,
  ModelFileError,
  NnfmtError,
  NotEquivalentError,
  OverBudgetError,
  SourceReadError,
  SourceWriteError,
  SyntaxRefusedError,
  TokensDifferError,
  UserError,
  type ErrorCode,
  type FileReadReason,
  type SourceReadReason,
  type SourceWriteReason,
  type TokenSite,
} from './errors.js';
