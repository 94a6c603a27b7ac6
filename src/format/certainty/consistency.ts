import { COLUMNS, COLUMN_OF_CLASS, KEEP } from '../../model/layout-classes.js';
import type { ObservedLayout } from '../../model/observed-layout.js';
import type { SourceContext } from '../../model/source-context.js';
import { COMMA, GapRole, type GapConventions, type GapPair } from '../../tokenize/index.js';
import {
  ANSWERS, NO_PLACE, PLACE_KEYS, breakingAnswer, countBreaks, countPlaces, hangingAnswer, inlineAnswer, levelAnswer,
  lineEndAnswer, linesAnswer, narrowKey, pairAnswer, placesOf, wideKey, type Place, type Places,
} from './places.js';
import { LineMeasures } from './line-measures.js';

/** Kinds of changes whose certainty is judged apart. */
export const CHANGE_KINDS = [
  'operator', 'pads', 'convention', 'inline', 'trailing-comment', 'lines', 'header-lines', 'suite', 'file-start',
  'file-end', 'comment-lines', 'comment-level', 'join', 'break', 'continuation', 'bracket-lines', 'line-end', 'step',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const BLOCK_LEVEL = 0;
/** Tokens of a bracket that is looked through for one gap in it. */
const LONGEST_BRACKET = 4000;
/** Places, and the share of them, that make a filling usual. */
const SOME_PLACES = 8;
const USUAL = 0.9;
/** More line breaks than these say no more. */
const MOST_BREAKS = 6;
/** Positions in a bracket that are told apart. */
const SIDES = 5;
/** Gaps without doubt that every file is taken to have on top. */
const FEW_GAPS = 200;

/** What there is to say for a change, apart from what the network says. */
export interface Evidence {
  readonly kind: ChangeKind;
  /** Other places of the file that do as proposed, and as it is: in wide and in narrow surroundings. */
  readonly wideTo: number;
  readonly wideFrom: number;
  readonly wideOther: number;
  readonly narrowTo: number;
  readonly narrowFrom: number;
  readonly narrowOther: number;
  /** The same in the same construct, where the narrow surroundings are a single bracket. */
  readonly alikeTo: number;
  readonly alikeFrom: number;
  readonly alikeOther: number;
  /** How wide the line is that a break would leave or a joint makes, and other lines that are at least as wide. */
  readonly width: number;
  readonly widerThen: number;
  readonly widerNow: number;
  /** Other lines of the bracket that stand in the column of this one; of a comment at the end of a line, others. */
  readonly together: number;
  /** What stands before is set apart on purpose, maybe: see `isApart`. */
  readonly isApart: boolean;
  /** Line breaks before and after. */
  readonly breaks: number;
  readonly newBreaks: number;
  /** No layout class renders what the gap holds. */
  readonly isNameless: boolean;
}

/** What a gap would become. */
export interface Proposal {
  readonly text: string;
  /** The likeliest class that renders it. */
  readonly classIndex: number;
}

/** Evidence while it is gathered: one object of one shape a change, for there are many. */
type Gathered = { -readonly [Name in keyof Evidence]: Evidence[Name] };

/** Counts of answers. */
interface AnswerTable {
  /** `[keys, answers]`, and per key all of them. */
  readonly table: Uint16Array;
  readonly totals: Uint32Array;
}

/** A table of nothing but 0 that nobody uses: they are large, and each pass over a file takes one. */
let spare: AnswerTable | null = null;

function takeTable(): AnswerTable {
  const taken = spare ?? { table: new Uint16Array(PLACE_KEYS * ANSWERS), totals: new Uint32Array(PLACE_KEYS) };
  spare = null;
  return taken;
}

/** How consistently a file is laid out, as evidence for and against single changes. */
export class Consistency {
  private readonly counts = takeTable();
  private readonly table = this.counts.table;
  private readonly totals = this.counts.totals;
  private readonly places: Places;
  private readonly breaksIn: Uint16Array;
  private readonly measures: LineMeasures;
  /** Answers in brackets, by bracket, position and question, as far as they were asked for. */
  private readonly inBrackets = new Map<number, readonly number[]>();
  /** Of all gaps, the share that the network would rather change; of few gaps none is the rule. */
  readonly doubts: number;

  constructor(
    private readonly context: SourceContext,
    private readonly observed: ObservedLayout,
    conventions: GapConventions,
    pairs: readonly GapPair[],
    probabilities: Float32Array,
  ) {
    this.places = placesOf(context, conventions);
    this.breaksIn = countBreaks(context, observed);
    this.measures = new LineMeasures(context, observed);
    const { table, totals, breaksIn } = this;
    countPlaces(this.places, context, observed, { pairs, breaksIn, table, totals });
    let doubts = 0;
    for (let i = 1; i < context.structured.source.tokenCount; i++) {
      const own = observed.classOf[i];
      const named = own === KEEP ? 0 : probabilities[i * COLUMNS + COLUMN_OF_CLASS[own]];
      if (named + probabilities[i * COLUMNS + KEEP] < 0.5) doubts++;
    }
    this.doubts = doubts / (context.structured.source.tokenCount + FEW_GAPS);
  }

  /** Gives its table back, when nobody will ask it any more. */
  drop(): void {
    this.table.fill(0);
    this.totals.fill(0);
    spare = this.counts;
  }

  /** True for a gap within a line that is filled as nearly all places like it are, of which there are some. */
  isUsual(i: number): boolean {
    if (this.observed.lineBreaks[i] > 0) return false;
    const answer = inlineAnswer(this.observed.gaps[i]);
    return this.isUsualAt(this.places.inline(i), answer) || this.isUsualAt(this.places.pads(i), answer);
  }

  private isUsualAt(place: Place, answer: number): boolean {
    if (place === NO_PLACE) return false;
    const wide = wideKey(place);
    const total = this.totals[wide] - 1;
    return total >= SOME_PLACES && this.table[wide * ANSWERS + answer] - 1 >= USUAL * total;
  }

  /** True where blank lines or an indentation may well be meant; see `LineMeasures`. */
  isApart(i: number): boolean {
    return this.measures.isApart(i);
  }

  /** True where a text would make a line wider than its author has them; see `LineMeasures`. */
  widens(i: number, text: string): boolean {
    return this.measures.widens(i, text);
  }

  /** True where what a gap holds is rare among places like it. */
  isOdd(i: number): boolean {
    const { observed, context } = this;
    const role = context.structured.structure.role[i] as GapRole;
    const text = observed.gaps[i];
    switch (role) {
      case GapRole.FileStart:
      case GapRole.FileEnd:
        return true;
      case GapRole.Line:
      case GapRole.Bracket:
      case GapRole.TrailingComment:
        if (observed.lineBreaks[i] === 0) return this.isRare(this.places.inline(i), inlineAnswer(text));
        return this.isRare(this.breakingPlace(i), 1) ||
          this.isRare(this.places.hanging(i), hangingAnswer(observed.classOf[i], observed.lineBreaks[i]));
      case GapRole.Statement:
      case GapRole.BlockStart:
        return this.isRare(this.places.lines(i), Math.min(5, observed.lineBreaks[i])) || lineEndAnswer(text) === 1;
      case GapRole.OwnLineComment:
        return this.isRare(this.places.level(i), levelAnswer(observed.classOf[i])) || lineEndAnswer(text) === 1 ||
          this.isRare(this.places.lines(i), Math.min(5, observed.lineBreaks[i]));
      default:
        return false;
    }
  }

  /** True where what a pair holds is rare among pairs like it. */
  isOddPair(pair: GapPair): boolean {
    const { gaps } = this.observed;
    return this.isRareAt(wideKey(this.places.pair(pair)), pairAnswer(gaps[pair.left], gaps[pair.right]));
  }

  /** The place of a gap in a bracket that is broken elsewhere, too. */
  private breakingPlace(i: number): Place {
    const open = this.context.structured.structure.openBracket[i];
    const own = this.observed.lineBreaks[i] > 0 ? 1 : 0;
    return open >= 0 && this.breaksIn[open] > own ? this.places.breaking(i) : NO_PLACE;
  }

  private isRare(place: Place, answer: number): boolean {
    if (place === NO_PLACE) return false;
    return this.isRareAt(wideKey(place), answer) || this.isRareAt(narrowKey(place), answer);
  }

  private isRareAt(key: number, answer: number): boolean {
    const total = this.totals[key] - 1;
    return total >= 2 && this.table[key * ANSWERS + answer] - 1 <= 0.1 * total;
  }

  /** The evidence for a change of one gap. */
  ofGap(i: number, kept: string, proposal: Proposal): Evidence {
    const evidence = this.countsOf(i, kept, proposal);
    const { measures } = this;
    const { kind } = evidence;
    if (kind === 'join') {
      const { width, widerThen } = measures.ofJoint(i, proposal.text);
      evidence.width = width;
      evidence.widerThen = widerThen;
    } else if (kind === 'break') {
      const { width, widerNow } = measures.ofBreak(i);
      evidence.width = width;
      evidence.widerNow = widerNow;
    }
    if (kind === 'trailing-comment') evidence.together = measures.inColumnOf(i);
    else if (kind === 'continuation' || kind === 'join') evidence.together = measures.together(i);
    evidence.isApart = measures.isApart(i);
    evidence.breaks = Math.min(MOST_BREAKS, this.observed.lineBreaks[i]);
    evidence.newBreaks = linesAnswer(proposal.text);
    return evidence;
  }

  private countsOf(i: number, kept: string, { text, classIndex }: Proposal): Gathered {
    const { places, observed, context: { structured: { structure } } } = this;
    const role = structure.role[i] as GapRole;
    const breaks = observed.lineBreaks[i];
    const own = observed.classOf[i];
    const isNameless = own === KEEP;
    if (removesTrailingBlanks(kept, text)) return this.compare('line-end', places.lineEnd(), 1, 0, isNameless);
    switch (role) {
      case GapRole.FileStart:
        return this.compare('file-start', NO_PLACE, 0, 0, isNameless);
      case GapRole.FileEnd:
        return this.compare('file-end', NO_PLACE, 0, 0, isNameless);
      case GapRole.TrailingComment:
        return this.compare('trailing-comment', places.inline(i), inlineAnswer(kept), inlineAnswer(text), isNameless);
      case GapRole.OwnLineComment:
        if (linesAnswer(text) === breaks) {
          return this.compare('comment-level', places.level(i), levelAnswer(own), levelAnswer(classIndex), isNameless);
        }
        return this.compare('comment-lines', places.lines(i), Math.min(5, breaks), linesAnswer(text), isNameless);
      case GapRole.Statement:
        return this.compare('lines', places.lines(i), Math.min(5, breaks), linesAnswer(text), isNameless);
      case GapRole.BlockStart:
      case GapRole.AfterSemicolon:
        return this.compare(
          breaks > 0 === text.includes('\n') ? 'header-lines' : 'suite', places.lines(i), Math.min(5, breaks),
          linesAnswer(text), isNameless,
        );
      default: {
        const isBroken = text.includes('\n');
        if (breaks > 0 && isBroken) {
          const kind = linesAnswer(text) === breaks ? 'continuation' : 'bracket-lines';
          return this.compareInBracket(
            i, kind, places.hanging(i), hangingAnswer(own, breaks), hangingAnswer(classIndex, linesAnswer(text)),
          );
        }
        if (breaks > 0 || isBroken) {
          return this.compareInBracket(
            i, isBroken ? 'break' : 'join', this.breakingPlace(i), breakingAnswer(kept), breakingAnswer(text),
          );
        }
        const kind = places.hasConvention(i) ? 'convention' : 'inline';
        return this.compare(kind, places.inline(i), inlineAnswer(kept), inlineAnswer(text), isNameless);
      }
    }
  }

  /** The evidence for making both gaps of a pair the same text. */
  ofPair(pair: GapPair, text: string): Evidence {
    const { gaps, classOf } = this.observed;
    return this.compare(
      pair.isPads ? 'pads' : 'operator', this.places.pair(pair), pairAnswer(gaps[pair.left], gaps[pair.right]),
      pairAnswer(text, text), classOf[pair.left] === KEEP || classOf[pair.right] === KEEP,
    );
  }

  /** The evidence for bringing a run of comment lines to one level: that of its first line that moves. */
  ofComments(run: readonly number[], levels: readonly string[], level: string): Evidence {
    const moving = run[levels.findIndex((own) => own !== level)];
    const own = this.observed.classOf[moving];
    const there = levels.indexOf(level);
    const to = there < 0 ? BLOCK_LEVEL : levelAnswer(this.observed.classOf[run[there]]);
    const evidence = this.compare('comment-level', this.places.level(moving), levelAnswer(own), to, own === KEEP);
    evidence.isApart = this.measures.isApart(run[run.length - 1]);
    return evidence;
  }

  /** The evidence for giving a block the file's unit. */
  ofStep(): Evidence {
    return this.compare('step', this.places.step(), 1, 0, false);
  }

  /** The same where the narrow surroundings are the bracket: what its other gaps of that position hold. */
  private compareInBracket(i: number, kind: ChangeKind, place: Place, from: number, to: number): Gathered {
    const evidence = this.compare(kind, place, from, to, this.observed.classOf[i] === KEEP);
    const counts = this.answersInBracket(i, kind === 'break' || kind === 'join');
    if (counts === null) return evidence;
    evidence.narrowTo = counts[to];
    evidence.narrowFrom = Math.max(0, counts[from] - 1);
    evidence.narrowOther = counts.reduce((sum, count) => sum + count, 0) - counts[to] - counts[from];
    return evidence;
  }

  /** Answers by the gaps of a bracket that stand where gap `i` does, itself included; null outside brackets. */
  private answersInBracket(i: number, breaking: boolean): readonly number[] | null {
    const { structure, source } = this.context.structured;
    const open = structure.openBracket[i];
    if (open < 0 || structure.partner[open] - open > LONGEST_BRACKET) return null;
    const side = sideOf(i);
    const key = (open * SIDES + side) * 2 + (breaking ? 1 : 0);
    const known = this.inBrackets.get(key);
    if (known !== undefined) return known;
    const counts = new Array<number>(ANSWERS).fill(0);
    const { lineBreaks, classOf } = this.observed;
    for (let k = open + 1; k <= structure.partner[open]; k++) {
      // What stands in brackets further in is passed over.
      if (structure.openBracket[k] !== open || sideOf(k) !== side) continue;
      if (breaking) counts[lineBreaks[k] > 0 ? 1 : 0]++;
      else if (lineBreaks[k] > 0) counts[hangingAnswer(classOf[k], lineBreaks[k])]++;
    }
    this.inBrackets.set(key, counts);
    return counts;

    /** Behind the opening bracket, before the closing one, behind a comma, before one, elsewhere. */
    function sideOf(gap: number): number {
      if (gap === open + 1) return 0;
      if (gap === structure.partner[open]) return 1;
      return source.kind[gap - 1] === COMMA ? 2 : source.kind[gap] === COMMA ? 4 : 3;
    }
  }

  private compare(kind: ChangeKind, place: Place, from: number, to: number, isNameless: boolean): Gathered {
    const gathered: Gathered = {
      kind, wideTo: 0, wideFrom: 0, wideOther: 0, narrowTo: 0, narrowFrom: 0, narrowOther: 0, alikeTo: 0, alikeFrom: 0,
      alikeOther: 0, width: 0, widerThen: 0, widerNow: 0, together: 0, isApart: false, breaks: 0, newBreaks: 0,
      isNameless,
    };
    if (place === NO_PLACE) return gathered;
    const wide = wideKey(place);
    gathered.wideTo = this.timesIn(wide, to, from);
    gathered.wideFrom = Math.max(0, this.timesIn(wide, from, from));
    gathered.wideOther = this.othersIn(wide, from, to);
    const narrow = narrowKey(place);
    gathered.narrowTo = gathered.alikeTo = this.timesIn(narrow, to, from);
    gathered.narrowFrom = gathered.alikeFrom = Math.max(0, this.timesIn(narrow, from, from));
    gathered.narrowOther = gathered.alikeOther = this.othersIn(narrow, from, to);
    return gathered;
  }

  /** How often other places of a key answer so; the place itself answers as `own`. */
  private timesIn(key: number, answer: number, own: number): number {
    return this.table[key * ANSWERS + answer] - (answer === own ? 1 : 0);
  }

  /** How often places of a key answer neither of two. */
  private othersIn(key: number, from: number, to: number): number {
    let sum = 0;
    for (let k = 0, at = key * ANSWERS; k < ANSWERS; k++) if (k !== from && k !== to) sum += this.table[at + k];
    return sum;
  }
}

/**
 * True when `after` is `before` without the blanks at the ends of its lines; linear in their length, however long they
 * are.
 */
export function removesTrailingBlanks(before: string, after: string): boolean {
  if (after.length >= before.length) return false;
  const lines = before.split('\n');
  const last = lines.pop()!;
  return [...lines.map((line) => line.trimEnd()), last].join('\n') === after;
}
