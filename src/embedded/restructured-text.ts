/**
 * Python in reStructuredText: `.. code-block:: python` and its like, and sessions with `>>>` wherever they stand.
 *
 * Source: docutils, "reStructuredText Directives"; Sphinx, `code-block`, `sourcecode`, `testcode`, `testsetup`.
 */
import { beginsExample, sessionExamples } from './doctest.js';
import type { EmbeddedDocument } from './embedded-document.js';
import { skipPrefix } from './markdown.js';
import { pageDocument, pageLines, type PageBlock, type PageLine } from './page-source.js';

const DIRECTIVE = /^([ \t]*)\.\.[ \t]+(?:(?:code-block|code|sourcecode)::[ \t]+(?:python3?|py3?)|(?:testcode|testsetup|testcleanup)::.*)[ \t]*$/iu;
const OPTION = /^[ \t]+:[\w-]+:/u;

const widthOf = (text: string): number => /^[ \t]*/u.exec(text)![0].length;
const isBlank = (text: string): boolean => text.trim() === '';

/** Reads a page in reStructuredText. */
export function openRestructuredText(text: string, path: string): EmbeddedDocument {
  const lines = pageLines(text);
  const blocks: PageBlock[] = [];
  for (let k = 0; k < lines.length; k++) {
    const directive = DIRECTIVE.exec(lines[k]!.text);
    if (directive !== null) {
      const [first, last] = bodyOf(lines, k + 1, directive[1]!.length);
      const block = blockOf(lines.slice(first, last));
      if (block !== null) blocks.push(block);
      if (block !== null) k = last - 1;
    } else if (beginsExample(lines[k]!.text)) {
      let last = k;
      while (last < lines.length && !isBlank(lines[last]!.text)) last++;
      const session = lines.slice(k, last);
      blocks.push(...sessionExamples(session, session.map(() => 0)));
      k = last - 1;
    }
  }
  return pageDocument(text, path, blocks);
}

/** The lines of a directive's content, behind its options; blank lines at the end belong to what follows. */
function bodyOf(lines: readonly PageLine[], from: number, indentation: number): [first: number, last: number] {
  let first = from;
  while (first < lines.length && OPTION.test(lines[first]!.text)) first++;
  while (first < lines.length && isBlank(lines[first]!.text)) first++;
  let last = first;
  for (let k = first; k < lines.length; k++) {
    if (isBlank(lines[k]!.text)) continue;
    if (widthOf(lines[k]!.text) <= indentation) break;
    last = k + 1;
  }
  return [first, last];
}

/** Null for a session, whose examples are found by their prompts, and for nothing. */
function blockOf(lines: readonly PageLine[]): PageBlock | null {
  if (lines.length === 0 || beginsExample(lines[0]!.text)) return null;
  const [prefix] = /^[ \t]*/u.exec(lines[0]!.text)!;
  const skipped = skipPrefix(lines, prefix);
  return skipped === null ? null : { lines, skipped, prefix, magics: false };
}
