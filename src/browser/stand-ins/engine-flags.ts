import type * as original from '../../shared/engine-flags.js';

/** A browser decides by itself what it optimises. */
export const compileHotModule: typeof original.compileHotModule = (compile) => compile();
export const compileWarmModule: typeof original.compileWarmModule = (compile) => compile();
export const isLongLife: typeof original.isLongLife = () => true;
