import {
  COLON, EQUALS, nodeKind, tokenKind, type TokenizedSource,
} from '../../tokenize/index.js';

const FROM = tokenKind('from');
const IMPORT = tokenKind('import');
/** Tokens that stand in columns, by the node that holds them. */
const PIVOTS = new Set<number>();
for (const [token, nodes] of [
  [EQUALS, ['assignment', 'keyword_argument', 'default_parameter', 'typed_default_parameter']],
  [COLON, ['pair', 'assignment', 'typed_parameter', 'typed_default_parameter']],
  [IMPORT, ['import_from_statement']],
  [tokenKind('as'), ['aliased_import']],
] as const) {
  for (const node of nodes) PIVOTS.add(token * 256 + nodeKind(node));
}
/** What may stand in a column behind a word or sign, by that word or sign and the node that holds it. */
const ENTRY = COLON * 256 + nodeKind('pair');
const ASSIGNED = new Set(['assignment', 'keyword_argument'].map((node) => EQUALS * 256 + nodeKind(node)));
const MODULES = new Set([IMPORT * 256 + nodeKind('import_statement'), FROM * 256 + nodeKind('import_from_statement')]);
/** A comment at the end of a line. */
export const TRAILING = -1;
/** A value of a dictionary. */
export const ENTRY_VALUE = -2;
/** The name of a module behind `import` or `from`. */
export const MODULE = -3;
/** What is assigned, to a name or an argument. */
export const ASSIGNED_VALUE = -4;

/** What kind of column a token may begin in, a number for each; 0 for none. Trailing comments are for the caller. */
export function pivotOf(source: TokenizedSource, token: number): number {
  const pivot = placeOf(source, token);
  if (PIVOTS.has(pivot)) return pivot;
  const left = token > 0 ? placeOf(source, token - 1) : 0;
  if (left === ENTRY) return ENTRY_VALUE;
  return ASSIGNED.has(left) ? ASSIGNED_VALUE : MODULES.has(left) ? MODULE : 0;
}

const placeOf = ({ kind, parent, tree }: TokenizedSource, token: number): number =>
  kind[token] * 256 + (parent[token] < 0 ? 0 : tree.kind[parent[token]]);
