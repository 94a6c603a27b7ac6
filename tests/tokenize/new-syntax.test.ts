import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTokenizer, findLayoutFault, joinGaps, NODE_KINDS, TOKEN_KINDS, tokenText, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** Read by the grammar itself, so that it is formatted as everything is. */
const UNDERSTOOD: Record<string, string> = {
  'defaults of type parameters': 'class A[T = int, *Ts = *tuple[int, ...], **P = [str]]: ...\ndef f[T: str = None](): ...\ntype B[*Ts = *x] = int\n',
  'a star before a list, a tuple or brackets': 'x = 1, *[2]\n{}, *{}\nx = *[1],\nf = 1, *"ten"\nx = 1, *(a + b)\n*1\n',
  'a star before await': 'async def f():\n    x = 1, *await y\n',
  'a star in a subscript': 'A[*[1]]\nA[*(1, 2)]\nA[1, *(b or c)]\n',
  'a star in targets': 'a, *[b, c] = s\na, *(b, c) = s\n[*[*a]] = s\nfor [*[*a]], b in c: pass\n',
  'a star in the type of *args': 'def f(*args: *(a or b)): ...\n',
  'a star in the subject of match': 'match *[0], 1, *(2, 3):\n    case x: pass\n',
  'everything from the future': 'from __future__ import *\n',
  'except without brackets': 'try:\n    a\nexcept A, B:\n    b\nexcept* C, D: c\n',
  'template strings': 't"{a!r:>{b}}" rT\'\'\'{c}\n\'\'\'\n',
  'a block on its line whose brackets hold a comment': [
    'if x: f(a,  # first\n        b)\nelif y: [  # c\n  1]\nelse: (\n    # own line\n  z)\n',
    'for k in y: g([  # rows\n    1,\n])\nwhile x: f(  # c\n)\nwith a: b(  # c\n)\n',
    'try: f(  # c\n)\nexcept E: g(  # d\n)\nfinally: h(  # e\n)\n',
    'class A: x = [  # c\n]\ndef f(): return (  # c\n  1); y\nmatch a:\n    case 1: f(  # c\n    )\n',
  ].join(''),
  'a break in a field behind a string': 'if i:\n o=f"{""+\n[]}"\n',
};

describe('newer syntax', () => {
  it.each(Object.entries(UNDERSTOOD))('%s', (_, text) => {
    const { source, structure } = withStructure(tokenizer.tokenize(text));
    expect(source.opaque.map((token) => tokenText(source, token))).toEqual([]);
    expect(joinGaps(source, source.gaps)).toBe(text);
    expect(findLayoutFault(source, structure)).toBeNull();
  });

  it('that the grammar does not know stays as it is', () => {
    const text = 'lazy import os\n{**a for a in b}\n[*[] for a in b]\nmatch x:\n    case +1: pass\na: b[:] = x\nc = 1\n';
    expect(tokenizer.tokenize(text).opaque).toHaveLength(5);
  });
});

describe('the grammar that is built here', () => {
  const read = (name: string): string => readFileSync(`grammar/${name}`, 'utf8');

  it('is what its record says', () => {
    const { wasm, patch } = JSON.parse(read('record.json')) as Record<string, string>;
    const digest = (name: string): string => createHash('sha256').update(readFileSync(`grammar/${name}`)).digest('hex');
    expect([digest('tree-sitter-python.wasm'), digest('python.patch')]).toEqual([wasm, patch]);
  });

  it('names the new nodes as the old ones, which models are trained on', () => {
    const { source } = withStructure(tokenizer.tokenize(Object.values(UNDERSTOOD).join('')));
    expect([...source.tree.kind].filter((kind) => NODE_KINDS[kind] === 'other')).toEqual([]);
    const others = [...source.kind].flatMap((kind, i) => (TOKEN_KINDS[kind] === 'other' ? [tokenText(source, i)] : []));
    expect(new Set(others)).toEqual(new Set(['__future__']));
  });
});
