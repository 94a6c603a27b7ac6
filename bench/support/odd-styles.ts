import type { StructuredSource } from '../../src/tokenize/index.js';
import { reBreak } from './re-break.js';
import { reIndent } from './re-indent.js';

/** A style in which no project of the training corpus is laid out. */
export interface OddStyle {
  readonly name: string;
  /** Gap texts of the program in this style. */
  readonly layOut: (program: StructuredSource) => string[];
}

export const ODD_STYLES: readonly OddStyle[] = [
  { name: '1 space', layOut: (program) => reIndent(program, ' ') },
  { name: '3 spaces', layOut: (program) => reIndent(program, '   ') },
  { name: '8 spaces', layOut: (program) => reIndent(program, '        ') },
  { name: 'tabs', layOut: (program) => reIndent(program, '\t') },
  { name: '60 columns', layOut: (program) => reBreak(program, { columns: 60, style: 'hanging', which: 'all' }) },
  { name: '140 columns', layOut: (program) => reBreak(program, { columns: 140, style: 'hanging', which: 'all' }) },
  { name: 'commas first, under the bracket', layOut: (program) => reBreak(program, { columns: 79, style: 'comma-first', which: 'all' }) },
  { name: 'commas first, hanging', layOut: (program) => reBreak(program, { columns: 79, style: 'comma-first-hanging', which: 'all' }) },
];
