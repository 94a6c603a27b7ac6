import type * as original from '../../shared/asset-path.js';

/** Where a file that was fetched lies among the files in memory. */
export const assetPath: typeof original.assetPath = (name) => `/nnfmt-assets/${name}`;
