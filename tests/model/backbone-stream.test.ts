import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFiles } from '../../src/corpus/index.js';
import { BackboneStream } from '../../src/model/backbone-stream.js';
import { BACKBONE, createFeatureBatch, FEATURE_SHAPE, GapDescriber } from '../../src/model/features.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { createTokenizer, lexPython, LINE_END, tokenKind, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

const COMMENT = tokenKind('comment');
const OPENERS = new Set(['(', '[', '{'].map(tokenKind));

describe('BackboneStream', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await createTokenizer();
  });

  it('gives the rows of GapDescriber on complete files', () => {
    const { columns, ...backboneSlots } = BACKBONE;
    /** Of the slots that may differ: the rows where they do. */
    const different = { gapBefore: 0, gapBefore2: 0, openerGap: 0, left2: 0, left3: 0 };
    let rows = 0;
    for (const path of [...findFiles(['fixtures/clean', 'fixtures/demo', 'fixtures/layout', 'src']).files, 'tests/oracle/cpython_oracle.py']) {
      if (path.endsWith('modern.py')) continue;
      const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
      const source = tokenizer.tokenize(text, path);
      const context = sourceContext(withStructure(source));
      const layout = observeLayout(context, source.gaps);
      const describer = new GapDescriber(context, layout, { file: new StyleCounts(), project: null });
      const expected = createFeatureBatch(1);
      const slots = new Int16Array(FEATURE_SHAPE.backboneSlots);
      const numbers = new Float32Array(FEATURE_SHAPE.backboneNumbers);
      const stream = new BackboneStream();
      const tokens = lexPython(text, { comments: true }).tokens.filter(({ kind }) => kind !== LINE_END);
      let wasBefore = false;
      tokens.forEach(({ kind, text: word, startsStatement, blockDepth }, i) => {
        stream.push({ kind, text: word, startsStatement, blockDepth, gap: source.gaps[i]! });
        stream.describe(slots, 0, numbers, 0);
        describer.describe(i + 1, 0, expected);
        rows++;
        const wasGapBefore = wasBefore;
        wasBefore = false;
        // A soft keyword such as `_` is another kind of token to the tree.
        const isSoft = (back: number): boolean => tokens[i - back]?.text === '_';
        for (const [name, { position }] of Object.entries(backboneSlots)) {
          if (slots[position] === expected.slots[position]) continue;
          // The exceptions that the module names, and nothing else.
          const isKnown =
            (name === 'openerGap' && OPENERS.has(kind)) || (name === 'blockDepth' && kind === COMMENT) ||
            (name === 'left' && isSoft(0)) || (name === 'left2' && isSoft(1)) || (name === 'left3' && isSoft(2)) ||
            name === 'gapBefore' || (name === 'gapBefore2' && wasGapBefore) || name === 'openerGap';
          expect(isKnown, `${path}, ${name} after ${word}`).toBe(true);
          if (name === 'gapBefore') wasBefore = true;
          if (name in different && !(name === 'openerGap' && OPENERS.has(kind))) different[name as keyof typeof different]++;
        }
        const { position, size } = columns;
        expect(numbers.slice(position, position + size)).toEqual(expected.numbers.slice(position, position + size));
      });
    }
    expect(rows).toBeGreaterThan(1000);
    for (const [name, count] of Object.entries(different)) expect(count / rows, name).toBeLessThan(0.005);
  });

  it('leaves out what text without layout does not show', () => {
    const slots = new Int16Array(FEATURE_SHAPE.backboneSlots);
    const numbers = new Float32Array(FEATURE_SHAPE.backboneNumbers).fill(1);
    const stream = new BackboneStream();
    stream.push({ kind: tokenKind('if'), text: 'if', gap: '', startsStatement: true, blockDepth: 0 });
    stream.describe(slots, 0, numbers, 0, false);
    expect(slots[BACKBONE.left.position]).toBe(BACKBONE.left.offset + tokenKind('if'));
    expect(slots[BACKBONE.blockDepth.position]).toBe(-1);
    expect([...numbers]).toEqual([0, 0, 0]);
  });

  it('goes on apart from its copy', () => {
    const row = (stream: BackboneStream): number[] => {
      const slots = new Int16Array(FEATURE_SHAPE.backboneSlots);
      stream.describe(slots, 0, new Float32Array(FEATURE_SHAPE.backboneNumbers), 0);
      return [...slots];
    };
    const stream = new BackboneStream();
    const push = (target: BackboneStream, text: string): void =>
      target.push({ kind: tokenKind(text), text, gap: '', startsStatement: false, blockDepth: 0 });
    push(stream, '(');
    const before = row(stream);
    const copy = stream.clone();
    push(copy, ',');
    push(copy, ')');
    expect(row(stream)).toEqual(before);
    expect(row(copy)).not.toEqual(before);
  });
});
