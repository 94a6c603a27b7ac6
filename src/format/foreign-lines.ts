import { fileUnits, resolveIndents, type FileUnits } from '../model/block-indents.js';
import { KEEP, layoutClass } from '../model/layout-classes.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { GapRole } from '../tokenize/index.js';
import { bracketRules } from './bracket-rules.js';
import type { FormatPolicy } from './format-policy.js';
import { keptText } from './kept-text.js';
import { withTail, type Pins } from './pins.js';
import { differences, isBeyondDrift, mayChange, restyledShare } from './restyled-share.js';
import { restyleGaps } from './restyle-gaps.js';
import { restyleUnits } from './restyle-units.js';

/**
 * Lines that are formatted alone, judged by the rest of their file: by its unit, and by whether they follow another
 * style, so that their layout is no evidence.
 */

const OPENER_1 = layoutClass('opener+1');
const OPENER_2 = layoutClass('opener+2');
const HANGING = layoutClass('opener+hang');
/** Share of the blocks of the rest that may take the unit of the lines, which is somebody else's all the same. */
const MOST_ALIKE = 0.1;
/** Lines that hold fewer gaps show no style. */
const LEAST_GAPS = 12;
/** Gaps that the rest of a file has to hold, at all and for each one of the lines, to stand for a project. */
const LEAST_REST = { gaps: 100, share: 0.5 };
/** Share of the gaps that lines of the file's own may differ in, with a project's counts and without. */
const OWN_SLIPS = { byProject: 0.07, byFile: 0.1 };
/** Share of its gaps in which a file that only has another unit than its project may differ from it otherwise. */
const OWN_WHIMS = 0.02;
/** Statements that have to differ where people lay brackets out: one bracket has many gaps. */
const LEAST_STATEMENTS = 2;

/** The input with its lines in the rest's unit where all their blocks take another one. */
export function inUnitOfRest(
  context: SourceContext, gaps: readonly string[], pins: Pins, policy: FormatPolicy,
): readonly string[] {
  const input = observeLayout(context, gaps, policy.unit);
  const units = restyleUnits(context, input, policy, mayChange(pins));
  const own = unitOfLines(context, input.steps, pins, units.unit);
  return own === null || isHeld(context, input.steps, pins, own)
    ? gaps : movedBlocks(context, gaps, pins, { own, input, units });
}

/**
 * A whole input in the project's unit, where nothing but its unit is somebody else's: laying it out anew gives hardly
 * anything else. Itself where it has that unit, or deviates otherwise, too: then all of its layout shows whose it is.
 */
export function inUnitOfProject(
  context: SourceContext, gaps: readonly string[], pins: Pins, policy: FormatPolicy,
): readonly string[] {
  const input = observeLayout(context, gaps, policy.unit);
  const units = restyleUnits(context, input, policy, mayChange(pins));
  const own = unitOfWhole(input.steps, units.unit);
  if (own === null || isHeld(context, input.steps, pins, own)) return gaps;
  const moved = movedBlocks(context, gaps, pins, { own, input, units });
  const anew = restyleGaps(context, gaps, pins, policy, mayChange(pins), { leavesOwn: true }).gaps;
  const { compared, changed } = differences(moved, anew, pins);
  return changed <= OWN_WHIMS * compared ? moved : gaps;
}

/** Blocks of the unit `own` in another one, hanging lines along. */
function movedBlocks(
  context: SourceContext, gaps: readonly string[], pins: Pins,
  { own, input, units }: { readonly own: string; readonly input: ObservedLayout; readonly units: FileUnits },
): readonly string[] {
  const { structured, ancestry, blocks } = context;
  const observed = observeLayout(context, gaps, null, { unit: own, hang: own });
  const hanging = hangingClass(context, gaps, pins, own);
  const steps = input.steps.map((step, k) => (pins.step[k] === 1 || step !== own ? step : units.unit));
  const indents = resolveIndents(structured.source.tree.nodeCount, blocks, steps, units.unit, (k) => {
    const text = gaps[blocks[k].gap];
    return pins.step[k] === 1 && text.includes('\n') ? text.slice(text.lastIndexOf('\n') + 1) : null;
  });
  const layout = { gaps, blocks: observed.blocks };
  const before = new LayoutWalker(structured, ancestry, layout, observed.blocks, own, own);
  const walker = new LayoutWalker(structured, ancestry, layout, indents, units.unit, units.hang);
  const { openBracket, role } = structured.structure;
  return gaps.map((gap, i) => {
    const breaks = observed.lineBreaks[i] > 0;
    // Behind an opener at which no line breaks, the contents stand below each other there, not at a hanging step.
    const mayHang = breaks && hanging >= 0 && openBracket[i] >= 0 && observed.lineBreaks[openBracket[i] + 1] > 0;
    const hangs = observed.classOf[i] === hanging || (mayHang && before.render(i, hanging) === gap);
    // Behind a backslash lines hang by steps as well.
    const moved = hangs ? HANGING : role[i] === (GapRole.Line as number) ? observed.classOf[i] : KEEP;
    const kept = pins.gap[i] === 1 ? gap
      : (breaks && moved !== KEEP ? walker.render(i, moved) : null) ??
        keptText(observed, walker, i, role[i] as GapRole);
    const text = pins.tail[i] === 1 ? withTail(gap, kept) : kept;
    before.advance(i, gap);
    walker.advance(i, text);
    return text;
  });
}

