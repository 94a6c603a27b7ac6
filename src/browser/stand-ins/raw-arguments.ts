import type * as original from '../../shared/raw-arguments.js';

/** There is no command line. */
export const misreadArgument: typeof original.misreadArgument = () => null;
