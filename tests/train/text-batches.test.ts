import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PieceVocabulary } from '../../src/complete/pieces.js';
import { type PieceBatch } from '../../src/model/completion/trainer/training-workspace.js';
import { createRandom } from '../../src/shared/random.js';
import { learnPieces } from '../../src/train/completion/learn-pieces.js';
import { TextBatches, type TextBatchesConfig } from '../../src/train/completion/text-batches.js';
import { charReader, learnCharacters } from '../../src/train/completion/text-reader.js';
import { lexPython } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';

const letters = 'abcdefghijklmnop';
const scratch = folderWith(Object.fromEntries([...letters].map((c, k) => [`${c}.py`, `${c.repeat(20 + 7 * k)}\n`])));
const files = [...letters].map((c) => join(scratch, `${c}.py`));
const projects = [{ name: 'first', files: files.slice(0, 12) }, { name: 'second', files: files.slice(12) }];
const reader = charReader(`\n${letters}`);
const config: TextBatchesConfig = { steps: 8, sequences: 3, seed: 1, filesPerProject: 20, maxPieces: 1000, normalisedShare: 0 };

async function epoch(source: TextBatches): Promise<PieceBatch[]> {
  const batches: PieceBatch[] = [];
  for (let batch = await source.next(); batch !== null; batch = await source.next()) batches.push(batch);
  return batches;
}

describe('TextBatches', () => {
  it('reads every text to its end, each in one lane, and says where one begins', async () => {
    const batches = await epoch(new TextBatches(projects, reader, config));
    const read: string[] = [];
    for (let lane = 0; lane < 3; lane++) {
      let text = '';
      for (const { pieces, targets, begins } of batches) {
        if (begins[lane] === 1) {
          if (text !== '') read.push(text);
          text = '';
          expect(pieces[lane] === 0 || pieces[lane] === -1).toBe(true);
        }
        for (let step = 0; step < 8; step++) {
          const target = targets[step * 3 + lane]!;
          if (target >= 0) text += [`\n${letters}`[target - 1]!].join('');
          const next = pieces[(step + 1) * 3 + lane];
          if (target >= 0 && step < 7 && next! >= 0) expect(next).toBe(target);
        }
      }
      if (text !== '') read.push(text);
    }
    expect(read.sort()).toEqual([...letters].map((c, k) => `${c.repeat(20 + 7 * k)}\n`));
  });

  it('takes no more files of a project than it may, others in the next epoch', async () => {
    const source = new TextBatches(projects, reader, { ...config, filesPerProject: 2 });
    const begun = (batches: readonly PieceBatch[]): number => batches.reduce((sum, { begins, pieces }) => sum + [...begins].filter((b, lane) => b === 1 && pieces[lane]! >= 0).length, 0);
    expect(begun(await epoch(source))).toBe(4);
    expect(begun(await epoch(source))).toBe(4);
  });

  it('passes over a file that went away', async () => {
    const gone = { name: 'gone', files: [join(scratch, 'gone.py')] };
    const length = (batches: readonly PieceBatch[]): number => batches.reduce((sum, { targets }) => sum + targets.filter((target) => target >= 0).length, 0);
    expect(length(await epoch(new TextBatches([gone, ...projects], reader, config)))).toBe(length(await epoch(new TextBatches(projects, reader, config))));
  });

  it('asks for normalised texts of the projects that are marked, and of a share of the others', async () => {
    const asked: boolean[] = [];
    const spy: typeof reader = { ...reader, read: (source, options) => (asked.push(options.normalised), reader.read(source, options)) };
    await epoch(new TextBatches([projects[0]!, { ...projects[1]!, normalised: true }], spy, config));
    expect(asked.filter(Boolean)).toHaveLength(projects[1]!.files.length);
    asked.length = 0;
    await epoch(new TextBatches(projects, spy, { ...config, normalisedShare: 1 }));
    expect(asked).toEqual(files.map(() => true));
  });

  it('continues after a restore with exactly the next chunks', async () => {
    const source = new TextBatches(projects, reader, config);
    for (let k = 0; k < 7; k++) await source.next();
    const state = JSON.parse(JSON.stringify(source.state())) as unknown;
    const expected = await epoch(source);
    const other = new TextBatches(projects, reader, config);
    other.restore(state);
    expect(await epoch(other)).toEqual(expected);
  });
});

describe('learned vocabularies', () => {
  it('make frequent words one piece', () => {
    const folder = folderWith(Object.fromEntries([...letters].map((c) => [`${c}.py`, 'def handler(request):\n    return request.headers["accept"], 7\n'])));
    const list = learnPieces([{ name: 'p', files: [...letters].map((c) => join(folder, `${c}.py`)) }], {
      size: 512, filesPerProject: 20, numbers: 1, commonStrings: 1,
    }, createRandom(1));
    const vocabulary = new PieceVocabulary(list);
    expect(vocabulary.size).toBeLessThanOrEqual(512);
    expect(vocabulary.encodeName('request')).toHaveLength(1);
    expect(vocabulary.encodeName('handler')).toHaveLength(1);
    expect(list.numbers).toEqual(['7']);
    expect(list.commonStrings).toEqual(['accept']);
    const accept = lexPython('"accept"').tokens[0]!;
    expect(vocabulary.encode(accept)).toHaveLength(3);
  });

  it('hold the most frequent characters first', () => {
    const halves = [files.slice(0, 8), files.slice(8)].map((part, k) => ({ name: `p${k}`, files: part }));
    const characters = learnCharacters(halves, createRandom(1));
    expect(characters[0]).toBe('p');
    expect([...characters].sort().join('')).toBe(`\n${letters}`);
  });
});
