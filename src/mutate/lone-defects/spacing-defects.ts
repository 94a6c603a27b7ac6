import type { Convention } from '../../tokenize/index.js';
import type { DefectView } from './defect-view.js';
import type { DefectSite, LoneDefect } from './lone-defects.js';

/** Of a way to space something: places at which a file has to show it before the contrary counts as a defect. */
const LEAST = 4;

/** One gap within a line: `where` says which, all of them have to be `clean`, and one becomes `wrong`. */
const gap = (name: string, clean: string, wrong: string, where: (
  view: DefectView,
  gap: number,
) => boolean, least = LEAST): LoneDefect => ({
  name,
  sites: (view) => consistent(
    view.gapsWhere((i) => view.isInline(i) && where(view, i)), (i) => view.gaps[i] === clean, least,
  )
    .map((i) => ({ gaps: [i], texts: [wrong] })),
});

/** The two gaps of a pair. */
const pair = (
  name: string, clean: string, wrong: readonly [string, string], where: (view: DefectView, left: number) => boolean,
  least = LEAST,
): LoneDefect => ({
  name,
  sites: (view) => consistent(
    view.pairs.filter(({ left, right }) => view.isInline(left) && view.isInline(right) && where(view, left)),
    ({ left, right }) => view.gaps[left] === clean && view.gaps[right] === clean, least,
  ).map(({ left, right }): DefectSite => ({ gaps: [left, right], texts: wrong })),
});

function consistent<Place>(places: readonly Place[], isClean: (
  place: Place,
) => boolean, least: number): readonly Place[] {
  return places.length >= least && places.every(isClean) ? places : [];
}

const of = (...names: Convention[]) => (view: DefectView, i: number): boolean => names.includes(view.convention(i));
const before = (name: Convention) =>
  (view: DefectView, i: number): boolean => view.convention(i) === name && view.pivot(i) === i;
const after = (name: Convention) =>
  (view: DefectView, i: number): boolean => view.convention(i) === name && view.pivot(i) === i - 1;
const behind = (...texts: string[]) => (view: DefectView, i: number): boolean => texts.includes(view.text(i - 1));
const behindIn = (text: string, ...nodes: string[]) => (view: DefectView, i: number): boolean =>
  view.text(i - 1) === text && nodes.includes(view.node(i - 1));
const commaIn = (...nodes: string[]) =>
  (view: DefectView, i: number): boolean => view.text(i - 1) === ',' && nodes.includes(view.node(i - 1));
const isPlain = (view: DefectView, left: number): boolean =>
  view.convention(left) === 'assignment' && view.text(left) === '=';
const isUpdate = (view: DefectView, left: number): boolean =>
  view.convention(left) === 'assignment' && view.text(left) !== '=';
const isIn = (name: Convention, node: string) => (view: DefectView, left: number): boolean =>
  view.convention(left) === name && view.node(left) === node;
const facesParen = (...words: string[]) =>
  (view: DefectView, i: number): boolean => words.includes(view.text(i - 1)) && view.text(i) === '(';

const OPERATORS: readonly (readonly [string, (view: DefectView, left: number) => boolean])[] = [
  ['=', isPlain], ['+=', isUpdate], ['+ and -', of('sum')], ['* and /', of('product')],
  ['comparisons', of('comparison')],
];

