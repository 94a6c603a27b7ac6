import { beforeAll, describe, expect, it } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import {
  createTokenizer, findDifference, findLayoutFault, joinGaps, withStructure, type StructuredSource, type Tokenizer,
} from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const read = (text: string): StructuredSource => withStructure(tokenizer.tokenize(text, 'hostile.py'));

// No times are measured here: at these sizes, code whose time grows with the square runs into the test's own limit.
describe('sources made to exhaust the tokenizer', () => {
  it('finds the fault of a source that is nested fifty thousand levels deep', () => {
    const deep = `${'f('.repeat(50_000)}1 2${')'.repeat(50_000)}\n`;
    expect(() => tokenizer.tokenize(deep, 'deep.py', { strict: true })).toThrowError(SyntaxRefusedError);
  });

  it('takes a gap of many megabytes', () => {
    const text = `x = 1\n${'\n'.repeat(5_000_000)}y = 2\n`;
    const { source, structure } = read(text);
    expect(source.tokenCount).toBe(6);
    expect(findLayoutFault(source, structure)).toBeNull();
  });

  it('takes many lines of backslashes in a statement, and refuses them between statements', () => {
    const inside = read(`x = 1 + ${'\\\n'.repeat(80_000)}2\n`);
    expect(findLayoutFault(inside.source, inside.structure)).toBeNull();
    const gap = `\n${' \\\n\n'.repeat(80_000)}\n`;
    const { source, structure } = read('x = 1\ny = 2\n');
    expect(findLayoutFault(source, structure, source.gaps.with(3, gap))).not.toBeNull();
  });

  it('takes many lines of comments, and finds the same tokens and tree as with few', () => {
    const around = (comments: number): string =>
      `class A:\n    x = f"{1}"\n${'    # a comment\n\n'.repeat(comments)}    y = [\n${'# another\n'.repeat(comments)}        2]\n` +
      `${'# a third\n'.repeat(comments)}z = 3  # last\n`;
    const long = around(20_000);
    const many = read(long);
    expect(joinGaps(many.source, many.source.gaps)).toBe(long);
    expect(findLayoutFault(many.source, many.structure)).toBeNull();
    // 299 lines on end are still parsed with their comments, 300 without: both read alike.
    for (const comments of [299, 300]) {
      const few = read(around(comments));
      expect(findDifference(few, read(around(comments).replaceAll('\n\n', '\n')))).toBeNull();
      expect(few.source.tokenCount).toBe(many.source.tokenCount - 3 * (20_000 - comments));
      expect([...few.source.tree.kind]).toEqual([...many.source.tree.kind]);
      expect([...few.source.tree.parent]).toEqual([...many.source.tree.parent]);
    }
  });
});
