/** What comes of a layout that was chosen anew beside what plain formatting would make of it. */
import { beforeAll, expect, test } from 'vitest';
import { findPins } from '../../src/format/pins.js';
import { withRepairs } from '../../src/format/ruled-spaces.js';
import { sourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** Counts of a project with so many lines with brackets. */
function projectOf(lines: number): StyleCounts {
  const counts = new StyleCounts();
  counts.flatWidths[3] = lines - 1;
  counts.brokenWidths[9] = 1;
  return counts;
}

test('spaces are repaired where the project has a say, blanks at the ends of lines and of the file go in any', () => {
  const context = sourceContext(withStructure(tokenizer.tokenize('f( x )  \ny = 1\n\n\n')));
  const { gaps } = context.structured.source;
  const repaired = gaps.map((text, i) => (text === ' ' && i < 4 ? '' : i === gaps.length - 1 ? '\n' : text));
  const hidden = new Uint8Array(gaps.length).fill(1);
  const of = (project: StyleCounts | null): string =>
    withRepairs(context, gaps, repaired, hidden, findPins(context), project)
      .map((text, i) => text + ['f', '(', 'x', ')', 'y', '=', '1', ''][i]!).join('');
  expect(of(projectOf(5))).toBe('f( x )\ny = 1\n');
  expect(of(null)).toBe('f( x )\ny = 1\n');
  expect(of(projectOf(500))).toBe('f(x)\ny = 1\n');
});
