import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCommand } from '../lsp/support/built-command.js';
import { folderWith } from '../support/folder-with.js';
import { Resident } from './support/resident.js';
import { runInProcess } from './support/run-in-process.js';

const UNSURE = 'x  =  1\n';
const folder = folderWith({
  'a.py': '', 'sure/pyproject.toml': '[tool.nnfmt]\nconfidence = 1\n', 'bad/pyproject.toml': '[tool.nnfmt]\nconfidence = 7\n',
  'left/pyproject.toml': '[tool.nnfmt]\nforce-exclude = true\nexclude = ["gen.py"]\n',
  'locked/pyproject.toml': '[tool.nnfmt]\nmax-seconds = 0.1\n',
});
let command: string;
let resident: Resident;

beforeAll(async () => {
  command = await builtCommand();
  resident = new Resident(command, ['format', '--jsonl'], folder);
}, 120_000);
afterAll(() => resident.process.kill('SIGKILL'));

describe('nnfmt format --jsonl', () => {
  it('answers a request when it comes, without another one behind it', async () => {
    expect(await resident.ask({ id: 'a', text: 'x  =  1\n' })).toMatchObject({ id: 'a', text: 'x = 1\n', changed: true, gapsChanged: 2 });
    expect(await resident.ask({ id: ['any'], text: 'x = 1\n' })).toMatchObject({ id: ['any'], changed: false });
    expect(await resident.ask({ text: '\uFEFFx  = 1\r\n' })).toMatchObject({ id: null, text: '\uFEFFx = 1\r\n' });
  });

  it('touches only the lines that are asked for, said in either way', async () => {
    const text = 'x  =  1\ny  =  2\n';
    expect(await resident.ask({ id: 1, text, lines: '2' })).toMatchObject({ text: 'x  =  1\ny = 2\n' });
    expect(await resident.ask({ id: 2, text, lines: [{ first: 1, last: 1 }] })).toMatchObject({ text: 'x = 1\ny  =  2\n' });
  });

  it('goes by the settings above each path, and reads them anew', async () => {
    expect(await resident.ask({ id: 1, text: UNSURE, path: 'a.py' })).toMatchObject({ text: 'x = 1\n' });
    expect(await resident.ask({ id: 2, text: UNSURE, path: 'sure/a.py' })).toMatchObject({ text: UNSURE, changed: false });
    expect(await resident.ask({ id: 3, text: UNSURE, path: join(folder, 'bad/a.py') })).toMatchObject({
      id: 3, code: 'BAD_OPTION', error: expect.stringContaining('confidence') as string,
    });
    expect(await resident.ask({ id: 4, text: UNSURE, path: 'left/gen.py' })).toEqual({ id: 4, leftOut: true, changed: false });
  });

  it('takes a notebook for what its name says', async () => {
    const cell = { cell_type: 'code', execution_count: null, id: 'a', metadata: {}, outputs: [], source: ['x  =  1'] };
    const text = JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
    const answer = await resident.ask({ id: 1, text, path: 'a.ipynb' });
    expect(answer['text']).toBe(text.replace('x  =  1', 'x = 1'));
  });

  it('answers what is bad with an error, each in its place, and goes on', async () => {
    const bad: readonly [request: object | string, answer: object][] = [
      ['{bad', { id: null, error: expect.stringContaining('JSON') as string }],
      ['[1]', { id: null, error: 'the line is no JSON object' }],
      ['null', { id: null, error: 'the line is no JSON object' }],
      [{ id: 2 }, { id: 2, error: 'text: is missing.', code: 'BAD_OPTION' }],
      [{ id: 3, text: 5 }, { id: 3, error: 'text: must be a text.', code: 'BAD_OPTION' }],
      [{ id: 4, text: '', path: 7 }, { id: 4, error: 'path: must be the path of a file.', code: 'BAD_OPTION' }],
      [{ id: 5, text: '', path: 'a\0b' }, { id: 5, error: 'path: must be the path of a file.', code: 'BAD_OPTION' }],
      [{ id: 6, text: '', lines: '9-3' }, { id: 6, error: 'lines: 9-3 ends before it starts.', code: 'BAD_OPTION' }],
      [{ id: 7, text: '', lines: [{ first: 0, last: 1 }] }, { id: 7, code: 'BAD_OPTION' }],
      [{ id: 8, text: 'x = 1\nf(\n', path: 'b/c.py' }, {
        id: 8, code: 'SYNTAX_REFUSED', line: 2, column: 2, error: expect.stringMatching(/^b\/c\.py:2:2: '\(' was never closed/u) as string,
      }],
      [{ id: 9, text: 'x', restyle: true }, { id: 9, code: 'NO_PROFILE' }],
      [{ id: 10, text: 'x'.repeat(21 * 1024 * 1024) }, { id: 10, code: 'SOURCE_READ', error: expect.stringContaining('the limit is 20 MB') as string }],
      [{ id: 11, text: '('.repeat(50_000) }, { id: 11, code: 'SYNTAX_REFUSED' }],
      [{ id: 12, text: 'x\ny = "\0"\n', path: 'nul.py' }, {
        id: 12, code: 'SYNTAX_REFUSED', line: 2, column: 6, error: expect.stringMatching(/^nul\.py:2:6: a NUL character stands here/u) as string,
      }],
      [{ id: 13, text: '# coding: klingon\n' }, {
        id: 13, code: 'SOURCE_READ', line: 1, column: 11, error: expect.stringMatching(/^<stdin>:1:11: the coding line names "klingon"/u) as string,
      }],
      [{ id: 14, text: '# coding: cp1252\nx  =  1\n' }, { id: 14, text: '# coding: cp1252\nx = 1\n' }],
    ];
    for (const [request] of bad) resident.say(request);
    for (const [, answer] of bad) expect(await resident.hear()).toMatchObject(answer);
  });

  it('refuses a line of 90 MB in words, and never holds it', async () => {
    const part = 'x'.repeat(10 * 1024 * 1024);
    resident.process.stdin.write('{"id":1,"text":"');
    for (let k = 0; k < 9; k++) resident.process.stdin.write(part);
    expect(await resident.ask('"}')).toEqual({ id: null, code: 'SOURCE_READ', error: '<stdin>: a line is longer than 80 MB.' });
    expect(await resident.ask({ id: 2, text: 'x  =  1\n' })).toMatchObject({ id: 2, text: 'x = 1\n' });
  });

  it('gives up a text that takes too long, as its project says, and answers the next one', async () => {
    const text = `x = [${'1,'.repeat(120_000)}]\n`;
    expect(await resident.ask({ id: 1, text, path: 'locked/a.py' })).toMatchObject({ id: 1, code: 'OVER_BUDGET' });
    expect(await resident.ask({ id: 2, text: 'x  =  1\n', path: 'a.py' })).toMatchObject({ id: 2, text: 'x = 1\n' });
  });
});

