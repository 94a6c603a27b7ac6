import { GapRole, hasLineBreak, lastLineStart } from '../../tokenize/index.js';
import type { DefectView } from './defect-view.js';
import type { LoneDefect } from './lone-defects.js';

/** Gaps between lines: all that `where` finds have to be clean, and one gets another text. */
const line = (
  name: string, where: (view: DefectView, gap: number) => boolean, isClean: (view: DefectView, gap: number) => boolean,
  wrong: (text: string, view: DefectView, gap: number) => string, least = 3,
): LoneDefect => ({
  name,
  sites: (view) => {
    const places = view.gapsWhere((i) => where(view, i));
    if (places.length < least || !places.every((i) => isClean(view, i))) return [];
    return places.map((i) => ({ gaps: [i], texts: [wrong(view.gaps[i], view, i)] }));
  },
});

const DEFINITION = new Set(['def', 'class', 'async', '@']);
const CLAUSE = new Set(['else', 'elif', 'except', 'finally']);
const HEADER_OF_DEFINITION = new Set(['function_definition', 'class_definition']);

const depth = (view: DefectView, i: number): number => (i < view.count ? view.program.structure.blockDepth[i] : 0);
const isStatement = (view: DefectView, i: number): boolean =>
  view.role(i) === GapRole.Statement && !view.isComment(i - 1);
const startsDefinition = (view: DefectView, i: number): boolean =>
  DEFINITION.has(view.text(i)) && view.text(i - 1) !== '';
/** Behind a decorator, or in it. */
const isDecorated = (view: DefectView, i: number): boolean => {
  const { parent, tree } = view.program.source;
  const node = parent[i];
  return node > 0 && DEFINITION.has(view.text(i)) && view.text(i) !== '@' && tree.firstToken[node] === i &&
    view.program.source.tree.childIndex[node] > 0 &&
    view.text(tree.firstToken[tree.parent[node]]) === '@';
};
const endsDefinition = (view: DefectView, i: number): boolean => depth(view, i) < depth(view, i - 1);
/** Between two statements of one block of a function. */
const isInBody = (view: DefectView, i: number): boolean =>
  isStatement(view, i) && depth(view, i) > 0 && depth(view, i - 1) === depth(view, i) && !startsDefinition(view, i) &&
    !CLAUSE.has(view.text(i));
const isTop = (view: DefectView, i: number): boolean =>
  isStatement(view, i) && depth(view, i) === 0 && startsDefinition(view, i) && !isDecorated(view, i);
const isMethod = (view: DefectView, i: number): boolean =>
  isStatement(view, i) && depth(view, i) > 0 && startsDefinition(view, i) && !isDecorated(view, i) &&
    endsDefinition(view, i);
const isHeader = (kinds: (node: string) => boolean) => (view: DefectView, i: number): boolean =>
  view.role(i) === GapRole.BlockStart && hasLineBreak(view.gaps[i]) && kinds(view.node(i - 1));
const isClause = (view: DefectView, i: number): boolean =>
  isStatement(view, i) && CLAUSE.has(view.text(i)) && view.node(i) !== 'conditional_expression';
const isEndOfLine = (view: DefectView, i: number): boolean =>
  i > 0 && i < view.count && hasLineBreak(view.gaps[i]) && !view.gaps[i].includes('\\') && !view.isComment(i - 1);
const hasNoTrailing = (view: DefectView, i: number): boolean => !/[ \t]\n/u.test(view.gaps[i]);

const isImport = (view: DefectView, i: number): boolean =>
  ['import_statement', 'import_from_statement', 'future_import_statement'].includes(view.node(i));
const isBehindImports = (view: DefectView, i: number): boolean => {
  if (!isStatement(view, i) || depth(view, i) > 0 || isImport(view, i) || startsDefinition(view, i)) return false;
  const names = view.node(i - 1);
  return isImport(view, i - 1) || names === 'dotted_name' || names === 'aliased_import';
};

