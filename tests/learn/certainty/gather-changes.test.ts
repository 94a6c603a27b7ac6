import { beforeAll, describe, expect, test } from 'vitest';
import { EVIDENCE_COLUMNS } from '../../../src/format/certainty/edit-judge.js';
import { loadBaseModel, type FormatPolicy } from '../../../src/format/index.js';
import { ChangeExamples } from '../../../src/learn/certainty/change-examples.js';
import { gatherCleanChanges, gatherSpoiltChanges, UNDECIDED_TREES } from '../../../src/learn/certainty/gather-changes.js';
import { createTokenizer, type Tokenizer } from '../../../src/tokenize/index.js';

let tokenizer: Tokenizer;
let policy: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  policy = { ...loadBaseModel().policy, certainty: UNDECIDED_TREES };
});

const source = {
  path: 'a.py',
  text: Array.from({ length: 4 }, (_, k) => `def f${k}(a, b):\n    c = a + b\n    return g(c, key=a[1:b])\n`).join('\n\n'),
};

function examplesOf(gather: typeof gatherCleanChanges, given = source): { examples: ChangeExamples; notes: Set<string> } {
  const examples = new ChangeExamples();
  gather(tokenizer, policy, given, examples);
  return { examples, notes: new Set(examples.notes) };
}

describe('changes to learn certainty from', () => {
  test('in a file as it is all would be wrong', () => {
    const { examples, notes } = examplesOf(gatherCleanChanges, { ...source, text: `${source.text}\n\nx = f0(1 ,2)\n` });
    expect(notes).toEqual(new Set(['clean']));
    expect([...examples.toTreeExamples().labels].every((label) => label === 0)).toBe(true);
  });

  test('of a lone defect its repair is right', () => {
    const { examples, notes } = examplesOf(gatherSpoiltChanges);
    expect([...notes].some((note) => note.startsWith('defect f( a )') || note === 'defect f(a,b)')).toBe(true);
    const defects = examples.toTreeExamples((note) => note.startsWith('defect'));
    const right = defects.labels.filter((label) => label === 1).length;
    expect(right / defects.labels.length).toBeGreaterThan(0.8);
  });

  test('versions of all sorts are learned from, of a wreck with half the weight', () => {
    const { examples, notes } = examplesOf(gatherSpoiltChanges);
    expect([...notes].filter((note) => !note.startsWith('defect'))).toEqual(
      expect.arrayContaining(['few', 'rate 0.05', 'rate 0.2']),
    );
    expect(new Set(examples.toTreeExamples((note) => note.startsWith('rate')).weights)).toEqual(new Set([0.5]));
  });

  test('rows hold the columns that trees are told of, and the same file gives the same rows', () => {
    const [first, second] = [examplesOf(gatherSpoiltChanges), examplesOf(gatherSpoiltChanges)]
      .map(({ examples }) => examples.toTreeExamples());
    expect(first.columns).toEqual(EVIDENCE_COLUMNS);
    expect(first.rows.length).toBe(first.labels.length * EVIDENCE_COLUMNS.length);
    expect(first).toEqual(second);
  });
});
