import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { carryLayout } from '../../src/cli/hook/carry-layout.js';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 12 }).map((all) => all.join('\n'));

test('without edits the layout is taken whole, and without a new layout the edits are', () => {
  fc.assert(fc.property(lines, lines, (staged, other) => {
    expect(carryLayout({ staged, formatted: other, edited: staged })).toEqual({ text: other, isWhole: true });
    expect(carryLayout({ staged, formatted: staged, edited: other })).toEqual({ text: other, isWhole: true });
  }));
});

test('edits and layout that lie apart both arrive, wherever they lie', () => {
  const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 3, maxLength: 12 });
  fc.assert(fc.property(distinct, fc.nat(), fc.nat(), fc.array(fc.constant('new'), { maxLength: 3 }), (numbers, p, q, added) => {
    const base = numbers.map(String);
    const [edit, change] = [p % base.length, q % base.length];
    fc.pre(Math.abs(edit - change) > 1);
    const replaced = (all: readonly string[], at: number, by: readonly string[]): string[] => all.flatMap((line, k) => (k === at ? by : [line]));
    const edited = replaced(base, edit, added);
    const formatted = replaced(base, change, ['laid', 'out']);
    const both = base.flatMap((line, k) => (k === edit ? added : k === change ? ['laid', 'out'] : [line]));
    expect(carryLayout({ staged: base.join('\n'), formatted: formatted.join('\n'), edited: edited.join('\n') }))
      .toEqual({ text: both.join('\n'), isWhole: true });
  }));
});

test('a change on or beside an edited line stays out', () => {
  const staged = 'a\nb\nc\nd';
  expect(carryLayout({ staged, formatted: 'A\nb\nc\nD', edited: 'a!\nb\nc\nd' })).toEqual({ text: 'a!\nb\nc\nD', isWhole: false });
  expect(carryLayout({ staged, formatted: 'a\nB\nc\nd', edited: 'a!\nb\nc\nd' })).toEqual({ text: 'a!\nb\nc\nd', isWhole: false });
});

test('line ends are those of the edited text; mixed ones are left alone', () => {
  expect(carryLayout({ staged: 'a \nb\nc\n', formatted: 'a\nb\nc\n', edited: 'a \r\nb\r\nc!\r\n' }))
    .toEqual({ text: 'a\r\nb\r\nc!\r\n', isWhole: true });
  expect(carryLayout({ staged: 'a \nb\n', formatted: 'a\nb\n', edited: 'a \r\nb\n' })).toBeNull();
});
