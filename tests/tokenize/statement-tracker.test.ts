import { beforeAll, describe, expect, it } from 'vitest';
import { COMMENT, createTokenizer, StatementTracker, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** Texts of the tokens at which the tracker sees a statement start, and at which the tree does. */
function starts(text: string): { tracked: string[]; parsed: string[] } {
  const { source, structure } = withStructure(tokenizer.tokenize(text));
  const tracker = new StatementTracker();
  const tracked: string[] = [];
  const parsed: string[] = [];
  for (let i = 0; i < source.tokenCount; i++) {
    const word = `${i}: ${source.text.slice(source.start[i], source.end[i])}`;
    if (i > 0 && source.gaps[i]!.replaceAll('\\\n', '').includes('\n')) tracker.endLine();
    if (source.kind[i] === COMMENT) continue;
    if (tracker.startsStatement) tracked.push(word);
    if (structure.startsLine[i]) parsed.push(word);
    tracker.push(source.kind[i]!);
  }
  return { tracked, parsed };
}

describe('StatementTracker', () => {
  it.each(layoutFixtures())('starts statements where the tree does: $name', ({ text }) => {
    const { tracked, parsed } = starts(text);
    expect(tracked).toEqual(parsed);
  });

  it.each([
    ['colons of lambdas, slices and annotations', 'if lambda: a: b = c[d:e]; f: g\n'],
    ['a lambda in brackets', 'while f(lambda x: x): y; z\n'],
    ['suites on their colon’s line', 'class A: b; c\nfor x in y: pass\nelse: z\n'],
    ['soft keywords', 'match a:\n    case b: c\nmatch = {d: e}\ncase: f = g\n'],
  ])('%s', (_, text) => {
    const { tracked, parsed } = starts(text);
    expect(tracked).toEqual(parsed);
  });

  it('goes on apart from its copy, and takes a statement for one whose brackets are abandoned', () => {
    const { source } = withStructure(tokenizer.tokenize('f(a)\n'));
    const tracker = new StatementTracker();
    tracker.push(source.kind[0]!);
    tracker.push(source.kind[1]!);
    const copy = tracker.clone();
    copy.endLine();
    expect(copy.startsStatement).toBe(false);
    copy.abandonBrackets();
    expect(copy).toMatchObject({ startsStatement: true, bracketDepth: 0 });
    expect(tracker).toMatchObject({ startsStatement: false, bracketDepth: 1 });
  });
});
