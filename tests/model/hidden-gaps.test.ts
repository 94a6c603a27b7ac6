import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { levelOf, mustStayBroken, wholeBelow, wholeText } from '../../src/model/assumed-layout.js';
import { createFeatureBatch, GapDescriber } from '../../src/model/features.js';
import { KEEP, CLASS_COUNT } from '../../src/model/layout-classes.js';
import { countLayout } from '../../src/model/count-layout.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

const clean = fileURLToPath(new URL('../../fixtures/clean/', import.meta.url));
let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function contextOf(name: string): SourceContext {
  return sourceContext(withStructure(tokenizer.tokenize(readFileSync(clean + name, 'utf8'), name)));
}

/** The row that describes hidden gap `i` under an assumed layout. */
function rowOf(context: SourceContext, assumed: readonly string[], i: number): { slots: number[]; numbers: number[]; legal: number[] } {
  const input = observeLayout(context, context.structured.source.gaps);
  const hidden = new Uint8Array(assumed.length).fill(1);
  const evidence = { file: new StyleCounts(), project: null };
  const batch = createFeatureBatch(1);
  new GapDescriber(context, observeLayout(context, assumed, null, input), evidence, null, { hidden, input }).describe(i, 0, batch);
  return { slots: [...batch.slots], numbers: [...batch.numbers], legal: [...batch.legal] };
}

describe('A gap of which the project decides', () => {
  test('is described without its own layout, and without what follows at its level or deeper', () => {
    const random = createRandom('hidden');
    for (const name of readdirSync(clean).filter((file) => file.endsWith('.py'))) {
      const context = contextOf(name);
      const original = context.structured.source.gaps;
      const { bracketDepth } = context.structured.structure;
      const hidden = new Uint8Array(original.length).fill(1);
      for (let tries = 0; tries < 40 && original.length > 4; tries++) {
        const i = 1 + random.int(original.length - 2);
        const level = levelOf(context, i);
        const assumed = wholeBelow(context, original, hidden, level);
        const other = assumed.map((text, k) => {
          if (k < i || !text.includes('\n') || mustStayBroken(context, k) || bracketDepth[k] < level) return text;
          return bracketDepth[k] === 0 ? `\n\n\n\n${text.slice(text.lastIndexOf('\n') + 1)}` : wholeText(context, k);
        });
        expect(rowOf(context, other, i), `${name}, gap ${i}`).toEqual(rowOf(context, assumed, i));
      }
    }
  });

  test('cannot hold on to its text, but for the blank lines between statements', () => {
    const context = contextOf(readdirSync(clean).find((file) => file.endsWith('.py'))!);
    const { gaps, tokenCount } = context.structured.source;
    const { bracketDepth, startsLine } = context.structured.structure;
    const inBracket = gaps.findIndex((_, i) => i < tokenCount && bracketDepth[i] > 0);
    const statement = gaps.findIndex((_, i) => i > 0 && i < tokenCount && startsLine[i] === 1);
    expect(rowOf(context, gaps, inBracket).legal[KEEP]).toBe(0);
    expect(rowOf(context, gaps, statement).legal[KEEP]).toBe(1);
    expect(rowOf(context, gaps, inBracket).legal).toHaveLength(CLASS_COUNT);
  });

  test('is not counted among the habits of its file', () => {
    const context = contextOf(readdirSync(clean).find((file) => file.endsWith('.py'))!);
    const layout = observeLayout(context, context.structured.source.gaps);
    const counts = new StyleCounts();
    countLayout(context, layout, counts, new Uint8Array(layout.gaps.length).fill(1));
    expect(counts).toEqual(new StyleCounts());
  });
});
