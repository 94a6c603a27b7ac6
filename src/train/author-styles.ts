/**
 * Styles of authors whom no corpus holds: padded brackets, blanks before colons, dense operators,
 * columns, another unit, blank lines by another rule. A program laid out in one of them throughout
 * is as good an original as any other, and teaches the network to follow a file's own habits
 * instead of the corpus's.
 */
import { resolveIndents } from '../model/block-indents.js';
import { BLOCK_CLASSES, layoutClass } from '../model/layout-classes.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { observeLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import type { Random } from '../shared/random.js';
import {
  CONVENTIONS, COLON, EQUALS, conventionIndex, GapRole, gapConventions, joinGaps, needsSeparator, tokenText,
  nodeKind, type Convention,
} from '../tokenize/index.js';

/** What one author does throughout. */
export interface AuthorStyle {
  /** Text before and after the pivot of a convention (for pads: behind the opener, before the closer). */
  readonly spacing: ReadonlyMap<number, readonly [string, string]>;
  /** What a block adds to the indentation; null leaves the file's own. */
  readonly unit: string | null;
  /** Blank line below each header of a definition. */
  readonly opensWithBlank: boolean;
  /** Blank lines between definitions: two become as many; null leaves them. */
  readonly betweenDefinitions: number | null;
  /** Blanks before a comment at the end of a line; null leaves them. */
  readonly commentLead: string | null;
  /** Pads assignments in consecutive lines, and dictionary values, to one column. */
  readonly aligns: boolean;
}

const BOTH = (text: string): readonly [string, string] => [text, text];
const NOTHING = BOTH('');
const BLANKS = BOTH(' ');

/** Habits that an author has or has not, each with the odds that a drawn style holds it. */
const HABITS: readonly (readonly [number, readonly (readonly [Convention, readonly [string, string]])[]])[] = [
  [0.3, [['call-pads', BLANKS], ['parameter-pads', BLANKS]]],
  [0.15, [['group-pads', BLANKS]]],
  [0.2, [['list-pads', BLANKS], ['subscript-pads', BLANKS]]],
  [0.2, [['curly-pads', BLANKS]]],
  [0.25, [['header-colon', [' ', ' ']]]],
  [0.15, [['product', NOTHING]]],
  [0.12, [['product', NOTHING], ['sum', NOTHING]]],
  [0.08, [['comparison', NOTHING]]],
  [0.12, [['assignment', NOTHING]]],
  [0.2, [['keyword', BLANKS]]],
  [0.1, [['typed-default', NOTHING]]],
  [0.1, [['arrow', NOTHING]]],
  [0.1, [['annotation', [' ', ' ']]]],
  [0.06, [['annotation', ['', '']]]],
  [0.15, [['dictionary-colon', [' ', ' ']]]],
  [0.08, [['dictionary-colon', ['', '']]]],
  [0.06, [['slice-colon', BLANKS]]],
  [0.12, [['comma', ['', '']]]],
  [0.05, [['comma', [' ', ' ']]]],
  [0.12, [['call-paren', [' ', '']]]],
  [0.1, [['parameter-paren', [' ', '']]]],
];

/** Draws a style that differs from the usual one in at least one habit. */
export function drawAuthorStyle(random: Random): AuthorStyle {
  const spacing = new Map<number, readonly [string, string]>();
  const boldness = 0.4 + random.next();
  for (const [odds, rows] of HABITS) {
    if (random.next() >= odds * boldness) continue;
    for (const [name, texts] of rows) spacing.set(conventionIndex(name), texts);
  }
  const aligns = random.next() < (spacing.size === 0 ? 0.5 : 0.15);
  return {
    spacing,
    unit: random.next() < 0.3 ? random.pick(['\t', '  ', '   ', '        ', '\t', '  ']) : null,
    opensWithBlank: random.next() < 0.12,
    betweenDefinitions: random.next() < 0.15 ? random.pick([0, 2]) : null,
    commentLead: random.next() < 0.15 ? random.pick([' ', '   ', '    ', '\t']) : null,
    aligns,
  };
}

const HEADER_COLON = conventionIndex('header-colon');
const PADS = new Set(CONVENTIONS.map((name, k) => (name.endsWith('-pads') ? k : 0)).filter((k) => k > 0));
const DEFINITIONS = new Set(['function_definition', 'class_definition'].map(nodeKind));
const [LINES_1, LINES_2, LINES_3] = BLOCK_CLASSES;
const AFTER_BRACKET = layoutClass('after-bracket');
const FIRST_ELEMENT = layoutClass('first-element');

/** The source in a style; lines that hang on others move along. Comments and strings stay as they are. */
export const layOutInStyle = (context: SourceContext, style: AuthorStyle): string =>
  joinGaps(context.structured.source, gapsInStyle(context, style));

