import { restorationFigures, sampleFiles } from '../../src/evaluate/index.js';
import type { Tokenizer } from '../../src/tokenize/index.js';
import { measurePeer, mutantCases, type BenchCase } from './measure.js';
import type { PeerRunner } from './peer-cache.js';
import type { Peer, PeerSettings } from './peers.js';

const TUNING_RATES = [0.02, 0.2, 1];
const TUNING_FILES = 6;
/** Of a file to tune on: enough to say something, and not so much that the search takes hours. */
const GAPS = { least: 200, most: 4000 };

/** Mutants of some files to search a peer's settings on, one group a rate. */
export function tuningGroups(
  tokenizer: Tokenizer,
  { root, files, seed }: { readonly root: string; readonly files: readonly string[]; readonly seed: string },
): BenchCase[][] {
  const chosen: string[] = [];
  for (const file of sampleFiles(root, files, Infinity)) {
    if (chosen.length === TUNING_FILES) break;
    const [found] = mutantCases(tokenizer, { root, files: [file], rate: 0, seed });
    if (found !== undefined && found.input.length >= GAPS.least && found.input.length <= GAPS.most) chosen.push(file);
  }
  return TUNING_RATES.map((rate, r) =>
    mutantCases(tokenizer, { root, files: chosen.filter((_, k) => k % TUNING_RATES.length === r), rate, seed: `${seed}-tuning` }));
}

/**
 * The settings that restore most on the given groups of cases, one group a rate: the search goes
 * through the peer's axes in order and keeps the best change of each.
 */
export async function tunePeer(
  tokenizer: Tokenizer,
  run: PeerRunner,
  { peer, groups }: { peer: Peer; groups: readonly (readonly BenchCase[])[] },
): Promise<PeerSettings> {
  const worth = async (settings: PeerSettings): Promise<number> => {
    const cases = groups.flat();
    // One run for all, so that the peer starts once.
    await run(peer, settings, cases.map(({ inputText }) => inputText));
    let sum = 0;
    for (const group of groups) sum += restorationFigures((await measurePeer(tokenizer, run, { peer, settings, cases: group })).tally).exact;
    return sum;
  };
  let best = peer.start;
  let bestWorth = await worth(best);
  for (const axis of peer.axes) {
    let bestOfAxis = best;
    for (const change of axis) {
      const settings = { ...best, ...change };
      const found = await worth(settings);
      if (found > bestWorth) [bestOfAxis, bestWorth] = [settings, found];
    }
    best = bestOfAxis;
  }
  return best;
}
