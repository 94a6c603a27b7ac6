import { writeFileSync } from 'node:fs';
import { ModelFileError, SyntaxRefusedError } from '../../../src/errors.js';
import type { CreateFormatter } from '../../../src/cli/formatter.js';

/**
 * Stands in for the real formatter so that tests of the shell need no model: it drops
 * trailing blanks. Marks in the text make it misbehave; every model file is a bad one.
 */
export const createFakeFormatter: CreateFormatter = async ({ modelPath }) => {
  if (modelPath !== undefined) throw new ModelFileError({ path: modelPath, reason: 'this is not a model of nnfmt' });
  return {
    format(text, { path }) {
      if (text.includes('def (')) {
        const line = text.slice(0, text.indexOf('def (')).split('\n').length;
        throw new SyntaxRefusedError({ path, line, column: 5, excerpt: 'def (' });
      }
      if (text.includes('# throw')) throw new TypeError('a bug');
      if (text.includes('# die')) process.exit(9);
      const wait = /# sleep (\d+)/u.exec(text);
      if (wait !== null) writeFileSync(`${path}.started`, '');
      if (wait !== null) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(wait[1]));
      const formatted = text.replace(/[ \t]+(?=\r?\n|$)/gu, '');
      const gapsChanged = formatted === text ? 0 : 1;
      return { text: formatted, changed: formatted !== text, gapsChanged, gaps: 10, passes: 2, reverted: 0 };
    },
  };
};
