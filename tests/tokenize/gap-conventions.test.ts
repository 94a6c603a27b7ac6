import { beforeAll, expect, test } from 'vitest';
import {
  CONVENTIONS, createTokenizer, gapConventions, tokenText, withStructure, type Tokenizer,
} from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** Each gap with a convention, as "left_right convention pivot". */
function conventionsOf(text: string): string[] {
  const program = withStructure(tokenizer.tokenize(text));
  const { convention, pivot } = gapConventions(program);
  const { source } = program;
  return Array.from({ length: source.tokenCount }, (_, i) => i)
    .filter((i) => convention[i] !== 0)
    .map((i) => `${tokenText(source, i - 1)}_${tokenText(source, i)} ${CONVENTIONS[convention[i]]} ${tokenText(source, pivot[i])}`);
}

test.each([
  ['x = 1\n', ['x_= assignment =', '=_1 assignment =']],
  ['x += a*b\n', ['x_+= assignment +=', '+=_a assignment +=', 'a_* product *', '*_b product *']],
  ['x: int = 1\n', ['x_: annotation :', ':_int annotation :', 'int_= assignment =', '=_1 assignment =']],
  ['f(a=1)\n', ['f_( call-paren (', '(_a call-pads (', 'a_= keyword =', '=_1 keyword =', '1_) call-pads (']],
  ['f()\n', ['f_( call-paren (']],
  ['def f(a, b: int=1) -> int: pass\n', [
    'f_( parameter-paren (', '(_a parameter-pads (', 'a_, comma ,', ',_b comma ,', 'b_: annotation :', ':_int annotation :',
    'int_= typed-default =', '=_1 typed-default =', '1_) parameter-pads (', ')_-> arrow ->', '->_int arrow ->',
    'int_: header-colon :', ':_pass header-colon :',
  ]],
  ['x[1:2]\n', ['x_[ subscript-bracket [', '[_1 subscript-pads [', '1_: slice-colon :', ':_2 slice-colon :', '2_] subscript-pads [']],
  ['{a: 1}\n', ['{_a curly-pads {', 'a_: dictionary-colon :', ':_1 dictionary-colon :', '1_} curly-pads {']],
  ['a if b in c else -d\n', []],
  ['f(*a, **k)\n', ['f_( call-paren (', '(_* call-pads (', 'a_, comma ,', ',_** comma ,', 'k_) call-pads (']],
])('%j', (text, expected) => {
  expect(conventionsOf(text)).toEqual(expected);
});

test('comments have no convention', () => {
  expect(conventionsOf('f(  # why\n  a)\n')).toEqual(['f_( call-paren (', 'a_) call-pads (']);
});
