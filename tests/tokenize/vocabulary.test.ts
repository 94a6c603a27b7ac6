import { describe, expect, it } from 'vitest';
import {
  closerOf, isCloser, isCloserWord, isHeader, isOpener, isOpenerWord, TOKEN_KINDS, tokenKind, usuallyTouch,
} from '../../src/tokenize/index.js';

const kindsWhere = (holds: (kind: number) => boolean): string[] => TOKEN_KINDS.filter((_, kind) => holds(kind));

describe('the vocabulary', () => {
  it('says the same of a bracket by its kind and by its text', () => {
    expect(kindsWhere(isOpener)).toEqual(TOKEN_KINDS.filter((word) => isOpenerWord(word)));
    expect(kindsWhere(isCloser)).toEqual(TOKEN_KINDS.filter((word) => isCloserWord(word)));
    expect(kindsWhere(isOpener).map(closerOf).sort()).toEqual(kindsWhere(isCloser).sort());
    expect(closerOf(')')).toBeUndefined();
  });

  it('knows what heads a block', () => {
    expect(kindsWhere(isHeader)).toEqual([
      'async', 'case', 'class', 'def', 'elif', 'else', 'except', 'finally', 'for', 'if', 'match', 'try', 'while', 'with',
    ]);
  });

  it.each([['(', 'identifier', true], ['identifier', ',', true], [',', 'identifier', false], ['identifier', '+', false]] as const)(
    '%s and %s touch: %s', (left, right, touch) => {
      expect(usuallyTouch(tokenKind(left), tokenKind(right))).toBe(touch);
    },
  );
});
