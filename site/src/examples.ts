import aligned from './examples/aligned.py?raw';
import black from './examples/black.py?raw';
import byHand from './examples/by-hand.py?raw';
import commasFirst from './examples/commas-first.py?raw';
import first from './examples/first.py?raw';
import tabs from './examples/tabs.py?raw';
import twoSpaces from './examples/two-spaces.py?raw';

/** What one sees first: two spaces, and spoilt. */
export const FIRST = first;

export const EXAMPLES: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'Two spaces', text: twoSpaces },
  { name: 'Tabs', text: tabs },
  { name: 'Black', text: black },
  { name: 'Aligned', text: aligned },
  { name: 'Commas first', text: commasFirst },
  { name: 'Laid out by hand', text: byHand },
];
