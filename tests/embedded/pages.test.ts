import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettierMarkdown from 'prettier/plugins/markdown';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatDocument, openDocument, type DocumentKind } from '../../src/embedded/index.js';
import { createFormatter, type Formatter, type FormatRequest } from '../../src/format/index.js';

let formatter: Formatter;
beforeAll(async () => {
  formatter = await createFormatter({ profilePath: null });
});

function format(kind: DocumentKind, text: string, request: Omit<FormatRequest, 'path' | 'seams'> = {}) {
  const run = (page: string) =>
    formatDocument({ document: openDocument(kind, page, 'a.md'), text: page, path: 'a.md', formatter, request });
  const result = run(text);
  expect(run(result.text).changed).toBe(false);
  return result;
}

const bare = '```python\nx  =  1\n```\n';

describe('Markdown', () => {
  test.each<[string, string]>([
    ['a block', bare],
    ['tildes, more of them', '~~~~py\nx  =  1\n~~~~\n'],
    ['words behind the language', '``` python title="a" {1,2}\nx  =  1\n```\n'],
    ['a block in a list', '- item\n\n  ```python\n  if a:\n      x  =  1\n\n  y = 2\n  ```\n'],
    ['a block that begins its item', '1. ```python\n   x  =  1\n   ```\n'],
    ['a quote', '> ```python\n> if a:\n>     x  =  1\n>\n> y = 2\n> ```\n'],
    ['attributes', '```{.python .numberLines}\nx  =  1\n```\n'],
    ['MyST', '```{code-cell} ipython3\n%matplotlib  inline\nx  =  1\n```\n'],
    ['a session', '```pycon\n>>> x  =  1\n>>> x\n1  =  1\n```\n'],
    ['a session in a block of Python', '```python\n>>> for a in b:\n...     x  =  1\n...\nx  =  1\n```\n'.replace('\nx  =  1\n```', '\n```')],
    ['CRLF', bare.replaceAll('\n', '\r\n')],
    ['no line end behind the fence', bare.trimEnd()],
    ['a block behind an empty one', `\`\`\`python\n\`\`\`\n${bare}`],
  ])('%s is laid out', (_, page) => {
    expect(format('markdown', `# Title\n\n${page}`).text).toBe(`# Title\n\n${page.replace('x  =  1', 'x = 1')}`);
  });

  test.each<[string, string]>([
    ['other languages', '```js\nx  =  1\n```\n'],
    ['a block that does not end', '```python\nx  =  1\n'],
    ['a block that does not keep to its indentation', '- a\n\n  ```python\n x  =  1\n  ```\n'],
    ['a block of Python shown in another one', '````text\n```python\nx  =  1\n```\n````\n'],
    ['text in line', 'Write ```python x  =  1``` here\n'],
    ['a block that does not parse', '```python\nx  =  1\nf(\n```\n'],
    ['what is switched off', `<!-- fmt: off -->\n${bare}<!-- fmt: on -->\n`],
    ['a session without prompts', '```pycon\nx  =  1\n```\n'],
  ])('%s stays', (_, page) => {
    expect(format('markdown', page).text).toBe(page);
  });

  test('lines that are new get the prefix of their block', () => {
    const imports = 'import os\n\n\ndef a():\n    return 1\n\n\ndef b():\n    return 2\n\n\ndef c():\n    return 3\ndef d( ):\n    return 4\n';
    const quote = (text: string): string => text.trimEnd().split('\n').map((line) => (line === '' ? '>' : `> ${line}`)).join('\n');
    const { text } = format('markdown', quote(`\`\`\`python\n${imports}\`\`\``));
    expect(text).toBe(quote(`\`\`\`python\n${imports.replace('3\ndef d( )', '3\n\n\ndef d()')}\`\`\``));
  });

  test('deviations, blocks left and lines of a request are told by lines of the page', () => {
    const page = `text\n\n${bare}\n- \`\`\`py\n  f(\n  \`\`\`\n- \`\`\`py\n  y  =  2\n  \`\`\`\n`;
    const { deviations, notUnderstood } = format('markdown', page, { deviations: true });
    expect(deviations!.map(({ line, column, cell }) => [line, column, cell])).toEqual([
      [4, 2, undefined], [4, 5, undefined], [11, 4, undefined], [11, 7, undefined],
    ]);
    expect(notUnderstood).toEqual([{ line: 8, column: 4 }]);
    expect(format('markdown', page, { lines: [{ first: 11, last: 11 }] }).text).toBe(page.replace('y  =  2', 'y = 2'));
  });

  test('the blocks are those that a parser of CommonMark finds', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const pages = ['README.md', 'docs/architecture.md', 'docs/profiles.md', 'docs/notebooks.md'];
    const own = ['- a\n\n  ```python\n  x\n\n  y\n  ```\n\n> ```py\n> z\n> ```\n\n````md\n```python\nx\n```\n````\n\n~~~python\nw\n~~~\n'];
    for (const page of [...own, ...pages.map((name) => readFileSync(`${root}/${name}`, 'utf8'))]) {
      const found = openDocument('markdown', page, 'a.md').sources.map(({ text }) => text.replace(/\n$/u, ''));
      expect(found).toEqual(pythonBlocks(page));
    }
  });
});

/** Code of the nodes of Prettier's tree. */
function pythonBlocks(page: string): string[] {
  interface Node { readonly type: string; readonly lang?: string | null; readonly value?: string; readonly children?: readonly Node[] }
  const visit = (node: Node): string[] => [
    ...(node.type === 'code' && /^(?:python|py)\b/u.test(node.lang ?? '') ? [node.value!] : []),
    ...(node.children ?? []).flatMap(visit),
  ];
  return visit(prettierMarkdown.parsers.markdown.parse(page, {} as never) as Node);
}

describe('reStructuredText', () => {
  test.each<[string, string]>([
    ['a block', '.. code-block:: python\n\n   x  =  1\n\ntext\n'],
    ['options', 'a::\n\n  .. code-block:: python\n     :linenos:\n\n     if a:\n         x  =  1\n\n     y = 2\n'],
    ['other names of it', '.. code:: py\n\n    x  =  1\n'],
    ['a test', '.. testcode::\n\n    x  =  1\n'],
    ['a session', 'text\n\n>>> x  =  1\n>>> x\n1\n'],
    ['a session in a block', '.. code-block:: python\n\n    >>> if a:\n    ...     x  =  1\n'],
    ['no line end', '.. code-block:: python\n\n   x  =  1'],
  ])('%s is laid out', (_, page) => {
    expect(format('restructured-text', page).text).toBe(page.replace('x  =  1', 'x = 1'));
  });

  test.each<[string, string]>([
    ['other languages', '.. code-block:: c\n\n   x  =  1\n'],
    ['nothing', '.. code-block:: python\n\ntext  =  1\n'],
    ['a block that does not parse', '.. code-block:: python\n\n   x  =  1\n   ...  ( \n'],
    ['text', 'x  =  1\n'],
  ])('%s stays', (_, page) => {
    expect(format('restructured-text', page).text).toBe(page);
  });
});
