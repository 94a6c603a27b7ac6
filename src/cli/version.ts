declare const __NNFMT_VERSION__: string | undefined;

/** The package's version; 'source' where nothing was built. */
export const VERSION = typeof __NNFMT_VERSION__ === 'string' ? __NNFMT_VERSION__ : 'source';