describe('a process of its own', () => {
  it('ends with 0 at the end of stdin, and with the command line before the project', async () => {
    const own = new Resident(command, ['format', '--jsonl', '--confidence', '1', '--jobs', '2'], folder);
    const ids = Array.from({ length: 20 }, (_, id) => id);
    for (const id of ids) own.say({ id, text: UNSURE });
    const ending = own.end();
    for (const id of ids) expect(await own.hear()).toMatchObject({ id, text: UNSURE });
    expect(await ending).toBe(0);
  });

  it('ends with 0 where nobody reads its answers, and at once when it is killed', async () => {
    const unread = new Resident(command, ['format', '--jsonl'], folder);
    unread.process.stdout.destroy();
    for (let k = 0; k < 50; k++) unread.say({ id: k, text: 'x  =  1\n' });
    expect(await unread.exited).toBe(0);
    const killed = new Resident(command, ['format', '--jsonl'], folder);
    await killed.ask({ id: 1, text: 'x\n' });
    killed.say({ id: 2, text: `x = [${'1,'.repeat(300_000)}]\n` });
    killed.process.kill('SIGTERM');
    expect(await killed.exited).toBe(null);
  });

  it('reads no further than it can answer and its reader takes', async () => {
    const slow = new Resident(command, ['format', '--jsonl'], folder);
    slow.process.stdout.pause();
    const request = `${JSON.stringify({ id: 1, text: `x = "${'y'.repeat(400_000)}"\n` })}\n`;
    let taken = 0;
    for (let k = 0; k < 40; k++) slow.process.stdin.write(request, () => taken++);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    // Pipes hold something, and so does a request ahead.
    expect(taken).toBeLessThan(20);
    slow.process.kill('SIGKILL');
  });

  it('lists deviations for nnfmt check --jsonl', async () => {
    const own = new Resident(command, ['check', '--jsonl'], folder);
    expect(await own.ask({ id: 1, text: 'é  = 1\n' })).toMatchObject({
      id: 1, positionEncoding: 'utf-32', gapsChanged: 1,
      deviations: [{ line: 1, column: 2, before: '  ', after: ' ', message: 'expected 1 space, found 2' }],
    });
    expect(await own.ask({ id: 2, text: 'x = 1\n' })).toMatchObject({ id: 2, deviations: [] });
    expect(await own.end()).toBe(0);
  });
});

