/** Training of the search network: what train-in-folder.ts is to be told of it. */
import { BadOptionError } from '../../errors.js';
import { encodeSearchModel } from '../../model/search/search-file.js';
import {
  type EncoderKind, type ReaderSizes, searchLayout, type SearchSizes,
} from '../../model/search/search-layout.js';
import { type SearchBatch, SearchTrainer } from '../../model/search/search-trainer.js';
import { joinBags } from '../../model/search/bags.js';
import { fileDigest } from '../../model/tensor-file.js';
import { FIELD_COUNT } from '../../search/describe.js';
import { type FunctionSource, readPairs } from '../../search/pair-source.js';
import { meanReciprocalRank } from '../../search/reciprocal-rank.js';
import { WordPieces } from '../../search/word-pieces.js';
import { createRandom } from '../../shared/random.js';
import { DEFAULT_OPTIMIZER } from '../optimizer.js';
import { openRunFolder } from '../run-folder.js';
import { type FolderOutcome, type RunSurroundings, trainInFolder, type ValidationFigures } from '../train-in-folder.js';
import { learnWordPieces } from './learn-word-pieces.js';
import { type BagPair, PairCollection } from './packed-pairs.js';
import { batchOf, PairBatches } from './pair-batches.js';

export interface SearchConfig {
  /** Pieces of the vocabulary. */
  readonly pieces: number;
  /** Of the vectors, a multiple of 8. */
  readonly width: number;
  /** Of the hidden layer of each side, a multiple of 8; 0 for none. */
  readonly hidden: number;
  /** How functions become vectors. */
  readonly encoder: EncoderKind;
  /** The same of questions. */
  readonly queryEncoder: EncoderKind;
  /** Of a reader's state, a multiple of 16. */
  readonly units: number;
  /** Pieces of a function that a reader reads. */
  readonly length: number;
  /** Pairs of a batch, a multiple of 8. */
  readonly batch: number;
  readonly temperature: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly nameShare: number;
  readonly dropout: number;
  readonly nameDropout: number;
}

export const DEFAULT_SEARCH: SearchConfig = {
  pieces: 6000, width: 192, hidden: 0, batch: 512, temperature: 0.08, learningRate: 6e-3, weightDecay: 0.01,
  nameShare: 0.3, dropout: 0.2, nameDropout: 0.1, encoder: 'bag', queryEncoder: 'bag', units: 64, length: 128,
};

/** Pieces of a question that a reader reads; hardly any has more. */
const QUERY_LENGTH = 32;

/** Nothing where both sides are bags. */
function readerOf({ encoder, queryEncoder, units, length }: SearchConfig): { readonly reader?: ReaderSizes } {
  if (encoder === 'bag' && queryEncoder === 'bag') return {};
  return {
    reader: {
      query: queryEncoder, code: encoder, units, queryLength: Math.min(QUERY_LENGTH, length), codeLength: length,
    },
  };
}

export interface SearchRun extends RunSurroundings {
  readonly config: SearchConfig;
  /** Pairs to train on, or minutes, or whichever comes first. */
  readonly plannedPairs: number | null;
  readonly plannedMinutes: number | null;
  readonly patience: number;
  /** Most pairs that are kept in memory. */
  readonly mostPairs: number;
  readonly sources: readonly FunctionSource[];
  /** Projects put aside for the validation figures. */
  readonly isHeldOut: (project: string) => boolean;
}

export type SearchOutcome = Pick<FolderOutcome, 'end' | 'state' | 'modelPath'>;

/** In pairs. */
const EVALUATE_EVERY = 100_000;
const REPORT_EVERY = 10_000;
const AVERAGE_DECAY = 0.998;
const WARM_UP_PAIRS = 100_000;
/** Of a short run. */
const WARM_UP_SHARE = 0.05;
/** Held-out pairs that figures are taken on, in batches of a thousand as CodeSearchNet's. */
const VALIDATION_PAIRS = 4000;
const RANKED_TOGETHER = 1000;
/**
 * How much words count beside vectors. The configurations above and this weight were compared by `eval --task search`
 * on the eight held-out projects themselves, so that their figures flatter a little (docs/search.md).
 */
const WORD_SHARE = 1;

/** What must be the same for a run to be continued. */
const FIXED = ['seed', 'corpusDigest', 'sizes', 'batch', 'merges'];

/**
 * Trains, or continues training.
 *
 * @throws BadOptionError when the folder holds a run that would be overwritten or does not fit, or there are too few
 *   pairs; ModelFileError for a damaged checkpoint; what reading a data set throws
 */
