import { sourceContext } from '../../src/model/source-context.js';
import { commonUnit } from '../../src/mutate/lone-defects/common-unit.js';
import {
  CONVENTIONS, GapRole, conventionIndex, hasLineBreak, joinGaps, lastLineStart, type StructuredSource,
} from '../../src/tokenize/index.js';
import { gapsInStyle, type AuthorStyle } from '../../src/train/author-styles.js';
import { reBreak } from './re-break.js';
import { reIndent } from './re-indent.js';

/** A way in which a contributed function is badly laid out throughout. */
export interface Mess {
  readonly name: string;
  /** Gap texts of the whole program in it; with the same tokens, but for `;`. */
  readonly layOut: (program: StructuredSource) => readonly string[];
}

const PLAIN: AuthorStyle = {
  spacing: new Map(), unit: null, opensWithBlank: false, betweenDefinitions: null, commentLead: null, aligns: false,
};
const OPERATORS = ['power', 'product', 'sum', 'bitwise', 'comparison', 'assignment', 'typed-default', 'arrow'] as const;

const spaced = (texts: readonly [string, string], names: readonly string[]) => (program: StructuredSource): readonly string[] =>
  gapsInStyle(sourceContext(program), {
    ...PLAIN,
    spacing: new Map(CONVENTIONS.filter((name) => names.includes(name)).map((name) => [conventionIndex(name), texts])),
  });

/** An indentation unit that is not the program's. */
const inUnit = (unit: string, otherwise: string) => (program: StructuredSource): readonly string[] =>
  reIndent(program, commonUnit(program) === unit ? otherwise : unit);

/** Blank lines between the statements of a block go; those around definitions and comments stay. */
function withoutBlankLines({ source, structure }: StructuredSource): readonly string[] {
  return source.gaps.map((gap, i) => {
    const role = structure.role[i] as GapRole;
    const isInBlock = i < source.tokenCount && structure.blockDepth[i] > 0;
    if (!isInBlock || (role !== GapRole.Statement && role !== GapRole.BlockStart && role !== GapRole.OwnLineComment)) return gap;
    return hasLineBreak(gap) ? `\n${gap.slice(lastLineStart(gap))}` : gap;
  });
}

export const MESSES: readonly Mess[] = [
  { name: 'operators without spaces', layOut: spaced(['', ''], OPERATORS) },
  { name: 'padded brackets', layOut: spaced([' ', ' '], CONVENTIONS.filter((name) => name.endsWith('-pads'))) },
  { name: '2 spaces (4 where that is the unit)', layOut: inUnit('  ', '    ') },
  { name: '3 spaces', layOut: inUnit('   ', '   ') },
  { name: '8 spaces', layOut: inUnit('        ', '        ') },
  { name: 'tabs (4 spaces where that is the unit)', layOut: inUnit('\t', '    ') },
  { name: 'everything on one line', layOut: (program) => reBreak(program, { columns: Infinity, style: 'hanging', which: 'all' }) },
  { name: 'one argument a line', layOut: (program) => reBreak(program, { columns: 0, style: 'hanging', which: 'all' }) },
  { name: 'no blank lines', layOut: withoutBlankLines },
];

/** The program's text in a mess. */
export const messText = (program: StructuredSource, { layOut }: Mess): string => joinGaps(program.source, layOut(program));
