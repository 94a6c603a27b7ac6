import { describe, expect, it } from 'vitest';
import {
  Anchor, CLASSES_OF_ROLE, CLASS_COUNT, CLASS_ROWS, COLUMNS, COLUMN_OF_CLASS, KEEP, LAYOUT_CLASSES, breaks, classesWhere,
  keepSteadiest, layoutClass, type LayoutClassName,
} from '../../src/model/layout-classes.js';
import { GAP_ROLE_COUNT, GapRole } from '../../src/tokenize/index.js';

const setOf = (...names: LayoutClassName[]): Uint8Array => {
  const mask = new Uint8Array(CLASS_COUNT);
  for (const name of names) mask[layoutClass(name)] = 1;
  return mask;
};
const namesIn = (mask: Uint8Array): string[] => LAYOUT_CLASSES.filter((_, index) => mask[index] === 1);

describe('layout classes', () => {
  it('have names of their own, and each its place', () => {
    expect(new Set(LAYOUT_CLASSES).size).toBe(CLASS_COUNT);
    expect(LAYOUT_CLASSES.map(layoutClass)).toEqual(LAYOUT_CLASSES.map((_, index) => index));
  });

  it('share columns only where no role has both, and none with those up to keep', () => {
    const rest = LAYOUT_CLASSES.map((_, index) => index).filter((index) => index > KEEP);
    expect([...COLUMN_OF_CLASS.subarray(0, KEEP + 1)]).toEqual([0, 1, 2, 3]);
    expect(rest.filter((index) => COLUMN_OF_CLASS[index]! <= KEEP)).toEqual([]);
    for (const classes of CLASSES_OF_ROLE) {
      expect(new Set(classes.map((index) => COLUMN_OF_CLASS[index])).size).toBe(classes.length);
    }
    expect(COLUMNS).toBe(Math.max(...COLUMN_OF_CLASS) + 1);
    expect(COLUMNS).toBeLessThanOrEqual(CLASS_COUNT / 2 + 1);
  });

  it('are there for every role, keeping among them, in order', () => {
    expect(CLASSES_OF_ROLE).toHaveLength(GAP_ROLE_COUNT);
    for (const classes of CLASSES_OF_ROLE) {
      expect(classes).toContain(KEEP);
      expect([...classes].sort((a, b) => a - b)).toEqual(classes);
    }
  });

  it('break lines between logical lines and in front of comments of their own, and never beside code', () => {
    for (const role of [GapRole.Statement, GapRole.OwnLineComment, GapRole.BracketComment]) {
      for (const index of CLASSES_OF_ROLE[role]) expect(index === KEEP || breaks(index), LAYOUT_CLASSES[index]).toBe(true);
    }
    for (const index of CLASSES_OF_ROLE[GapRole.TrailingComment]) expect(breaks(index), LAYOUT_CLASSES[index]).toBe(false);
  });

  it('hang on something to the left exactly where they have a steadiness', () => {
    const unhurt = [
      Anchor.LeftToken, Anchor.Input, Anchor.CommentAbove, Anchor.Block, Anchor.BlockWithOwnStep, Anchor.PreviousBlock, Anchor.Margin,
    ];
    expect(classesWhere(({ steadiness }) => steadiness === null)).toEqual(classesWhere(({ anchor }) => unhurt.includes(anchor)));
  });

  it('differ in lead, anchor or steps wherever two may stand in one gap', () => {
    for (const classes of CLASSES_OF_ROLE) {
      const keys = classes.map((index) => {
        const { lead, anchor, steps } = CLASS_ROWS[index];
        return `${lead} ${anchor} ${steps}`;
      });
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

describe('keepSteadiest', () => {
  it.each<[LayoutClassName[], LayoutClassName[]]>([
    [['previous', 'opener+1', 'statement'], ['opener+1']],
    [['opener+hang', 'opener+1'], ['opener+1']],
    [['opener+hang', 'sibling'], ['opener+hang']],
    [['previous', 'sibling', 'ancestor-2'], ['sibling', 'ancestor-2']],
    [['backslash-previous', 'backslash-sibling'], ['backslash-sibling']],
    [['keep', 'previous', 'space'], ['keep', 'previous', 'space']],
    [['lines-1', 'keep'], ['lines-1', 'keep']],
  ])('of %j leaves %j', (right, kept) => {
    const mask = setOf(...right);
    keepSteadiest(mask);
    expect(namesIn(mask).sort()).toEqual([...kept].sort());
  });
});
