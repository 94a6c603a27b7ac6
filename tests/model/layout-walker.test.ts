import { beforeAll, describe, expect, test } from 'vitest';
import { KEEP, LAYOUT_CLASSES, CLASS_COUNT, CLASSES_OF_ROLE, breaks, layoutClass } from '../../src/model/layout-classes.js';
import { LayoutWalker } from '../../src/model/layout-walker.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../src/model/source-context.js';
import { mutateLayout } from '../../src/mutate/index.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, findLayoutFault, GapRole, GAP_ROLE_COUNT, joinGaps, tokenText, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const contextOf = (text: string): SourceContext => sourceContext(withStructure(tokenizer.tokenize(text)));
const fixtures = layoutFixtures();

const layoutsOf = (context: SourceContext): (readonly string[])[] => [
  context.structured.source.gaps,
  mutateLayout(context.structured, { rate: 0.2, random: createRandom(1) }),
  mutateLayout(context.structured, { rate: 1, random: createRandom(2) }),
];

/** A walk over `gaps` in which `keep` refers to the same gaps. */
function walkerOver(context: SourceContext, gaps: readonly string[]): LayoutWalker {
  const { unit, hang, blocks } = observeLayout(context, gaps);
  return new LayoutWalker(context.structured, context.ancestry, { gaps, blocks }, blocks, unit, hang);
}

/** Per gap: 1 inside a suite that stands on its colon's line. */
function inlineSuites({ structured: { source }, blocks }: SourceContext, gaps: readonly string[]): Uint8Array {
  const inside = new Uint8Array(source.tokenCount + 1);
  for (const { node, gap } of blocks) {
    if (!gaps[gap].includes('\n')) inside.fill(1, gap, source.tree.lastToken[node] + 1);
  }
  return inside;
}

describe('the layout classes', () => {
  test('are named once, and listed with the roles that they make sense for', () => {
    expect(new Set(LAYOUT_CLASSES).size).toBe(CLASS_COUNT);
    expect(CLASSES_OF_ROLE).toHaveLength(GAP_ROLE_COUNT);
    for (const candidates of CLASSES_OF_ROLE) {
      expect(new Set(candidates).size).toBe(candidates.length);
      expect(candidates).toContain(KEEP);
      for (const candidate of candidates) expect(LAYOUT_CLASSES[candidate]).toBeDefined();
    }
    expect(new Set(CLASSES_OF_ROLE.flat()).size).toBe(CLASS_COUNT);
    expect(breaks(layoutClass('align-comment'))).toBe(false);
    expect(breaks(layoutClass('lines-1'))).toBe(true);
  });
});

describe.each(fixtures)('encoding $name', ({ text }) => {
  test('every class that a gap matches renders exactly that text, and `keep` always matches', () => {
    const context = contextOf(text);
    for (const layout of layoutsOf(context)) {
      const gaps = layout;
      const walker = walkerOver(context, gaps);
      const mask = new Uint8Array(CLASS_COUNT);
      gaps.forEach((gap, i) => {
        mask.fill(0);
        walker.match(i, gap, mask);
        expect(mask[KEEP], `keep of gap ${i}`).toBe(1);
        for (let k = 0; k < CLASS_COUNT; k++) {
          if (!mask[k]) continue;
          expect(walker.isLegal(i, k)).toBe(true);
          expect(walker.render(i, k), `${LAYOUT_CLASSES[k]} of gap ${i}`).toBe(gap);
        }
        walker.advance(i, gap);
      });
    }
  });

  test('the observed class renders its gap, and columns are those of the text', () => {
    const context = contextOf(text);
    const { source } = context.structured;
    const gaps = source.gaps;
    const observed = observeLayout(context, gaps);
    const walker = walkerOver(context, gaps);
    const plain = joinGaps(source, source.gaps).split('\n');
    gaps.forEach((gap, i) => {
      if (observed.classOf[i] !== KEEP) expect(walker.render(i, observed.classOf[i])).toBe(gap);
      walker.advance(i, gap);
      if (i === source.tokenCount) return;
      const line = source.text.slice(0, source.start[i]).split('\n').length - 1;
      expect(plain[line]!.slice(walker.column[i]).startsWith(tokenText(source, i).split('\n')[0]!), `token ${i}`).toBe(true);
    });
  });

  test('any one legal class in any one gap is a layout that Python reads alike', () => {
    const context = contextOf(text);
    const { source, structure } = context.structured;
    const gaps = source.gaps;
    const walker = walkerOver(context, gaps);
    const suites = inlineSuites(context, gaps);
    const faults: string[] = [];
    gaps.forEach((gap, i) => {
      for (const candidate of CLASSES_OF_ROLE[structure.role[i]]) {
        if (!walker.isLegal(i, candidate)) continue;
        // The one rule that is left to the decoder: statements after an inline one stay inline.
        if (suites[i] && structure.role[i] === GapRole.AfterSemicolon) continue;
        const rendered = walker.render(i, candidate);
        if (rendered === null || rendered === gap) continue;
        const changed = [...gaps];
        changed[i] = rendered;
        const fault = findLayoutFault(source, structure, changed);
        if (fault !== null) faults.push(`${LAYOUT_CLASSES[candidate]} in gap ${i} (role ${structure.role[i]}): ${fault.reason}`);
      }
      walker.advance(i, gap);
    });
    expect(faults).toEqual([]);
  });
});

test.each(['if x: f(a,\n        b)\n', 'if (a and\n        b): f(c,\n         d)\n', 'class A: x = 1 + \\\n          2\n'])(
  '`keep` keeps the lines of a suite on its colon\'s line: %j',
  (text) => {
    const context = contextOf(text);
    const { gaps } = context.structured.source;
    const walker = walkerOver(context, gaps);
    gaps.forEach((gap, i) => {
      expect(walker.render(i, KEEP)).toBe(gap);
      walker.advance(i, gap);
    });
  },
);

test('most gaps of ordinary code have a class of their own', () => {
  let [own, all] = [0, 0];
  for (const { text } of fixtures) {
    const context = contextOf(text);
    const { gaps, classOf } = observeLayout(context, context.structured.source.gaps);
    for (let i = 1; i < gaps.length - 1; i++) {
      all++;
      if (classOf[i] !== KEEP) own++;
    }
  }
  expect(own / all).toBeGreaterThan(0.97);
});

test('a line of very many strings is walked in one go, without going back to its start at each of them', () => {
  const context = contextOf(`x = (${'"abcdefgh", '.repeat(200_000)})\n`);
  const { gaps, tokenCount } = context.structured.source;
  const walker = walkerOver(context, gaps);
  for (let i = 0; i <= tokenCount; i++) walker.advance(i, gaps[i]);
  expect(walker.column[tokenCount - 1]).toBe(5 + 12 * 200_000);
});
