/**
 * Examples in which the project decides: nothing of a source's layout is shown but its blank lines and the places
 * of its comments, these often as somebody else might have left them.
 */
import { levelOf, wholeBelow } from '../model/assumed-layout.js';
import { countLayout } from '../model/count-layout.js';
import { GapDescriber } from '../model/features.js';
import { mayHoldBlankLines } from '../model/features/buckets.js';
import { CLASS_COUNT, keepSteadiest } from '../model/layout-classes.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { observeLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { mutateLayout } from '../mutate/index.js';
import type { Random } from '../shared/random.js';
import { findLayoutFault } from '../tokenize/index.js';
import { originalLayout, type ExampleJob } from './example-job.js';
import { applyLineRules, drawLineRules } from './foreign-lines.js';

/** Hides the layout of every gap. */
export function everyGap({ structured }: SourceContext): Uint8Array {
  return new Uint8Array(structured.source.tokenCount + 1).fill(1);
}

/** Hides the layout of one or two stretches of logical lines. */
export function someLines({ structured, lineFirst }: SourceContext, random: Random): Uint8Array {
  const { tokenCount } = structured.source;
  const { structure } = structured;
  const starts: number[] = [];
  for (let i = 0; i < tokenCount; i++) if (structure.startsLine[i] && lineFirst[i] === i) starts.push(i);
  const hidden = new Uint8Array(tokenCount + 1);
  for (let stretches = 1 + random.int(2); stretches > 0 && starts.length > 0; stretches--) {
    const first = random.int(starts.length);
    const last = Math.min(starts.length - 1, first + random.int(Math.max(2, Math.min(40, starts.length >> 1))));
    // The comments above a line are in the stretch, too.
    const from = structure.previousCode[Math.max(0, starts[first] - 1)] + 1;
    const to = last + 1 < starts.length ? structure.previousCode[starts[last + 1] - 1] : tokenCount - 1;
    hidden.fill(1, starts[first] === 0 ? 0 : from, to + 1);
  }
  return hidden;
}

/** The original with its hidden gaps as somebody else might have left blank lines there. */
export function foreignGaps(context: SourceContext, hidden: Uint8Array, random: Random): string[] {
  const { structured } = context;
  const original = structured.source.gaps;
  const gaps = original.slice();
  const drawn = random.next();
  if (drawn < 0.65) applyLineRules(context, gaps, drawLineRules(random));
  if (drawn > 0.55 && drawn < 0.8) {
    const damaged = mutateLayout(structured, { rate: random.pick([0.05, 0.2, 0.5]), random });
    for (let i = 0; i < gaps.length; i++) if (mayHoldBlankLines(structured.structure.role[i])) gaps[i] = damaged[i];
  }
  const mixed = gaps.map((text, i) => (hidden[i] === 1 ? text : original[i]));
  return findLayoutFault(structured.source, structured.structure, mixed) === null ? mixed : original.slice();
}

/**
 * Appends the gaps of one source whose hidden ones the project decides: level by level, each seen as when
 * everything further out and to its left is laid out as in the original, and what is deeper is whole.
 */
export function describeHidden(
  job: ExampleJob & { readonly input: readonly string[]; readonly hidden: Uint8Array },
): number {
  const { context, input, hidden, counts, pool, random, options } = job;
  const { source, structure } = context.structured;
  const original = source.gaps;
  const observedInput = observeLayout(context, input);
  const file = new StyleCounts();
  countLayout(context, observedInput, file, hidden);
  const answer = originalLayout(context);
  let deepest = 0;
  for (let i = 0; i <= source.tokenCount; i++) if (hidden[i] === 1) deepest = Math.max(deepest, levelOf(context, i));
  const mask = new Uint8Array(CLASS_COUNT);
  let row = job.size;
  // The gaps shown in the input, outside the hidden lines, are described with the outermost level.
  for (let level = 0; level <= deepest; level++) {
    const assumed = wholeBelow(context, original, hidden, level);
    const observed = observeLayout(context, assumed, null, answer);
    const describer = new GapDescriber(
      context, observed, { file, project: counts }, null, { hidden, input: observedInput },
    );
    const walker = new LayoutWalker(
      context.structured, context.ancestry, { gaps: input, blocks: observedInput.blocks }, answer.blocks, answer.unit,
      answer.hang,
    );
    for (let i = 0; i <= source.tokenCount && row < pool.weight.length; i++) {
      if (hidden[i] === 1 ? levelOf(context, i) === level : level === 0) {
        const isPlain = original[i] === '' || original[i] === ' ';
        const keepProbability = isPlain ? options.trivialShare * (hidden[i] === 1 && level > 0 ? 2 : 1) : 1;
        if (random.next() < keepProbability) {
          mask.fill(0);
          walker.match(i, original[i], mask);
          keepSteadiest(mask);
          describer.describe(i, row, pool);
          // What is not legal where the project decides is no answer: the input's text, a step of a block's own.
          for (let k = 0; k < CLASS_COUNT; k++) mask[k] &= pool.legal[row * CLASS_COUNT + k];
          if (mask.includes(1)) {
            pool.target.set(mask, row * CLASS_COUNT);
            pool.weight[row] = (mayHoldBlankLines(structure.role[i]) ? options.statementWeight : 1) / keepProbability;
            row++;
          }
        }
      }
      walker.advance(i, original[i]);
    }
  }
  return row;
}
