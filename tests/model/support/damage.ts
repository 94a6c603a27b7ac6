import { expect } from 'vitest';
import { ModelFileError } from '../../../src/errors.js';
import { damagedCopies } from './damaged-copies.js';

export { withChecksum } from './damaged-copies.js';

/**
 * Reads every damaged copy: it is refused in one clear line, or does no harm. How many were refused.
 *
 * @param read reads the bytes and uses what it gets
 */
export function expectRefusedOrHarmless(file: Buffer, flips: number, read: (bytes: Buffer) => void): number {
  let refused = 0;
  for (const { name, bytes } of damagedCopies(file, flips)) {
    try {
      read(bytes);
    } catch (fault) {
      expect(fault, name).toBeInstanceOf(ModelFileError);
      const { message } = fault as ModelFileError;
      expect(message, name).toMatch(/^[^\n]{20,600}$/u);
      refused++;
    }
  }
  return refused;
}
