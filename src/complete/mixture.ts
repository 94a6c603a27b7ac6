/**
 * What comes next, by all experts together: the network, and for each context of the open
 * file, of the project and of the corpora what followed it there. The gate weighs them; an
 * expert that has not seen its context gives nothing and gets nothing.
 */
import type { LikelyPiece } from './beam-search.js';
import { ANALOGY_COUNT, type AnalogyCache } from './analogy-cache.js';
import { PIECE_CONTEXT_COUNT, pieceContextKeys, CORPUS_PIECE_CONTEXTS, type PieceShape } from './piece-contexts.js';
import type { CorpusTable } from './corpus-table.js';
import { shareAmongPresent, type MixtureGate } from './mixture-gate.js';
import { createMixtureKernel, type MixtureKernel } from './mixture-kernel.js';
import { createFollowers, type Followers, type NgramCache } from './ngram-cache.js';
import type { SuggestionSource } from './suggestion.js';

/** What there is to ask; what is null is not asked. */
export interface Sources {
  readonly file: NgramCache | null;
  /** Of the file, too. */
  readonly analogy: AnalogyCache | null;
  readonly project: NgramCache | null;
  readonly corpus: CorpusTable | null;
}

/**
 * Experts, in this order: contexts of the file, of the project, of the corpora, analogies in the file, network, all
 * pieces alike.
 */
const FILE = 0;
const PROJECT = PIECE_CONTEXT_COUNT;
const CORPUS = 2 * PIECE_CONTEXT_COUNT;
const ANALOGY = CORPUS + CORPUS_PIECE_CONTEXTS.length;
const NETWORK = ANALOGY + ANALOGY_COUNT;
const UNIFORM = NETWORK + 1;
export const EXPERT_COUNT = UNIFORM + 1;

/**
 * Features that every looked-up expert gives: that it is there, occurrences, different pieces, share of the first,
 * and what the network gives that one.
 */
const PER_LOOK_UP = 5;
/** Beside those: network's entropy and best share, pieces of the token so far, text with normalised literals. */
const OTHER_FEATURES = 5;
export const FEATURE_COUNT = PER_LOOK_UP * NETWORK + OTHER_FEATURES;

/** Of which source an expert is; UNIFORM counts as corpus. */
export function sourceOfExpert(expert: number): SuggestionSource {
  if (expert < PROJECT || (expert >= ANALOGY && expert < NETWORK)) return 'file';
  if (expert < CORPUS) return 'project';
  return expert === NETWORK ? 'network' : 'corpus';
}

/** What the experts say at one place: room that is used again for the next. */
export class Consultation {
  readonly features = new Float32Array(FEATURE_COUNT);
  readonly present = new Uint8Array(EXPERT_COUNT);
  private readonly keys = new Uint32Array(PIECE_CONTEXT_COUNT);
  private readonly followers: readonly Followers[] = Array.from({ length: NETWORK }, createFollowers);
  private readonly analogies = this.followers.slice(ANALOGY, NETWORK);
  private network: Float32Array | null = null;

  /** @param rowsStay the network's rows stay as they are, so that something of them can be remembered */
  constructor(private readonly shape: PieceShape, private readonly rowsStay = false) {}

  /**
   * Asks all experts what follows `pieces[end - 1]`.
   *
   * @param network `[pieces]`, probabilities, with the line ends summed up; null without network
   * @param normalised the text shows literals as placeholders
   */
  ask(
    sources: Sources,
    pieces: ArrayLike<number>,
    end: number,
    network: Float32Array | null,
    normalised: boolean,
  ): void {
    const { features, present, keys, followers } = this;
    pieceContextKeys(this.shape, pieces, end, keys);
    features.fill(0);
    present.fill(0);
    this.network = network;
    if (end > 0) sources.project?.prepare(pieces[end - 1]);
    for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
      clear(followers[FILE + context]);
      clear(followers[PROJECT + context]);
      sources.file?.lookUp(context, keys[context], followers[FILE + context]);
      sources.project?.lookUp(context, keys[context], followers[PROJECT + context]);
    }
    CORPUS_PIECE_CONTEXTS.forEach((context, k) => {
      clear(followers[CORPUS + k]);
      sources.corpus?.lookUp(keys[context], followers[CORPUS + k]);
    });
    this.analogies.forEach(clear);
    sources.analogy?.lookUp(pieces, end, this.analogies);
    for (let expert = 0; expert < NETWORK; expert++) {
      const said = followers[expert];
      if (said.count === 0) continue;
      present[expert] = 1;
      let first = 0;
      for (let k = 1; k < said.count; k++) if (said.shares[k] > said.shares[first]) first = k;
      const at = expert * PER_LOOK_UP;
      features[at] = 1;
      features[at + 1] = Math.log2(said.total) / 4;
      features[at + 2] = Math.log2(said.count) / 4;
      features[at + 3] = said.shares[first];
      features[at + 4] = network === null ? 0 : network[said.pieces[first]];
    }
    const at = NETWORK * PER_LOOK_UP;
    if (network !== null) {
      present[NETWORK] = 1;
      features[at] = 1;
      const { entropy, highest } = this.rowsStay ? peakOf(network) : peak(network);
      features[at + 1] = entropy / 4;
      features[at + 2] = highest;
    }
    present[UNIFORM] = 1;
    let length = 1;
    while (length < 6 && end - length >= 0 && this.shape.startsToken[pieces[end - length]] === 0) length++;
    features[at + 3] = length / 4;
    features[at + 4] = normalised ? 1 : 0;
  }

  /** What each expert gives the piece; `[EXPERT_COUNT]`. */
  sharesOf(piece: number, out: Float32Array): void {
    for (let expert = 0; expert < NETWORK; expert++) {
      const said = this.followers[expert];
      out[expert] = 0;
      for (let k = 0; k < said.count; k++) if (said.pieces[k] === piece) out[expert] = said.shares[k];
    }
    out[NETWORK] = this.network === null ? 0 : this.network[piece];
    out[UNIFORM] = 1 / this.shape.count;
  }

  /** All experts together, weighed: probabilities `[pieces]` that sum to 1. */
  blend(weights: Float32Array, out: Float32Array): void {
    const floor = weights[UNIFORM] / this.shape.count;
    const { network } = this;
    if (network === null) out.fill(floor);
    else {
      const [count, weight] = [out.length, weights[NETWORK]];
      for (let piece = 0; piece < count; piece++) out[piece] = floor + weight * network[piece];
    }
    this.addFollowers(weights, out);
  }

  /** The same in a kernel's room. */
  blendIn(kernel: MixtureKernel, weights: Float32Array): void {
    const floor = weights[UNIFORM] / this.shape.count;
    if (this.network === null) kernel.blended.fill(floor);
    else kernel.blend(floor, weights[NETWORK], this.network);
    this.addFollowers(weights, kernel.blended);
  }

  private addFollowers(weights: Float32Array, out: Float32Array): void {
    for (let expert = 0; expert < NETWORK; expert++) {
      const said = this.followers[expert];
      const weight = weights[expert];
      for (let k = 0; k < said.count; k++) out[said.pieces[k]] += weight * said.shares[k];
    }
  }
}

