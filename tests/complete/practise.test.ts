import { describe, expect, it } from 'vitest';
import { practise } from '../../src/complete/practise.js';
import { createTokenizer } from '../../src/tokenize/index.js';

interface Asked {
  readonly text: string;
  readonly offset: number;
}

async function askedOf(most = Infinity): Promise<Asked[]> {
  const asked: Asked[] = [];
  const signal = { aborted: false };
  await practise(async (request) => {
    expect(request.signal).toBe(signal);
    asked.push(request);
    signal.aborted = asked.length >= most;
  }, signal);
  return asked;
}

describe('practise', () => {
  it('goes down a text of Python, whole above the line and below it', async () => {
    const tokenizer = await createTokenizer();
    const asked = await askedOf();
    expect(asked.length).toBeGreaterThan(200);
    expect(asked.length).toBeLessThan(300);
    // Where line after line has been typed, the whole text stands.
    const lines = asked.reduce<readonly string[]>((known, { text, offset }) => {
      const [at, now] = [text.slice(0, offset).split('\n').length - 1, text.split('\n')];
      return (known.length === 0 ? now : known).map((line, k) => (k < at || k > at ? now[k] : line));
    }, []);
    let before = 0;
    for (const { text, offset } of asked) {
      expect(offset).toBeGreaterThan(before);
      before = offset;
      const at = text.slice(0, offset).split('\n').length - 1;
      expect(text.split('\n').map((line, k) => (k === at ? lines[k] : line))).toEqual(lines);
      expect(lines[at].startsWith(text.split('\n')[at])).toBe(true);
    }
    expect(() => tokenizer.tokenize(lines.join('\n'))).not.toThrow();
  });

  it('ends when somebody asks', async () => {
    expect(await askedOf(3)).toHaveLength(3);
  });

  it('does not begin where somebody has asked already', async () => {
    const asked: Asked[] = [];
    await practise(async (request) => void asked.push(request), { aborted: true });
    expect(asked).toEqual([]);
  });
});
