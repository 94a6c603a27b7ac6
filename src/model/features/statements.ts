import { COMMENT, GapRole, STRING } from '../../tokenize/index.js';
import type { FeatureSpec } from '../feature-spec.js';
import { hangKindOf, statementBreaks } from '../file-evidence.js';
import { ownerKind, statementKindBefore } from '../statement-kinds.js';
import { featureGroup, isHidden, type DescribedFile, type GroupFiller } from './feature-group.js';
import {
  COUNT_BUCKETS, NODE_VALUES, SIZE_BUCKETS, TOKEN_VALUES, countBucket, sizeBucket, standsBetweenLines,
} from './feature-values.js';
import type { RowWriter } from './row-writer.js';

/** Statements, the blank lines between them, comments of their own, indentation steps. */
const declare = (spec: FeatureSpec) => ({
  previousKind: spec.slot('previousKind', NODE_VALUES),
  nextKind: spec.slot('nextKind', NODE_VALUES),
  owner: spec.slot('owner', NODE_VALUES),
  siblingIndex: spec.slot('siblingIndex', COUNT_BUCKETS),
  siblingFromEnd: spec.slot('siblingFromEnd', COUNT_BUCKETS),
  siblingCount: spec.slot('siblingCount', COUNT_BUCKETS),
  levelDrop: spec.slot('levelDrop', 6),
  blanksBefore: spec.slot('blanksBefore', 6),
  blanksAfter: spec.slot('blanksAfter', 6),
  blanksBefore2: spec.slot('blanksBefore2', 6),
  blanksAfter2: spec.slot('blanksAfter2', 6),
  blanksNear: spec.slot('blanksNear', 6),
  sinceBlank: spec.slot('sinceBlank', 8),
  previousSize: spec.slot('previousSize', SIZE_BUCKETS),
  nextSize: spec.slot('nextSize', SIZE_BUCKETS),
  likeness: spec.slot('likeness', 8),
  docstring: spec.slot('docstring', 4),
  comments: spec.slot('comments', 16),
  commentLevel: spec.slot('commentLevel', 6),
  stepState: spec.slot('stepState', 16),
  /** Of gaps in brackets: the file's unit and hanging step. */
  hang: spec.slot('hang', 16),
  previousStart: spec.slot('previousStart', TOKEN_VALUES),
  nextStart: spec.slot('nextStart', TOKEN_VALUES),
});

/** Statements back, and ahead, in which blank lines are looked for. */
const BACK = 8;
const NEAR = 4;

class StatementsFiller implements GroupFiller {
  /** Per token that starts a statement, see `statementBreaks`. */
  private readonly breaks: Int16Array;
  private readonly hangKind: number;

  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {
    this.breaks = statementBreaks(file.context, file.lines);
    this.hangKind = hangKindOf(file.layout);
  }

  describe(i: number, row: RowWriter): void {
    const { context } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    const { kind, tokenCount } = source;
    if (structure.openBracket[i] >= 0) row.set(features.hang, this.hangKind);
    const role = structure.role[i] as GapRole;
    if (!standsBetweenLines(role)) return;
    const before = i > 0 ? structure.previousCode[i - 1] : -1;
    const after = structure.nextCode[i];
    const hasAfter = after < tokenCount;
    if (before >= 0) {
      const previousKind =
        hasAfter ? statementKindBefore(context, before, after) : context.lineKind[context.lineFirst[before]];
      row.set(features.previousKind, previousKind);
      row.set(features.previousStart, kind[context.lineFirst[before]]);
    }
    row.set(features.comments, this.commentsAround(i));
    if (i < tokenCount && kind[i] === COMMENT) row.set(features.commentLevel, this.commentLevel(i, before, after));
    if (role === GapRole.BlockStart) row.set(features.stepState, this.stepState(i));
    if (!hasAfter) return;
    row.set(features.nextKind, context.lineKind[after]);
    row.set(features.nextStart, kind[after]);
    row.set(features.owner, ownerKind(context, after));
    row.set(features.siblingIndex, countBucket(context.siblingIndex[after]));
    row.set(features.siblingFromEnd, countBucket(context.siblingCount[after] - 1 - context.siblingIndex[after]));
    row.set(features.siblingCount, countBucket(context.siblingCount[after]));
    const drop = before < 0 ? 0 : structure.blockDepth[before] - structure.blockDepth[after] + 1;
    row.set(features.levelDrop, Math.min(5, Math.max(0, drop)));
    const previous = context.previousSibling[after];
    row.set(features.previousSize, previous < 0 ? 0 : sizeBucket(context.statementTokens[previous]));
    row.set(features.nextSize, sizeBucket(context.statementTokens[after]));
    if (previous >= 0) row.set(features.likeness, this.likeness(previous, after));
    row.set(features.docstring, (this.isText(previous) ? 1 : 0) + (this.isText(after) ? 2 : 0));
    this.describeBlanks(after, row);
  }