/** Blanks within lines. */
export const SPACING_DEFECTS: readonly LoneDefect[] = [
  ...OPERATORS.flatMap(([name, where]): LoneDefect[] => [
    pair(`${name}: no spaces among spaced ones`, ' ', ['', ''], where),
    pair(`${name}: no space on the left`, ' ', ['', ' '], where),
    pair(`${name}: no space on the right`, ' ', [' ', ''], where),
    pair(`${name}: two spaces on the left`, ' ', ['  ', ' '], where),
    pair(`${name}: two spaces on the right`, ' ', [' ', '  '], where),
  ]),
  pair('* and /: spaces among tight ones', '', [' ', ' '], of('product')),
  pair('**: no spaces among spaced ones', ' ', ['', ''], of('power'), 2),
  pair('**: spaces among tight ones', '', [' ', ' '], of('power'), 2),
  pair('| and &: no spaces among spaced ones', ' ', ['', ''], of('bitwise'), 2),
  pair('->: no spaces among spaced ones', ' ', ['', ''], of('arrow')),
  pair(':=: no spaces among spaced ones', ' ', ['', ''], of('walrus'), 2),
  pair('argument = value', '', [' ', ' '], isIn('keyword', 'keyword_argument')),
  pair('argument =value', '', [' ', ''], isIn('keyword', 'keyword_argument')),
  pair('argument= value', '', ['', ' '], isIn('keyword', 'keyword_argument')),
  pair('default = value', '', [' ', ' '], isIn('keyword', 'default_parameter')),
  pair('typed default without spaces', ' ', ['', ''], of('typed-default'), 2),
  gap('annotation:type', ' ', '', after('annotation')),
  gap('annotation : type', '', ' ', before('annotation')),
  gap("{'a':1}", ' ', '', after('dictionary-colon')),
  gap("{'a' : 1}", '', ' ', before('dictionary-colon')),
  gap('a[1 :2]', '', ' ', before('slice-colon'), 2),
  gap('a[1: 2]', '', ' ', after('slice-colon'), 2),
  gap('if x :', '', ' ', (view, i) =>
    before('header-colon')(view, i) && !['else', 'try', 'finally'].includes(view.text(i - 1))),
  gap(
    'else :', '', ' ',
    (view, i) => before('header-colon')(view, i) && ['else', 'try', 'finally'].includes(view.text(i - 1)), 2,
  ),
  gap('lambda x : x', '', ' ', before('lambda-colon'), 2),
  gap('lambda x:x', ' ', '', after('lambda-colon'), 2),
  gap('f(a,b)', ' ', '', commaIn('argument_list')),
  gap('f(a , b)', '', ' ', (view, i) => view.text(i) === ',' && view.node(i) === 'argument_list'),
  gap('f(a,  b)', ' ', '  ', commaIn('argument_list')),
  gap('f(a,<tab>b)', ' ', '\t', commaIn('argument_list')),
  gap('def f(a,b)', ' ', '', commaIn('parameters')),
  gap('def f(a , b)', '', ' ', (view, i) => view.text(i) === ',' && view.node(i) === 'parameters'),
  gap('[a,b]', ' ', '', commaIn('list')),
  gap('[a , b]', '', ' ', (view, i) => view.text(i) === ',' && view.node(i) === 'list'),
  gap('(a,b)', ' ', '', commaIn('tuple', 'expression_list', 'pattern_list')),
  gap("{'a': 1,'b': 2}", ' ', '', commaIn('dictionary', 'set'), 2),
  gap('import a,b', ' ', '', commaIn('import_statement', 'import_from_statement'), 2),
  pair('f( a )', '', [' ', ' '], of('call-pads')),
  pair('f( a)', '', [' ', ''], of('call-pads')),
  pair('f(a )', '', ['', ' '], of('call-pads')),
  pair('f(a) among f( a )', ' ', ['', ''], of('call-pads')),
  pair('f( a) among f( a )', ' ', [' ', ''], of('call-pads')),
  pair('def f( a )', '', [' ', ' '], of('parameter-pads')),
  pair('( a + b )', '', [' ', ' '], of('group-pads')),
  pair('a[ 1 ]', '', [' ', ' '], of('subscript-pads')),
  pair('a[1 ]', '', ['', ' '], of('subscript-pads')),
  pair('[ 1, 2 ]', '', [' ', ' '], of('list-pads')),
  pair("{ 'a': 1 }", '', [' ', ' '], of('curly-pads'), 2),
  pair("{'a': 1} among { 'a': 1 }", ' ', ['', ''], of('curly-pads'), 2),
  gap('stock.load ()', '', ' ', of('call-paren')),
  gap('def f (a)', '', ' ', of('parameter-paren')),
  gap('a [1]', '', ' ', of('subscript-bracket')),
  gap('a .b', '', ' ', (view, i) => view.text(i) === '.' && view.node(i) === 'attribute'),
  gap('a. b', '', ' ', behindIn('.', 'attribute')),
  gap('- a', '', ' ', behindIn('-', 'unary_operator'), 2),
  gap(
    '* args in a call', '', ' ',
    (view, i) => behindIn('*', 'list_splat')(view, i) || behindIn('**', 'dictionary_splat')(view, i), 2,
  ),
  gap(
    '* args in a def', '', ' ',
    (view, i) => behindIn('*', 'list_splat_pattern')(view, i) || behindIn('**', 'dictionary_splat_pattern')(view, i), 2,
  ),
  gap('@ decorator', '', ' ', behindIn('@', 'decorator'), 2),
  gap('return  x', ' ', '  ', behind('return')),
  gap('return<tab>x', ' ', '\t', behind('return')),
  gap('return(x)', ' ', '', facesParen('return'), 1),
  gap('if(x)', ' ', '', facesParen('if', 'elif', 'while', 'not', 'in', 'and', 'or', 'except', 'assert'), 1),
  gap('if  x', ' ', '  ', behind('if', 'elif', 'while')),
  gap('for  x', ' ', '  ', behind('for'), 2),
  gap('in  x', ' ', '  ', behind('in'), 2),
  gap('not  x', ' ', '  ', behind('not'), 2),
  gap('a  and b', ' ', '  ', (view, i) => ['and', 'or'].includes(view.text(i)), 2),
  gap('a and  b', ' ', '  ', behind('and', 'or'), 2),
  gap('def  f', ' ', '  ', behind('def')),
  gap('class  A', ' ', '  ', behind('class'), 2),
  gap('import  a', ' ', '  ', behind('import')),
  gap('from  a', ' ', '  ', behind('from'), 2),
  gap('a  import b', ' ', '  ', (view, i) => view.text(i) === 'import' && view.text(i - 1) !== ''),
  gap('raise  x', ' ', '  ', behind('raise'), 2),
  gap('x  if c else y', ' ', '  ', (view, i) => view.text(i) === 'if' && view.node(i) === 'conditional_expression', 1),
  gap('x =<tab>1', ' ', '\t', (view, i) => after('assignment')(view, i)),
];
