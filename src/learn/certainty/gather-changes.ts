import { EVIDENCE_COLUMNS } from '../../format/certainty/edit-judge.js';
import { unitMass } from '../../format/decide-steps.js';
import { formatGaps, type GapVisit } from '../../format/format-gaps.js';
import type { FormatPolicy } from '../../format/format-policy.js';
import { readProgram } from '../../format/read-program.js';
import type { WeighedGroup } from '../../format/groups/verdict.js';
import { findPins } from '../../format/pins.js';
import type { BoostedTrees } from '../../model/boosted-trees.js';
import { observeLayout } from '../../model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../model/source-context.js';
import { mutateLayout } from '../../mutate/index.js';
import { defectCases } from '../../mutate/lone-defects/lone-defects.js';
import { createRandom, type Random } from '../../shared/random.js';
import { joinGaps, withStructure, type StructuredSource, type Tokenizer } from '../../tokenize/index.js';
import { drawAuthorStyle, layOutInStyle } from '../../train/author-styles.js';
import type { ChangeExamples } from './change-examples.js';

/** Says nothing: with it, every change is weighed with its evidence, and none is made. */
export const UNDECIDED_TREES: BoostedTrees = {
  columns: EVIDENCE_COLUMNS, depth: 1, bias: 0,
  splits: new Uint8Array(0), thresholds: new Float32Array(0), leaves: new Float32Array(0),
};

/** Rates of the mutants of a file, of which every change counts. */
const RATES = [0.02, 0.05, 0.2] as const;
/** A change in a file that is spoilt all over is one of many. */
const WEIGHT_OF_RATES = 0.5;
/** Mutants of one to three gaps, and layouts in styles of nobody's, of each file. */
const FEW_GAPS = 6;
const STYLES = 2;

/** What a layout that is weighed should have been. */
interface Lesson {
  /** Gap texts of the author. */
  readonly wanted: readonly string[];
  /** Which gaps count; all without it. */
  readonly asked?: (gap: number) => boolean;
  readonly weight: number;
  readonly note: string;
}

/**
 * Adds the changes that formatting weighs in a file as it is, which all would be wrong.
 *
 * @throws SyntaxRefusedError where the source does not parse
 */
export function gatherCleanChanges(
  tokenizer: Tokenizer, policy: FormatPolicy, { path, text }: { path: string; text: string }, into: ChangeExamples,
): void {
  const context = readProgram(tokenizer, text, path);
  gather(context, policy, { wanted: context.structured.source.gaps, weight: 1, note: 'clean' }, into);
}

/**
 * Adds those in versions of the file: with one deviation of each kind that has a place in it, with a few gaps spoilt,
 * with many, and laid out throughout in styles of nobody's, where again all would be wrong.
 *
 * @throws SyntaxRefusedError where the source does not parse
 */
export function gatherSpoiltChanges(
  tokenizer: Tokenizer, policy: FormatPolicy, { path, text }: { path: string; text: string }, into: ChangeExamples,
): void {
  const program = withStructure(tokenizer.tokenize(text, path));
  const wanted = program.source.gaps;
  const drawn = (what: string): Random => createRandom(`${what}:${path}`);
  const learn = (version: string, lesson: Lesson): void =>
    gather(readProgram(tokenizer, version, path), policy, lesson, into);
  for (let k = 0; k < STYLES; k++) {
    const odd = layOutInStyle(sourceContext(program), drawAuthorStyle(drawn(`style ${k}`)));
    learn(odd, { wanted: tokenizer.tokenize(odd, path).gaps, weight: 1, note: 'style' });
  }
  for (const rate of RATES) {
    const mutant = joinGaps(program.source, mutateLayout(program, { rate, random: drawn(`rate ${rate}`) }));
    learn(mutant, { wanted, weight: WEIGHT_OF_RATES, note: `rate ${rate}` });
  }
  for (let k = 0; k < FEW_GAPS; k++) learnFew(program, drawn(`few ${k}`), learn);
  for (const { defect, inputText, site } of defectCases(tokenizer, { path, text }, drawn('defects'))) {
    learn(inputText, { wanted, asked: (gap) => site.gaps.includes(gap), weight: 1, note: `defect ${defect}` });
  }
}

function learnFew(program: StructuredSource, random: Random, learn: (version: string, lesson: Lesson) => void): void {
  const { gaps: wanted, tokenCount } = program.source;
  const mutant = mutateLayout(program, { rate: 2 / tokenCount, random });
  const spoilt = new Set(mutant.flatMap((gap, i) => (gap === wanted[i] ? [] : [i])));
  if (spoilt.size === 0 || spoilt.size > 6) return;
  learn(joinGaps(program.source, mutant), { wanted, asked: (gap) => spoilt.has(gap), weight: 1, note: 'few' });
}

/** Adds the changes that one pass over a layout weighs. */
function gather(context: SourceContext, policy: FormatPolicy, lesson: Lesson, into: ChangeExamples): void {
  const { gaps } = context.structured.source;
  const { wanted, asked, weight, note } = lesson;
  if (wanted.length !== gaps.length) return;
  const pins = findPins(context);
  const seen = new Set<WeighedGroup>();
  const isSpoiltAllOver = weight < 1;
  let isFirst = true;
  formatGaps(context, gaps, pins, { certainty: UNDECIDED_TREES, ...policy }, (visit) => {
    const { gap, verdict, kept } = visit;
    if (isFirst) gatherSteps(context, visit, lesson, into);
    isFirst = false;
    if ((asked !== undefined && !asked(gap)) || pins.gap[gap]) return;
    if (verdict !== undefined) {
      const { weighed } = verdict;
      if (weighed === undefined || seen.has(weighed)) return;
      seen.add(weighed);
      const isRight = weighed.gaps.every((member, k) => wanted[member] === weighed.texts[k]);
      const isLeft = weighed.gaps.every((member) => wanted[member] === gaps[member]);
      if (isRight || isLeft || !isSpoiltAllOver) into.add(weighed, visit.choices.judge.file, isRight, weight, note);
      return;
    }
    if (kept !== gaps[gap]) return;
    const change = visit.change();
    if (change === null) return;
    const isRight = wanted[gap] === change.text;
    // Of a gap that is wrong and stays so, whatever is done, nothing is to be learned.
    if (isRight || wanted[gap] === kept || !isSpoiltAllOver) {
      into.add(change, visit.choices.judge.file, isRight, weight, note);
    }
  });
}

/** Adds the changes of the blocks' steps, before the first gap is decided. */
function gatherSteps(
  context: SourceContext, { observed, probabilities, choices: { judge, pins } }: GapVisit,
  { wanted, asked, weight, note }: Lesson, into: ChangeExamples,
): void {
  const { consistency, file } = judge;
  if (consistency === null) return;
  const author = observeLayout(context, wanted).steps;
  context.blocks.forEach(({ gap }, k) => {
    const step = observed.steps[k];
    if (step === null || step === observed.unit || pins.step[k] || pins.gap[gap]) return;
    if (asked !== undefined && !asked(gap)) return;
    const mass = unitMass(probabilities, gap);
    const isRight = author[k] === observed.unit;
    if (!isRight && weight < 1 && author[k] !== step) return;
    into.add(
      { certainty: 0, says: { share: mass, mass }, evidence: () => consistency.ofStep() }, file, isRight, weight, note,
    );
  });
}