  /**
   * Line breaks before the statements beside the one that starts at `after`, and how often blank lines stand near it.
   */
  private describeBlanks(after: number, row: RowWriter): void {
    const { previousSibling, nextSibling } = this.file.context;
    const { features } = this;
    const previous = previousSibling[after];
    const next = nextSibling[after];
    row.set(features.blanksBefore, this.breaksOf(previous));
    row.set(features.blanksBefore2, this.breaksOf(previous < 0 ? -1 : previousSibling[previous]));
    row.set(features.blanksAfter, this.breaksOf(next));
    row.set(features.blanksAfter2, this.breaksOf(next < 0 ? -1 : nextSibling[next]));
    let near = 0;
    let since = 0;
    let isOpen = true;
    let back = previous;
    for (let k = 0; k < BACK && back >= 0; k++) {
      const isBlank = this.breaks[back] > 1;
      if (isBlank && k < NEAR) near++;
      if (isBlank) isOpen = false;
      if (isOpen) since++;
      back = previousSibling[back];
    }
    let ahead = next;
    for (let k = 0; k < NEAR && ahead >= 0; k++) {
      if (this.breaks[ahead] > 1) near++;
      ahead = nextSibling[ahead];
    }
    row.set(features.blanksNear, Math.min(5, near));
    row.set(features.sinceBlank, Math.min(7, since));
  }

  private breaksOf(token: number): number {
    return token < 0 ? 5 : Math.min(4, this.breaks[token]);
  }

  /** Whether the statement that starts at a token is a string alone. */
  private isText(token: number): boolean {
    const { context } = this.file;
    return token >= 0 && context.structured.source.kind[token] === STRING && context.lineLast[token] === token;
  }

  /** Comment to the left: none, at the end of a line, on its own line; to the right; one token further right. */
  private commentsAround(i: number): number {
    const { source, structure } = this.file.context.structured;
    const { kind, tokenCount } = source;
    let left = 0;
    if (i > 0 && kind[i - 1] === COMMENT) left = structure.role[i - 1] === (GapRole.TrailingComment as number) ? 1 : 2;
    const right = i < tokenCount && kind[i] === COMMENT ? 4 : 0;
    const right2 = i + 1 < tokenCount && kind[i + 1] === COMMENT ? 8 : 0;
    return left + right + right2;
  }

  /**
   * What two statements have in common, as bits: the kind, the first token's text, the third's where the second's kind
   * is the same.
   */
  private likeness(previous: number, after: number): number {
    const { context } = this.file;
    const { source } = context.structured;
    const { kind, tokenCount } = source;
    const sameKind = context.lineKind[previous] === context.lineKind[after] ? 1 : 0;
    const sameStart = sameText(source, previous, after) ? 2 : 0;
    const goOn = previous + 2 < tokenCount && after + 2 < tokenCount && kind[previous + 1] === kind[after + 1];
    return sameKind + sameStart + (goOn && sameText(source, previous + 2, after + 2) ? 4 : 0);
  }

  /**
   * Where an own-line comment stands in the input: next statement's level, previous one's, column 0, between,
   * elsewhere.
   */
  private commentLevel(i: number, before: number, after: number): number {
    const { context, lines: layout } = this.file;
    const { source, structure } = context.structured;
    const text = layout.gaps[i];
    const indent = text.slice(text.lastIndexOf('\n') + 1);
    const next = after < source.tokenCount ? layout.blocks.indent[structure.blockNode[after]] : '';
    const previous = before >= 0 ? layout.blocks.indent[structure.blockNode[before]] : '';
    if (indent === next) return next === previous ? 0 : 1;
    if (indent === previous) return 2;
    if (indent === '') return 3;
    return indent.length < previous.length && indent.length > next.length ? 4 : 5;
  }

  /** How a block's indentation step compares with the file's unit and with its neighbours. */
  private stepState(i: number): number {
    const { context, layout } = this.file;
    if (isHidden(this.file, i) || !layout.gaps[i].includes('\n')) return 0;
    const { structure, source } = context.structured;
    const { indent } = layout.blocks;
    const node = structure.blockNode[i];
    const own = indent[node];
    let up = source.tree.parent[node];
    while (up > 0 && indent[up] === '') up = source.tree.parent[up];
    const outer = up > 0 ? indent[up] : '';
    const step = own.startsWith(outer) ? own.slice(outer.length) : own;
    if (step === layout.unit) return 1 + (step === '    ' ? 0 : step === '  ' ? 1 : step === '\t' ? 2 : 3);
    const common = step === '    ' ? 0 : step === '  ' ? 1 : step === '\t' ? 2 : step === '        ' ? 3 : 4;
    return 5 + common * 2 + (layout.unit === '    ' ? 0 : 1);
  }
}

/** Texts longer than this are not compared. */
const LONGEST_COMPARED = 60;

function sameText(source: { text: string; start: Int32Array; end: Int32Array }, a: number, b: number): boolean {
  const length = source.end[a] - source.start[a];
  return (
    length === source.end[b] - source.start[b] && length < LONGEST_COMPARED &&
    source.text.slice(source.start[a], source.end[a]) === source.text.slice(source.start[b], source.end[b])
  );
}

export const statementFeatures = featureGroup(declare, StatementsFiller);
