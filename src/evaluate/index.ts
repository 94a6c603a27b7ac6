/**
 * Measures the formatter the way it was trained, but on projects it has not seen: spoil a
 * file, format the mutant's text, compare with what the author wrote.
 *
 * Limits: the mutants come from nnfmt's own mutator, and an author's layout is taken for the
 * only right one.
 */
export {
  compareRestoration, emptyRestoration, evaluateRestoration, mergeRestorations, restorationFigures, spoil,
  type RestorationFigures, type RestorationTally,
} from './evaluate-format.js';
export {
  evaluateProject, evaluationReport, type EvaluationReport, type MeanFigures, type ProjectFigures,
} from './evaluate-project.js';
export { sampleByPath, sampleFiles } from './sample-files.js';
export { calibrationOf, type Calibration, type ReliabilityBin } from './calibration.js';
export { collectEditProposals, type EditProposal } from './edit-proposals.js';
export { completionCases, type CompletionCase, type CutKind } from './completion-cases.js';
export { completionReport, type Sample } from './completion-report.js';
export { distanceCurves, type DistanceCurves, type DistancePoint } from './distance-curves.js';
export { coverageSvg } from './coverage-svg.js';
export {
  completionFigures, judgeCompletion, type CompletionFigures, type CompletionOutcome, type IndentationOutcome,
  type LongRangeFigures, type Share,
} from './evaluate-completion.js';
export { judgeSuggestions } from './judge-suggestions.js';
export { bracketCases, indentationCases, type IndentationCase } from './long-range-cases.js';
export { editSimilarity, isExactMatch, spellLiterals } from './line-scores.js';
export { HALF_EDIT_KINDS, mergeHalfEdits, type GroupTally, type HalfEdits } from './half-edits.js';
export {
  evaluateSearch, SEARCH_SYSTEMS, searchCases, type SearchEvaluation, type SystemFigures,
} from './evaluate-search.js';
export { rankAnnotated, type AnnotatedRanking } from './rank-annotated.js';
export { csvRow, normalisedGain, readAnnotations, type AnnotatedQuery } from './search-annotations.js';