const withBreaks = (count: number) => (text: string): string => '\n'.repeat(count) + text.slice(lastLineStart(text));
const breaks = (...counts: number[]) => (view: DefectView, i: number): boolean => counts.includes(view.breaks(i));
const atEndOfFirstLine = (blanks: string) => (text: string): string => blanks + text;
const isTrailing = (view: DefectView, i: number): boolean => view.role(i) === GapRole.TrailingComment;
const is = (text: string) => (view: DefectView, i: number): boolean => view.gaps[i] === text;
const isLast = (view: DefectView, i: number): boolean => i === view.count && !view.isComment(i - 1);
const isOwnLine = (view: DefectView, i: number): boolean => view.role(i) === GapRole.OwnLineComment && i > 0;
const standsAtCode = (view: DefectView, i: number): boolean => {
  const code = view.program.structure.nextCode[i];
  return code < view.count && view.lineOf(i) === view.lineOf(code) && hasLineBreak(view.gaps[code]);
};

/** Blank lines, ends of lines, and comments. */
export const LINE_DEFECTS: readonly LoneDefect[] = [
  line('blanks at the end of a line', isEndOfLine, hasNoTrailing, atEndOfFirstLine('   ')),
  line('one blank at the end of a line', isEndOfLine, hasNoTrailing, atEndOfFirstLine(' ')),
  line('a tab at the end of a line', isEndOfLine, hasNoTrailing, atEndOfFirstLine('\t')),
  line('blanks in a blank line', (view, i) => isEndOfLine(view, i) && view.breaks(i) > 1, hasNoTrailing, (text) =>
    text.replace('\n\n', '\n    \n')),
  line('blank lines at the end of the file', isLast, is('\n'), () => '\n\n\n\n', 1),
  line('one blank line at the end of the file', isLast, is('\n'), () => '\n\n', 1),
  line('no line end at the end of the file', isLast, is('\n'), () => '', 1),
  line('a blank line at the start of the file', (view, i) => i === 0 && !view.isComment(0), is(''), () => '\n', 1),
  line('five blank lines in a body', isInBody, breaks(1, 2), withBreaks(6)),
  line('two blank lines in a body', isInBody, breaks(1, 2), withBreaks(3)),
  line('no blank line before a definition', isTop, breaks(3), withBreaks(1), 2),
  line('one blank line before a definition among two', isTop, breaks(3), withBreaks(2), 2),
  line('three blank lines before a definition among two', isTop, breaks(3), withBreaks(4), 2),
  line('two blank lines before a definition among one', isTop, breaks(2), withBreaks(3), 2),
  line('no blank line before a method', isMethod, breaks(2), withBreaks(1), 2),
  line('two blank lines before a method', isMethod, breaks(2), withBreaks(3), 2),
  line('a blank line below def', isHeader((node) => node === 'function_definition'), breaks(1), withBreaks(2)),
  line('a blank line below if', isHeader((node) => !HEADER_OF_DEFINITION.has(node)), breaks(1), withBreaks(2)),
  line('a blank line before else', isClause, breaks(1), withBreaks(2), 2),
  line('a blank line below a decorator', isDecorated, breaks(1), withBreaks(2), 2),
  line('no blank line below the imports', isBehindImports, breaks(2, 3), withBreaks(1), 1),
  line('a blank line in brackets', (view, i) => view.role(i) === GapRole.Bracket && isEndOfLine(view, i), breaks(
    1,
  ), withBreaks(2)),
  line('no space before a comment', isTrailing, is('  '), () => '', 2),
  line('one space before a comment among two', isTrailing, is('  '), () => ' ', 2),
  line('five spaces before a comment', isTrailing, is('  '), () => '     ', 2),
  line('a tab before a comment', isTrailing, is('  '), () => '\t', 2),
  line('two spaces before a comment among one', isTrailing, is(' '), () => '  ', 2),
  line('a comment one column off', isOwnLine, standsAtCode, (text) => `${text} `, 2),
  line('a comment a level too deep', isOwnLine, standsAtCode, (text, view) => text + view.unit, 2),
  line(
    'a comment in the first column', (view, i) => isOwnLine(view, i) && view.lineOf(i) !== '', standsAtCode,
    (text) => text.slice(0, lastLineStart(text)), 2,
  ),
];
