import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlace } from '../../src/cli/explain-command.js';
import { explainHtml } from '../../src/cli/explain-html.js';
import type { CreateExplainer } from '../../src/cli/formatter.js';
import { createExplainer as realExplainer, explainSource, type Explanation } from '../../src/format/explain-source.js';
import { escapeHtml } from '../../src/shared/html.js';
import { createTokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { prefer, randomPolicy } from '../format/support/fake-policies.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const createExplainer: CreateExplainer = async () => {
  const tokenizer = await createTokenizer();
  return { explain: (text, { path, ...request }) => explainSource(tokenizer, prefer('space'), text, path, request) };
};

function fileWith(text: string): string {
  const folder = folderWith({ 'a.py': text });
  return join(folder, 'a.py');
}

const explain = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(['explain', ...args], { createExplainer });

test('what would change, and why', async () => {
  const path = fileWith('a = 1\nb =  2\n');
  expect(await explain(path)).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      `${path}:2:4  between = and 2 (assignment)`,
      '  today     2 spaces',
      '  proposed  1 space, 98 % sure (needed: 50 %), with both sides of an operator',
      '       98 % 1 space  [space]',
      '        1 % 2 spaces  [keep]',
      '  elsewhere in this file: 1 of 1 such gaps hold 1 space (line 1)',
      '',
      'Formatting would change 1 of 7 gaps.',
      'The file has authority: its own layout comes first. No profile says what the project does.',
      '',
    ].join('\n'),
  });
});

test('nothing to change; a line of its own; a line that is not there', async () => {
  const path = fileWith('a = b\nc = 2\n');
  expect((await explain(path)).stdout).toMatch(/^Formatting would change none of 7 gaps\.\nThe file has authority: .*\n$/u);
  const line = await explain(`${path}:2`);
  expect(line.stdout).toContain('between = and 2 (assignment)\n  stays     1 space\n');
  expect(line.stdout).not.toContain('between = and b');
  expect(await explain(`${path}:9`)).toMatchObject({ code: 2, stderr: `error: ${path}:9: the file has 3 lines.\n` });
  expect((await explain(`${path}:3-2`)).code).toBe(2);
  expect((await explain(`${path}x`)).code).toBe(2);
  expect((await explain(fileWith('def (\n'))).code).toBe(2);
});

test('--restyle: what the project says, and an error without its profile', async () => {
  const path = fileWith('a =  1\n');
  const missing = await runInProcess(['explain', '--restyle', '--no-profile', path], { createExplainer: realExplainer });
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/a\.py: no profile .*nnfmt train/u)]);
  const project = await createExplainer({});
  const asked: unknown[] = [];
  const { stdout } = await runInProcess(['explain', '--restyle', path], {
    createExplainer: async ({ restyle }) => {
      asked.push(restyle);
      return project;
    },
  });
  expect(asked).toEqual([true]);
  expect(stdout).toContain('The project has authority: its profile decides, whatever stands here.');
});

test('--json: the whole explanation', async () => {
  const path = fileWith('b =  2\n');
  const { stdout } = await explain('--json', path);
  const { gaps, changeCount } = JSON.parse(stdout) as Explanation;
  expect(changeCount).toBe(1);
  expect(gaps[0]).toMatchObject({ before: '  ', after: ' ', line: 1, column: 4 });
});

test('columns and offsets count code points', async () => {
  const path = fileWith('s = "😀" +  2\n');
  expect((await explain(path)).stdout).toContain(`${path}:1:10  between + and 2`);
  const { positionEncoding, gaps } = JSON.parse((await explain('--json', path)).stdout) as Explanation & { positionEncoding: string };
  expect(positionEncoding).toBe('utf-32');
  expect(gaps[0]).toMatchObject({ line: 1, column: 10, from: 9, to: 11 });
});

test('--html: one self-contained page', async () => {
  const path = fileWith('b =  "<script>" # & \'\n');
  const page = join(path, '..', 'page.html');
  expect(await explain('--html', page, path)).toMatchObject({ code: 0, stdout: '', stderr: `wrote ${page}\n` });
  const html = readFileSync(page, 'utf8');
  expect(html).not.toMatch(/<script|https?:|src=|@import/u);
  expect(html).toContain('&quot;&lt;script&gt;&quot;');
  expect(html).toContain('# &amp; &#39;');
expect(html).toMatch(/<nav aria-labelledby="least-certain">[^]*<a href="#L\d+">line \d+<\/a> <small>/u);
  expect(html).toMatch(/<span class="g c4 change" tabindex="0" role="note" aria-label="([^"]*expected 1 space, found 2[^"]*)" data-note="\1"> {2}<\/span>/u);
  expect(html).toMatch(/<pre class="heat" role="region" tabindex="0" aria-label="Source of [^"]+"/u);
  expect(await explain('--html', join(path, 'no', 'page.html'), path)).toMatchObject({ code: 2 });
  expect(await explain('--html', page, '--json', path)).toMatchObject({ code: 2 });
});

test.each(layoutFixtures())('a page shows the source, line for line: $name', async ({ text }) => {
  const tokenizer = await createTokenizer();
  const html = explainHtml(text, explainSource(tokenizer, randomPolicy(3, { confidence: 0.6 }), text, 'a.py', { gaps: 'all' }));
  const [, pre] = /<pre class="heat"[^>]*>([^]*)<\/pre>/u.exec(html)!;
  const lines = pre.split('\n').map((line) => line.replace(/^<span id="L\d+"><span class="n">\d+<\/span>/u, '').replace(/<[^>]*>/gu, ''));
  expect(lines).toEqual(escapeHtml(text).split(/\r\n|\r|\n/u));
  for (const line of pre.split('\n')) expect(line.match(/<span/gu)?.length).toBe(line.match(/<\/span>/gu)?.length);
});

test('every coloured gap of a page can be reached by the keyboard, and says its reasons once', async () => {
  const tokenizer = await createTokenizer();
  const text = 'x = f(a,b ,\n      c )\n';
  const html = explainHtml(text, explainSource(tokenizer, prefer('space'), text, 'a.py', { gaps: 'all' }));
  const [, pre] = /<pre class="heat"[^>]*>([^]*)<\/pre>/u.exec(html)!;
  const reachable = [...pre.matchAll(/<span class="g [^"]*" tabindex="0" role="note" aria-label="([^"]+)"/gu)];
  expect(reachable.length).toBeGreaterThan(3);
  // The rest of a gap that goes over a line's end is coloured too, and silent.
  expect([...pre.matchAll(/<span class="g /gu)]).toHaveLength(reachable.length + 1);
  expect(html).toMatch(/\.g\[data-note\]:focus::after \{ content: attr\(data-note\)/u);
});

test('places', () => {
  expect(readPlace('a.py')).toEqual({ path: 'a.py', lines: null });
  expect(readPlace('a.py:3')).toEqual({ path: 'a.py', lines: { first: 3, last: 3 } });
  expect(readPlace('a.py:3:14')).toEqual({ path: 'a.py', lines: { first: 3, last: 3 } });
  expect(readPlace('C:/a.py:3-5')).toEqual({ path: 'C:/a.py', lines: { first: 3, last: 5 } });
  const path = fileWith('');
  writeFileSync(`${path}:7`, '');
  expect(readPlace(`${path}:7`)).toEqual({ path: `${path}:7`, lines: null });
});