/** Gap texts of the source in a style, not proven to leave the program the same. */
export function gapsInStyle(context: SourceContext, style: AuthorStyle): string[] {
  const { structured, ancestry, blocks } = context;
  const { source, structure } = structured;
  const { gaps } = source;
  const observed = observeLayout(context, gaps);
  const { convention, pivot } = gapConventions(structured);
  const unit = style.unit ?? observed.unit;
  const hang = observed.hang === observed.unit
    ? unit
    : observed.hang === observed.unit + observed.unit ? unit + unit : observed.hang;
  const steps = observed.steps.map((step) => (step === observed.unit ? unit : step));
  const indents = resolveIndents(source.tree.nodeCount, blocks, steps, unit);
  const walker = new LayoutWalker(structured, ancestry, { gaps, blocks: observed.blocks }, indents, unit, hang);
  const padding = style.aligns ? columnPadding(context, gaps) : null;
  const result = gaps.slice();
  for (let i = 0; i <= source.tokenCount; i++) {
    const text = gaps[i];
    if (text.includes('\n')) result[i] = broken(i) ?? text;
    else result[i] = padding?.get(i) ?? inline(i);
    walker.advance(i, result[i]);
  }
  return result;

  function inline(i: number): string {
    const text = gaps[i];
    if (structure.role[i] === (GapRole.TrailingComment as number)) return style.commentLead ?? text;
    const texts = style.spacing.get(convention[i]);
    if (texts === undefined || text.length > 1) return text;
    if (structure.role[i] === (GapRole.BlockStart as number)) return text;
    const isBefore = PADS.has(convention[i]) ? pivot[i] === i - 1 : pivot[i] === i;
    // A header's colon is followed by a line break, or by whatever stood there.
    if (!isBefore && convention[i] === HEADER_COLON) return text;
    const wanted = texts[isBefore ? 0 : 1];
    return wanted === '' && needsSeparator(tokenText(source, i - 1), tokenText(source, i)) ? text : wanted;
  }

  function broken(i: number): string | null {
    const index = observed.classOf[i];
    if (style.opensWithBlank && index === LINES_1 && structure.role[i] === (GapRole.BlockStart as number) &&
      source.kind[i - 1] === COLON) {
      if (DEFINITIONS.has(source.tree.kind[source.parent[i - 1]])) return walker.render(i, LINES_2);
    }
    if (style.betweenDefinitions !== null && index === LINES_3) {
      return walker.render(i, BLOCK_CLASSES[style.betweenDefinitions]);
    }
    // What stands under the first element still does when a pad moves that.
    const open = structure.openBracket[i];
    if (index === AFTER_BRACKET && !gaps[open + 1].includes('\n')) return walker.render(i, FIRST_ELEMENT);
    return walker.render(i, index);
  }
}

const ASSIGNMENT = nodeKind('assignment');
const PAIR = nodeKind('pair');

/** Texts of the gaps that bring runs of assignments, and of dictionary entries, to one column. */
function columnPadding(
  { structured: { source, structure } }: SourceContext,
  gaps: readonly string[],
): Map<number, string> {
  const padding = new Map<number, string>();
  let run: { gap: number; line: number; width: number }[] = [];
  let owner = -1;
  const close = (): void => {
    const widest = Math.max(...run.map(({ width }) => width));
    if (run.length >= 2) for (const { gap, width } of run) padding.set(gap, ' '.repeat(widest - width + 1));
    run = [];
  };
  /** Members of one run stand in neighbouring lines of one block or bracket, one a line. */
  const add = (gap: number, width: number, token: number): void => {
    if (gaps[gap].length > 1 || gaps[gap].includes('\n')) return;
    const open = structure.openBracket[token];
    const around = open >= 0 ? open : -2 - structure.blockNode[token];
    if (around !== owner || run.at(-1)?.line !== line - 1) close();
    owner = around;
    run.push({ gap, line, width });
  };
  let line = 0;
  let width = 0;
  for (let i = 0; i < source.tokenCount; i++) {
    const breaks = gaps[i].split('\n').length - 1;
    line += breaks;
    width = breaks > 0 ? 0 : width + (i > 0 ? gaps[i].length : 0);
    const parentKind = source.parent[i] < 0 ? -1 : source.tree.kind[source.parent[i]];
    if (source.kind[i] === EQUALS && parentKind === ASSIGNMENT &&
      structure.openBracket[i] < 0) add(i, width - gaps[i].length, i);
    else if (source.kind[i] === COLON && parentKind === PAIR) add(i + 1, width + 1, i);
    width += source.end[i] - source.start[i];
  }
  close();
  return padding;
}
