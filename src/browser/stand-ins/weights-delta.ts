import type * as original from '../../model/weights-delta.js';
import { fetchedRestyling } from './restyle-gaps.js';

export type ParameterDelta = original.ParameterDelta;

/** What a profile changes in the network is fetched with what reads profiles. */
export const weightsDelta: typeof original.weightsDelta = (...given) => fetchedRestyling().weightsDelta(...given);
export const applyDelta: typeof original.applyDelta = (...given) => fetchedRestyling().applyDelta(...given);
