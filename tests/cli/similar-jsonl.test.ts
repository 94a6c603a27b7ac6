import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtCommand } from '../lsp/support/built-command.js';
import { folderWith } from '../support/folder-with.js';
import { Resident } from './support/resident.js';

let resident: Resident;
beforeAll(async () => {
  resident = new Resident(await builtCommand(), ['corpus', 'similar', '--jsonl'], folderWith({}));
}, 120_000);
afterAll(() => resident.process.kill('SIGKILL'));

it('says which share of the token runs of two texts both have, whatever their layout', async () => {
  const requests: readonly [request: object, answer: object][] = [
    [{ id: 1, a: 'a = [b, c]\n', b: 'a=[ b,\n  c ]\r\n' }, { id: 1, jaccard: 1 }],
    // Runs of a = b + c and = b + c - are common; c - d and c - e end the third ones.
    [{ id: 2, a: 'a = b + c - d\n', b: 'a = b + c - e\n' }, { id: 2, jaccard: 2 / 4 }],
    [{ id: 3, a: 'x = 1\n', b: 'y = 2\n' }, { id: 3, jaccard: 0 }],
    [{ id: 4, a: '', b: '' }, { id: 4, jaccard: 1 }],
    [{ id: 5, a: 'f(\n', b: 'x' }, { id: 5, code: 'SYNTAX_REFUSED' }],
    [{ id: 6, a: 'x' }, { id: 6, error: 'b: is missing.' }],
    [{ id: 7, a: 'x', b: 7 }, { id: 7, error: 'b: must be a text.' }],
    [{ id: 8, a: 'x', b: 'x' }, { id: 8, jaccard: 1 }],
  ];
  for (const [request] of requests) resident.say(request);
  for (const [, answer] of requests) expect(await resident.hear()).toMatchObject(answer);
});
