/**
 * What the completion network costs, without caches and filters: loading it, reading a
 * document, reading it again after a keystroke, and a beam of four over twelve pieces.
 *
 *     npx tsx bench/completion-network.ts FILE.py [--cuts 40]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { beamSearch } from '../src/complete/beam-search.js';
import type { NetworkState } from '../src/complete/line-predictor.js';
import { loadHead } from '../src/complete/load-head.js';
import { createLineNetwork, NetworkDocument } from '../src/complete/network-document.js';
import { lexPython } from '../src/tokenize/index.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { cuts: { type: 'string', default: '40' } } });
const text = readFileSync(positionals[0], 'utf8');
const timed = <T>(times: number[], action: () => T): T => {
  const start = performance.now();
  const result = action();
  times.push(performance.now() - start);
  return result;
};
const times = { load: [] as number[], open: [] as number[], keystroke: [] as number[], beam: [] as number[] };
const head = timed(times.load, () => loadHead());
const line = createLineNetwork(head);
const document = new NetworkDocument(head);
const cuts = Number(values.cuts);
for (let cut = 1; cut <= cuts; cut++) {
  const end = Math.floor((text.length * cut) / (cuts + 1));
  const read = (length: number): NetworkState => {
    const prefix = text.slice(0, length);
    return document.moveTo(prefix, lexPython(prefix).tokens);
  };
  timed(times.open, () => new NetworkDocument(head).moveTo(text.slice(0, end), lexPython(text.slice(0, end)).tokens));
  read(end);
  const state = timed(times.keystroke, () => read(end + 1));
  timed(times.beam, () =>
    beamSearch<NetworkState>(
      { predict: (states) => line.predict(states), extend: (steps) => line.extend(steps), endsLine: () => false },
      state, { width: 4, maxPieces: 12, lengthExponent: 0.5 },
    ));
}
for (const [name, list] of Object.entries(times)) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  console.log(`${name.padEnd(10)} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
}