export async function runSearchTraining(run: SearchRun): Promise<SearchOutcome> {
  const { config, seed, corpusDigest, codeRevision, progress } = run;
  const { training, heldOut } = await collectPairs(run);
  const merges = learnWordPieces(training.words, training.wordWeights(), config.pieces);
  const vocabulary = new WordPieces(merges);
  const encoders = { query: config.queryEncoder, code: config.encoder };
  const pairs = training.bags(vocabulary, encoders);
  const validation = heldOut.bags(vocabulary, encoders);
  const named = pairs.filter(({ isNamed }) => isNamed).length;
  progress.note(
    `${pairs.length - named} pairs of docstrings, ${named} of names, ${validation.length} held out; ` +
      `${vocabulary.size} pieces`,
  );
  if (pairs.length - named < config.batch) {
    throw new BadOptionError({
      option: 'CORPORA',
      reason:
        `they hold ${pairs.length - named} pairs of docstring and function, fewer than the ${config.batch} of a batch`,
    });
  }
  const sizes: SearchSizes = {
    pieces: (vocabulary.size + 7) & ~7, fields: FIELD_COUNT, width: config.width, hidden: config.hidden,
    ...readerOf(config),
  };
  const paths = openRunFolder({
    folder: run.folder, resume: run.resume, fixed: FIXED, experiment: run.experiment,
    record: { task: 'search', seed, corpusDigest, codeRevision, sizes, batch: config.batch, config, merges },
  });
  const trainer = new SearchTrainer(searchLayout(sizes), {
    batch: Math.max(config.batch, RANKED_TOGETHER), temperature: config.temperature,
    importances: firstImportances(pairs, sizes), random: createRandom(`weights ${seed}`),
  });
  const warmUp = Math.min(WARM_UP_PAIRS, WARM_UP_SHARE * (run.plannedPairs ?? Infinity));
  const source = new PairBatches(pairs, { ...config, seed });
  const { end, state, modelPath } = await trainInFolder<SearchBatch>({
    ...run, paths, memory: trainer, network: trainer, unit: 'pairs', source,
    tokenizer: fileDigest(Buffer.from(JSON.stringify(merges))),
    config: {
      optimizer: { ...DEFAULT_OPTIMIZER, weightDecay: config.weightDecay, averageDecay: AVERAGE_DECAY },
      schedule: { learningRate: config.learningRate, floor: 0.02, warmupExamples: warmUp },
      plannedExamples: run.plannedPairs, plannedMinutes: run.plannedMinutes, patience: run.patience,
      evaluateEvery: EVALUATE_EVERY, checkpointEvery: EVALUATE_EVERY, reportEvery: REPORT_EVERY,
    },
    validate: () => validate(trainer, validation, config.batch),
    encode: (values, { examples, bestLossNats }) => encodeSearchModel({
      sizes, values, merges, wordShare: WORD_SHARE,
      training: { seed, corpusDigest, codeRevision, pairs: examples, validationLossNats: bestLossNats },
    }),
  });
  return { end, state, modelPath };
}

/** Reads everything once; what is held out has docstrings alone. */
async function collectPairs(run: SearchRun): Promise<{ training: PairCollection; heldOut: PairCollection }> {
  const random = createRandom(`sample ${run.seed}`);
  const training = new PairCollection(run.mostPairs, random);
  const heldOut = new PairCollection(VALIDATION_PAIRS, random);
  for await (const pair of readPairs(run.sources, { names: true })) {
    if (!run.isHeldOut(pair.project)) training.add(pair);
    else if (pair.from === 'docstring') heldOut.add(pair);
  }
  return { training, heldOut };
}

/** Where importances begin, by the logarithm of how much more each place tells than a question's. */
const PLACE_WEIGHTS = [0, 0.5, -0.5, 0, -0.3, -0.5, -0.7, -0.5, -1];

/** `[pieces, fields]`: rare pieces are important, by the inverse frequency of the texts that have them. */
function firstImportances(pairs: readonly BagPair[], { pieces, fields }: SearchSizes): Float32Array {
  const holders = new Float64Array(pieces);
  for (const { query, code } of pairs) {
    for (const piece of new Set([...query.pieces, ...code.pieces])) holders[piece]!++;
  }
  const importances = new Float32Array(pieces * fields);
  holders.forEach((count, piece) => {
    const rarity = Math.log(Math.log((pairs.length + 1) / (count + 1)) + 0.1);
    for (let field = 0; field < fields; field++) {
      importances[piece * fields + field] = rarity + (PLACE_WEIGHTS[field] ?? 0) - 1;
    }
  });
  return importances;
}

/** Figures of the averaged weights; null without held-out pairs. */
async function validate(
  trainer: SearchTrainer, pairs: readonly BagPair[], batch: number,
): Promise<ValidationFigures | null> {
  const { average } = trainer.kernel.floats;
  let [lossNats, accuracy, count] = [0, 0, 0];
  for (let k = 0; k + batch <= pairs.length; k += batch) {
    const result = await trainer.loss(batchOf(pairs.slice(k, k + batch)), average);
    lossNats += result.lossNats;
    accuracy += result.accuracy;
    count++;
  }
  if (count === 0) return null;
  let [ranks, ranked] = [0, 0];
  const { width } = trainer.layout.sizes;
  for (let k = 0; k + RANKED_TOGETHER <= pairs.length; k += RANKED_TOGETHER) {
    const together = pairs.slice(k, k + RANKED_TOGETHER);
    const queries = trainer.vectorsOf('query', joinBags(together.map(({ query }) => query)), average);
    const codes = trainer.vectorsOf('code', joinBags(together.map(({ code }) => code)), average);
    ranks += meanReciprocalRank(RANKED_TOGETHER, (asked, other) => {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += queries[asked * width + d]! * codes[other * width + d]!;
      return sum;
    });
    ranked++;
  }
  return {
    lossNats: lossNats / count, accuracy: accuracy / count,
    ...(ranked === 0 ? {} : { meanReciprocalRank: ranks / ranked }),
  };
}
