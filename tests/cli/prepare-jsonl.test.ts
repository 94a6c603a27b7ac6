import { afterAll, beforeAll, expect, it } from 'vitest';
import { SIGNATURE_LENGTH } from '../../src/shards/signature.js';
import { builtCommand } from '../lsp/support/built-command.js';
import { folderWith } from '../support/folder-with.js';
import { Resident } from './support/resident.js';
import { runInProcess } from './support/run-in-process.js';

let command: string;
let resident: Resident;
beforeAll(async () => {
  command = await builtCommand();
  resident = new Resident(command, ['corpus', 'prepare', '--jsonl', '--max-file', '100', '--max-seconds', '5'], folderWith({}));
}, 120_000);
afterAll(() => resident.process.kill('SIGKILL'));

it('answers files with all that a corpus needs, in their order, and bad ones with why', async () => {
  const file = { path: 'a.py', project: 'p' };
  const requests: readonly [request: object | string, answer: object][] = [
    [{ id: 1, ...file, text: 'x  =  1\r\n' }, {
      id: 1, kept: true, text: 'x  =  1\n', lines: 1, tokens: 3, licence: null, split: 'held', signatureVersion: 1,
    }],
    [{ id: 2, ...file, bytes: Buffer.from('# coding: latin-1\nx = "\xe9"\n', 'latin1').toString('base64') }, { id: 2, kept: true, text: '# coding: latin-1\nx = "é"\n' }],
    [{ id: 3, ...file, bytes: Buffer.from([0xff, 0xfe, 0x00]).toString('base64') }, { id: 3, kept: false, reason: 'encoding' }],
    [{ id: 4, ...file, text: 'x'.repeat(100_001) }, { id: 4, kept: false, reason: 'size' }],
    [{ id: 5, ...file, text: 'f(\n' }, { id: 5, kept: false, reason: 'syntax' }],
    [{ id: 6, ...file, text: null }, { id: 6, code: 'BAD_OPTION', error: 'text: must be a text.' }],
    [{ id: 7, text: 'x', path: 'a.py' }, { id: 7, error: 'project: is missing.' }],
    [{ id: 8, text: 'x', project: 'p' }, { id: 8, error: 'path: is missing.' }],
    [{ id: 9, ...file, bytes: '!' }, { id: 9, error: 'bytes: must be base64.' }],
    [{ id: 10, ...file, bytes: 'eA==', text: 'x' }, { id: 10, error: 'bytes: is one too many, with text.' }],
    [{ id: 11, ...file, text: 'x', bytes: null, licence: null }, { id: 11, kept: true }],
    [{ id: 12, ...file, text: 'x', licence: ['MIT'] }, { id: 12, error: 'licence: must be a text.' }],
    ['nonsense', { id: null }],
    [{ id: 14, ...file, text: `x = ${'['.repeat(49_000)}${']'.repeat(49_000)}` }, { id: 14 }],
    [{ id: 15, ...file, text: 'x = 1\n', licence: 'AGPL-3.0' }, { id: 15, kept: false, reason: 'licence', detail: 'AGPL-3.0' }],
  ];
  for (const [request] of requests) resident.say(request);
  for (const [, answer] of requests) {
    const said = await resident.hear();
    expect(said).toMatchObject(answer);
    if (said['kept'] === true) {
      expect(said['signature']).toHaveLength(SIGNATURE_LENGTH);
      expect(said['bands']).toHaveLength(16);
    }
  }
});

it('refuses a row of 50 MB in words, and goes on', async () => {
  const text = 'x'.repeat(50 * 1024 * 1024);
  expect(await resident.ask({ id: 1, path: 'a.py', project: 'p', text })).toMatchObject({ id: 1, kept: false, reason: 'size' });
  expect(await resident.ask({ id: 2, path: 'a.py', project: 'p', text: 'x' })).toMatchObject({ id: 2, kept: true });
});

it('the same file has the same answer in another process, on any number of threads, and the stream ends it with 0', async () => {
  const own = new Resident(command, ['corpus', 'prepare', '--jsonl', '--jobs', '2', '--mutants', '1', '--counts'], folderWith({}));
  const ask = { id: 1, path: 'a.py', project: 'p', text: 'def f(a):\n    return [a]\n' };
  const { mutants, counts, ...rest } = await own.ask(ask);
  expect(mutants).toHaveLength(1);
  expect(counts).toMatchObject({ pieces: expect.any(Number) as number });
  expect(rest).toEqual(await resident.ask(ask));
  expect(await own.end()).toBe(0);
});

it('takes no files beside --jsonl, and no nonsense', async () => {
  expect(await runInProcess(['corpus', 'prepare', '--jsonl', 'a.py'])).toMatchObject({ code: 2, stderr: expect.stringContaining('from stdin') as string });
  expect(await runInProcess(['corpus', 'prepare', '--jsonl', '--rate', '2'])).toMatchObject({ code: 2 });
  expect(await runInProcess(['corpus', 'fetch', '--jsonl'])).toMatchObject({ code: 2, stderr: expect.stringContaining('prepare --jsonl') as string });
});
