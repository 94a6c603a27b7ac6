import { formatSource, type FormatPolicy } from '../format/index.js';
import { mutateLayout } from '../mutate/index.js';
import { createRandom } from '../shared/random.js';
import { emptyTally, mergeTallies, scoreFigures, scoreLayouts, type ScoreFigures, type ScoreTally } from '../score/index.js';
import { joinGaps, withStructure, type Tokenizer } from '../tokenize/index.js';

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
  readonly classes: ScoreFigures['classes'];
}

/** Nothing formatted yet. */
export const emptyRestoration = (): RestorationTally => ({
  files: 0, untouched: 0, input: emptyTally(), output: emptyTally(), edits: 0, rightEdits: 0, reverted: 0,
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
  const { tokenizer, policy, text, path, rate } = job;
  const program = withStructure(tokenizer.tokenize(text, path));
  const original = program.source.gaps;
  const mutant = rate === 0 ? original : mutateLayout(program, { rate, random: createRandom(`${job.seed}:${path}:${rate}`) });
  const result = formatSource(tokenizer, policy, joinGaps(program.source, mutant), path);
  const restored = tokenizer.tokenize(result.text, path).gaps;
  let edits = 0;
  let rightEdits = 0;
  for (let i = 0; i < original.length; i++) {
    if (restored[i] === mutant[i]) continue;
    edits++;
    if (restored[i] === original[i]) rightEdits++;
  }
  return {
    files: 1,
    untouched: result.text === text ? 1 : 0,
    input: scoreLayouts(original, mutant, program.structure),
    output: scoreLayouts(original, restored, program.structure),
    edits,
    rightEdits,
    reverted: result.reverted,
  };
}

/** Adds tallies up, so that every gap weighs alike. */
export function mergeRestorations(tallies: readonly RestorationTally[]): RestorationTally {
  const sum = (of: (tally: RestorationTally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    files: sum((tally) => tally.files),
    untouched: sum((tally) => tally.untouched),
    input: mergeTallies(tallies.map((tally) => tally.input)),
    output: mergeTallies(tallies.map((tally) => tally.output)),
    edits: sum((tally) => tally.edits),
    rightEdits: sum((tally) => tally.rightEdits),
    reverted: sum((tally) => tally.reverted),
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
    classes: output.classes,
  };
}
