import { parseFromFilesSync } from 'editorconfig';
import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { createSectionMatcher } from '../../src/options/editorconfig-glob.js';

/** What the package of the project EditorConfig says. */
const saysPackage = (section: string, path: string): boolean =>
  'x' in parseFromFilesSync(`/r/${path}`, [{ name: '/r/.editorconfig', contents: Buffer.from(`root=true\n[${section}]\nx=1\n`) }]);

const name = fc.constantFrom('a', 'b', 'ab', '1', '7', 'a.py', 'b.pyi', 'c');
const simple = fc.oneof(name, fc.constantFrom('*', '**', '?', '[ab]', '[!a]', '[a-c]', '.py', '{1..3}', '{-2..8}'));
const among = (choice: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(choice, { minLength: 2, maxLength: 3 }).map((choices) => `{${choices.join(',')}}`);
const segment = fc.oneof(
  fc.array(fc.oneof({ weight: 3, arbitrary: simple }, among(simple)), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  // An empty choice that is a whole segment would make two slashes.
  fc.tuple(name, among(fc.oneof(simple, fc.constant('')))).map((parts) => parts.join('')),
);
const section = fc.record({ lead: fc.constantFrom('', '/', '**/', 'a/**/'), rest: fc.array(segment, { minLength: 1, maxLength: 3 }) })
  .map(({ lead, rest }) => lead + rest.join('/'))
  // Three stars in a row are nobody's pattern, nor is a pair among choices; two pairs in a segment are read in two ways.
  .filter((text) => !text.includes('***') && !/[{,]\*\*[,}]|\*\*[^/]*\*\*/u.test(text) && !/[^/{,]\*\*|\*\*[^/},]/u.test(text));
const path = fc.array(fc.oneof(name, fc.tuple(name, name).map((both) => both.join(''))), { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

test("sections speak of the paths that EditorConfig's own package says", () => {
  fc.assert(fc.property(section, path, (pattern, file) => {
    expect(createSectionMatcher(pattern)(file), `[${pattern}] ${file}`).toBe(saysPackage(pattern, file));
  }), { numRuns: 3000 });
});

test.each([
  ['*', 'a/b.py', true], ['*.py', 'a/b/c.py', true], ['/*.py', 'a/c.py', false], ['a/*.py', 'a/c.py', true], ['a/*.py', 'x/a/c.py', false],
  ['**.py', 'a/c.py', true], ['a/**/c.py', 'a/c.py', true], ['a/**/c.py', 'a/x/y/c.py', true],
  ['**/**/*.py/{a,*}', 'a.py/a', true], ['**/**/a', 'a', true], ['a/**/**/**/b', 'a/b', true], ['a/**/**/b', 'ab', false], ['*.{py,pyi}', 'c.pyi', true],
  ['{single}.py', '{single}.py', true], ['{single}.py', 'single.py', false], ['{a,b{c,d}}.py', 'bd.py', true], ['a{,.b}.py', 'a.py', true],
  ['[!a-c]x', 'dx', true], ['[!a-c]x', 'bx', false], ['a[b/c].py', 'a[b/c].py', true], ['{3..5}.py', '4.py', true], ['{3..5}.py', '6.py', false],
  ['\\*.py', '*.py', true], ['\\*.py', 'a.py', false], ['{a,b.py', '{a,b.py', true], ['[ab', '[ab', true], ['?.py', 'é.py', true], ['?.py', '𝒂.py', true],
  ['', 'a.py', false], ['a.py\\', 'a.py\\', true],
])('[%s] of %s: %s', (pattern, file, expected) => {
  expect(createSectionMatcher(pattern)(file)).toBe(expected);
});

test('patterns that would cost others hours are answered', () => {
  const file = `${'a'.repeat(200)}/${'a'.repeat(200)}.py`;
  for (const pattern of ['*a'.repeat(300), '**a'.repeat(300), `{a,aa,${'{a,b}'.repeat(100)}}`.repeat(2), '{1..999999999999}', '{'.repeat(1000), '['.repeat(1000)]) {
    expect(createSectionMatcher(pattern)(file)).toBe(false);
  }
});
