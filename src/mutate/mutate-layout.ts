import type { Random } from '../shared/random.js';
import { findLayoutFault, GapRole, type StructuredSource } from '../tokenize/index.js';
import { planBlockIndentation } from './block-indentation.js';
import { mutateBracketGroups } from './bracket-groups.js';
import { isLegalGap } from './gap-legality.js';
import { LayoutDraft } from './layout-draft.js';
import { drawPlausibleHypothesis } from './plausible-hypotheses.js';
import { trySeedHypotheses } from './seed-hypotheses.js';
import { topLevelSpans, restoreSpan, spanAt } from './top-level-spans.js';

export interface MutationOptions {
  /** Probability that a gap is tried, from 0 to 1 (every gap). */
  readonly rate: number;
  readonly random: Random;
}

/**
 * Gap texts of a mutant of `program`: the same tokens, the same meaning, a spoiled layout.
 *
 * Pure but for the generator's state, and without reparsing: some microseconds a token. The
 * result is `tokenCount + 1` texts in which `findLayoutFault` finds nothing; statements where
 * it would are put back as they were, and so is the whole file if it was unsound before.
 */
export function mutateLayout(program: StructuredSource, { rate, random }: MutationOptions): string[] {
  const { source } = program;
  if (rate <= 0 || source.tokenCount === 0) return source.gaps.slice();
  const draft = new LayoutDraft(program, planBlockIndentation(program, { rate, random }));
  mutateBracketGroups(draft, rate, random);
  for (let i = 0; i <= source.tokenCount; i++) {
    if (random.next() < rate && !draft.isFixed(i)) mutateGap(draft, i, random);
  }
  keepInlineSuitesWhole(draft);
  return repairFaults(program, draft.render());
}

function mutateGap(draft: LayoutDraft, i: number, random: Random): void {
  const text = draft.read(i);
  if (draft.program.structure.role[i] === (GapRole.FileEnd as number) && !text.endsWith('\n')) return;
  const isLegal = (candidate: string): boolean => isLegalGap(draft.program, i, candidate);
  const plausible = drawPlausibleHypothesis(draft, i, random);
  const mutated = plausible ?? trySeedHypotheses(text, random, isLegal);
  if (mutated !== undefined && (mutated !== plausible || isLegal(mutated))) draft.write(i, mutated);
}

/** Statements of a suite on the colon's line stay on that line. */
function keepInlineSuitesWhole(draft: LayoutDraft): void {
  const { source, structure } = draft.program;
  let inlineBlock = -1;
  for (let i = 0; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    if (role === GapRole.BlockStart) {
      inlineBlock = draft.read(i).includes('\n') ? -1 : structure.blockNode[i];
    } else if (role === GapRole.AfterSemicolon && structure.blockNode[i] === inlineBlock) {
      if (draft.read(i).includes('\n')) draft.write(i, ' ');
    }
  }
}

function repairFaults(program: StructuredSource, gaps: string[]): string[] {
  let fault = findLayoutFault(program.source, program.structure, gaps);
  if (fault === null) return gaps;
  const spans = topLevelSpans(program);
  for (let repairs = 0; fault !== null && repairs < spans.length; repairs++) {
    restoreSpan(program, gaps, spanAt(spans, fault.gap));
    fault = findLayoutFault(program.source, program.structure, gaps);
  }
  return fault === null ? gaps : program.source.gaps.slice();
}