/** The step that all blocks of the lines take and hardly one of the rest does; null where there is none. */
function unitOfLines(
  { blocks }: SourceContext, steps: readonly (string | null)[], pins: Pins, unit: string,
): string | null {
  const stepsWhere = (pinned: number): (string | null)[] =>
    steps.filter((step, k) => step !== null && pins.gap[blocks[k].gap] === pinned);
  const lines = stepsWhere(0);
  const rest = stepsWhere(1);
  const own = lines[0] ?? null;
  if (own === null || own === unit || rest.length === 0 || lines.some((step) => step !== own)) return null;
  return rest.filter((step) => step === own).length <= MOST_ALIKE * rest.length ? own : null;
}

/** The step that nearly all blocks of a source take, where it is not the project's; null where there is none. */
function unitOfWhole(steps: readonly (string | null)[], unit: string): string | null {
  const taken = steps.filter((step) => step !== null);
  const own = taken.find((step) => step !== unit) ?? null;
  return own !== null && taken.filter((step) => step === own).length >= (1 - MOST_ALIKE) * taken.length ? own : null;
}

/** True where a block of that unit may not move as a whole, since a part of it is not among the lines. */
function isHeld(
  context: SourceContext, steps: readonly (string | null)[], pins: Pins, unit: string,
): boolean {
  const { blocks, structured: { source: { tree } } } = context;
  return blocks.some(({ node }, k) => pins.step[k] === 1 && steps[k] === unit &&
    pins.gap.subarray(tree.firstToken[node], tree.lastToken[node] + 1).includes(0));
}

/** The class of the lines' hanging brackets, by how many of their units most of them hang; -1 where that is none. */
function hangingClass({ structured }: SourceContext, gaps: readonly string[], pins: Pins, unit: string): number {
  const lines = gaps.map((gap, i) => (pins.gap[i] === 1 ? '' : gap));
  const { hang } = fileUnits(structured, [], lines, unit);
  return hang === unit ? OPENER_1 : hang === unit + unit ? OPENER_2 : -1;
}

/**
 * True for lines that are laid out in another style than the project's, or without a profile than the rest of their
 * file: what is left when everything stays that the project could hold as well (`own-layout.ts`) tells, and beside it
 * whether they differ clearly more than the project's own files.
 */
export function areForeign(context: SourceContext, gaps: readonly string[], pins: Pins, policy: FormatPolicy): boolean {
  const lines = mayChange(pins);
  const count = lines.reduce((sum, bit) => sum + bit, 0);
  if (count < LEAST_GAPS || (policy.project === null && !saysEnough(gaps.length - count, count, policy))) return false;
  const anew = restyleGaps(context, gaps, pins, policy, lines, { leavesOwn: true }).gaps;
  let compared = 0;
  let changed = 0;
  const statements = new Set<number>();
  for (let i = 0; i < gaps.length; i++) {
    if (lines[i] === 0 || (gaps[i] === '' && anew[i] === '')) continue;
    compared++;
    if (gaps[i] === anew[i]) continue;
    changed++;
    statements.add(context.lineFirst[i]);
  }
  const most = policy.project === null ? OWN_SLIPS.byFile : OWN_SLIPS.byProject;
  const { project, drift } = policy;
  const isOneBracket = statements.size < LEAST_STATEMENTS;
  if (compared >= LEAST_GAPS && !isOneBracket && changed > most * compared) return true;
  return project !== null && typeof drift === 'number' && (!isOneBracket || bracketRules(project).isStrict) &&
    isBeyondDrift(restyledShare(context, gaps, pins, policy), drift);
}

/** Whether the rest of a file can stand for a project. A model of the user's has not learned to go by it. */
const saysEnough = (rest: number, lines: number, { restyling }: FormatPolicy): boolean =>
  restyling !== undefined && rest >= Math.max(LEAST_REST.gaps, LEAST_REST.share * lines);
