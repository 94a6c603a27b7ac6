/**
 * Spoils the layout of a program and keeps its meaning: the mutant is what a model reads, the
 * original what it learns to rebuild, so that training needs no labels.
 *
 * Two kinds of damage. The *seed's hypotheses* are blind: at a random position of a gap empty
 * it, insert a character, delete one, repeat one; the first that is legal and changes the text
 * stays. The *plausible* ones imitate people: brackets joined or exploded, blocks indented by
 * another unit, suites moved to the colon's line, comments shifted, blank lines added or lost.
 *
 * Nothing is reparsed. Each role of a gap has a rule for its text (gap-legality), and the
 * indentation of statements is no part of a gap's mutation at all: it is rendered from one
 * string a block at the end, so mutations compose. The layout lexer checks the whole result.
 *
 * Limits: gaps with a form feed are never touched, nor are those around a shebang or a coding
 * line; backslashes are put in outside brackets only; a token never changes, so neither do the
 * quotes and trailing commas that some formatters also change.
 */
export { mutateLayout, type MutationOptions } from './mutate-layout.js';
export { mutateSource } from './mutate-source.js';
export { isLegalGap } from './gap-legality.js';
