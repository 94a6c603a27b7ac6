import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from './support/run-in-process.js';

let folder: string;
const SOURCE = 'for item in items:\n    total.append(item.value)\nfor item in items:\n    total.\n';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nnfmt-complete-'));
  writeFileSync(join(folder, 'a.py'), SOURCE);
  writeFileSync(join(folder, 'binary.py'), Buffer.from([0, 1, 2, 255, 0]));
  writeFileSync(join(folder, 'empty.py'), '');
  writeFileSync(join(folder, 'columns.py'), 'first = call(1)\nfirst = call(1)\nfirst \n');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const stdin = (text: string | Buffer) => ({ readStdin: () => Promise.resolve(new Uint8Array(Buffer.from(text))) });

describe('nnfmt complete', () => {
  it('completes at the end of a line of a file, and tells all as JSON', async () => {
    const { code, stdout } = await runInProcess(['complete', join(folder, 'a.py:4'), '--json', '-n', '2']);
    expect(code).toBe(0);
    const { suggestions } = JSON.parse(stdout) as { suggestions: { text: string; confidence: number; source: string; range: object }[] };
    expect(suggestions[0]).toMatchObject({ text: 'append(item.value)', source: 'file', range: { start: SOURCE.length - 1, end: SOURCE.length - 1 } });
    expect(suggestions.length).toBeLessThanOrEqual(2);
  });

  it('takes the column, counted from 1', async () => {
    const { stdout } = await runInProcess(['complete', join(folder, 'columns.py:3:6'), '-n', '1']);
    expect(stdout).toMatch(/ {2} = call\(1\)\n$/u);
  });

  it('reads the source from stdin, the cursor at its end or where it is said', async () => {
    const atEnd = await runInProcess(['complete', '-n', '1'], stdin(SOURCE.trimEnd()));
    expect(atEnd.stdout).toContain('append(item.value)');
    const said = await runInProcess(['complete', '-n', '1', '--line', '4'], stdin(SOURCE));
    expect(said.stdout).toBe(atEnd.stdout);
  });

  it.each([
    [['a.py:9'], '5'],
    [['a.py:4:90'], 'column 90'],
    [['a.py'], 'FILE:LINE'],
    [['missing.py:1'], 'missing.py'],
    [['binary.py:1'], 'binary'],
    [['a.py:1', '--line', '2'], '--line'],
    [['a.py:1', '--jsonl'], '--jsonl'],
  ])('exits with 2 for %j', async ([place, ...flags], word) => {
    const { code, stdout, stderr } = await runInProcess(['complete', join(folder, place), ...flags]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(word);
  });

  it('has nothing to say in an empty file, or little', async () => {
    expect((await runInProcess(['complete', join(folder, 'empty.py:1')])).code).toBe(0);
  });

  it('says nothing below the confidence that is asked', async () => {
    const { code, stdout } = await runInProcess(['complete', join(folder, 'a.py:4'), '--min-confidence', '1']);
    expect([code, stdout]).toEqual([0, '']);
  });

  it('answers every line of --jsonl, bad ones with an error', async () => {
    const lines = [
      JSON.stringify({ id: 1, prefix: SOURCE.trimEnd() }),
      'no json',
      JSON.stringify({ id: 'three' }),
      JSON.stringify({ id: 4, prefix: 17 }),
      JSON.stringify({ id: 5, prefix: SOURCE.trimEnd(), suffix: '\n', path: join(folder, 'a.py') }),
      '[]',
      'null',
    ];
    const { code, stdout } = await runInProcess(['complete', '--jsonl', '-n', '1'], stdin(`${lines.join('\n')}\n`));
    expect(code).toBe(0);
    const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { id: unknown; suggestions?: { text: string }[]; error?: string });
    expect(answers.map(({ id }) => id)).toEqual([1, null, 'three', 4, 5, null, null]);
    expect(answers[0].suggestions![0].text).toBe('append(item.value)');
    expect(answers[4].suggestions).toEqual([expect.objectContaining({ text: 'append(item.value)' })]);
    for (const k of [1, 2, 3, 5, 6]) expect(answers[k].error).toBeTypeOf('string');
  });
});