/** Consults and blends; holds its own room. */
export class Mixture {
  private readonly consultation: Consultation;
  private readonly kernel: MixtureKernel;
  private readonly weights = new Float32Array(EXPERT_COUNT);
  private readonly shares = new Float32Array(EXPERT_COUNT);

  constructor(
    shape: PieceShape,
    gate: MixtureGate,
    readonly sources: Sources,
    private readonly normalised: boolean,
  ) {
    this.consultation = new Consultation(shape, true);
    this.kernel = kernelOf(gate, shape.count);
  }

  /** Probabilities of what follows `pieces[end - 1]`, `[pieces]`; the network's row stays as it is. */
  predict(pieces: ArrayLike<number>, end: number, network: Float32Array | null, out: Float32Array): void {
    this.consultation.blend(this.weigh(pieces, end, network), out);
  }

  /**
   * The likeliest of the pieces that are allowed, likeliest first, with their shares in all that these have together.
   *
   * @param allowed `[pieces]`, 0 or 1
   */
  likeliest(
    pieces: ArrayLike<number>, network: Float32Array | null, allowed: Uint8Array, count: number,
  ): LikelyPiece[] {
    this.consultation.blendIn(this.kernel, this.weigh(pieces, pieces.length, network));
    return this.kernel.likeliest(allowed, count);
  }

  /** The same without the probabilities, where only `credit` is asked for. */
  consult(pieces: ArrayLike<number>, end: number, network: Float32Array | null): void {
    this.weigh(pieces, end, network);
  }

  private weigh(pieces: ArrayLike<number>, end: number, network: Float32Array | null): Float32Array {
    this.consultation.ask(this.sources, pieces, end, network, this.normalised);
    this.kernel.logits(this.consultation.features, this.weights);
    return shareAmongPresent(this.weights, this.consultation.present);
  }

  /** After `predict` or `consult`: adds to `into` how much of the piece's probability each source gave. */
  credit(piece: number, into: Record<SuggestionSource, number>): void {
    this.consultation.sharesOf(piece, this.shares);
    let sum = 0;
    for (let e = 0; e < EXPERT_COUNT; e++) sum += this.shares[e] *= this.weights[e];
    for (let e = 0; e < EXPERT_COUNT; e++) into[sourceOfExpert(e)] += this.shares[e] / sum;
  }
}

/** One for each gate: what it gives is used at once. */
const kernels = new WeakMap<MixtureGate, MixtureKernel>();

function kernelOf(gate: MixtureGate, pieces: number): MixtureKernel {
  const known = kernels.get(gate) ?? createMixtureKernel(gate, pieces);
  kernels.set(gate, known);
  return known;
}

function clear(followers: Followers): void {
  followers.count = 0;
  followers.total = 0;
}

interface Peak {
  readonly entropy: number;
  readonly highest: number;
}

/** Of rows that are asked about more than once. */
const peaks = new WeakMap<Float32Array, Peak>();

function peakOf(row: Float32Array): Peak {
  const known = peaks.get(row) ?? peak(row);
  peaks.set(row, known);
  return known;
}

function peak(probabilities: Float32Array): Peak {
  let entropy = 0;
  let highest = 0;
  for (const p of probabilities) {
    if (p > highest) highest = p;
    if (p > 1e-5) entropy -= p * Math.log2(p);
  }
  return { entropy, highest };
}
