import { describe, expect, it } from 'vitest';
import { OverBudgetError, SyntaxRefusedError } from '../../src/errors.js';
import { readProgram } from '../../src/format/read-program.js';
import { RecentPrograms } from '../../src/format/recent-programs.js';
import { withinBudget } from '../../src/shared/budget.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

const real = await createTokenizer();

/** Takes down the texts that are tokenized. */
function counting(): { tokenizer: Tokenizer; texts: string[] } {
  const texts: string[] = [];
  return {
    texts,
    tokenizer: {
      tokenize: (text, path) => {
        texts.push(text);
        return real.tokenize(text, path);
      },
    },
  };
}

describe('programs that were read lately', () => {
  it('are those that readProgram reads, and are not read twice', () => {
    const { tokenizer, texts } = counting();
    const recent = new RecentPrograms();
    const [text, proposed] = ['x=1\r\nif x :\r\n  f( x )\r\n', 'x = 1\r\nif x:\r\n  f(x)\r\n'];
    const context = recent.context(tokenizer, text, 'a.py');
    expect(context.structured).toEqual(readProgram(real, text, 'a.py').structured);
    expect(context.lineFirst).toEqual(readProgram(real, text, 'a.py').lineFirst);
    const { source } = recent.structured(tokenizer, proposed, 'a.py');
    expect(recent.context(tokenizer, text, 'b.py')).toBe(context);
    expect(recent.context(tokenizer, proposed, 'a.py').structured.source).toBe(source);
    expect(texts).toEqual([text, proposed]);
  });

  it('are the last two, and none of another tokenizer', () => {
    const [{ tokenizer, texts }, other] = [counting(), counting()];
    const recent = new RecentPrograms();
    for (const text of ['a\n', 'b\n', 'a\n', 'c\n', 'a\n', 'b\n']) recent.context(tokenizer, text, 'a.py');
    expect(texts).toEqual(['a\n', 'b\n', 'c\n', 'b\n']);
    recent.context(other.tokenizer, 'b\n', 'a.py');
    expect(other.texts).toEqual(['b\n']);
  });

  it('keep no large text, and nothing beside one', () => {
    const { tokenizer, texts } = counting();
    const recent = new RecentPrograms();
    const large = 'value = 1\n'.repeat(10_001);
    for (const text of ['a\n', large, large, 'a\n']) recent.structured(tokenizer, text, 'a.py');
    expect(texts).toEqual(['a\n', large, large, 'a\n']);
  });

  it('are read afresh where they prove something, and not once more', () => {
    const afresh: unknown[] = [];
    const tokenizer: Tokenizer = {
      tokenize: (text, path, options) => {
        afresh.push(options?.isAfresh);
        return real.tokenize(text, path, options);
      },
    };
    const recent = new RecentPrograms();
    recent.context(tokenizer, 'a\n', 'a.py');
    recent.structured(tokenizer, 'a\n', 'a.py');
    recent.structured(tokenizer, 'a\n', 'a.py');
    recent.context(tokenizer, 'a\n', 'a.py');
    expect(afresh).toEqual([false, true]);
  });

  it('have their seams, and their faults, each time', () => {
    const recent = new RecentPrograms();
    expect(recent.context(real, 'a\n\nb\n', 'a.py').seams).toBeNull();
    expect(recent.context(real, 'a\n\nb\n', 'a.py', [2]).seams).toEqual(Uint8Array.of(0, 1, 0));
    expect(recent.context(real, 'a\n\nb\n', 'a.py').seams).toBeNull();
    for (const path of ['a.py', 'b.py']) {
      try {
        recent.context(real, 'if x:\n  y\n z\n', path);
        expect.unreachable();
      } catch (fault) {
        expect(fault).toBeInstanceOf(SyntaxRefusedError);
        expect((fault as SyntaxRefusedError).path).toBe(path);
      }
    }
  });

  it('are weighed against the budget of whoever asks', () => {
    const recent = new RecentPrograms();
    recent.context(real, 'a = b\n', 'a.py');
    const budget = { seconds: 60, bytes: 1000 };
    expect(() => withinBudget({ path: 'a.py', budget, now: () => 0 }, () => recent.context(real, 'a = b\n', 'a.py')))
      .toThrow(OverBudgetError);
  });
});
