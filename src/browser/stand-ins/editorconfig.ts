import type * as original from '../../options/editorconfig.js';

export type AssumedHabits = original.AssumedHabits;

/** Nothing lies above a source. */
export const createEditorConfigReader: typeof original.createEditorConfigReader = () => () => null;
