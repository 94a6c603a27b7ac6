import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeCaches, encodeCaches } from '../../src/complete/caches-file.js';
import { UNCALIBRATED } from '../../src/complete/confidence.js';
import { CorpusTable, packCorpus } from '../../src/complete/corpus-table.js';
import { loadCharHead } from '../../src/complete/load-head.js';
import { EXPERT_COUNT, FEATURE_COUNT } from '../../src/complete/mixture.js';
import { createFollowers } from '../../src/complete/ngram-cache.js';
import { CharVocabulary } from '../../src/complete/char-text.js';
import { encodeCompletionModel } from '../../src/model/completion/completion-file.js';
import { completionLayout, initialCompletionWeights } from '../../src/model/completion/completion-layout.js';
import { createRandom } from '../../src/shared/random.js';
import { folderWith } from '../support/folder-with.js';
import { expectRefusedOrHarmless } from '../model/support/damage.js';
import { tinyVocabulary } from './support/tiny-completion.js';

const scratch = folderWith();

describe('files of completion that were damaged on purpose, with a right checksum', () => {
  it('a network is refused in one line, or predicts', () => {
    const path = join(scratch, 'network.bin');
    const sizes = { pieces: 64, embedding: 8, units: 8, layers: 1, backbone: 0, key: 8, window: 8 };
    const characters = 'abcdefghijklmnopqrstuvwxyz ()\n';
    const file = Buffer.from(encodeCompletionModel({
      sizes, values: initialCompletionWeights(completionLayout(sizes), createRandom(1)), vocabulary: characters, unit: 'char',
      backboneDigest: null, training: {},
    }));
    expect(new CharVocabulary(characters).size).toBeLessThanOrEqual(64);
    const refused = expectRefusedOrHarmless(file, 600, (bytes) => {
      writeFileSync(path, bytes);
      const { network, vocabulary } = loadCharHead(path);
      const pieces = vocabulary.encode('def f(a)');
      const state = network.start();
      network.read(state, { pieces, slots: new Int16Array(0), numbers: new Float32Array(0) }, 0, pieces.length);
      expect(network.predict([state]).probabilities).toHaveLength(network.pieces);
    });
    expect(refused).toBeGreaterThan(200);
  });

  it('caches are refused in one line, or looked up', () => {
    const pieces = tinyVocabulary.size;
    const contexts = Array.from({ length: 40 }, (_, k) => ({
      key: Math.imul(k + 1, 0x9e3779b1) >>> 0, followers: [{ piece: k % pieces, probability: 0.5 }, { piece: (3 * k) % pieces, probability: 0.2 }],
    }));
    const file = Buffer.from(encodeCaches({
      pieces: tinyVocabulary.list, corpus: packCorpus(contexts), calibration: UNCALIBRATED, training: {},
      gate: {
        features: FEATURE_COUNT, hidden: 1, experts: EXPERT_COUNT, inner: new Float32Array(FEATURE_COUNT), innerBias: new Float32Array(1),
        outer: new Float32Array(EXPERT_COUNT), outerBias: new Float32Array(EXPERT_COUNT),
      },
    }));
    const refused = expectRefusedOrHarmless(file, 600, (bytes) => {
      const table = new CorpusTable(decodeCaches(bytes, 'caches').corpus);
      const found = createFollowers();
      for (const { key } of contexts) {
        table.lookUp(key, found);
        expect(Math.max(-1, ...found.pieces.slice(0, found.count))).toBeLessThan(pieces + 50);
      }
    });
    expect(refused).toBeGreaterThan(200);
  });
});
