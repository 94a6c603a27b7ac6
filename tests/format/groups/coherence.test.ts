import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, loadBaseModel, withProfile, type BaseModel } from '../../../src/format/index.js';
import { learnProfile } from '../../../src/learn/index.js';
import { createTokenizer, type Tokenizer } from '../../../src/tokenize/index.js';
import { folderWith } from '../../support/folder-with.js';

/** Inputs of which reviewers rejected half of an edit, with the model that ships. */
let tokenizer: Tokenizer;
let base: BaseModel;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  base = loadBaseModel();
});
const format = (text: string): string => formatSource(tokenizer, base.policy, text, 'a.py').text;

const COLOURS = `class Colour:
    BLACK   = 0
    BLUE    = 1
    GREEN   = 2
    CYAN    = 3
    RED     = 4
    MAGENTA = 5
    YELLOW  = 6
    GREY    = 7
`;
const TABLE = `PERMUTATION = [56, 48, 40, 32, 24, 16,  8,
                0, 57, 49, 41, 33, 25, 17,
                9,  1, 58, 50, 42, 34, 26,
               18, 10,  2, 59, 51, 43, 35]
NAMES = {
    "a"     : "first",
    "bb"    : "second",
    "cccccc": "third",
}
`;
const PADDED = `class Panel :

	def __init__( self, owner, label = "" ) :

		self.owner = owner
		self.label = label

	def refresh( self ) :

		try :
			self.owner.update( self.label )
		except KeyError :
			for child in self.owner.children() :
				child.refresh()
		finally :
			if self.label :
				self.owner.touch( self.label, force = True )


def build( spec ) :

	return [ Panel( s, label = s.name ) for s in spec ]
`;

describe('what belongs together', () => {
  test.each([['aligned assignments', COLOURS], ['tables', TABLE], ['a clear habit throughout', PADDED]])('%s stay byte for byte', (_, text) => {
    expect(format(text)).toBe(text);
  });

  test('a row that is appended to a column is brought into it', () => {
    expect(format(`${COLOURS}    WHITE = 8\n`)).toBe(`${COLOURS}    WHITE   = 8\n`);
    // One that is too long for it leaves the others alone.
    expect(format(`${COLOURS}    DARKGREY = 8\n`)).toBe(`${COLOURS}    DARKGREY = 8\n`);
  });

  test('a row of a dictionary as well', () => {
    const dictionary = TABLE.slice(TABLE.indexOf('NAMES'));
    expect(format(dictionary.replace('}', '    "dd": "fourth",\n}'))).toBe(dictionary.replace('}', '    "dd"    : "fourth",\n}'));
  });

  test('numbers to the right in a column stay there', () => {
    const numbers = 'SIZES = {\n    "a":   1,\n    "b":  22,\n    "c": 333,\n    "d":   4,\n}\n';
    expect(format(numbers)).toBe(numbers);
  });

  test('both sides of each operator', () => {
    const text = 'def f(depth, item, total):\n    total+=len(item)*2-1\n    snooped:bool=False\n' +
      '    return g(strict=True,\n                    depth = depth+1)\n';
    expect(format(text)).toBe(
      'def f(depth, item, total):\n    total += len(item) * 2 - 1\n    snooped: bool = False\n    return g(strict=True, depth=depth + 1)\n',
    );
  });

  test('both pads of a bracket', () => {
    expect(format('pairs=[ (k,v) for k,v in sorted(result.items(),key=lambda kv:kv[0]) if v is not None ]\n'))
      .toBe('pairs = [(k, v) for k, v in sorted(result.items(), key=lambda kv: kv[0]) if v is not None]\n');
  });

  test('the lines of a comment', () => {
    const text = `def show(self, message):
    if self.color:
        if message:
            # Locks are taken here, and nothing is printed from a fork,
            # so writing directly is safe; the system flushes
        # when it likes.
            self.write(message)
    return None
`;
    expect(format(text)).toBe(text.replace('        # when', '            # when'));
  });

  test('a comment that goes on below one at the end of a line', () => {
    const text = 'FIELDS = (\n    ("a", File),      # the file\n    ("b", Array),     # its output, in which\n' +
      '                      # a negative value is a refusal\n    ("c", Array),     # the rest\n)\n';
    expect(format(text)).toBe(text);
  });

  test.each(['import os.path as p;import  re ,sys\n', 'a = 1;b = 2 ;c = 3\n'])('no line ends with a semicolon: %j', (text) => {
    expect(format(text)).not.toMatch(/;[ \t]*$/mu);
  });
});

test('a snippet is laid out as the project does it', async () => {
  const root = folderWith();
  mkdirSync(join(root, 'src'));
  const unit = (k: number): string => `class Panel${k} :

	def refresh${k}( self, owner ) :

		if owner :
			self.update( owner, label = ${k} )
		return owner

	def touch${k}( self, a, b = ${k} ) :

		if a :
			foo( a, b = b )
`;
  const files = Array.from({ length: 8 }, (_, k) => {
    const path = join(root, 'src', `m${k}.py`);
    writeFileSync(path, [0, 1, 2].map((part) => unit(10 * k + part)).join('\n\n'));
    return path;
  });
  const learned = await learnProfile({
    tokenizer, base, root, files, tuning: null, onProgress: () => undefined, signal: new AbortController().signal,
  });
  if (learned === null || !('profile' in learned)) throw new Error('nothing was learned');
  const policy = withProfile(base, learned.profile);
  expect(formatSource(tokenizer, policy, 'def f(a,b):\n    if a :\n        foo(a,b=1)\n', 'new.py').text)
    .toBe('def f( a, b ) :\n\n\tif a :\n\t\tfoo( a, b = 1 )\n');
}, 60_000);
