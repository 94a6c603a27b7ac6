import { beforeAll, describe, expect, it } from 'vitest';
import { allContextRows } from '../../src/model/context-rows.js';
import {
  CONTEXT_ROWS, COUNT_FAMILIES, FAMILY_COUNT, familyIndex, rowOf, type FamilyName,
} from '../../src/model/count-contexts.js';
import { countLayout, outcomeAt } from '../../src/model/count-layout.js';
import { BreakOutcome, InlineOutcome, LinesOutcome, NOT_COUNTED } from '../../src/model/count-outcomes.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const contextOf = (text: string): SourceContext => sourceContext(withStructure(tokenizer.tokenize(text)));

/** Names of the families that apply to the gap before a token. */
function familiesAt(context: SourceContext, token: number): FamilyName[] {
  const rows = allContextRows(context);
  return COUNT_FAMILIES.filter((_, family) => rowOf(rows, token, family) >= 0).map(({ name }) => name);
}

describe('contexts', () => {
  it('are asked of the gaps that their questions make sense for', () => {
    const context = contextOf('x = f(a)\ny\n');
    const ofLines: FamilyName[] = ['lines-kinds', 'lines-next', 'lines-owner'];
    const ofSpaces: FamilyName[] = ['left-right-node', 'left-node', 'right-node'];
    expect(familiesAt(context, 0)).toEqual([]);
    expect(familiesAt(context, 1)).toEqual(ofSpaces);
    expect(familiesAt(context, 4)).toEqual(COUNT_FAMILIES.map(({ name }) => name).filter((name) => !ofLines.includes(name)));
    expect(familiesAt(context, 6)).toEqual(ofLines);
    expect(familiesAt(context, 7)).toEqual([]);
  });

  it('are the same whatever the layout, and others for other neighbours', () => {
    const [first, second] = ['a = [b, c]\nd = e\n', 'a=[ b,\n  c ]\n\n\nd   =   e\n'].map(contextOf);
    expect(allContextRows(first)).toEqual(allContextRows(second));
    const rows = allContextRows(contextOf('a = [b]\na += b\n'));
    expect(rowOf(rows, 1, familyIndex('left-right-node'))).not.toBe(rowOf(rows, 6, familyIndex('left-right-node')));
    expect(rowOf(rows, 1, familyIndex('left-node'))).toBeLessThan(CONTEXT_ROWS);
  });

  it('count each answer once, a bracket once, and the hidden not at all', () => {
    const context = contextOf('x = f(\n    a, b)\n\n\ny\n');
    const { gaps } = context.structured.source;
    const layout = observeLayout(context, gaps);
    const counts = new StyleCounts();
    countLayout(context, layout, counts);
    const rows = allContextRows(context);
    const counted = (name: FamilyName, gap: number): number[] => [...counts.outcomesOf(familyIndex(name), rowOf(rows, gap, familyIndex(name)))];
    expect(counted('left-right-node', 1)[InlineOutcome.Space]).toBe(1);
    expect(counted('break-position', 4)[BreakOutcome.OpenerPlus1]).toBe(1);
    expect(counted('lines-next', 8)[LinesOutcome.Three]).toBe(1);
    expect(counted('arrangement-node', 4).reduce((sum, count) => sum + count)).toBe(1);
    expect(outcomeAt(layout, familyIndex('break-node'), 1, -1)).toBe(NOT_COUNTED);
    const hidden = new StyleCounts();
    countLayout(context, layout, hidden, new Uint8Array(gaps.length).fill(1));
    expect(hidden.table.every((count) => count === 0)).toBe(true);
  });

  it('have a place each, by name', () => {
    expect(COUNT_FAMILIES.map(({ name }) => familyIndex(name))).toEqual(Array.from({ length: FAMILY_COUNT }, (_, k) => k));
  });
});
