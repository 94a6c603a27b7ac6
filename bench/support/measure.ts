import { readSource } from '../../src/corpus/index.js';
import { NnfmtError } from '../../src/errors.js';
import {
  compareRestoration, mergeRestorations, spoil, type RestorationTally,
} from '../../src/evaluate/index.js';
import { formatSource, type FormatPolicy } from '../../src/format/index.js';
import { joinGaps, withStructure, type StructuredSource, type Tokenizer } from '../../src/tokenize/index.js';
import { alignGaps } from './align-tokens.js';
import type { PeerRunner } from './peer-cache.js';
import type { Peer, PeerSettings } from './peers.js';
import { nameIn } from './project-split.js';

/** One spoilt file. */
export interface BenchCase {
  readonly path: string;
  readonly program: StructuredSource;
  /** Gap texts of the spoilt file, and the file. */
  readonly input: readonly string[];
  readonly inputText: string;
}

/** The mutants of some files at one rate, without the files that nnfmt cannot read. */
export function mutantCases(
  tokenizer: Tokenizer,
  job: { root: string; files: readonly string[]; rate: number; seed: string },
): BenchCase[] {
  return job.files.flatMap((file) => {
    try {
      const path = nameIn(job.root, file);
      const program = withStructure(tokenizer.tokenize(readSource(file).text, path));
      const input = spoil(program, { path, rate: job.rate, seed: job.seed });
      return [{ path, program, input, inputText: joinGaps(program.source, input) }];
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
      return [];
    }
  });
}

/** What nnfmt makes of spoilt files; it sees their text alone. */
export function measureNnfmt(tokenizer: Tokenizer, policy: FormatPolicy, cases: readonly BenchCase[]): RestorationTally {
  return mergeRestorations(cases.map(({ path, program, input, inputText }) => {
    const { text, reverted } = formatSource(tokenizer, policy, inputText, path);
    const output = tokenizer.tokenize(text, path).gaps;
    return { ...compareRestoration(program, input, output), untouched: text === program.source.text ? 1 : 0, reverted };
  }));
}

export interface PeerMeasure {
  readonly tally: RestorationTally;
  /** Inputs that the peer refused, or whose output does not parse: they count as left alone. */
  readonly failed: number;
  /** Files in which the peer dropped or replaced tokens. */
  readonly edited: number;
}

/** What a peer makes of spoilt files. */
export async function measurePeer(
  tokenizer: Tokenizer,
  run: PeerRunner,
  { peer, settings, cases }: { peer: Peer; settings: PeerSettings; cases: readonly BenchCase[] },
): Promise<PeerMeasure> {
  const answers = await run(peer, settings, cases.map(({ inputText }) => inputText));
  let failed = 0;
  let edited = 0;
  const tallies = cases.map(({ path, program, input }, k) => {
    const answer = answers[k];
    const output = 'text' in answer ? readOutput(tokenizer, answer.text, path) : null;
    if (output === null || !('text' in answer)) {
      failed++;
      return compareRestoration(program, input, input);
    }
    const { gaps, lost } = alignGaps(program, output);
    if (lost > 0 || output.tokenCount !== program.source.tokenCount) edited++;
    return { ...compareRestoration(program, input, gaps), untouched: answer.text === program.source.text ? 1 : 0 };
  });
  return { tally: mergeRestorations(tallies), failed, edited };
}

function readOutput(tokenizer: Tokenizer, text: string, path: string): ReturnType<Tokenizer['tokenize']> | null {
  try {
    return tokenizer.tokenize(text, path);
  } catch (fault) {
    if (!(fault instanceof NnfmtError)) throw fault;
    return null;
  }
}