it.each([
  [['format', '--jsonl', 'a.py'], /takes its requests from stdin, not from files/u],
  [['format', '--jsonl', '--diff'], /--diff: is of no use with --jsonl/u],
  [['check', '--jsonl', '--no-cache'], /--no-cache: is of no use with --jsonl/u],
])('%s is refused', async (args, message) => {
  const { code, stderr } = await runInProcess(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

describe('nnfmt score --jsonl', () => {
  it('tells how far a text is from its style, and how alike two texts are', async () => {
    const own = new Resident(command, ['score', '--jsonl'], folder);
    expect(await own.ask({ id: 1, text: 'x  =  1\n' })).toEqual({
      id: 1, similarity: expect.closeTo((1 + 2 * 2 / 3) / 3, 4) as number, exact: expect.closeTo(1 / 3, 4) as number, deviations: 2, compared: 3, lines: 1,
    });
    expect(await own.ask({ id: 2, text: 'x = 1\ny = 2' })).toMatchObject({ id: 2, lines: 2 });
    expect(await own.ask({ id: 3, a: 'x = 1\n', b: 'x = 1\n' })).toMatchObject({ id: 3, similarity: 1, deviations: 0 });
    // The settings of a path count, as for formatting.
    expect(await own.ask({ id: 4, text: UNSURE, path: 'sure/a.py' })).toMatchObject({ id: 4, similarity: 1 });
    expect(await own.ask({ id: 5, a: 'x = 1\n', b: 'y = 1\n' })).toMatchObject({ id: 5, code: 'TOKENS_DIFFER' });
    expect(await own.ask({ id: 6, a: 'x = 1\n' })).toMatchObject({ id: 6, error: 'b: is missing.' });
    expect(await own.ask({ id: 7, a: '', b: '', text: '' })).toMatchObject({ id: 7, error: 'text: is one too many, with a and b.' });
    expect(await own.ask({ id: 8, text: 'f(\n', path: 'c.py' })).toMatchObject({ id: 8, code: 'SYNTAX_REFUSED', line: 1 });
    expect(await own.end()).toBe(0);
  });

  it('needs a file without --jsonl, and takes none with it', async () => {
    expect(await runInProcess(['score'])).toMatchObject({ code: 2, stderr: expect.stringContaining("missing required argument 'A'") as string });
    expect(await runInProcess(['score', '--jsonl', 'a.py'])).toMatchObject({ code: 2, stderr: expect.stringContaining('from stdin') as string });
  });
});
