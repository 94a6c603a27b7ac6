import { levelOf, mustStayBroken, wholeText, DEEPEST_LEVEL } from '../model/assumed-layout.js';
import { resolveIndents, type FileUnits } from '../model/block-indents.js';
import type { StyleEvidence } from '../model/features.js';
import { gapRows } from '../model/gap-rows.js';
import { mayHoldBlankLines } from '../model/features/buckets.js';
import {
  CLASSES_OF_ROLE, CLASS_ROWS, COLUMNS, COLUMN_OF_CLASS, KEEP, NONE, SPACE, TWO_SPACES, breaks, layoutClass,
} from '../model/layout-classes.js';
import { visualColumns, visualWidth } from '../model/layout-widths.js';
import { LayoutWalker } from '../model/layout-walker.js';
import { countLayout } from '../model/count-layout.js';
import { observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import type { BracketHabits } from '../model/bracket-habits.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { checkTime } from '../shared/budget.js';
import { GapRole } from '../tokenize/index.js';
import type { DecidedGap, FormattedGaps } from './format-gaps.js';
import type { FormatPolicy, GapPredictor } from './format-policy.js';
import { projectLines, weighSpaces } from './groups/project-habits.js';
import { isThought, owedLines, settledLines, usualLines } from './author-lines.js';
import { keptText, mayBreak } from './kept-text.js';
import { ruledSpaces, withRepairs } from './ruled-spaces.js';
import { LEAST_PROBABILITY, logMass, textMasses } from './text-masses.js';
import { demandsOfRules, followRules, mendedLines } from './follow-rules.js';
import { shapeBrackets, type ShapedPass } from './shape-brackets.js';
import { areBracketsForeign, ownGaps, widest, type JudgedGap } from './own-layout.js';
import { withTail, type Pins } from './pins.js';
import { restyleUnits } from './restyle-units.js';
import { askGaps } from './ask-gaps.js';
import { bracketRules, type BracketRules } from './bracket-rules.js';

/**
 * Lays out anew the gaps that the project has authority over, as its other files are laid out: what the
 * input holds there counts only where it leaves lines blank, places comments, or ends a line in a backslash.
 *
 * From the outermost level to the innermost: first spaces and everything outside brackets, then the brackets
 * of each level, with all that is further out in place and what is deeper on one line. Within a level a gap
 * depends on those to its left, so rounds are repeated until none changes its mind: each round makes at least
 * one more gap of every line final, and mostly all of them.
 *
 * @param gaps the input layout, with LF line ends
 * @param hidden per gap 1 where the project has authority; pinned gaps are left out of it
 */
export function restyleGaps(
  context: SourceContext, gaps: readonly string[], pins: Pins, policy: FormatPolicy, hidden: Uint8Array,
  { leavesOwn = false, leavesFew = false, visit, repair }: RestyleOptions = {},
): FormattedGaps {
  const pass = new RestylePass(context, gaps, pins, policy, hidden);
  pass.decideOutside();
  for (let level = 1; level <= DEEPEST_LEVEL; level++) pass.decideLevel(level);
  pass.followRules();
  if (leavesOwn) pass.leaveOwn(leavesFew);
  if (visit !== undefined) pass.tell(visit);
  const anew = pass.finish();
  const result = repair === undefined ? anew : withRepairs(context, anew, repair(anew), hidden, pins, policy.project);
  return { gaps: result, changed: result.some((text, i) => text !== gaps[i]) };
}

export interface RestyleOptions {
  /** Whether what the project's own files could hold stays, so that one of them hardly changes. */
  readonly leavesOwn?: boolean;
  /** Whether breaks in brackets stay, too, where few of them would change. */
  readonly leavesFew?: boolean;
  /** Repairs a layout as one of the project's own: of that, spaces count (see `withRepairs`). */
  readonly repair?: (gaps: readonly string[]) => readonly string[];
  /** Called at each gap that the project decided, from left to right, with what the network last said of it. */
  readonly visit?: (visit: DecidedGap) => void;
}

/** Rounds within one level: a list that is filled line by line needs one for each of its lines; few to try a shape. */
const MOST_ROUNDS = 8;
const TRIAL_ROUNDS = 2;
/** Least share of another number of blank lines than the input's, of what both have. */
const SURE_OF_LINES = 0.85;
const LINES_1 = layoutClass('lines-1');
const OPENER_1 = layoutClass('opener+1');
const SPACES = [NONE, SPACE, TWO_SPACES] as const;
/** Not decided by the model: the text is kept. */
const LEFT_ALONE = -1;

class RestylePass {
  private readonly hidden: Uint8Array;
  private readonly input: ObservedLayout;
  private readonly units: FileUnits;
  private readonly evidence: StyleEvidence;
  /** Per gap: the class chosen so far. */
  private readonly choice: Int16Array;
  private readonly predictor: GapPredictor;
  private readonly newWalker: () => LayoutWalker;
  private readonly probabilities: Float32Array;
  /** The layout under the choices so far. */
  private assumed: string[];
  /** Per token: its column in that layout. */
  private column: Int32Array = new Int32Array(0);
  private readonly rules: BracketRules;
  private readonly linesOf: (gap: number) => number | null;
  /** Per gap with too few lines beside a definition: the class with as many as the project has. */
  private readonly owed: ReadonlyMap<number, number>;
  /** Per gap: 1 where a rule asks for a line break, -1 where it asks for none. */
  private readonly forced: Int8Array;
  /** The same of what the habits of the project ask for. */
  private readonly shaped: Int8Array;
  private readonly habits: BracketHabits | null;
  /** Gaps whose backslash a rule takes away. */
  private readonly joined: readonly number[];
  private readonly ruled: ReturnType<typeof ruledSpaces>;

  constructor(
    private readonly context: SourceContext,
    private readonly gaps: readonly string[],
    private readonly pins: Pins,
    policy: FormatPolicy,
    hidden: Uint8Array,
  ) {
    const { structured, structured: { source, structure }, ancestry, blocks } = context;
    this.hidden = hidden.map((bit, i) => (pins.gap[i] === 1 ? 0 : bit));
    this.predictor = policy.restyling?.() ?? policy.predictor;
    this.input = observeLayout(context, gaps, policy.unit);
    this.units = restyleUnits(context, this.input, policy, this.hidden);
    const file = new StyleCounts();
    countLayout(context, this.input, file, this.hidden);
    this.evidence = { file, project: policy.project };
    const steps = this.input.steps.map((step, k) =>
      step === null || pins.step[k] === 1 || this.hidden[blocks[k].gap] === 0 ? step : this.units.unit);
    const indents = resolveIndents(source.tree.nodeCount, blocks, steps, this.units.unit, (k) => {
      const text = gaps[blocks[k].gap];
      return pins.step[k] === 1 && text.includes('\n') ? text.slice(text.lastIndexOf('\n') + 1) : null;
    });
    this.rules = bracketRules(policy.project);
    this.ruled = ruledSpaces(context, this.rules.isStrict);
    this.linesOf = projectLines(context, policy.project, this.rules.isStrict);
    this.owed = owedLines(context, this.input, policy.project, this.hidden, this.rules.isStrict);
    this.shaped = new Int8Array(gaps.length);
    this.habits = this.rules.isStrict ? null : policy.brackets ?? null;
    ({ forced: this.forced, joined: this.joined } = demandsOfRules(
      context, this.rules, gaps, (line) => visualWidth(indents.indent[structure.blockNode[line]]),
    ));
    this.newWalker = () => new LayoutWalker(
      structured, ancestry, { gaps, blocks: this.input.blocks }, indents, this.units.unit, this.units.hang,
    );
    this.probabilities = new Float32Array((source.tokenCount + 1) * COLUMNS);
    this.choice = Int16Array.from(gaps, (_, i) =>
      (this.hidden[i] === 0 ? LEFT_ALONE : this.firstChoice(i, structure.role[i])));
    this.assumed = this.walk(null);
  }

  /** What stands in a gap before it is decided: outside brackets the input's blank lines, inside a whole line. */
  private firstChoice(i: number, role: number): number {
    const own = this.input.classOf[i];
    if (role === (GapRole.FileStart as number) || role === (GapRole.FileEnd as number)) return own;
    if (mayHoldBlankLines(role)) return !breaks(own) ? (this.input.lineBreaks[i] > 0 ? KEEP : LINES_1) : own;
    if (mustStayBroken(this.context, i)) return CLASS_ROWS[own].steadiness !== null ? own : OPENER_1;
    return SPACES[wholeText(this.context, i).length];
  }

  /** Spaces everywhere, and all that stands outside brackets. */
  decideOutside(): void {
    const all = indicesOf(this.hidden);
    this.ask(all);
    for (const i of all) {
      if (levelOf(this.context, i) === 0 || mustStayBroken(this.context, i)) continue;
      const at = i * COLUMNS;
      const [none, space, two] = [NONE, SPACE, TWO_SPACES].map((k) => this.probabilities[at + k]);
      this.choice[i] = two > space && two > none
        ? TWO_SPACES
        : space > none || (space === none && this.assumed[i] !== '') ? SPACE : NONE;
    }
    this.settle(this.bitsOf(all.filter((i) => levelOf(this.context, i) === 0)));
  }

  /** The brackets of one level. */
  decideLevel(level: number): void {
    this.layLevel(indicesOf(this.hidden).filter((gap) => levelOf(this.context, gap) === level), level, null);
  }

  /** Lays out gaps of one level, and the brackets around them by the project's habits; in some logical lines or all. */
  private layLevel(gaps: readonly number[], level: number, lines: ReadonlySet<number> | null): void {
    if (gaps.length === 0) return;
    this.ask(gaps);
    this.settle(this.bitsOf(gaps));
    if (this.habits !== null) shapeBrackets(this.shapedPass(lines), this.habits, level);
  }

  private shapedPass(lines: ReadonlySet<number> | null): ShapedPass {
    const { context, hidden, shaped, forced, pins } = this;
    return {
      context, shaped,
      observed: () => observeLayout(context, this.assumed, null, this.units),
      isFree: (gap) => hidden[gap] === 1 && !pins.breaks[gap] && forced[gap] === 0 &&
        (lines === null || lines.has(context.lineFirst[gap])),
      lay: (gaps, isTrial) => this.settle(this.bitsOf(gaps), isTrial ? TRIAL_ROUNDS : MOST_ROUNDS),
      judge: (gaps) => this.logChances(this.bitsOf(gaps)),
    };
  }

  /** Logarithms of what the network gives to the texts that gaps have. */
  private logChances(asked: Uint8Array): Map<number, number> {
    const logs = new Map<number, number>();
    this.walk(null, (walker, gap, role) => {
      if (asked[gap] === 0) return;
      const at = { gap, role, probabilities: this.probabilities };
      const [mass] = textMasses(walker, at, [this.textOf(walker, gap, role, -1)]);
      logs.set(gap, logMass(mass));
    });
    return logs;
  }

  /** Breaks what the project's rules break; what hangs on it is decided anew. */
  followRules(): void {
    const { context, hidden, forced, shaped, pins } = this;
    const { role } = context.structured.structure;
    followRules({
      context, rules: this.rules, forced,
      draft: () => ({
        isFree: (gap) => hidden[gap] === 1 && role[gap] === (GapRole.Bracket as number) && !pins.breaks[gap],
        chance: (gap) => this.chanceOfBreak(gap), texts: this.assumed, column: this.column,
      }),
      open: (gaps, deeper) => {
        for (const i of deeper) {
          shaped[i] = 0;
          if (forced[i] === 0) this.choice[i] = this.firstChoice(i, role[i]);
        }
        this.assumed = this.walk(null);
        return gaps.filter((i) => hidden[i] === 1);
      },
      lay: (gaps, level, lines) => this.layLevel(gaps, level, lines),
    });
  }

  /** Leaves as it is what a file of the project could hold as well. */
  leaveOwn(leavesFew: boolean): void {
    const { context, input, rules } = this;
    const { role } = context.structured.structure;
    const judged = this.judge();
    const mended = mendedLines(context, rules, input.gaps, {
      forced: this.forced, joined: this.joined.filter((gap) => this.hidden[gap] === 1),
    });
    const inputColumn = visualColumns(input.walker);
    const isMended = (line: number): boolean => mended.has(line);
    const isAdmitted = (line: number): boolean => !(rules.isStrict && mended.has(line)) &&
      widest(context, line, inputColumn) <= Math.max(rules.limit, widest(context, line, this.column));
    const comparison = { context, input, rules, column: this.column, isMended, isAdmitted };
    const isForeign = areBracketsForeign(comparison, judged);
    const agreed = judged.flatMap(({ gap, text, kept }) =>
      (text !== kept && mayHoldBlankLines(role[gap]) && this.isAgreed(gap, text) ? [gap] : []));
    const settled = settledLines(context, input, agreed, { isStrict: rules.isStrict, isForeign });
    const open = judged.filter(({ gap }) => !settled.has(gap) && !this.owed.has(gap));
    for (const gap of ownGaps(comparison, open, leavesFew)) this.choice[gap] = LEFT_ALONE;
    if (isForeign) {
      usualLines(context, input, this.evidence.project, this.hidden).forEach((k, gap) => (this.choice[gap] = k));
    }
    this.assumed = this.walk(null);
  }

  /** What the network says of the layout chosen and of the input's, gap by gap; suites apart, which join or do not. */
  private judge(): JudgedGap[] {
    const judged: JudgedGap[] = [];
    this.walk(null, (walker, gap, role) => {
      if (this.hidden[gap] === 0) return;
      const kept = keptText(this.input, walker, gap, role);
      const text = this.textOf(walker, gap, role, -1);
      if (role === GapRole.BlockStart && text.includes('\n') !== kept.includes('\n')) return;
      const [chosen, stays] = textMasses(walker, { gap, role, probabilities: this.probabilities }, [text, kept]);
      judged.push({ gap, text, kept, chosen, stays });
    });
    return judged;
  }

  private chanceOfBreak(gap: number): number {
    let sum = 0;
    for (const k of CLASSES_OF_ROLE[this.context.structured.structure.role[gap]]) {
      if (breaks(k)) sum += this.probabilities[gap * COLUMNS + COLUMN_OF_CLASS[k]];
    }
    return sum;
  }

  /** Chooses and asks again until no gap asked for changes; the gaps in `asked` have been asked about. */
  private settle(asked: Uint8Array, most = MOST_ROUNDS): void {
    const { lineFirst, structured: { structure, source } } = this.context;
    let current = asked;
    for (let round = 0; round < most; round++) {
      checkTime();
      const before = this.assumed;
      this.assumed = this.walk(current);
      const touched = new Set<number>();
      const lineOf = (i: number): number => lineFirst[Math.min(structure.nextCode[i] ?? 0, source.tokenCount - 1)] ?? 0;
      for (let i = 0; i < this.gaps.length; i++) {
        if (asked[i] === 1 && this.assumed[i] !== before[i]) touched.add(lineOf(Math.min(i, source.tokenCount - 1)));
      }
      if (touched.size === 0) return;
      current = asked.map((bit, i) => (bit === 1 && touched.has(lineOf(Math.min(i, source.tokenCount - 1))) ? 1 : 0));
      if (round + 1 < most) this.ask(indicesOf(current));
    }
  }

  /** Goes through the layout once more, for those who want to know. */
  tell(visit: (visit: DecidedGap) => void): void {
    this.walk(null, (walker, gap, role) => {
      if (this.hidden[gap] === 0 || this.choice[gap] === LEFT_ALONE) return;
      visit({
        gap, kept: keptText(this.input, walker, gap, role), holdsTail: this.pins.tail[gap] === 1, walker,
        probabilities: this.probabilities, observed: this.input,
      });
    });
  }

  /** Walks over the layout, taking the likeliest class in gaps asked for; gives the texts. */
  private walk(
    asked: Uint8Array | null, visit?: (walker: LayoutWalker, gap: number, role: GapRole) => void,
  ): string[] {
    const { source, structure } = this.context.structured;
    const walker = this.newWalker();
    const texts = new Array<string>(source.tokenCount + 1);
    let inlineBlock = -1;
    for (let i = 0; i <= source.tokenCount; i++) {
      const role = structure.role[i] as GapRole;
      if (asked !== null && asked[i] === 1) this.choice[i] = this.likeliest(walker, i, role);
      visit?.(walker, i, role);
      const text = this.textOf(walker, i, role, inlineBlock);
      if (role === GapRole.BlockStart) inlineBlock = text.includes('\n') ? -1 : structure.blockNode[i];
      texts[i] = text;
      walker.advance(i, text);
    }
    this.column = visualColumns(walker);
    return texts;
  }

  private textOf(walker: LayoutWalker, i: number, role: GapRole, inlineBlock: number): string {
    const { structure } = this.context.structured;
    if (this.pins.gap[i] === 1) return this.gaps[i];
    const kept = keptText(this.input, walker, i, role);
    if (this.choice[i] === LEFT_ALONE) return this.hidden[i] === 1 ? this.ruled(i, kept, kept) : kept;
    let text = walker.render(i, this.choice[i]) ?? kept;
    if (this.pins.breaks[i] && !mayBreak(this.pins.breaks[i], kept, text)) text = kept;
    // Statements of a suite on the colon's line stay on that line, and a line never comes to end with a semicolon.
    if (role === GapRole.AfterSemicolon && text.includes('\n') &&
      (structure.blockNode[i] === inlineBlock || !kept.includes('\n'))) text = ' ';
    // Nor does a line come to go on behind one.
    if (role === GapRole.AfterSemicolon && !text.includes('\n') && kept.includes('\n')) text = kept;
    text = this.ruled(i, kept, text);
    return this.pins.tail[i] === 1 ? withTail(this.gaps[i], text) : text;
  }

  /**
   * The likeliest class of the likeliest text: probabilities of classes that render alike are added up. Blank lines
   * are the author's unless the network is sure.
   */
  private likeliest(walker: LayoutWalker, i: number, role: GapRole): number {
    const at = i * COLUMNS;
    const demand = this.forced[i] !== 0 ? this.forced[i] : this.shaped[i];
    const sums = new Map<string, { sum: number; best: number }>();
    let top: { sum: number; best: number } | null = null;
    for (const candidate of CLASSES_OF_ROLE[role]) {
      const probability = this.probabilities[at + COLUMN_OF_CLASS[candidate]];
      if (probability < (demand === 0 ? LEAST_PROBABILITY : 0)) continue;
      const text = walker.render(i, candidate);
      if (text === null || (demand !== 0 && (demand === 1) !== text.includes('\n'))) continue;
      const known = sums.get(text);
      const entry = known ?? { sum: 0, best: candidate };
      if (known === undefined) sums.set(text, entry);
      else if (probability > this.probabilities[at + COLUMN_OF_CLASS[entry.best]]) entry.best = candidate;
      entry.sum += probability;
      if (top === null || entry.sum > top.sum) top = entry;
    }
    if (top === null || this.owed.has(i)) return this.owed.get(i) ?? this.choice[i];
    if (mayHoldBlankLines(role) && this.input.lineBreaks[i] > 0) {
      if (isThought(this.context, this.input, i)) return KEEP;
      const kept = sums.get(walker.render(i, KEEP)!)?.sum ?? LEAST_PROBABILITY;
      const text = walker.render(i, top.best)!;
      if (top.sum < (this.isAgreed(i, text) ? 0.5 : SURE_OF_LINES) * (top.sum + kept)) return KEEP;
    }
    return top.best;
  }

  /** True where the project's files agree that so many lines break there. */
  private readonly isAgreed = (i: number, text: string): boolean => this.linesOf(i) === text.split('\n').length - 1;

  /** Asks about the given gaps under the layout assumed now. */
  private ask(wanted: readonly number[]): void {
    const { context, hidden, input, evidence, units } = this;
    const observed = observeLayout(context, this.assumed, null, units);
    const rows = gapRows({ context, layout: observed, evidence, foreign: { hidden, input } });
    askGaps(rows, this.predictor, wanted, this.probabilities);
    weighSpaces(context, evidence.project, this.rules.isStrict, wanted, this.probabilities);
  }

  /** Per gap: 1 for those given that the project decides. */
  private bitsOf(gaps: readonly number[]): Uint8Array {
    const bits = new Uint8Array(this.gaps.length);
    for (const gap of gaps) bits[gap] = this.hidden[gap];
    return bits;
  }

  /** The layout under the last choices. */
  readonly finish = (): string[] => this.assumed;
}

const indicesOf = (bits: Uint8Array): number[] => [...bits.keys()].filter((i) => bits[i] === 1);
