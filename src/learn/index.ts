/**
 * Learns the profile of one project from its own files: counts their layout, picks thresholds,
 * measures on held-out files, and tells what it found.
 *
 * No weights are trained. What the profile teaches reaches the network as features that it was
 * trained to read, so learning takes seconds, and style that no context of the counts can
 * express stays unlearned.
 */
export { learnProfile, MOST_FILES, type BeforeAndAfter, type Learned, type LearnJob, type LearnReport } from './learn-profile.js';
export { listProjectFiles, projectRoot, type ProjectFiles } from './project-files.js';
export { renderReport } from './render-report.js';
export { reportHtml } from './report-html.js';
