/**
 * Finding the function that a docstring speaks of, by CodeSearchNet's protocol (Husain and others 2019): the rank of
 * the right one among 999 others. The function is shown without its docstring.
 */
import {
  countStems, functionWords, queryWords, readFunctions, SeenBefore, stemOf, WordTableBuilder, wordScores,
  type FunctionSource, type PlacedWord, type SearchEncoder, type WordTable,
} from '../search/index.js';
import { createRandom, type Random } from '../shared/random.js';
import { BagOfWords } from './search-baselines.js';

/** What is compared. */
export const SEARCH_SYSTEMS = ['bm25', 'bagOfWords', 'network', 'both'] as const;
export type SearchSystem = (typeof SEARCH_SYSTEMS)[number];
export type SystemFigures = Readonly<Record<SearchSystem, number>>;

/** A question with its function, ready for all systems. */
export interface SearchCase {
  readonly project: string;
  readonly stems: readonly string[];
  readonly codeWords: readonly PlacedWord[];
  /** `[width]` each. */
  readonly query: Float32Array;
  readonly code: Float32Array;
}

export interface SearchFigures {
  readonly pairs: number;
  /** Wrong answers beside the right one. */
  readonly distractors: number;
  /** Mean reciprocal rank, each question with distractors of its own. */
  readonly meanReciprocalRank: SystemFigures;
  /** The same with all questions of a batch asked of one set of functions; null where there are too few. */
  readonly inBatches: SystemFigures | null;
  /** Share of the questions whose function comes first. */
  readonly first: SystemFigures;
}

export interface SearchEvaluation extends SearchFigures {
  readonly projects: readonly (Omit<SearchFigures, 'inBatches'> & { readonly project: string })[];
}

/** CodeSearchNet's. */
const DISTRACTORS = 999;

/**
 * The pairs of some sources, no question and no function twice.
 *
 * @param options.most of them; of more, a uniform sample
 */
export async function searchCases(
  sources: readonly FunctionSource[], encoder: SearchEncoder, options: { readonly most: number; readonly seed: number },
): Promise<SearchCase[]> {
  const random = createRandom(`pairs ${options.seed}`);
  const seen = new SeenBefore();
  const cases: SearchCase[] = [];
  let given = 0;
  for await (const { project, function: found, query } of readFunctions(sources)) {
    if (query === null || seen.function(found) || seen.query(query)) continue;
    given++;
    const place = cases.length < options.most ? cases.length : random.int(given);
    if (place >= options.most) continue;
    const [asked, codeWords] = [queryWords(query), functionWords(found)];
    cases[place] = {
      project, stems: asked.map(({ word }) => stemOf(word)), codeWords,
      query: encoder.query(asked), code: encoder.code(codeWords),
    };
  }
  return cases;
}

/** The words of functions, as an index counts them. */
export function wordTableOf(functions: Iterable<readonly PlacedWord[]>): WordTable {
  const builder = new WordTableBuilder();
  for (const words of functions) builder.add(countStems(words));
  return builder.table();
}

/** Ranks of the right functions, from 1, by each system. */
type Ranks = Readonly<Record<SearchSystem, number[]>>;

/** Measures all systems on the same questions and distractors. At least two cases. */
export function evaluateSearch(
  cases: readonly SearchCase[], options: { readonly wordShare: number; readonly seed: number },
): SearchEvaluation {
  const { wordShare, seed } = options;
  const table = wordTableOf(cases.map(({ codeWords }) => codeWords));
  const bags = new BagOfWords(table);
  const count = cases.length;
  const distractors = Math.min(DISTRACTORS, count - 1);
  const random = createRandom(`distractors ${seed}`);
  const alone = emptyRanks();
  const together = emptyRanks();
  const batchOf = batches(count, random);
  const others = new Int32Array(distractors);
  const drawn = new Int32Array(count).fill(-1);
  const meaning = new Float32Array(count);
  const both = new Float32Array(count);
  for (let asked = 0; asked < count; asked++) {
    const { stems, query } = cases[asked]!;
    const words = wordScores(table, stems);
    const scores = { bm25: words, bagOfWords: bags.scores(stems), network: meaning, both };
    drawOthers(asked, others, drawn, random);
    const own = batchOf.get(asked);
    for (const rows of [[asked], others, own ?? []]) {
      for (const row of rows) {
        meaning[row] = dot(query, cases[row]!.code);
        both[row] = meaning[row]! + wordShare * words[row]!;
      }
    }
    for (const system of SEARCH_SYSTEMS) {
      alone[system].push(rankAmong(scores[system], asked, others));
      if (own !== undefined) together[system].push(rankAmong(scores[system], asked, own));
    }
  }
  const projects = [...new Set(cases.map(({ project }) => project))];
  const figures = (takes: (k: number) => boolean) => ({
    pairs: cases.filter((_, k) => takes(k)).length, distractors,
    meanReciprocalRank: meanOf(alone, (rank) => 1 / rank, takes),
    first: meanOf(alone, (rank) => (rank === 1 ? 1 : 0), takes),
  });
  return {
    ...figures(() => true),
    inBatches: together.network.length === 0 ? null : meanOf(together, (rank) => 1 / rank, () => true),
    projects: projects.map((project) => ({ project, ...figures((k) => cases[k]!.project === project) })),
  };
}

const emptyRanks = (): Ranks => ({ bm25: [], bagOfWords: [], network: [], both: [] });

function meanOf(ranks: Ranks, value: (rank: number) => number, takes: (k: number) => boolean): SystemFigures {
  const mean = (list: readonly number[]): number => {
    const taken = list.filter((_, k) => takes(k));
    return taken.reduce((sum, rank) => sum + value(rank), 0) / taken.length;
  };
  const { bm25, bagOfWords, network, both } = ranks;
  return { bm25: mean(bm25), bagOfWords: mean(bagOfWords), network: mean(network), both: mean(both) };
}

/** From 1; equal scores of others count as better. */
function rankAmong(scores: Float32Array, asked: number, rows: Int32Array): number {
  const own = scores[asked]!;
  let rank = 1;
  for (let k = 0; k < rows.length; k++) if (rows[k] !== asked && !(scores[rows[k]!]! < own)) rank++;
  return rank;
}

/** Of each case in a whole batch of a thousand, all rows of that batch. */
function batches(count: number, random: Random): ReadonlyMap<number, Int32Array> {
  const order = random.shuffle(Array.from({ length: count }, (_, k) => k));
  const batchOf = new Map<number, Int32Array>();
  for (let k = 0; k + DISTRACTORS < count; k += DISTRACTORS + 1) {
    const rows = Int32Array.from(order.slice(k, k + DISTRACTORS + 1));
    for (const row of rows) batchOf.set(row, rows);
  }
  return batchOf;
}

/** Fills `rows` with different rows, none of them `asked`; `drawn` remembers for whom each row was drawn last. */
function drawOthers(asked: number, rows: Int32Array, drawn: Int32Array, random: Random): void {
  const isAll = rows.length === drawn.length - 1;
  for (let k = 0; k < rows.length; ) {
    const row = isAll ? k + (k < asked ? 0 : 1) : random.int(drawn.length);
    if (row === asked || drawn[row] === asked) continue;
    drawn[row] = asked;
    rows[k++] = row;
  }
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < left.length; k++) sum += left[k]! * right[k]!;
  return sum;
}
