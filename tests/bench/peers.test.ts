import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { measurePeer, type BenchCase } from '../../bench/support/measure.js';
import { createPeerRunner } from '../../bench/support/peer-cache.js';
import { findPeers, type Peer, type PeerAnswer, type PeerSettings } from '../../bench/support/peers.js';
import { tunePeer } from '../../bench/support/tune-peer.js';
import { restorationFigures } from '../../src/evaluate/index.js';
import { createTokenizer, joinGaps, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function caseOf(original: string, input: string): BenchCase {
  const program = withStructure(tokenizer.tokenize(original));
  const gaps = tokenizer.tokenize(input).gaps;
  return { path: 'a.py', program, input: gaps, inputText: joinGaps(program.source, gaps) };
}

/** Formats by a function and counts the texts that it was given. */
function fakePeer(format: (text: string, settings: PeerSettings) => PeerAnswer, axes: Peer['axes'] = []): Peer & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    name: 'fake', version: '1', defaults: {}, start: { width: 0 }, axes, seen,
    format: (texts, settings) => {
      seen.push(...texts);
      return Promise.resolve(texts.map((text) => format(text, settings)));
    },
  };
}

describe('figures of a peer', () => {
  test('restored, refused, and an output that does not parse', async () => {
    const cases = [caseOf('x = 1\n', 'x=1\n'), caseOf('y = 2\n', 'y=2\n'), caseOf('z = 3\n', 'z=3\n')];
    const peer = fakePeer((text) => (text.startsWith('x') ? { text: 'x = 1\n' } : text.startsWith('y') ? { error: 'no' } : { text: 'z = (3\n' }));
    const { tally, failed, edited } = await measurePeer(tokenizer, createPeerRunner(), { peer, settings: {}, cases });
    expect({ failed, edited }).toEqual({ failed: 2, edited: 0 });
    // Of three gaps each: all right, and only the line end right twice.
    expect(restorationFigures(tally)).toMatchObject({ files: 3, untouched: 1 / 3, exact: 5 / 9, inputExact: 3 / 9, editPrecision: 1 });
  });

  test('edited tokens are told', async () => {
    const peer = fakePeer(() => ({ text: 'f(\n    a,\n)\n' }));
    const { tally, edited } = await measurePeer(tokenizer, createPeerRunner(), { peer, settings: {}, cases: [caseOf('f(\n    a\n)\n', 'f(a)\n')] });
    expect(edited).toBe(1);
    expect(restorationFigures(tally)).toMatchObject({ exact: 1, untouched: 0 });
  });
});

describe('the search for settings', () => {
  test('keeps the best of each axis', async () => {
    const axes = [[{ width: 1 }, { width: 2 }], [{ spaced: true }, { spaced: false }]];
    const peer = fakePeer((text, { width, spaced }) => ({ text: width === 2 && spaced === true ? 'x = 1\n' : width === 2 ? 'x =1\n' : text }), axes);
    const settings = await tunePeer(tokenizer, createPeerRunner(), { peer, groups: [[caseOf('x = 1\n', 'x=1\n')]] });
    expect(settings).toEqual({ width: 2, spaced: true });
  });

  test('keeps the start where nothing is better', async () => {
    const peer = fakePeer((text) => ({ text }), [[{ width: 1 }]]);
    expect(await tunePeer(tokenizer, createPeerRunner(), { peer, groups: [[caseOf('x = 1\n', 'x=1\n')]] })).toEqual({ width: 0 });
  });
});

describe('remembered answers', () => {
  test('a text is given once for the same settings, in this process and the next', async () => {
    const folder = folderWith();
    const peer = fakePeer((text, { width }) => (text === 'bad\n' ? { error: 'no' } : { text: `${String(width)} ${text}` }));
    const run = createPeerRunner(folder);
    const expected = [{ text: '1 a\n' }, { error: 'no' }, { text: '1 a\n' }];
    expect(await run(peer, { width: 1 }, ['a\n', 'bad\n', 'a\n'])).toEqual(expected);
    expect(await run(peer, { width: 1 }, ['a\n', 'bad\n', 'a\n'])).toEqual(expected);
    expect(await createPeerRunner(folder)(peer, { width: 1 }, ['a\n', 'bad\n', 'a\n'])).toEqual(expected);
    expect(peer.seen).toEqual(['a\n', 'bad\n']);
    await run(peer, { width: 2 }, ['a\n']);
    await run({ ...peer, version: '2' }, { width: 1 }, ['a\n']);
    expect(peer.seen).toHaveLength(4);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test('line ends are the text\'s own', async () => {
    const peer = fakePeer((text) => ({ text: text.toUpperCase() }));
    expect(await createPeerRunner()(peer, {}, ['a\r\nb\r\n'])).toEqual([{ text: 'A\r\nB\r\n' }]);
    expect(peer.seen).toEqual(['a\nb\n']);
  });
});

test('peers that are not installed are named', () => {
  expect(findPeers('/nowhere', ['black', 'ruff'])).toEqual({ peers: [], missing: ['black', 'ruff'] });
});

const python = process.env.NNFMT_PEERS;
describe.skipIf(python === undefined)('the real ones (skipped without NNFMT_PEERS, a folder with python and ruff)', () => {
  test.each(['black', 'ruff', 'yapf', 'autopep8'])('%s formats and refuses', async (name) => {
    const { peers: [peer] } = findPeers(python!, [name]);
    expect(peer.version).toMatch(/^\d+\.\d+/u);
    const [good, bad] = await peer.format(['x = f( a )\n', 'def f(:\n'], peer.start);
    expect(good).toEqual({ text: 'x = f(a)\n' });
    // autopep8 leaves alone what it cannot read.
    expect(bad).toEqual(name === 'autopep8' ? { text: 'def f(:\n' } : { error: expect.any(String) as string });
  });
});
