import { describe, expect, it } from 'vitest';
import { createLineNetwork, NetworkDocument, type CompletionHead, type HeadState } from '../../src/complete/network-document.js';
import { PIECE, PieceVocabulary } from '../../src/complete/pieces.js';
import { createBackboneVectors } from '../../src/model/completion/backbone-vectors.js';
import { completionLayout, initialCompletionWeights } from '../../src/model/completion/completion-layout.js';
import { createCompletionNetwork } from '../../src/model/completion/completion-network.js';
import { FEATURE_SHAPE } from '../../src/model/features.js';
import { initialWeights, networkLayout } from '../../src/model/network-weights.js';
import { createRandom } from '../../src/shared/random.js';
import { lexPython } from '../../src/tokenize/index.js';

const vocabulary = new PieceVocabulary({ numbers: ['0'], merges: [], commonStrings: [] });

function tinyHead(): CompletionHead {
  const base = { backbone: 8, hidden1: 8, hidden2: 8 };
  const backbone = createBackboneVectors({
    shape: FEATURE_SHAPE, sizes: base, values: initialWeights(networkLayout(FEATURE_SHAPE, base), createRandom('base')),
  });
  const sizes = { pieces: (vocabulary.size + 7) & ~7, embedding: 8, units: 8, layers: 1, backbone: 8, key: 8, window: 32 };
  const random = createRandom('head');
  const values = initialCompletionWeights(completionLayout(sizes), random).map((value) => value + 0.3 * random.gaussian());
  return {
    network: createCompletionNetwork({ sizes, values, vocabulary: null, unit: 'token', backboneDigest: null, training: {} }, backbone),
    vocabulary, backbone,
  };
}

const TEXT = Array.from({ length: 60 }, (_, k) => `def f${k}(a, b):\n    if a[${k}]:\n        return b\n`).join('');

describe('NetworkDocument', () => {
  const head = tinyHead();
  const ask = (document: NetworkDocument, text: string): Float32Array => {
    const { state } = document.moveTo(text, lexPython(text).tokens);
    return head.network.predict([state]).probabilities.slice();
  };

  it('knows after typing and deleting what a new document knows', () => {
    const document = new NetworkDocument(head);
    for (const end of [1000, 1001, 1002, 1500, 1490, 700, 701, TEXT.length, 3]) {
      const text = TEXT.slice(0, end);
      expect(ask(document, text), `${end} characters`).toEqual(ask(new NetworkDocument(head), text));
    }
  });

  it('reads a window of a long text, from a statement on, and keeps it while it is near enough', () => {
    const long = TEXT.repeat(4);
    const document = new NetworkDocument(head);
    const first = ask(document, long);
    expect(ask(document, long + 'x = 0\n')).not.toEqual(first);
    expect(ask(document, long)).toEqual(first);
    expect(ask(new NetworkDocument(head), 'import os\n' + long)).toEqual(first);
  });
});

describe('a document that is typed on in a word', () => {
  const head = tinyHead();

  it('has the state that it had, as long as no other document is read', () => {
    const [one, other] = [new NetworkDocument(head), new NetworkDocument(head)];
    const read = (document: NetworkDocument, text: string, typed = ''): HeadState =>
      document.moveTo(text + typed, lexPython(text, { comments: true }).tokens);
    const first = read(one, 'x = y.');
    expect(read(one, 'x = y.', 'a')).toBe(first);
    expect(read(one, 'x = y.', 'ab')).toBe(first);
    expect(read(one, 'z = y.')).not.toBe(first);
    // Only the layout differs.
    const spaced = read(one, 'x = y.');
    expect(read(one, 'x =  y.')).not.toBe(spaced);
    const last = read(one, 'x = y.');
    read(other, 'a = b.');
    expect(read(one, 'x = y.')).not.toBe(last);
  });

  it('asks the network only of what it was not asked before', () => {
    let asked = 0;
    const line = createLineNetwork({
      ...head,
      network: { ...head.network, predict: (states) => ((asked += states.length), head.network.predict(states)) },
    });
    const state = new NetworkDocument(head).moveTo('x = ', lexPython('x = ').tokens);
    const [y, z] = ['y', 'z'].map((name) => vocabulary.encodeName(name)[0]!);
    const [one] = line.extend([{ state, piece: y! }]);
    const [row, ofOne] = line.predict([state, one]).map((values) => values.slice());
    const [again, two] = line.extend([{ state, piece: y! }, { state, piece: z! }]);
    expect(again).toBe(one);
    expect(asked).toBe(2);
    const rows = line.predict([two, again, state]);
    expect(asked).toBe(3);
    expect([rows[1], rows[2]]).toEqual([ofOne, row]);
    expect(rows[0]).toEqual(createLineNetwork(head).predict([two])[0]);
  });
});

describe('createLineNetwork', () => {
  const head = tinyHead();
  const line = createLineNetwork(head);
  const stateOf = (text: string): HeadState => new NetworkDocument(head).moveTo(text, lexPython(text).tokens);

  it('sums up the ways in which a line can end', () => {
    const [row] = line.predict([stateOf('x = ')]);
    expect(row).toHaveLength(vocabulary.size);
    expect(row!.reduce((sum, p) => sum + p, 0)).toBeGreaterThan(0.98); // An untrained network gives something to the padding too.
    expect(row![PIECE.line]).toBeGreaterThan(0);
    expect([...row!.slice(PIECE.lineSame, PIECE.lineDedent3 + 1)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('continues a state as if the text had been typed, and leaves it as it was', () => {
    const state = stateOf('x = ');
    const before = line.predict([state])[0]!.slice();
    const [name] = vocabulary.encodeName('y');
    const [next, other] = line.extend([{ state, piece: name! }, { state, piece: vocabulary.encodeName('z')[0]! }]);
    expect(line.predict([next])[0]).toEqual(line.predict([stateOf('x = y')])[0]);
    expect(line.predict([other])[0]).toEqual(line.predict([stateOf('x = z')])[0]);
    expect(line.predict([state])[0]).toEqual(before);
  });
});
