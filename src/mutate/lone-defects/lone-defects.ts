import type { Random } from '../../shared/random.js';
import {
  findDifference, joinGaps, withStructure, type StructuredSource, type Tokenizer,
} from '../../tokenize/index.js';
import { DefectView } from './defect-view.js';
import { INDENTATION_DEFECTS } from './indentation-defects.js';
import { LINE_DEFECTS } from './line-defects.js';
import { SPACING_DEFECTS } from './spacing-defects.js';

/** A place where a clean file is otherwise laid out throughout as it is there, and the texts that make it deviate. */
export interface DefectSite {
  readonly gaps: readonly number[];
  readonly texts: readonly string[];
}

/** A kind of single deviation in an otherwise clean file. */
export interface LoneDefect {
  readonly name: string;
  /** Places in a file for it; none where the file itself does it anywhere, or shows too little of how it is done. */
  readonly sites: (view: DefectView) => readonly DefectSite[];
}

export const LONE_DEFECTS: readonly LoneDefect[] = [...SPACING_DEFECTS, ...LINE_DEFECTS, ...INDENTATION_DEFECTS];

/** A clean file with one defect. */
export interface DefectCase {
  readonly path: string;
  readonly defect: string;
  readonly program: StructuredSource;
  readonly site: DefectSite;
  readonly inputText: string;
}

/**
 * A file with each kind of defect once, at a place drawn by the generator; without kinds that have no place in the
 * file, or none at which the program stays the same.
 */
export function defectCases(tokenizer: Tokenizer, file: { path: string; text: string }, random: Random): DefectCase[] {
  const { path, text } = file;
  const program = withStructure(tokenizer.tokenize(text, path));
  const view = new DefectView(program);
  return LONE_DEFECTS.flatMap(({ name, sites }) => {
    for (const site of random.shuffle([...sites(view)]).slice(0, MOST_TRIES)) {
      const gaps = [...program.source.gaps];
      site.gaps.forEach((gap, k) => (gaps[gap] = site.texts[k]));
      const inputText = joinGaps(program.source, gaps);
      if (inputText !== text && isSame(tokenizer, program, inputText)) {
        return [{ path, defect: name, program, site, inputText }];
      }
    }
    return [];
  });
}

const MOST_TRIES = 4;

/** At most so many cases of each kind, drawn by the generator. */
export function fewOfEach(cases: readonly DefectCase[], most: number, random: Random): DefectCase[] {
  const taken = new Map<string, number>();
  return random.shuffle([...cases]).filter(({ defect }) => {
    const count = taken.get(defect) ?? 0;
    taken.set(defect, count + 1);
    return count < most;
  });
}

function isSame(tokenizer: Tokenizer, program: StructuredSource, text: string): boolean {
  try {
    return findDifference(program, withStructure(tokenizer.tokenize(text))) === null;
  } catch {
    return false;
  }
}

/** What became of one defect. */
export interface DefectOutcome {
  readonly path: string;
  readonly defect: string;
  readonly repaired: boolean;
  /** Gaps elsewhere that differ from the clean file, and gaps of it. */
  readonly otherEdits: number;
  readonly gaps: number;
}

/** Formats a file with a defect and looks what became of it. */
export function judgeDefect(
  tokenizer: Tokenizer,
  format: (text: string, path: string) => string,
  given: DefectCase,
): DefectOutcome {
  const { path, defect, program, site, inputText } = given;
  const original = program.source.gaps;
  const output = tokenizer.tokenize(format(inputText, path), path).gaps;
  const otherEdits = output.filter((gap, i) => gap !== original[i] && !site.gaps.includes(i)).length;
  const gaps = original.filter((gap, i) => gap !== '' || output[i] !== '').length;
  return { path, defect, repaired: site.gaps.every((gap) => output[gap] === original[gap]), otherEdits, gaps };
}
