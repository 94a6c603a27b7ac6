/**
 * Learns the profile of one project from its own files: counts their layout, fine-tunes the
 * network on their mutants, picks thresholds, measures on held-out files, and tells what it found.
 *
 * The counts reach the network as features that it was trained to read, and take seconds;
 * fine-tuning teaches what no counted context can express, and takes most of the time.
 */
export { learnProfile, type Learned, type LearnJob, type LearnReport } from './learn-profile.js';
export { MOST_FILES } from './learning-budget.js';
export type { BeforeAndAfter } from './measure-profile.js';
export { estimateLearningMs } from './estimate-time.js';
export { DEFAULT_FINE_TUNING } from '../train/fine-tune.js';
export { loadReplay } from './load-replay.js';
export { listProjectFiles, projectRoot, type ProjectFiles } from './project-files.js';
export { renderReport } from './render-report.js';
export { reportHtml } from './report-html.js';
export { findUncertainPlaces, type UncertainPlace } from './uncertain-gaps.js';
