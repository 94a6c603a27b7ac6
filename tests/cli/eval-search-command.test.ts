import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readCsv } from '../../src/evaluate/search-annotations.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const FUNCTIONS = [
  ['parse_date', 'Parse a date from its text.', 'parts = text.split("-")', 'return date(*parts)'],
  ['save_items', 'Save all items as JSON.', 'with open(text) as file:', '    json.dump(self.items, file)'],
  ['sort_list', 'Sort a list by its keys.', 'keys = sorted(text)', 'return keys'],
];
const urlOf = (name: string): string => `https://github.com/owner/name/blob/01ab/a.py#L1-L4 ${name}`;

it("CodeSearchNet's queries are asked, and what is found is written in its form", async () => {
  const folder = folderWith();
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('python_test_0.jsonl.gz'), gzipSync(FUNCTIONS.map(([name, docstring, ...body]) => JSON.stringify({
    repo: 'owner/name', path: 'a.py', func_name: name, language: 'python', url: urlOf(name), docstring,
    code: `def ${name}(text):\n    ${body.join('\n    ')}\n`, partition: 'test',
  })).join('\n')));
  writeFileSync(at('annotationStore.csv'), [
    'Language,Query,GitHubUrl,Relevance,Notes',
    `Python,Parse date,${urlOf('parse_date')},2,`, `Python,parse date,${urlOf('sort_list')},1,"a, b"`,
    'Python,parse date,https://github.com/owner/elsewhere/blob/1/b.py#L1-L2,3,',
    'Python,write json,https://github.com/owner/elsewhere/blob/1/c.py#L1-L2,3,', `Go,parse date,${urlOf('save_items')},3,`, '',
  ].join('\n'));
  const args = ['eval', '--task', 'search', '-q', '--annotations', at('annotationStore.csv'), '--predictions', at('out.csv')];
  const { code, stdout, stderr } = await runInProcess([...args, '--json', at('python_test_0.jsonl.gz')]);
  expect([code, stderr]).toEqual([0, '']);
  const { annotations } = JSON.parse(stdout) as { annotations: Record<string, number> & { ofAllAnnotations: Record<string, number> } };
  expect(annotations).toMatchObject({ queries: 1, functions: 3, annotated: 4, present: 2 });
  const rows = readCsv(readFileSync(at('out.csv'), 'utf8'));
  expect(rows[0]).toEqual(['language', 'query', 'identifier', 'url']);
  const found = rows.slice(1).filter(([, query]) => query === 'parse date').map(([language, , name, url]) => {
    expect([language, url]).toEqual(['python', urlOf(name)]);
    return name;
  });
  expect([found[0], found.length]).toEqual(['parse_date', 3]);
  expect(rows.slice(1).some(([, query]) => query === 'write json')).toBe(true);
  // By hand, of the order that was found: gains of 3 for the date, 1 for the list; 7 for what is not there.
  const discount = (rank: number): number => 1 / Math.log2(rank + 1);
  const rankOfList = found.indexOf('sort_list') + 1;
  const annotatedAlone = 3 * discount(1) + discount(2);
  const all = 3 * discount(1) + discount(rankOfList);
  expect(annotations['ndcg']).toBeCloseTo(1);
  expect(annotations['ndcgAll']).toBeCloseTo(all / annotatedAlone);
  const ideal = 7 + 3 * discount(2) + discount(3);
  // The second question has nothing here, and counts as 0.
  expect(annotations.ofAllAnnotations['ndcg']).toBeCloseTo(annotatedAlone / ideal / 2);
  expect(annotations.ofAllAnnotations['ndcgAll']).toBeCloseTo(all / ideal / 2);
  const told = await runInProcess([...args.slice(0, -1), at('again.csv'), at('python_test_0.jsonl.gz')]);
  expect(told.stdout).toMatch(/1 with 2 of 4 annotated functions here, among 3 functions\nNDCG 1\.0000, .*\nof all annotations/u);
});

it('predictions need queries, and annotations their columns', async () => {
  const folder = folderWith({ 'a.csv': 'x,y\n1,2\n' });
  const alone = await runInProcess(['eval', '--task', 'search', '--predictions', join(folder, 'p.csv'), folder]);
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--predictions: needs --annotations') as string]);
  const wrong = await runInProcess(['eval', '--task', 'search', '--annotations', join(folder, 'a.csv'), folder]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('there is no column Language') as string]);
});
