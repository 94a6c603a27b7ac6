import { describe, expect, it } from 'vitest';
import { firstParagraph, functionPair } from '../../src/search/function-pairs.js';
import { pythonFunctions } from '../../src/search/python-functions.js';
import { splitWords } from '../../src/search/split-words.js';

const SOURCE = `import os


@cached
def parse_date(text: dict[str, int] = {'a': 1}) -> date:
    r'''Parse a date.

    More of it.
    '''
    # as people write it
    return date(text)


class Store:
    """A shop."""

    async def fetch(self):
        "Fetch all of it."
        def inner():
            return 1

        return inner

    def empty(self): pass

    def unsaid(self):
        f"not a docstring"


x = 1
`;

describe('the functions of a source', () => {
  const functions = pythonFunctions(SOURCE);

  it('are found with their classes, lines and docstrings', () => {
    expect(functions.map(({ owner, name, line, docstring }) => [owner, name, line, docstring])).toEqual([
      ['', 'parse_date', 5, 'Parse a date.\n\n    More of it.\n    '],
      ['Store', 'fetch', 17, 'Fetch all of it.'],
      ['Store.fetch', 'inner', 19, null],
      ['Store', 'empty', 24, null],
      ['Store', 'unsaid', 26, null],
    ]);
  });

  it('reach from the decorator to their last statement, and their tokens leave the docstring out', () => {
    const [parse, fetch] = functions;
    expect(SOURCE.slice(parse.start, parse.end)).toMatch(/^@cached\ndef parse_date[^]*return date\(text\)$/u);
    expect(SOURCE.slice(fetch.start, fetch.end)).toMatch(/^async def fetch[^]*return inner$/u);
    const words = parse.tokens.map(({ text }) => text).join(' ');
    expect(words).toMatch(/^def parse_date \( text : dict/u);
    expect(words).toContain('# as people write it');
    expect(words).not.toContain('Parse a date');
  });

  it('are found in text that does not parse', () => {
    const broken = 'def first(a:\n    return (\n\ndef second(b):\n    """Say something."""\n    return b +\n';
    expect(pythonFunctions(broken).map(({ name }) => name)).toContain('second');
    expect(pythonFunctions('def')).toEqual([]);
    expect(pythonFunctions('def f(')).toHaveLength(1);
  });
});

describe('a pair of docstring and function', () => {
  const pairOf = (name: string, docstring: string, body = 'x = 1\n    y = 2\n    return x + y') =>
    functionPair(pythonFunctions(`def ${name}():\n    """${docstring}"""\n    ${body}\n`)[0]);

  it('asks with the first paragraph, in one line', () => {
    expect(pairOf('add', 'Add two\n    numbers.\n\n    And more.')?.query).toBe('Add two numbers.');
    expect(firstParagraph('\n  One.\n  \t\n  Two.')).toBe('One.');
  });

  it.each([
    ['__init__', 'Begin with some numbers.'],
    ['test_add', 'Add two numbers here.'],
    ['add', 'Add numbers.'],
    ['add', '-- -- --'],
    ['add', ''],
  ])('is none for %s with "%s"', (name, docstring) => {
    expect(pairOf(name, docstring)).toBeNull();
  });

  it('is none for a function of two lines', () => {
    expect(pairOf('add', 'Add two numbers here.', 'return 1')).toBeNull();
  });
});

describe('words', () => {
  it.each([
    ['parseHTTPDate_utc', ['parse', 'http', 'date', 'utc']],
    ['Parse HTTP date (UTC)', ['parse', 'http', 'date', 'utc']],
    ['sha256sum2', ['sha', '256', 'sum', '2']],
    ['größeÄndern', ['größe', 'ändern']],
    ['__x__', ['x']],
    ['...', []],
    [`a${'b'.repeat(40)} c`, ['c']],
  ])('of %s are %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});
