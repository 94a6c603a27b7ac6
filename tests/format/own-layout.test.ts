/** Which gaps of a source that is laid out anew stay as they are: what the project admits, the more of its style the source is. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { BracketRules } from '../../src/format/bracket-rules.js';
import { ownGaps, type JudgedGap } from '../../src/format/own-layout.js';
import { readProgram } from '../../src/format/read-program.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const BY_HAND: BracketRules = { limit: Infinity, usual: 80, isStrict: false, fills: true };
const LINES = 60;
/** Eight tokens a line; the gap before `=` is the second. */
const SOURCE = 'x = f(a, b)\n'.repeat(LINES);

/** Of each line the gap before `=`; of the first `differing` of them another text is likelier than what stands. */
function spacesOf(differing: number, chosen: number): JudgedGap[] {
  return Array.from({ length: LINES }, (_, line) => line < differing
    ? { gap: 8 * line + 1, text: '', kept: ' ', chosen, stays: 1 - chosen }
    : { gap: 8 * line + 1, text: ' ', kept: ' ', chosen: 0.99, stays: 0.99 });
}

function stay(judged: readonly JudgedGap[], { text = SOURCE, isAdmitted = (): boolean => true } = {}): number[] {
  const context = readProgram(tokenizer, text, 'a.py');
  const input = observeLayout(context, context.structured.source.gaps);
  return ownGaps({ context, input, rules: BY_HAND, isAdmitted }, judged);
}

describe('Gaps of a source that is laid out anew', () => {
  test('stay where the source is of the project and the network is not all but certain', () => {
    expect(stay(spacesOf(2, 0.9))).toEqual([1, 9]);
    expect(stay(spacesOf(2, 0.99))).toEqual([]);
    expect(stay(spacesOf(0, 0.9))).toEqual([]);
  });

  test('are changed at half that certainty where the source deviates throughout', () => {
    expect(stay(spacesOf(LINES, 0.9))).toEqual([]);
    expect(stay(spacesOf(LINES, 0.45))).toHaveLength(LINES);
  });

  test('stay or go together where they are line breaks of one statement, and only where the project admits its lines', () => {
    const text = 'x = f(a,\n      b,\n      c)\n' + SOURCE;
    // The first is sure enough by itself, both together are not.
    const breaks: JudgedGap[] = [
      { gap: 6, text: ' ', kept: '\n      ', chosen: 0.95, stays: 0.05 }, { gap: 8, text: ' ', kept: '\n      ', chosen: 0.4, stays: 0.6 },
    ];
    expect(stay(breaks, { text })).toEqual([6, 8]);
    expect(stay([breaks[0]!], { text })).toEqual([]);
    expect(stay(breaks, { text, isAdmitted: () => false })).toEqual([]);
  });
});
