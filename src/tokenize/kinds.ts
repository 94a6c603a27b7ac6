/**
 * The vocabulary of token and node kinds that models are trained on. These are frozen
 * lists of tree-sitter-python's names, not its numeric ids, so that weights survive a
 * grammar update: a name that is not listed maps to `other`, index 0.
 */

/** Kinds of tokens: leaves of the tree, with strings and import prefixes as one leaf. */
export const TOKEN_KINDS = [
  'other',
  '!=', '%', '%=', '&', '&=', '(', ')', '*', '**', '**=', '*=', '+', '+=', ',', '-', '-=',
  '->', '.', '/', '//', '//=', '/=', ':', ':=', ';', '<', '<<', '<<=', '<=', '<>', '=', '==',
  '>', '>=', '>>', '>>=', '@', '@=', '[', ']', '^', '^=', '_', 'and', 'as', 'assert', 'async',
  'await', 'break', 'case', 'class', 'continue', 'def', 'del', 'elif', 'else', 'except',
  'exec', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'match',
  'nonlocal', 'not', 'or', 'pass', 'print', 'raise', 'return', 'try', 'type', 'while', 'with',
  'yield', '{', '|', '|=', '}', '~', 'comment', 'ellipsis', 'false', 'float', 'identifier',
  'import_prefix', 'integer', 'none', 'string', 'true',
] as const;

/** Kinds of the inner nodes of the tree. */
export const NODE_KINDS = [
  'other',
  'aliased_import', 'argument_list', 'as_pattern', 'assert_statement', 'assignment',
  'attribute', 'augmented_assignment', 'await', 'binary_operator', 'block', 'boolean_operator',
  'break_statement', 'call', 'case_clause', 'case_pattern', 'chevron', 'class_definition',
  'class_pattern', 'comparison_operator', 'complex_pattern', 'concatenated_string',
  'conditional_expression', 'constrained_type', 'continue_statement', 'decorated_definition',
  'decorator', 'default_parameter', 'delete_statement', 'dict_pattern', 'dictionary',
  'dictionary_comprehension', 'dictionary_splat', 'dictionary_splat_pattern', 'dotted_name',
  'elif_clause', 'else_clause', 'except_clause', 'exec_statement', 'expression_list',
  'expression_statement', 'finally_clause', 'for_in_clause', 'for_statement',
  'function_definition', 'future_import_statement', 'generator_expression', 'generic_type',
  'global_statement', 'if_clause', 'if_statement', 'import_from_statement', 'import_statement',
  'keyword_argument', 'keyword_pattern', 'keyword_separator', 'lambda', 'lambda_parameters',
  'list', 'list_comprehension', 'list_pattern', 'list_splat', 'list_splat_pattern',
  'match_statement', 'member_type', 'module', 'named_expression', 'nonlocal_statement',
  'not_operator', 'pair', 'parameters', 'parenthesized_expression', 'parenthesized_list_splat',
  'pass_statement', 'pattern_list', 'positional_separator', 'print_statement',
  'raise_statement', 'relative_import', 'return_statement', 'set', 'set_comprehension',
  'slice', 'splat_pattern', 'splat_type', 'subscript', 'try_statement', 'tuple',
  'tuple_pattern', 'type', 'type_alias_statement', 'type_parameter', 'typed_default_parameter',
  'typed_parameter', 'unary_operator', 'union_pattern', 'union_type', 'while_statement',
  'wildcard_import', 'with_clause', 'with_item', 'with_statement', 'yield', 'is not', 'not in',
] as const;


const tokenKindByName = new Map<string, number>(TOKEN_KINDS.map((name, kind) => [name, kind]));
const nodeKindByName = new Map<string, number>(NODE_KINDS.map((name, kind) => [name, kind]));

/** Index of a token kind in TOKEN_KINDS; 0 (`other`) for a name outside the vocabulary. */
export const tokenKind = (name: string): number => tokenKindByName.get(name) ?? 0;

/** Index of a node kind in NODE_KINDS; 0 (`other`) for a name outside the vocabulary. */
export const nodeKind = (name: string): number => nodeKindByName.get(name) ?? 0;
