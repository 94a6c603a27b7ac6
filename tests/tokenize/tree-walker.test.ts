import { beforeAll, describe, expect, test } from 'vitest';
import { toLf } from '../../src/tokenize/line-ends.js';
import { loadPythonParser, type PythonParser } from '../../src/tokenize/parser.js';
import { walkPlainTree } from '../../src/tokenize/tree-walker.js';
import { symbolTable, walkTree, type SymbolTable } from '../../src/tokenize/walk-tree.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let python: PythonParser;
let symbols: SymbolTable;
beforeAll(async () => {
  python = await loadPythonParser();
  symbols = symbolTable(python);
});

const EDGES = [
  { name: 'nothing', text: '' },
  { name: 'a comment alone', text: '# only' },
  { name: 'comments at the ends of blocks', text: 'if x:\n  y\n  # in\n# out\nelse: z # last\n' },
  { name: 'more tokens than a quarter of the characters', text: `x=${'('.repeat(300)}1${')'.repeat(300)}\n${'a;'.repeat(500)}b\n` },
  { name: 'more nodes than a quarter of the characters', text: `${'-'.repeat(2000)}x\n` },
  { name: 'continued lines', text: 'x = 1 + \\\n    2\nif a and \\\n  b: pass\n' },
  { name: 'characters beyond the first plane', text: "s = '𝒳𝒴'\nλ = f(s)  # 𝒵\n" },
];

describe.each([...layoutFixtures(), ...EDGES])('the walk in WebAssembly over $name', ({ text: raw }) => {
  test('writes down what the walk in JavaScript does', () => {
    const text = toLf(raw);
    const tree = python.parse(text);
    try {
      const named = { text, path: 'a.py' };
      expect(walkPlainTree(tree, python, symbols, named)).toEqual(walkTree(tree, python.cursor, symbols, named));
    } finally {
      tree.delete();
    }
  });
});

test('a block without tokens is refused as the walk in JavaScript refuses it', () => {
  const text = 'if x:\n# only\ny\n';
  const tree = python.parse(text);
  const refusal = (walk: () => unknown): string => {
    try {
      walk();
    } catch (fault) {
      return String(fault);
    }
    return 'taken';
  };
  const named = { text, path: 'a.py' };
  const wanted = refusal(() => walkTree(tree, python.cursor, symbols, named));
  expect(wanted).not.toBe('taken');
  expect(refusal(() => walkPlainTree(tree, python, symbols, named))).toBe(wanted);
  tree.delete();
});
