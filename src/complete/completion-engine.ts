import { FileReadError, ModelFileError } from '../errors.js';
import { loadBaseModel, type BaseModel } from '../format/index.js';
import { assetPath } from '../shared/asset-path.js';
import { isBuiltInModel } from '../shared/build-facts.js';
import { COMPLETION_MODEL } from '../shared/base-model.js';
import type { NamedSource } from '../shared/named-source.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { checkArgument, TEXT } from '../shared/check-arguments.js';
import { createTokenizer, lexPython, type Tokenizer } from '../tokenize/index.js';
import { decodeCaches } from './caches-file.js';
import type { Calibration } from './confidence.js';
import { cachePieces, pieceShape, type PieceShape } from './piece-contexts.js';
import { CorpusTable } from './corpus-table.js';
import type { MixtureGate } from './mixture-gate.js';
import { loadHead } from './load-head.js';
import type { CompletionHead } from './network-document.js';
import { NameIndex } from './names.js';
import { NgramCache } from './ngram-cache.js';
import { PieceRules } from './piece-rules.js';
import { PIECE, PieceVocabulary, type PieceList } from './pieces.js';

/** Everything that is loaded once and serves every document. */
export interface CompletionEngine {
  readonly vocabulary: PieceVocabulary;
  readonly shape: PieceShape;
  readonly rules: PieceRules;
  readonly corpus: CorpusTable;
  readonly gate: MixtureGate;
  readonly calibration: Calibration;
  /** On the backbone that it shares with the formatter; null for caches alone. */
  readonly head: CompletionHead | null;
  /** The formatter's model, which lays lines out. */
  readonly base: BaseModel;
  /** Parses candidates; loaded when the first one is checked. */
  readonly tokenizer: () => Promise<Tokenizer>;
}

export interface CompletionEngineOptions {
  /** Caches to use instead of the built-in ones. */
  readonly cachesPath?: string;
  /** Network to use instead of the built-in one; null for none. */
  readonly networkPath?: string | null;
}

const CACHES = 'complete-caches.bin';

/** @throws ModelFileError when a file is missing, damaged or foreign */
export function loadCompletionEngine(options: CompletionEngineOptions = {}): CompletionEngine {
  const cachesPath = options.cachesPath ?? assetPath(CACHES);
  const bytes = read(cachesPath);
  const isKnown = options.cachesPath === undefined && isBuiltInModel(CACHES, bytes);
  const caches = decodeCaches(bytes, cachesPath, { isKnown });
  const vocabulary = new PieceVocabulary(caches.pieces);
  const base = loadBaseModel();
  const { networkPath } = options;
  let tokenizer: Promise<Tokenizer> | null = null;
  return {
    vocabulary,
    shape: pieceShape(vocabulary),
    rules: new PieceRules(vocabulary),
    corpus: new CorpusTable(caches.corpus),
    gate: caches.gate,
    calibration: caches.calibration,
    head: networkPath === null ? null : loadMatchingHead(caches.pieces, base, networkPath),
    base,
    tokenizer: () => (tokenizer ??= createTokenizer()),
  };
}

/**
 * The network with the backbone that it shares with the formatter.
 *
 * @throws ModelFileError when the file is missing, damaged, or of other pieces or another backbone
 */
export function loadMatchingHead(pieces: PieceList, base: BaseModel, modelPath?: string): CompletionHead {
  const head = loadHead({ base: base.weights, ...(modelPath === undefined ? {} : { modelPath }) });
  if (JSON.stringify(head.vocabulary.list) !== JSON.stringify(pieces)) {
    throw new ModelFileError({
      path: modelPath ?? assetPath(COMPLETION_MODEL), reason: 'the network was trained on other pieces than the caches',
      advice: 'Make the caches again with `nnfmt train --task caches`.',
    });
  }
  return head;
}

function read(path: string): Uint8Array {
  try {
    return readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new ModelFileError({ path, reason: cause.clause, advice: 'Check the path, or install nnfmt again.', cause });
  }
}

/** A file of the project, and where its pieces stand in the cache. */
interface ProjectFile {
  readonly path: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Pieces of other files that are kept, at most: some hundred thousand lines. */
const MAX_PROJECT_PIECES = 600_000;
/** A text must go on so far like a file of the project to be taken for it. */
const TELLING_LENGTH = 200;

export interface ProjectContextOptions {
  /** Pieces of all texts together, at most by one text more: a budget that gives the same on every machine. */
  readonly maxPieces?: number;
  /** For one completion: what it does not ask about is not looked at. Many completions are quicker without. */
  readonly forOne?: boolean;
}

/** The files of the project that the open document belongs to. */
export class ProjectContext {
  readonly cache: NgramCache;
  readonly names = new NameIndex();
  private readonly files: ProjectFile[] = [];

  /**
   * @param texts sources, those that matter most last; what is too much is left out at the front, unread
   * @throws BadOptionError for a text that is none
   */
  constructor(model: CompletionEngine, texts: readonly NamedSource[], options: ProjectContextOptions = {}) {
    const { maxPieces = MAX_PROJECT_PIECES, forOne = false } = options;
    this.cache = new NgramCache(model.shape, forOne);
    const kept: (NamedSource & { readonly pieces: Uint16Array })[] = [];
    let total = 0;
    for (let k = texts.length - 1; k >= 0 && total < maxPieces; k--) {
      // Read once, when its turn comes: a text may be a getter.
      const { path, text } = texts[k];
      checkArgument('createCompleter: project: text', text, TEXT);
      const { tokens } = lexPython(text);
      this.names.add(tokens);
      const pieces: number[] = [PIECE.file];
      // By index: this runs once, before it is optimised.
      for (let i = 0; i < tokens.length; i++) {
        const ofToken = model.vocabulary.encode(tokens[i]);
        for (let j = 0; j < ofToken.length; j++) pieces.push(ofToken[j]);
      }
      kept.push({ path, text, pieces: cachePieces(model.shape, pieces) });
      total += pieces.length;
    }
    for (const { path, text, pieces } of kept.reverse()) {
      const from = this.cache.size;
      this.cache.append(pieces);
      this.files.push({ path, text, from, to: this.cache.size });
    }
  }

  /**
   * Passes over the file that is being completed: it would answer with its own continuation.
   * Found by its path, or else by its text.
   */
  hideFile(path: string | null, prefix: string): void {
    const file = this.files.find((candidate) => candidate.path === path)
      ?? (prefix.length < TELLING_LENGTH ? undefined : this.files.find(({ text }) => text.startsWith(prefix)));
    this.cache.hide(file?.from ?? 0, file?.to ?? 0);
  }
}
