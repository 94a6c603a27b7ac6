import type * as original from '../../shared/write-atomically.js';

/** Nothing is written in a browser: bytes are handed to the program. */
const refuse = (): never => {
  throw new Error('there is no disk to write to');
};

export const writeAtomically: typeof original.writeAtomically = refuse;
export const makeFolder: typeof original.makeFolder = refuse;
export const refuseToReplace: typeof original.refuseToReplace = refuse;
