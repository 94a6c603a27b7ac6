import type * as original from '../../format/restyle-gaps.js';
import type * as fetched from './restyling.js';

export type RestyleOptions = original.RestyleOptions;

/** What was fetched. */
export let restyling: typeof fetched | null = null;

/** Fetches what lays a source out anew: only a profile or lines ask for it, and the page comes without. */
export async function loadRestyling(): Promise<void> {
  restyling ??= await import('./restyling.js');
}

/** Without `loadRestyling` there is a fault in src/browser. */
export function fetchedRestyling(): typeof fetched {
  if (restyling === null) throw new Error('laying out anew was asked for before it was fetched');
  return restyling;
}

export const restyleGaps: typeof original.restyleGaps = (...given) => fetchedRestyling().restyleGaps(...given);
