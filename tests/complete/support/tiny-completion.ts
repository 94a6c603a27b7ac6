import { ANALOGY_COUNT } from '../../../src/complete/analogy-cache.js';
import { CorpusTable, packCorpus } from '../../../src/complete/corpus-table.js';
import { PIECE_CONTEXT_COUNT, pieceShape } from '../../../src/complete/piece-contexts.js';
import { UNCALIBRATED } from '../../../src/complete/confidence.js';
import type { CompletionEngine } from '../../../src/complete/index.js';
import { EXPERT_COUNT, FEATURE_COUNT } from '../../../src/complete/mixture.js';
import { PieceRules } from '../../../src/complete/piece-rules.js';
import { PieceVocabulary } from '../../../src/complete/pieces.js';
import { loadBaseModel } from '../../../src/format/index.js';
import { createTokenizer } from '../../../src/tokenize/index.js';

/** Letters, the fixed pieces and two merges: every name can be spelled. */
export const tinyVocabulary = new PieceVocabulary({ numbers: ['0', '1'], merges: ['se', '#lf'], commonStrings: [] });

/** A model that never saw a corpus, and whose gate believes longer contexts of the file more. */
export function tinyModel(): CompletionEngine {
  const tokenizer = createTokenizer();
  const outerBias = new Float32Array(EXPERT_COUNT);
  const firstAnalogy = EXPERT_COUNT - 2 - ANALOGY_COUNT;
  for (let expert = 0; expert < EXPERT_COUNT; expert++) outerBias[expert] = expert < firstAnalogy ? expert % PIECE_CONTEXT_COUNT : -6;
  return {
    vocabulary: tinyVocabulary,
    shape: pieceShape(tinyVocabulary),
    rules: new PieceRules(tinyVocabulary),
    corpus: new CorpusTable(packCorpus([])),
    gate: {
      features: FEATURE_COUNT, hidden: 1, experts: EXPERT_COUNT,
      inner: new Float32Array(FEATURE_COUNT), innerBias: new Float32Array(1),
      outer: new Float32Array(EXPERT_COUNT), outerBias,
    },
    calibration: UNCALIBRATED,
    head: null,
    base: loadBaseModel(),
    tokenizer: () => tokenizer,
  };
}
