import type { SourceContext } from '../model/source-context.js';
import type { StyleCounts } from '../model/style-counts.js';
import {
  COLON, COMMA, DOT, EQUALS, GapRole, IDENTIFIER, isCloser, isOpener, nodeKind,
} from '../tokenize/index.js';
import { isBinaryOperator, isPrefixOperator } from './operator-gaps.js';
import { withTail, type Pins } from './pins.js';

/** What rules make of a layout that was chosen anew, whatever a project says by its other files. */

const SLICE = nodeKind('slice');

/** Syntax that few projects have: what a project does elsewhere says little about its spaces. */
const PATTERN = nodeKind('case_pattern');
const TYPE_PARAMETERS = nodeKind('type_parameter');
/** What has type parameters of its own; others are the arguments of a generic type, such as `dict[str, int]`. */
const GENERIC = new Set(['function_definition', 'class_definition'].map(nodeKind));

/** Per node of the tree: 1 within a pattern of a `case`, or the type parameters of a definition. */
function rareNodes({ structured: { source: { tree } } }: SourceContext): Uint8Array {
  const rare = new Uint8Array(tree.nodeCount);
  // Parents come before their children.
  for (let node = 0; node < tree.nodeCount; node++) {
    const kind = tree.kind[node];
    const isRare = kind === PATTERN || (kind === TYPE_PARAMETERS && GENERIC.has(tree.kind[tree.parent[node]]));
    if (isRare || rare[tree.parent[node]] === 1) rare[node] = 1;
  }
  return rare;
}

/**
 * True for spaces of which a project's other files say nothing: those in rare syntax, and none behind an operator that
 * stands before its operand.
 *
 * @param rare see `rareNodes`
 * @param kept what the gap holds
 */
function areSpacesUnknown(context: SourceContext, rare: Uint8Array, i: number, kept: string): boolean {
  const { source } = context.structured;
  if (i === 0 || i >= source.tokenCount || (kept !== '' && kept !== ' ')) return false;
  if (kept === '' && isPrefixOperator(context, i - 1)) return true;
  return rare[source.parent[i]] === 1 && rare[source.parent[i - 1]] === 1;
}

const KEYWORD_PATTERN = nodeKind('keyword_pattern');

/**
 * What rules make of the spaces that were chosen for a gap, whatever was chosen: a suite on the line of its colon has a
 * blank before it, whoever wrote it, and spaces that are not known stay as they are kept, or become a formatter's.
 *
 * @param isStrict whether a formatter that follows rules keeps the project
 */
export function ruledSpaces(
  context: SourceContext, isStrict: boolean,
): (i: number, kept: string, text: string) => string {
  const { role } = context.structured.structure;
  const rare = rareNodes(context);
  return (i, kept, text) => {
    if (kept.includes('\n') || text.includes('\n')) return text;
    if (role[i] === (GapRole.BlockStart as number)) return text === '' ? ' ' : text;
    if (!areSpacesUnknown(context, rare, i, kept)) return text;
    return (isStrict ? formattersSpace(context, i) : null) ?? kept;
  };
}

/**
 * What a formatter that follows rules leaves in a gap of rare syntax, by what it does at brackets, commas, colons, dots
 * and operators elsewhere; null where none of these stands there.
 */
function formattersSpace(context: SourceContext, i: number): '' | ' ' | null {
  const { kind, parent, tree } = context.structured.source;
  const [left, right] = [kind[i - 1], kind[i]];
  if (isOpener(left) || isCloser(right) || right === COMMA || isPrefixOperator(context, i - 1)) return '';
  if (left === COMMA) return ' ';
  if (left === DOT || right === DOT || (left === IDENTIFIER && isOpener(right))) return '';
  const isColon = (token: number): boolean => kind[token] === COLON && tree.kind[parent[token]] !== SLICE;
  if (isColon(i)) return '';
  if (isColon(i - 1)) return ' ';
  const isKeyword = (token: number): boolean =>
    kind[token] === EQUALS && tree.kind[parent[token]] === KEYWORD_PATTERN;
  if (isKeyword(i) || isKeyword(i - 1)) return '';
  return isBinaryOperator(context, i) || isBinaryOperator(context, i - 1) ? ' ' : null;
}

/** Lines with brackets from which on a project has a say in what its files are repaired to. */
const SOME_LINES = 200;

/**
 * A layout that was chosen anew, with the spaces and the end of the file in which that would be repaired the next time,
 * when it is one of the project's own, and without blanks at the ends of lines. Of a project of a few small files the
 * end alone: repairs go by what is usual elsewhere there, and would take away what laying out anew has just brought.
 *
 * @param hidden per gap 1 where the project has authority
 */
export function withRepairs(
  context: SourceContext, anew: readonly string[], repaired: readonly string[], hidden: Uint8Array, pins: Pins,
  project: Pick<StyleCounts, 'flatWidths' | 'brokenWidths'> | null,
): string[] {
  const rare = rareNodes(context);
  const lines = project === null ? 0 : sumOf(project.flatWidths) + sumOf(project.brokenWidths);
  return anew.map((text, i) => {
    if (hidden[i] === 0 || pins.gap[i] === 1) return text;
    const isSpace = lines >= SOME_LINES && !text.includes('\n') && !repaired[i].includes('\n') &&
      !areSpacesUnknown(context, rare, i, text);
    if (isSpace || i === context.structured.source.tokenCount) return repaired[i];
    const bare = text.replace(/[ \t]+\n/gu, '\n');
    return pins.tail[i] === 1 ? withTail(text, bare) : bare;
  });
}

const sumOf = (histogram: Float32Array): number => histogram.reduce((sum, count) => sum + count, 0);
