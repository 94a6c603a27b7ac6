import { nodeKind, tokenKind } from './kinds.js';
import type { StructuredSource } from './equivalence.js';
import { COMMA, COMMENT } from './vocabulary.js';

/**
 * Which of an author's spacing conventions speaks about a gap: "what stands before the colon of a
 * header", "what pads parentheses". A convention has one or two gaps around one token, its *pivot*;
 * the two pads of a bracket share the opening bracket.
 *
 * Limits: word operators (`in`, `and`, `is not`) need their blanks, so no convention speaks of them.
 */
export const CONVENTIONS = [
  'none',
  'power', 'product', 'sum', 'bitwise', 'comparison', 'assignment', 'keyword', 'typed-default', 'walrus', 'arrow',
  'annotation', 'dictionary-colon', 'slice-colon', 'lambda-colon', 'header-colon', 'comma',
  'call-pads', 'parameter-pads', 'group-pads', 'subscript-pads', 'list-pads', 'curly-pads',
  'call-paren', 'parameter-paren', 'subscript-bracket',
] as const;
export type Convention = (typeof CONVENTIONS)[number];

const index = new Map<string, number>(CONVENTIONS.map((name, k) => [name, k]));

/** Position of a convention in CONVENTIONS. */
export const conventionIndex = (name: Convention): number => index.get(name)!;

/** Conventions whose two gaps hold the same text: both sides of an operator, both pads of a bracket. */
const SYMMETRIC: ReadonlySet<number> = new Set(
  ([
    'power', 'product', 'sum', 'bitwise', 'comparison', 'assignment', 'keyword', 'typed-default', 'walrus', 'arrow',
    'call-pads', 'parameter-pads', 'group-pads', 'subscript-pads', 'list-pads', 'curly-pads',
  ] as const).map(conventionIndex),
);

/** Conventions of gaps, per gap. */
export interface GapConventions {
  /** Index in CONVENTIONS; 0 where none speaks. */
  readonly convention: Uint8Array;
  /** The token that the convention is about; -1 where none speaks. */
  readonly pivot: Int32Array;
}

const SYMBOL_CONVENTION: readonly (readonly [Convention, readonly string[], readonly string[]])[] = [
  ['power', ['**'], ['binary_operator']],
  ['product', ['*', '/', '//', '%', '@'], ['binary_operator']],
  ['sum', ['+', '-'], ['binary_operator', 'complex_pattern']],
  ['bitwise', ['<<', '>>', '&', '|', '^'], ['binary_operator', 'union_pattern', 'union_type']],
  ['comparison', ['<', '>', '<=', '>=', '==', '!=', '<>'], ['comparison_operator']],
  [
    'assignment',
    ['=', '+=', '-=', '*=', '/=', '//=', '%=', '@=', '&=', '|=', '^=', '<<=', '>>=', '**='],
    ['assignment', 'augmented_assignment', 'type_alias_statement'],
  ],
  ['keyword', ['='], ['keyword_argument', 'default_parameter', 'keyword_pattern']],
  ['typed-default', ['='], ['typed_default_parameter']],
  ['walrus', [':='], ['named_expression']],
  ['arrow', ['->'], ['function_definition']],
  ['annotation', [':'], ['assignment', 'typed_parameter', 'typed_default_parameter']],
  ['dictionary-colon', [':'], ['pair', 'dict_pattern']],
  ['slice-colon', [':'], ['slice']],
  ['lambda-colon', [':'], ['lambda']],
  [
    'header-colon', [':'],
    ['function_definition', 'class_definition', 'if_statement', 'elif_clause', 'else_clause', 'for_statement',
      'while_statement', 'try_statement', 'except_clause', 'finally_clause', 'with_statement', 'match_statement',
      'case_clause'],
  ],
];

const PAD_CONVENTION: Readonly<Record<string, readonly (readonly [Convention, readonly string[]])[]>> = {
  '(': [
    ['call-pads', ['argument_list']], ['parameter-pads', ['parameters']],
    ['group-pads', [
      'parenthesized_expression', 'tuple', 'generator_expression', 'import_from_statement', 'tuple_pattern',
    ]],
  ],
  '[': [
    ['subscript-pads', ['subscript', 'type_parameter']], ['list-pads', ['list', 'list_comprehension', 'list_pattern']],
  ],
  '{': [['curly-pads', ['dictionary', 'set', 'dictionary_comprehension', 'set_comprehension', 'dict_pattern']]],
};
const HUG_CONVENTION: readonly (readonly [Convention, string, string])[] = [
  ['call-paren', '(', 'argument_list'], ['parameter-paren', '(', 'parameters'], ['subscript-bracket', '[', 'subscript'],
];

