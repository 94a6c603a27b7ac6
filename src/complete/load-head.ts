import { FileReadError, ModelFileError } from '../errors.js';
import { createBackboneVectors, type BackboneVectors } from '../model/completion/backbone-vectors.js';
import { decodeCompletionModel, type CompletionModel } from '../model/completion/completion-file.js';
import { createCompletionNetwork, type CompletionNetwork } from '../model/completion/completion-network.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { LAYOUT_CLASSES } from '../model/layout-classes.js';
import type { NetworkWeights } from '../model/network-weights.js';
import { decodeModel } from '../model/weights-file.js';
import { assetPath } from '../shared/asset-path.js';
import { isBuiltInModel } from '../shared/build-facts.js';
import { BASE_MODEL, COMPLETION_MODEL } from '../shared/base-model.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { CharVocabulary } from './char-text.js';
import type { CompletionHead } from './network-document.js';
import { checkedPieces, PieceVocabulary } from './pieces.js';

export interface HeadOptions {
  /** Completion model instead of the built-in one. */
  readonly modelPath?: string;
  /** Weights of the base model where they are loaded already: both heads share its backbone. */
  readonly base?: NetworkWeights;
}

/**
 * Loads the completion network and the backbone that it shares with the formatter.
 *
 * @throws ModelFileError when a file is missing, damaged, foreign, or belongs to another backbone
 */
export function loadHead(options: HeadOptions = {}): CompletionHead {
  const modelPath = options.modelPath ?? assetPath(COMPLETION_MODEL);
  const backbone = createBackboneVectors(options.base ?? readBase());
  const bytes = readBytes(modelPath);
  const isKnown = options.modelPath === undefined && isBuiltInModel(COMPLETION_MODEL, bytes);
  const model = decodeCompletionModel(bytes, { path: modelPath, backboneDigest: backbone.digest, isKnown });
  if (model.unit !== 'token') {
    throw new ModelFileError({
      path: modelPath, reason: 'the model was trained on characters', advice: 'It serves `nnfmt generate` only.',
    });
  }
  const used = model.backboneDigest === null ? null : backbone;
  const vocabulary = new PieceVocabulary(checkedPieces(model.vocabulary, (reason) => refuse(modelPath, reason)));
  return { network: createNetwork(model, used, vocabulary.size, modelPath), vocabulary, backbone: used };
}

/** A network over characters. */
export interface CharHead {
  readonly network: CompletionNetwork;
  readonly vocabulary: CharVocabulary;
}

/**
 * Loads a network over characters, such as those of the seeds' presets.
 *
 * @throws ModelFileError when the file is missing, damaged, foreign, or no such network
 */
export function loadCharHead(modelPath: string): CharHead {
  const model = decodeCompletionModel(readBytes(modelPath), { path: modelPath });
  if (model.unit !== 'char') {
    throw new ModelFileError({
      path: modelPath, reason: 'the model was trained on tokens', advice: 'Name one that was trained with --unit char.',
    });
  }
  if (typeof model.vocabulary !== 'string') return refuse(modelPath, 'the model lists no characters');
  const vocabulary = new CharVocabulary(model.vocabulary);
  return { network: createNetwork(model, null, vocabulary.size, modelPath), vocabulary };
}

/** The network, whose tables have to hold every piece, and whose backbone has to be the one at hand. */
function createNetwork(
  model: CompletionModel,
  backbone: BackboneVectors | null,
  pieces: number,
  path: string,
): CompletionNetwork {
  if (pieces > model.sizes.pieces) refuse(path, `the model lists ${pieces} pieces and knows ${model.sizes.pieces}`);
  if ((backbone?.width ?? 0) !== model.sizes.backbone) refuse(path, 'the model was trained with another backbone');
  return createCompletionNetwork(model, backbone);
}

function refuse(path: string, reason: string): never {
  throw new ModelFileError({ path, reason, advice: 'It is damaged: copy or download it again.' });
}

function readBase(): NetworkWeights {
  const path = assetPath(BASE_MODEL);
  const expected = { shape: FEATURE_SHAPE, labelNames: LAYOUT_CLASSES, vocabularyDigest: FEATURE_DIGEST };
  return decodeModel(readBytes(path), { path, expected }).weights;
}

function readBytes(path: string): Uint8Array {
  try {
    return readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new ModelFileError({ path, reason: cause.clause, advice: 'Check the path, or install nnfmt again.', cause });
  }
}
