import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadHead } from '../../src/complete/load-head.js';
import { NetworkDocument } from '../../src/complete/network-document.js';
import { encodeText } from '../../src/complete/piece-text.js';
import { decodeCompletionModel, encodeCompletionModel } from '../../src/model/completion/completion-file.js';
import { ModelFileError } from '../../src/errors.js';
import { lexPython } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';

const scratch = folderWith();

describe('the shipped completion network', () => {
  const head = loadHead();

  it('predicts code that it has not seen far better than chance', () => {
    const { network, vocabulary } = head;
    const text = encodeText(readFileSync('fixtures/layout/services.py', 'utf8'), vocabulary);
    const state = network.start();
    let nats = 0;
    for (let k = 0; k + 1 < text.pieces.length; k++) {
      network.read(state, text, k, k + 1);
      nats -= Math.log(network.predict([state]).probabilities[text.pieces[k + 1]!]!);
    }
    // An even guess costs 7.6.
    expect(nats / (text.pieces.length - 1)).toBeLessThan(3);
  });

  it('copies a name that stands in the context alone', () => {
    const { network, vocabulary } = head;
    const source = 'def zorkmid(qualle, tentakel):\n    qualle.wabern(tentakel)\n    qualle.wabern(';
    const { state } = new NetworkDocument(head).moveTo(source, lexPython(source).tokens);
    const { probabilities, gates } = network.predict([state]);
    expect(gates[0]).toBeLessThan(0.9);
    expect(probabilities[vocabulary.encodeName('tentakel')[0]!]).toBeGreaterThan(0.2);
  });
});

describe('loadHead', () => {
  const model = decodeCompletionModel(readFileSync('models/complete.bin'), { path: 'models/complete.bin' });

  it('refuses a head that was trained on another backbone', () => {
    const path = join(scratch, 'other.bin');
    writeFileSync(path, encodeCompletionModel({ ...model, backboneDigest: '0123456789abcdef' }));
    expect(() => loadHead({ modelPath: path })).toThrow('the backbone of another base model');
  });

  it('refuses what is missing, damaged or no such model', () => {
    expect(() => loadHead({ modelPath: join(scratch, 'nothing.bin') })).toThrow(ModelFileError);
    const damaged = join(scratch, 'damaged.bin');
    writeFileSync(damaged, readFileSync('models/complete.bin').subarray(0, 5000));
    expect(() => loadHead({ modelPath: damaged })).toThrow('5000 bytes');
    const foreign = join(scratch, 'foreign.bin');
    copyFileSync('models/base.bin', foreign);
    expect(() => loadHead({ modelPath: foreign })).toThrow('not a completion');
  });

  it('keeps the weights to the precision of halves', () => {
    const again = decodeCompletionModel(encodeCompletionModel(model), { path: 'again' });
    const largestError = Math.max(...Array.from({ length: 2000 }, (_, k) => k * 800).map((k) =>
      Math.abs(again.values[k] - model.values[k]) / (Math.abs(model.values[k]) || 1)));
    expect(largestError).toBeLessThan(2 ** -10);
    expect({ ...again, values: null }).toEqual({ ...model, values: null });
  });
});
