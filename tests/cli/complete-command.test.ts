import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSpaciousProfile } from '../complete/support/spacious-profile.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

let folder: string;
const SOURCE = 'for item in items:\n    total.append(item.value)\nfor item in items:\n    total.\n';

beforeAll(() => {
  folder = folderWith();
  writeFileSync(join(folder, 'a.py'), SOURCE);
  writeFileSync(join(folder, 'binary.py'), Buffer.from([0, 1, 2, 255, 0]));
  writeFileSync(join(folder, 'empty.py'), '');
  writeFileSync(join(folder, 'no-break.py'), 'x = 1');
  writeFileSync(join(folder, 'columns.py'), 'first = call(1)\nfirst = call(1)\nfirst \n');
});

const stdin = (text: string | Buffer) => ({ readStdin: () => Promise.resolve(new Uint8Array(Buffer.from(text))) });

describe('nnfmt complete', () => {
  it('completes at the end of a line of a file, and tells all as JSON', async () => {
    const { code, stdout } = await runInProcess(['complete', join(folder, 'a.py:4'), '--json', '-n', '2']);
    expect(code).toBe(0);
    const { suggestions } = JSON.parse(stdout) as { suggestions: { text: string; confidence: number; source: string; range: object }[] };
    expect(suggestions[0]).toMatchObject({ text: 'append(item.value)', range: { start: SOURCE.length - 1, end: SOURCE.length - 1 } });
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
    [['a.py:0'], 'line 0'],
    [['a.py:4:90'], 'column 90'],
    [['a.py:4:0'], 'column 0'],
    [['no-break.py:2'], 'the source has 1'],
    [['a.py'], 'FILE:LINE'],
    [['missing.py:1'], 'missing.py'],
    [['binary.py:1'], 'binary'],
    [['a.py:1', '--line', '2'], '--line'],
    [['a.py:1', '--stdin-filename', 'b.py'], '--stdin-filename'],
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

  it('keeps noise from people, not from programs', async () => {
    const confidencesOf = (stdout: string): number[] => stdout.split('\n').filter((line) => line !== '').map((line) => Number(line.slice(0, 4)));
    const shown = confidencesOf((await runInProcess(['complete', join(folder, 'a.py:4'), '-n', '9'])).stdout);
    const all = confidencesOf((await runInProcess(['complete', join(folder, 'a.py:4'), '-n', '9', '--min-confidence', '0'])).stdout);
    const json = JSON.parse((await runInProcess(['complete', join(folder, 'a.py:4'), '-n', '9', '--json'])).stdout) as { suggestions: unknown[] };
    expect(all.length).toBeGreaterThan(shown.length);
    expect(shown).toEqual(all.filter((confidence) => confidence >= 0.05));
    expect(json.suggestions).toHaveLength(all.length);
  });

  it('answers each line of --jsonl before it reads the next one, and stops where nobody reads its answers', async () => {
    const answers: string[] = [];
    const before: number[] = [];
    const stdout = { isClosed: false, write: (text: string | Uint8Array) => answers.push(String(text)) };
    async function* stdinLines(): AsyncGenerator<string> {
      for (let id = 1; id < 100; id++) {
        before.push(answers.length);
        if (id === 3) stdout.isClosed = true;
        yield JSON.stringify({ id, prefix: 'x = ' });
      }
    }
    expect((await runInProcess(['complete', '--jsonl', '-n', '1'], { stdout, stdinLines })).code).toBe(0);
    expect(before).toEqual([0, 1, 2]);
    expect(answers).toHaveLength(3);
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

describe('columns and ranges outside the basic plane', () => {
  const above = 'size = measure("wide")\n'.repeat(2);
  const line = 's = "😀😀"; size = measure()';
  /** Code points before the bracket that closes the call. */
  const column = [...line].length;

  it('counts columns by code points', async () => {
    const path = join(folder, 'astral.py');
    writeFileSync(path, `${above}${line}\n`);
    const { stdout } = await runInProcess(['complete', `${path}:3:${column}`, '--json', '-n', '1']);
    const { positionEncoding, suggestions } = JSON.parse(stdout) as { positionEncoding: string; suggestions: { text: string; range: object }[] };
    const at = above.length + column - 1;
    expect(positionEncoding).toBe('utf-32');
    expect(suggestions[0]).toMatchObject({ text: '"wide"', range: { start: at, end: at } });
    const said = await runInProcess(['complete', '--line', '3', '--column', String(column), '--json', '-n', '1'], stdin(`${above}${line}\n`));
    expect(JSON.parse(said.stdout)).toMatchObject({ suggestions: [{ text: '"wide"', range: { start: at, end: at } }] });
    expect((await runInProcess(['complete', `${path}:3:${column + 1}`])).code).toBe(0);
    const beyond = await runInProcess(['complete', `${path}:3:${column + 2}`]);
    expect(beyond).toMatchObject({ code: 2, stderr: expect.stringContaining(`it has ${column} characters`) as unknown });
  });

  it.each([
    [undefined, 'utf-32', 0], ['utf-32', 'utf-32', 0], ['utf-16', 'utf-16', 2], ['utf-8', 'utf-8', 6],
  ])('--jsonl counts in what is asked for and says so: %s', async (positionEncoding, answered, more) => {
    const prefix = above + line.slice(0, -1);
    const request = JSON.stringify({ id: 1, prefix, suffix: ')\n', positionEncoding });
    const { stdout } = await runInProcess(['complete', '--jsonl', '-n', '1'], stdin(request));
    const at = above.length + column - 1 + more;
    expect(JSON.parse(stdout)).toMatchObject({ id: 1, positionEncoding: answered, suggestions: [{ text: '"wide"', range: { start: at, end: at } }] });
  });

  it('refuses a unit that nobody knows', async () => {
    const { stdout } = await runInProcess(['complete', '--jsonl'], stdin(JSON.stringify({ id: 1, prefix: 'x', positionEncoding: 'utf-7' })));
    expect(JSON.parse(stdout)).toEqual({ id: 1, error: expect.stringContaining('positionEncoding: is one of utf-8, utf-16, utf-32') as unknown });
  });
});

describe('text below the cursor', () => {
  // Long names, so that nobody but this file can have put them together.
  const below = 'registry.announce_arrival(visitor_badge)\n'.repeat(3);
  const above = 'import registry\n\nregistry.';
  const wanted = 'announce_arrival(visitor_badge)';

  it('is context for a file, for a source on stdin and for --jsonl', async () => {
    writeFileSync(join(folder, 'below.py'), `${above}\n\nx = 1\n${below}`);
    expect((await runInProcess(['complete', join(folder, 'below.py:3'), '-n', '1', '--no-profile'])).stdout).toContain(wanted);
    const { stdout } = await runInProcess(['complete', '-n', '1', '--line', '3'], stdin(`${above}\n\nx = 1\n${below}`));
    expect(stdout).toContain(wanted);
    const lines = [{ prefix: above, suffix: `\n\nx = 1\n${below}` }, { prefix: above }].map((request) => JSON.stringify(request));
    const many = await runInProcess(['complete', '--jsonl', '-n', '1'], stdin(lines.join('\n')));
    const [seen, unseen] = many.stdout.trimEnd().split('\n');
    expect(seen).toContain(wanted);
    expect(unseen).not.toContain(wanted);
  });
});

describe('the layout of suggestions', () => {
  const spacious = ' append ( item . value )';
  let project: string;
  let other: string;
  beforeAll(() => {
    project = join(folder, 'project');
    other = join(folder, 'other');
    for (const path of [project, other]) mkdirSync(join(path, 'src'), { recursive: true });
    writeFileSync(join(project, 'src', 'a.py'), SOURCE);
    writeFileSync(join(other, 'src', 'a.py'), SOURCE);
    writeSpaciousProfile(join(project, '.nnfmt', 'profile'));
    writeFileSync(join(other, 'pyproject.toml'), '[tool.nnfmt]\nprofile = "styles/ours"\n');
    writeSpaciousProfile(join(other, 'styles', 'ours'));
  });
  const first = (stdout: string): string => stdout.replace(/^\S+ {2}.{7} {2}(.*?)\n[^]*$/u, '$1');

  it('follows the profile of the project that the file is in, or the one that is named', async () => {
    const inProject = `${join(project, 'src', 'a.py')}:4`;
    expect(first((await runInProcess(['complete', inProject])).stdout)).toBe(spacious);
    expect(first((await runInProcess(['complete', inProject, '--no-profile'])).stdout)).toBe('append(item.value)');
    expect(first((await runInProcess(['complete', join(folder, 'a.py:4')])).stdout)).toBe('append(item.value)');
    expect(first((await runInProcess(['complete', join(folder, 'a.py:4'), '--profile', join(project, '.nnfmt', 'profile')])).stdout)).toBe(spacious);
  });

  it('follows [tool.nnfmt] of pyproject.toml', async () => {
    expect(first((await runInProcess(['complete', `${join(other, 'src', 'a.py')}:4`])).stdout)).toBe(spacious);
  });

  it('follows the profile that belongs to the name of a source on stdin', async () => {
    const named = ['complete', '-n', '1', '--stdin-filename', join(project, 'src', 'new.py')];
    expect(first((await runInProcess(named, stdin(SOURCE.trimEnd()))).stdout)).toBe(spacious);
    expect(first((await runInProcess(['complete', '-n', '1'], stdin(SOURCE.trimEnd()))).stdout)).toBe('append(item.value)');
  });

  it('follows the profile of each path with --jsonl', async () => {
    const request = (path?: string): string => JSON.stringify({ prefix: SOURCE.trimEnd(), ...(path === undefined ? {} : { path }) });
    const lines = [request(), request(join(project, 'src', 'a.py')), request(join(folder, 'a.py'))];
    const { stdout } = await runInProcess(['complete', '--jsonl', '-n', '1'], stdin(lines.join('\n')));
    const answers = stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { suggestions: { text: string }[] }).suggestions[0].text);
    expect(answers).toEqual(['append(item.value)', spacious, 'append(item.value)']);
  });

  it('refuses a profile that is none, for its own files only', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(join(broken, '.nnfmt'), { recursive: true });
    writeFileSync(join(broken, '.nnfmt', 'profile'), 'no profile');
    writeFileSync(join(broken, 'a.py'), SOURCE);
    const alone = await runInProcess(['complete', `${join(broken, 'a.py')}:4`]);
    expect([alone.code, alone.stdout]).toEqual([2, '']);
    expect(alone.stderr).toContain('profile');
    const lines = [{ prefix: SOURCE.trimEnd(), path: join(broken, 'a.py') }, { prefix: SOURCE.trimEnd() }].map((request) => JSON.stringify(request));
    const { stdout } = await runInProcess(['complete', '--jsonl', '-n', '1'], stdin(lines.join('\n')));
    const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { error?: string });
    expect(answers[0].error).toContain('profile');
    expect(answers[1].error).toBeUndefined();
  });
});
