import { formatSource, type FormatPolicy } from '../format/index.js';
import { mutateLayout } from '../mutate/index.js';
import { countHalfEdits, mergeHalfEdits, noHalfEdits, type HalfEdits } from './half-edits.js';
import { createRandom } from '../shared/random.js';
import {
  emptyTally, mergeTallies, scoreFigures, scoreLayouts, type ScoreFigures, type ScoreTally,
} from '../score/index.js';
import { joinGaps, withStructure, type StructuredSource, type Tokenizer } from '../tokenize/index.js';

/** Sums over files of one project at one rate of mutation. */
export interface RestorationTally {
  readonly files: number;
  /** Files that came back byte for byte. */
  readonly untouched: number;
  /** Input (the mutant) and output (the restored text), each against the original. */
  readonly input: ScoreTally;
  readonly output: ScoreTally;
  /** Gaps that the formatter changed, and those of them that are then as in the original. */
  readonly edits: number;
  readonly rightEdits: number;
  /** Statements whose change could not be proven and was taken back. */
  readonly reverted: number;
  readonly halfEdits: HalfEdits;
}

export interface RestorationFigures {
  readonly files: number;
  readonly untouched: number;
  readonly inputExact: number;
  readonly inputScore: number;
  readonly exact: number;
  readonly score: number;
  /** Share of the gaps, non-empty on either side, that differ from the original: 1 - exact. */
  readonly changed: number;
  /** Share of edits that restore the original; 1 without edits. */
  readonly editPrecision: number;
  readonly reverted: number;
  readonly halfEdits: HalfEdits;
  readonly classes: ScoreFigures['classes'];
}

/** Nothing formatted yet. */
export const emptyRestoration = (): RestorationTally => ({
  files: 0, untouched: 0, input: emptyTally(), output: emptyTally(), edits: 0, rightEdits: 0, reverted: 0,
  halfEdits: noHalfEdits(),
});

/**
 * Spoils one source, formats the mutant's text from scratch, and compares with the original.
 * The formatter sees the mutant's text alone.
 *
 * @throws SyntaxRefusedError when the source does not parse
 */
export function evaluateRestoration(job: {
  tokenizer: Tokenizer;
  policy: FormatPolicy;
  text: string;
  path: string;
  rate: number;
  seed: number | string;
}): RestorationTally {
  const { tokenizer, policy, text, path } = job;
  const program = withStructure(tokenizer.tokenize(text, path));
  const mutant = spoil(program, job);
  const result = formatSource(tokenizer, policy, joinGaps(program.source, mutant), path);
  const restored = tokenizer.tokenize(result.text, path).gaps;
  return {
    ...compareRestoration(program, mutant, restored),
    untouched: result.text === program.source.text ? 1 : 0,
    reverted: result.reverted,
  };
}

/** Gap texts of the mutant of a file that figures are measured on; at rate 0 the original's. */
export function spoil(
  program: StructuredSource,
  { path, rate, seed }: { readonly path: string; readonly rate: number; readonly seed: number | string },
): readonly string[] {
  return rate === 0
    ? program.source.gaps
    : mutateLayout(program, { rate, random: createRandom(`${seed}:${path}:${rate}`) });
}

/**
 * Compares a restored layout with the original of one file, whoever restored it.
 *
 * @param program the original
 * @param input gap texts that the formatter was given, as many as the original has
 * @param output gap texts that it gave back
 */
export function compareRestoration(
  program: StructuredSource,
  input: readonly string[],
  output: readonly string[],
): RestorationTally {
  const original = program.source.gaps;
  let edits = 0;
  let rightEdits = 0;
  let isUntouched = true;
  for (let i = 0; i < original.length; i++) {
    if (output[i] !== original[i]) isUntouched = false;
    if (output[i] === input[i]) continue;
    edits++;
    if (output[i] === original[i]) rightEdits++;
  }
  return {
    files: 1,
    untouched: isUntouched ? 1 : 0,
    input: scoreLayouts(original, input, program),
    output: scoreLayouts(original, output, program),
    edits,
    rightEdits,
    reverted: 0,
    halfEdits: countHalfEdits(program, input, output),
  };
}

/** Adds tallies up, so that every gap weighs alike. */
export function mergeRestorations(tallies: readonly RestorationTally[]): RestorationTally {
  const sum = (of: (tally: RestorationTally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    files: sum((tally) => tally.files),
    untouched: sum((tally) => tally.untouched),
    input: mergeTallies(tallies.map((tally) => tally.input)),
    output: mergeTallies(tallies.map((tally) => tally.output)),
    edits: sum((tally) => tally.edits),
    rightEdits: sum((tally) => tally.rightEdits),
    reverted: sum((tally) => tally.reverted),
    halfEdits: mergeHalfEdits(tallies.map((tally) => tally.halfEdits)),
  };
}

/** The figures of a tally. */
export function restorationFigures(tally: RestorationTally): RestorationFigures {
  const input = scoreFigures(tally.input);
  const output = scoreFigures(tally.output);
  return {
    files: tally.files,
    untouched: tally.files === 0 ? 1 : tally.untouched / tally.files,
    inputExact: input.exact,
    inputScore: input.score,
    exact: output.exact,
    score: output.score,
    changed: 1 - output.exact,
    editPrecision: tally.edits === 0 ? 1 : tally.rightEdits / tally.edits,
    reverted: tally.reverted,
    halfEdits: tally.halfEdits,
    classes: output.classes,
  };
}