/** By `token kind * 256 + kind of its parent node`: a convention, 0 for none. */
const CODES = 65_536;
const bySymbol = new Uint8Array(CODES);
for (const [name, tokens, nodes] of SYMBOL_CONVENTION) {
  for (const token of tokens) {
    for (const node of nodes) bySymbol[tokenKind(token) * 256 + nodeKind(node)] = conventionIndex(name);
  }
}
const padsOf = new Uint8Array(CODES);
for (const [bracket, rows] of Object.entries(PAD_CONVENTION)) {
  for (const [name, nodes] of rows) {
    for (const node of nodes) padsOf[tokenKind(bracket) * 256 + nodeKind(node)] = conventionIndex(name);
  }
}
const hugOf = new Uint8Array(CODES);
for (const [name, bracket, node] of HUG_CONVENTION) {
  hugOf[tokenKind(bracket) * 256 + nodeKind(node)] = conventionIndex(name);
}
const COMMA_CONVENTION = conventionIndex('comma');

/** Finds the convention of every gap between two tokens of code; linear in tokens. */
export function gapConventions({ source, structure }: StructuredSource): GapConventions {
  const { tokenCount, kind, parent, tree } = source;
  const convention = new Uint8Array(tokenCount + 1);
  const pivot = new Int32Array(tokenCount + 1).fill(-1);
  /** 0, of which no convention speaks, for a comment. */
  const codeOf = (token: number): number => (parent[token] < 0 ? 0 : kind[token] * 256 + tree.kind[parent[token]]);
  const set = (gap: number, name: number, token: number): void => {
    convention[gap] = name;
    pivot[gap] = token;
  };
  for (let i = 1; i < tokenCount; i++) {
    if (kind[i] === COMMENT || kind[i - 1] === COMMENT) continue;
    const left = codeOf(i - 1);
    const right = codeOf(i);
    const opener = structure.openBracket[i];
    if (opener >= 0 && (opener === i - 1 || structure.partner[opener] === i)) {
      // An empty bracket has one gap and nothing to pad.
      const pads = structure.partner[opener] === opener + 1 ? 0 : padsOf[codeOf(opener)];
      if (pads !== 0) set(i, pads, opener);
      continue;
    }
    const isRight = bySymbol[right] !== 0;
    const symbol = isRight ? bySymbol[right] : bySymbol[left];
    if (symbol !== 0) set(i, symbol, isRight ? i : i - 1);
    else if (kind[i - 1] === COMMA || kind[i] === COMMA) set(i, COMMA_CONVENTION, kind[i] === COMMA ? i : i - 1);
    else {
      const hug = hugOf[right];
      if (hug !== 0) set(i, hug, i);
    }
  }
  return { convention, pivot };
}

/** Two gaps that one author spaces alike. */
export interface GapPair {
  readonly left: number;
  readonly right: number;
  /** True for the pads of a bracket, false for the sides of an operator. */
  readonly isPads: boolean;
}

/** The pairs of symmetric conventions, in the order of their first gaps. */
export function gapPairs({ source, structure }: StructuredSource, { convention, pivot }: GapConventions): GapPair[] {
  const pairs: GapPair[] = [];
  for (let left = 1; left < source.tokenCount; left++) {
    if (!SYMMETRIC.has(convention[left])) continue;
    const isPads = CONVENTIONS[convention[left]].endsWith('-pads');
    if (pivot[left] !== (isPads ? left - 1 : left)) continue;
    const right = isPads ? structure.partner[pivot[left]] : left + 1;
    if (right > left && convention[right] === convention[left] && pivot[right] === pivot[left]) {
      pairs.push({ left, right, isPads });
    }
  }
  return pairs;
}

/** The two gaps around a comma or a colon, each with a custom of its own. */
export interface GapSides {
  readonly before: number;
  readonly behind: number;
}

/** Conventions of two gaps that hold different texts. */
const SIDED: ReadonlySet<number> = new Set(
  (['comma', 'annotation', 'dictionary-colon', 'slice-colon', 'lambda-colon'] as const).map(conventionIndex),
);

/** The sides of commas and colons, in order. */
export function gapSides({ source }: StructuredSource, { convention, pivot }: GapConventions): GapSides[] {
  const sides: GapSides[] = [];
  for (let before = 1; before + 1 < source.tokenCount; before++) {
    const behind = before + 1;
    if (pivot[before] !== before || !SIDED.has(convention[before])) continue;
    if (convention[behind] === convention[before] && pivot[behind] === before) sides.push({ before, behind });
  }
  return sides;
}
