import { AnalogyCache } from '../../complete/analogy-cache.js';
import { Consultation, EXPERT_COUNT, FEATURE_COUNT, type Sources } from '../../complete/mixture.js';
import { sumLineEnds, type CompletionHead } from '../../complete/network-document.js';
import { NgramCache } from '../../complete/ngram-cache.js';
import type { CorpusTable } from '../../complete/corpus-table.js';
import { cachePieces, type PieceShape } from '../../complete/piece-contexts.js';
import { encodeText } from '../../complete/piece-text.js';
import type { PieceVocabulary } from '../../complete/pieces.js';
import { createRandom, type Random } from '../../shared/random.js';
import type { GateSamples } from './fit-gate.js';

/** One project, as the gate sees it: what stands in the cache of the project, and files to predict. */
export interface GateProject {
  readonly cached: readonly Uint16Array[];
  readonly predicted: readonly string[];
  /** Predict the files as texts without layout and with normalised literals. */
  readonly normalised: boolean;
  /** Of each file to predict, at most. */
  readonly piecesPerFile: number;
}

export interface GateSampling {
  readonly vocabulary: PieceVocabulary;
  readonly shape: PieceShape;
  readonly corpus: CorpusTable;
  readonly head: CompletionHead | null;
  /** Share of the tokens whose pieces become samples. */
  readonly rate: number;
  readonly seed: number;
}

type Part = keyof Sources | 'network';

/** Sources are left out now and then, so that the gate also serves without them. */
const LEFT_OUT: readonly { readonly share: number; readonly keep: readonly Part[] }[] = [
  { share: 0.02, keep: ['file'] },
  { share: 0.04, keep: ['file', 'analogy', 'corpus'] },
  { share: 0.02, keep: ['file', 'analogy', 'project', 'corpus'] },
  { share: 0.02, keep: ['network'] },
  { share: 0.03, keep: ['network', 'file'] },
  { share: 0.08, keep: ['network', 'file', 'analogy', 'corpus'] },
];

/** Reads every file from its start, its own caches growing with it, and takes samples on the way. */
export function collectGateSamples(projects: readonly GateProject[], sampling: GateSampling): GateSamples {
  const { vocabulary, shape, head } = sampling;
  const rows = new SampleRows();
  const random = createRandom(sampling.seed);
  const consultation = new Consultation(shape);
  for (const { cached, predicted, normalised, piecesPerFile } of projects) {
    const project = new NgramCache(shape);
    for (const pieces of cached) project.append(pieces);
    for (const source of predicted) {
      const file = new NgramCache(shape);
      const analogy = new AnalogyCache(shape);
      const parts = draw(random);
      const has = (part: Part): boolean => parts === null || parts.includes(part);
      const sources: Sources = {
        file: has('file') ? file : null,
        analogy: has('analogy') ? analogy : null,
        project: has('project') && cached.length > 0 ? project : null,
        corpus: has('corpus') ? sampling.corpus : null,
      };
      const text = encodeText(source, vocabulary, { normalised, maxPieces: piecesPerFile });
      const pieces = cachePieces(shape, text.pieces);
      const network = head !== null && has('network') ? { ask: head.network, state: head.network.start() } : null;
      let read = 0;
      let isSampled = false;
      for (let at = 1; at < pieces.length; at++) {
        if (shape.startsToken[pieces[at]!] === 1) {
          isSampled = random.next() < sampling.rate;
          if (isSampled) {
            analogy.append(pieces.subarray(file.size, at));
            file.append(pieces.subarray(file.size, at));
          }
        }
        if (!isSampled) continue;
        let said: Float32Array | null = null;
        if (network !== null) {
          network.ask.read(network.state, text, read, at);
          read = at;
          said = sumLineEnds(network.ask.predict([network.state]).probabilities.slice(0, vocabulary.size));
        }
        consultation.ask(sources, pieces, at, said, normalised);
        rows.add(consultation, pieces[at]!);
      }
    }
  }
  return rows.take();
}

/** The parts that a file is predicted with; null for all of them. */
function draw(random: Random): readonly Part[] | null {
  let drawn = random.next();
  for (const { share, keep } of LEFT_OUT) {
    if (drawn < share) return keep;
    drawn -= share;
  }
  return null;
}

/** Growing columns of samples. */
class SampleRows {
  private capacity = 1 << 14;
  private count = 0;
  private features = new Float32Array(this.capacity * FEATURE_COUNT);
  private present = new Uint8Array(this.capacity * EXPERT_COUNT);
  private shares = new Float32Array(this.capacity * EXPERT_COUNT);
  private readonly row = new Float32Array(EXPERT_COUNT);

  add(consultation: Consultation, piece: number): void {
    if (this.count === this.capacity) this.grow();
    this.features.set(consultation.features, this.count * FEATURE_COUNT);
    this.present.set(consultation.present, this.count * EXPERT_COUNT);
    consultation.sharesOf(piece, this.row);
    this.shares.set(this.row, this.count * EXPERT_COUNT);
    this.count++;
  }

  take(): GateSamples {
    return { count: this.count, features: this.features, present: this.present, shares: this.shares };
  }

  private grow(): void {
    this.capacity *= 2;
    const grown = <T extends Float32Array | Uint8Array>(values: T, width: number): T => {
      const larger = new (values.constructor as new (length: number) => T)(this.capacity * width);
      larger.set(values);
      return larger;
    };
    this.features = grown(this.features, FEATURE_COUNT);
    this.present = grown(this.present, EXPERT_COUNT);
    this.shares = grown(this.shares, EXPERT_COUNT);
  }
}
