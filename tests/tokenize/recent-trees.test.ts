import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import { createRandom, type Random } from '../../src/shared/random.js';
import { createTokenizer, type TokenizedSource, type Tokenizer } from '../../src/tokenize/index.js';
import { loadPythonParser } from '../../src/tokenize/parser.js';
import { textEdits } from '../../src/tokenize/text-edits.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const folder = new URL('../../fixtures/golden/spoilt/', import.meta.url);
const sources = readdirSync(folder).filter((name) => name.endsWith('.py')).sort()
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

const PIECES = [
  ' ', '  ', '\n', '(', ')', '[', ']', '{', '}', ':', ',', '.', '=', '"', "'", '"""', "f'", '#', '\\', '\t', 'x', '1', 'print',
  'async ', 'await ', 'match ', 'case ', 'type ', 'if ', 'else:', 'lambda ', 'not ', ' in ', '*', '@', ';', '->', '\n    pass\n', 'é',
];

/** What somebody who types or moves lines does. */
function editRandomly(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random.int(lines.length);
  const line = lines[at]!;
  const column = random.int(line.length + 1);
  switch (random.int(9)) {
    case 0: lines.splice(at, 0, line); break;
    case 1: lines.splice(at, 1); break;
    case 2: lines.splice(random.int(lines.length), 0, ...lines.splice(at, 1 + random.int(4))); break;
    case 3: lines[at] = `    ${line}`; break;
    case 4: lines[at] = line.replace(/^(?: {4}|\t| )/u, ''); break;
    case 5: lines[at] = line.slice(0, column) + line.slice(column + 1); break;
    case 6: lines[at] = line.slice(0, column) + line.slice(random.int(line.length + 1)); break;
    default: lines[at] = line.slice(0, column) + random.pick(PIECES) + line.slice(column);
  }
  return lines.join('\n');
}

/** What a tokenizer reads in a text, or why it does not. */
function readBy(by: Tokenizer, text: string, comesAgain: boolean): TokenizedSource | string {
  try {
    return by.tokenize(text, 'x.py', { comesAgain });
  } catch (error) {
    if (!(error instanceof SyntaxRefusedError)) throw error;
    return error.message;
  }
}

describe('a text that comes again with edits', () => {
  test('is read as if it came for the first time', () => {
    const random = createRandom(1);
    let faults = 0;
    for (const source of sources) {
      let text = source;
      for (let round = 0; round < 8; round++) {
        const read = readBy(tokenizer, text, true);
        expect(read).toEqual(readBy(tokenizer, text, false));
        if (typeof read === 'string') {
          faults++;
          text = source;
        }
        text = editRandomly(text, random);
      }
    }
    expect(faults).toBeGreaterThan(10);
    expect(faults).toBeLessThan(6 * sources.length);
  });

  test('is parsed with the tree of the text before, but not afresh', async () => {
    const parser = await loadPythonParser();
    const parse = vi.spyOn(parser.parser, 'parse');
    tokenizer.tokenize(sources[0]!, 'x.py', { comesAgain: true });
    tokenizer.tokenize(`${sources[0]!}x = 1\n`, 'x.py', { comesAgain: true });
    tokenizer.tokenize(`${sources[0]!}x = 2\n`, 'x.py', { comesAgain: true, isAfresh: true });
    expect(parse.mock.calls.map(([, earlier]) => earlier !== null)).toEqual([expect.any(Boolean), true, false]);
    parse.mockRestore();
  });
});

test('edits make one text of another', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '\n', 'e\n'), { maxLength: 40 }).map((all) => all.join(''));
  fc.assert(fc.property(text, text, text, text, (head, tail, left, right) => {
    for (const [before, after] of [[left, right], [head + left + tail, head + right + tail]] as const) {
      let edited = before;
      for (const edit of textEdits(before, after).reverse()) {
        edited = edited.slice(0, edit.start) + edit.text + edited.slice(edit.end);
      }
      expect(edited).toBe(after);
    }
  }), { numRuns: 2000 });
});
