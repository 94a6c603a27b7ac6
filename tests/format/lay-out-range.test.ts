import { beforeAll, describe, expect, it } from 'vitest';
import { layOutRange, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { SPACE } from '../../src/model/layout-classes.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { policyOf, prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** Lays out what stands between two bars. */
function layOut(marked: string, policy: FormatPolicy): string[] | null {
  const start = marked.indexOf('|');
  const end = marked.indexOf('|', start + 1) - 1;
  return layOutRange(tokenizer, policy, marked.replaceAll('|', ''), { start, end });
}

describe('layOutRange', () => {
  it('gives one gap for each token that starts in the range, and touches no other', () => {
    expect(layOut('x=f(a)\n|y=f(b)|\nz=1\n', prefer('space'))).toHaveLength(6);
    expect(layOut('x = |f(a)|\n', prefer('space'))).toEqual([' ', ' ', ' ', ' ']);
    expect(layOut('x = |f( a )|\n', prefer('none'))).toEqual(['', '', '', '']);
    expect(layOut('x = f(a)||\n', prefer('space'))).toEqual([]);
  });

  it('never breaks the line, and keeps what the policy keeps', () => {
    expect(layOut('x = |f(a,  b)|\n', prefer('after-bracket'))).toEqual([' ', '', '', '', '  ', '']);
    expect(layOut('x = |f(a,  b)|\n', prefer('keep'))).toEqual([' ', '', '', '', '  ', '']);
    for (let seed = 1; seed <= 20; seed++) {
      for (const gap of layOut('def f():\n    x = |g(a, b)[1:2] + {c: d}|\n', randomPolicy(seed, { blind: false }))!) expect(gap).toMatch(/^ {0,2}$/u);
    }
  });

  it('asks again until the gaps agree, but not for ever', () => {
    let asked = 0;
    const counted = (policy: FormatPolicy): FormatPolicy => ({
      ...policy, predictor: { probabilities: (batch, out) => { asked++; policy.predictor.probabilities(batch, out); } },
    });
    layOut('x = |f(a)|\n', counted(prefer('keep')));
    expect(asked).toBe(1);
    asked = 0;
    layOut('x = |f(a)|\n', counted(prefer('space')));
    expect(asked).toBe(2);
    asked = 0;
    let turn = 0;
    // Wants a space when asked an odd time, none otherwise.
    const restless = policyOf(({ classIndex }) => ((classIndex === SPACE) === (turn % 2 === 1) ? 1 : 0));
    layOut('x = |f(a)|\n', counted({ ...restless, predictor: { probabilities: (batch, out) => { turn++; restless.predictor.probabilities(batch, out); } } }));
    expect(asked).toBe(3);
  });

  it('puts right with the base model what nobody writes', () => {
    const { policy } = loadBaseModel();
    const above = 'value = compute(first)\n'.repeat(30);
    expect(layOut(`${above}|value=compute(first)|\n`, policy)!.slice(1)).toEqual([' ', ' ', '', '', '']);
  });

  it('has no answer where the source does not parse', () => {
    expect(layOut('def (:\n|x = 1|\n', prefer('space'))).toBeNull();
  });
});
