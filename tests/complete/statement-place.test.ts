import { describe, expect, it } from 'vitest';
import { statementPlace, type StatementPlace } from '../../src/complete/statement-place.js';
import { CLAUSE_WORDS, lexPython } from '../../src/tokenize/index.js';

/** What may begin the statement for which an `x` stands at the end of a text. */
function placeAt(text: string): StatementPlace {
  const { tokens } = lexPython(`${text}x`);
  return statementPlace(tokens.slice(0, -1), tokens[tokens.length - 1].blockDepth);
}

/** The same code at the margin and in blocks of several kinds, with spaces and tabs. */
const BLOCKS: readonly (readonly [name: string, header: string, unit: string])[] = [
  ['at the margin', '', ''], ['in a function', 'def f():\n', '    '], ['in a class', 'class A:\n', '  '],
  ['in a loop', 'for a in b:\n', '\t'], ['in an inner try', 'try:\n', '    '], ['in an else', 'if a:\n    b\nelse:\n', '    '],
];
const indented = (code: string, unit: string): string => code.replace(/^(?=.)/gmu, unit);

/** Code, and the clauses that may follow it. */
const CHAINS: readonly (readonly [code: string, clauses: readonly string[]])[] = [
  ['', []], ['x = 1\n', []], ['x = 1; y = 2\n', []], ['import os\n', []],
  ['if x:\n    y\n', ['elif', 'else']], ['if x: y\n', ['elif', 'else']], ['if x:\n    y\n\n    # note\n\n', ['elif', 'else']],
  ['if x:\n    if y:\n        z\n', ['elif', 'else']],
  ['if x:\n    y\nelif z:\n    y\n', ['elif', 'else']], ['if x:\n    y\nelse:\n    z\n', []],
  ['if x:\n    y\nelif z:\n    y\nelse:\n    z\n', []],
  ['for x in y:\n    z\n', ['else']], ['for x in y:\n    z\nelse:\n    z\n', []], ['async for x in y:\n    z\n', ['else']],
  ['while x:\n    z\n', ['else']], ['while x:\n    z\nelse:\n    z\n', []],
  ['try:\n    x\n', ['except', 'finally']], ['try: x\n', ['except', 'finally']],
  ['try:\n    x\nexcept A:\n    y\n', ['except', 'else', 'finally']], ['try:\n    x\nexcept A: y\nexcept B: z\n', ['except', 'else', 'finally']],
  ['try:\n    x\nexcept A:\n    y\nelse:\n    z\n', ['finally']], ['try:\n    x\nfinally:\n    y\n', []],
  ['try:\n    x\nexcept A:\n    y\nelse:\n    z\nfinally:\n    w\n', []],
  ['with x:\n    y\n', []], ['def g():\n    y\n', []], ['class B:\n    y\n', []], ['if x:\n    y\nz\n', []],
  ['try:\n    x\nexcept* A:\n    y\n', ['except', 'else', 'finally']],
];

describe.each(BLOCKS)('%s', (_, header, unit) => {
  it.each(CHAINS)('only the clauses of what stands above may come: %j', (code, clauses) => {
    const { forbidden, due } = placeAt(header + indented(code, unit) + unit);
    expect(CLAUSE_WORDS.filter((word) => !forbidden.has(word)).sort()).toEqual([...clauses].sort());
    expect(due === null).toBe(!clauses.includes('except') || code.includes('except'));
  });
});

describe('words of functions and loops', () => {
  it.each([
    ['', [], []], ['class A:\n    ', [], []], ['if x:\n    ', [], []],
    ['def f():\n    ', ['return', 'yield', 'nonlocal', 'await'], []], ['def f():\n    x = 1\n\n', [], []],
    ['def f():\n    if x:\n        ', ['return', 'yield', 'nonlocal', 'await'], []],
    ['async def f():\n    ', ['return', 'yield', 'nonlocal', 'await'], []],
    ['def f():\n    class A:\n        ', [], []], ['class A:\n    def f(self):\n        ', ['return', 'yield', 'nonlocal', 'await'], []],
    ['for x in y:\n    ', [], ['break', 'continue']], ['while x:\n    if y:\n        ', [], ['break', 'continue']],
    ['for x in y:\n    def f():\n        ', ['return', 'yield', 'nonlocal', 'await'], []],
    ['for x in y:\n    z\nelse:\n    ', [], []], ['for x in y:\n    z\n', [], []],
    // A fragment: nobody knows what stands above it.
    ['    x = 1\n    ', ['return', 'yield', 'nonlocal', 'await'], ['break', 'continue']],
  ])('have their places: %j', (text, ofFunctions, ofLoops) => {
    const { forbidden } = placeAt(text);
    expect(['return', 'yield', 'nonlocal', 'await'].filter((word) => !forbidden.has(word))).toEqual(ofFunctions);
    expect(['break', 'continue'].filter((word) => !forbidden.has(word))).toEqual(ofLoops);
  });
});

it.each([
  ['match x:\n    ', true], ['match x:\n    case 1:\n        y\n    ', true], ['match x:\n    case 1:\n        ', false],
  ['match x:\n    case 1:\n        y\n', false], ['match = x\n', false], ['def f():\n    match x:\n        ', true], ['if x:\n    ', false],
])('a case is due right below a match: %j', (text, isDue) => {
  expect(placeAt(text).isCaseDue).toBe(isDue);
});
