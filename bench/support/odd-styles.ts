import { sourceContext } from '../../src/model/source-context.js';
import { CONVENTIONS, conventionIndex, type StructuredSource } from '../../src/tokenize/index.js';
import { gapsInStyle, type AuthorStyle } from '../../src/train/author-styles.js';
import { reBreak } from './re-break.js';
import { reIndent } from './re-indent.js';

/** A style in which no project of the training corpus is laid out. */
export interface OddStyle {
  readonly name: string;
  /** Gap texts of the program in this style. */
  readonly layOut: (program: StructuredSource) => string[];
}

const PLAIN: AuthorStyle = {
  spacing: new Map(), unit: null, opensWithBlank: false, betweenDefinitions: null, commentLead: null, aligns: false,
};

/** Habits of spacing, by convention, and what else differs from the program's own style. */
const byHand = (habits: Readonly<Record<string, readonly [string, string]>>, rest: Partial<AuthorStyle> = {}) =>
  (program: StructuredSource): string[] => gapsInStyle(sourceContext(program), {
    ...PLAIN, ...rest,
    spacing: new Map(CONVENTIONS.flatMap((name) => (name in habits ? [[conventionIndex(name), habits[name]] as const] : []))),
  });
const PADS = Object.fromEntries(CONVENTIONS.filter((name) => name.endsWith('-pads')).map((name) => [name, [' ', ' '] as const]));
const DENSE = Object.fromEntries(
  ['product', 'sum', 'comparison', 'assignment', 'comma', 'dictionary-colon', 'typed-default', 'arrow'].map((name) => [name, ['', ''] as const]),
);

export const ODD_STYLES: readonly OddStyle[] = [
  { name: 'padded brackets', layOut: byHand(PADS) },
  { name: 'blanks before colons', layOut: byHand({ 'header-colon': [' ', ' '], annotation: [' ', ' '], 'dictionary-colon': [' ', ' '] }) },
  { name: 'dense, 2 spaces', layOut: byHand(DENSE, { unit: '  ' }) },
  { name: 'aligned columns', layOut: byHand({}, { aligns: true }) },
  { name: '1 space', layOut: (program) => reIndent(program, ' ') },
  { name: '3 spaces', layOut: (program) => reIndent(program, '   ') },
  { name: '8 spaces', layOut: (program) => reIndent(program, '        ') },
  { name: 'tabs', layOut: (program) => reIndent(program, '\t') },
  { name: '60 columns', layOut: (program) => reBreak(program, { columns: 60, style: 'hanging', which: 'all' }) },
  { name: '140 columns', layOut: (program) => reBreak(program, { columns: 140, style: 'hanging', which: 'all' }) },
  { name: 'commas first, under the bracket', layOut: (program) => reBreak(program, { columns: 79, style: 'comma-first', which: 'all' }) },
  { name: 'commas first, hanging', layOut: (program) => reBreak(program, { columns: 79, style: 'comma-first-hanging', which: 'all' }) },
];
