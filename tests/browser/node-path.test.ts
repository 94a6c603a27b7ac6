/** What stands in for `node:path` in browsers does what Node's own does on POSIX systems, in the root. */
import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as standIn from '../../src/browser/stand-ins/node-path.js';

const part = fc.oneof(
  fc.constantFrom('', '.', '..', '...', '/', '//', 'a', '.b', 'b.py', 'c.d.e', '..f', 'g.', ' '), fc.string({ maxLength: 4 }),
);
const path = fc.oneof(
  fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')), fc.array(part, { maxLength: 4 }).map((parts) => parts.join('')),
);

test('each function gives what that of Node does', () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 4 }), path, path, (parts, from, to) => {
      for (const name of ['normalize', 'dirname', 'basename', 'extname', 'isAbsolute'] as const) {
        expect({ name, from, is: standIn[name](from) }).toEqual({ name, from, is: posix[name](from) });
      }
      // Before slashes at the end Node looks for a suffix in ways of its own.
      if (!from.endsWith('/')) expect(standIn.basename(from, '.py')).toBe(posix.basename(from, '.py'));
      expect(standIn.join(...parts)).toBe(posix.join(...parts));
      expect(standIn.resolve(...parts)).toBe(posix.resolve('/', ...parts));
      expect(standIn.relative(from, to)).toBe(posix.relative(posix.resolve('/', from), posix.resolve('/', to)));
    }),
    { numRuns: 20_000 },
  );
  expect(standIn.sep).toBe(posix.sep);
});
