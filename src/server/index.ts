/**
 * Serves programs: texts come in, answers go out. What a request asks is done in threads that are ended and replaced
 * where a job takes too long or too much memory (`thread-pool.ts`), so that whoever talks to clients never waits for
 * one of them. `nnfmt format --jsonl` speaks to one program over stdin and stdout.
 */
export { type LayoutSettings } from '../library/project-layout.js';
export { type EvaluateJob } from './evaluate-service.js';
export { FailedJob, faultOf, type Fault } from './fault.js';
export { type PrepareAnswer, type PrepareJob, type SimilarJob } from './prepare-service.js';
export { type FormattedText, type GivenSource, type TextAnswer, type TextJob } from './text-jobs.js';
export { ThreadPool, UnansweredJob } from './thread-pool.js';
