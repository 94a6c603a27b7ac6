import type * as original from '../../format/restyle-gaps.js';

export type RestyleOptions = original.RestyleOptions;

let loaded: typeof original.restyleGaps | null = null;

/** Fetches what lays a source out anew: only a project's profile asks for it, and the page comes without one. */
export async function loadRestyling(): Promise<void> {
  loaded ??= (await import('../../format/restyle-gaps.js')).restyleGaps;
}

export const canRestyle: typeof original.canRestyle = () => loaded !== null;

/** Without `loadRestyling` there is a fault in src/browser. */
export const restyleGaps: typeof original.restyleGaps = (...given) => {
  if (loaded === null) throw new Error('laying out anew was asked for before it was fetched');
  return loaded(...given);
};
