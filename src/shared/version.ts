declare const __NNFMT_VERSION__: string | undefined;
declare const __NNFMT_BUILD__: string | undefined;

/** The package's version; 'source' where nothing was built. */
export const VERSION = typeof __NNFMT_VERSION__ === 'string' ? __NNFMT_VERSION__ : 'source';

/** Tells builds of one version apart; null where nothing was built. */
export const BUILD = typeof __NNFMT_BUILD__ === 'string' ? __NNFMT_BUILD__ : null;
