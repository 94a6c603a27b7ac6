/**
 * Classes of edits with thresholds of their own: spaces are easy to judge, blank lines are
 * the author's mood.
 */
export const EDIT_CLASSES = ['space', 'break', 'join', 'continuation', 'lines', 'comment', 'step', 'suite'] as const;
export type EditClass = (typeof EDIT_CLASSES)[number];
