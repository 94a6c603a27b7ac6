import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CompletionFigures } from '../../src/evaluate/index.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const BLOCK = `def handle(request, response):
    table = {
        'first': request.first_value(response),
        'second': request.second_value(response),
    }
    if request.is_valid():
${'        response.write_header(table)\n'.repeat(12)}    else:
        return None
    return response

`;
/** Lines of their own, that come a second time. */
const LINES = Array.from({ length: 24 }, (_, k) => `entry_${k} = registry.find_${k}(first_${k}, second_${k})\n`).join('');
const folder = folderWith({ 'pkg/a.py': BLOCK.repeat(2), 'pkg/b.py': BLOCK, 'twice/a.py': `${LINES}\n\n${LINES}` });

const evaluate = (...flags: string[]): ReturnType<typeof runInProcess> =>
  runInProcess(['eval', '--task', 'complete', join(folder, 'pkg'), '--cuts', '3', '--files', '2', '-q', ...flags]);
const figuresOf = async (...flags: string[]): Promise<CompletionFigures> => {
  const { stdout } = await evaluate('--json', ...flags);
  return (JSON.parse(stdout) as { all: CompletionFigures }).all;
};
const withoutTimes = (figures: CompletionFigures): object => ({ ...figures, millisecondsMedian: 0, milliseconds95: 0 });

it('prints both tables, counts beside the shares of the second', async () => {
  const { code, stdout } = await evaluate('--cuts', '1', '--files', '1');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^project +cuts +exact/u);
  expect(stdout).toMatch(/\nlong range, % right of so many cases\nproject +brackets +closed +quotes +clauses +indent/u);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^ALL( +(?:[\d.]+ of \d+|-))+$/u);
}, 180_000);

it('gives the same figures again, with dedicated cases for what is far', async () => {
  const figures = await figuresOf();
  expect(withoutTimes(await figuresOf())).toEqual(withoutTimes(figures));
  const { brackets, clauses, indentation, longBlocks } = figures.longRange;
  expect(brackets.cases).toBeGreaterThanOrEqual(4);
  expect(clauses.cases).toBeGreaterThanOrEqual(2);
  expect(indentation.cases).toBe(6);
  expect(longBlocks.cases).toBeGreaterThan(2);
}, 180_000);

it('writes what is remembered against distance, and samples at five temperatures, as a page that loads nothing', async () => {
  const page = join(folder, 'report.html');
  expect(await evaluate('--report', page)).toMatchObject({ code: 0 });
  const html = readFileSync(page, 'utf8');
  for (const title of ['Brackets', 'Indentation', 'Indentation drift', 'Quotes', 'Clauses']) expect(html).toContain(`<strong>${title}</strong>`);
  expect(html.match(/<h3>temperature [\d.]+<\/h3>/gu)).toHaveLength(5);
  expect(new Set(html.match(/<pre class="sample"[^]*?<\/pre>/gu)).size).toBe(5);
  expect(html).not.toMatch(/src=|href=|NaN|undefined/u);
  writeFileSync(page, 'precious');
  expect(await evaluate('--report', page, '--cuts', '1', '--files', '1')).toMatchObject({ code: 2 });
  expect(readFileSync(page, 'utf8')).toBe('precious');
}, 180_000);

it('asks nothing of a network that is left out', async () => {
  const figures = await figuresOf('--without', 'network');
  expect(figures.longRange.indentation).toEqual({ cases: 0, share: 0 });
}, 180_000);

it('hides what stands below the cut unless it is told otherwise', async () => {
  const exact = async (...flags: string[]): Promise<number> => {
    const { stdout } = await runInProcess([
      'eval', '--task', 'complete', join(folder, 'twice'), '--cuts', '30', '-q', '--json', '--without', 'project,network,corpus', ...flags,
    ]);
    return (JSON.parse(stdout) as { all: CompletionFigures }).all.exact;
  };
  expect(await exact('--with-suffix')).toBeGreaterThan((await exact()) + 0.2);
}, 180_000);
