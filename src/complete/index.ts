/**
 * Completion: continues the token stream of an unfinished file up to the line's end. Caches of
 * the open file, the project and the corpora remember what followed a context, the network
 * says what is plausible, and a gate weighs them piece by piece; beam search, brackets, names
 * and the parser decide what is shown.
 *
 * Limits: one line at a time; nothing inside comments and strings.
 */
export { Completer, type CompleterOptions, type CompletionPart, type LineRequest } from './completer.js';
export { type CompletionRequest, type Suggestion } from './suggestion.js';
export {
  loadCompletionEngine, ProjectContext, type CompletionEngine, type CompletionEngineOptions, type ProjectContextOptions,
} from './completion-engine.js';
export { parsesInPlace } from './place-candidate.js';
export { generateCharacters, generatePieces, type Generation } from './generate.js';
export { NextDepth } from './next-depth.js';
export { loadCharHead, loadHead } from './load-head.js';
