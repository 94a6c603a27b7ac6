import { writeFileSync } from 'node:fs';
import { ModelFileError, SyntaxRefusedError } from '../../../src/errors.js';
import type { CreateFormatter, Deviation } from '../../../src/cli/formatter.js';
import { touchesLines, type LineRange } from '../../../src/shared/line-ranges.js';

/**
 * Stands in for the real formatter so that tests of the shell need no model: it drops
 * trailing blanks, and does not understand lines that begin with `lazy `. Marks in the text make it misbehave; every model file is a bad one.
 */
export const createFakeFormatter: CreateFormatter = async ({ modelPath }) => {
  if (modelPath !== undefined) throw new ModelFileError({ path: modelPath, reason: 'this is not a model of nnfmt' });
  return {
    format(text, { path = '', lines, deviations } = {}) {
      if (text.includes('def (')) {
        const line = text.slice(0, text.indexOf('def (')).split('\n').length;
        throw new SyntaxRefusedError({ path, line, column: 5, excerpt: 'def (' });
      }
      if (text.includes('# throw')) throw new TypeError('a bug');
      if (text.includes('# die')) process.exit(9);
      if (text.includes('# hoard')) hoard();
      const wait = /# sleep (\d+)/u.exec(text);
      if (wait !== null) writeFileSync(`${path}.started`, '');
      if (wait !== null) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(wait[1]));
      const { text: formatted, found } = stripTrailingBlanks(text, lines);
      return {
        text: formatted, changed: formatted !== text, gapsChanged: formatted === text ? 0 : 1, gaps: 10, passes: 2, reverted: 0, notUnderstood: text.split('\n').flatMap((line, k) => (line.startsWith('lazy ') ? [k + 1] : [])),
        ...(deviations === true ? { deviations: found } : {}),
      };
    },
  };
};

function hoard(): never {
  for (const kept: unknown[][] = []; ; ) kept.push(new Array<unknown>(1_000_000).fill(kept));
}

function stripTrailingBlanks(text: string, lines: readonly LineRange[] | undefined): { text: string; found: Deviation[] } {
  const found: Deviation[] = [];
  const parts = text.split('\n').map((part, k) => {
    const line = k + 1;
    const stripped = part.replace(/[ \t]+(?=\r?$)/u, '');
    if (stripped === part || (lines !== undefined && !touchesLines(lines, line, line))) return part;
    found.push({
      gap: k, line, column: stripped.length + 1, endLine: line + 1, endColumn: 1, before: '  \n', after: '\n',
      edit: 'lines', probability: 0.98765, confidence: 0.99125, message: 'trailing whitespace',
    });
    return stripped;
  });
  return { text: parts.join('\n'), found };
}
