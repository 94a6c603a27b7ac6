/**
 * Format: predict every gap from the input layout, render the choices from left to right,
 * repeat until nothing changes, prove that only layout changed, and write atomically. Where
 * the proof fails, the smallest statement around the failure is put back and the rest tried
 * again, so the worst outcome is an unchanged file.
 */
export { createFormatter } from './create-formatter.js';
export { type Deviation } from './deviation.js';
export { EDIT_CLASSES, type EditClass } from './edit-classes.js';
export { formatSource } from './format-source.js';
export { type Formatter, type FormatRequest, type FormatResult, type FormatterOptions } from './formatter.js';
export {
  createPolicies, createPoliciesOn, loadBaseModel, loadPolicy, withProfile, type BaseModel,
} from './load-policy.js';
export { type FormatPolicy } from './format-policy.js';
export { CERTAINTY_THRESHOLDS, DEFAULT_THRESHOLDS, type Thresholds } from './confidence.js';
export { layOutRange } from './lay-out-range.js';
export { findColumns, type Column } from './groups/columns.js';
export { findCommentRuns } from './groups/comment-runs.js';
