import { Consultation, EXPERT_COUNT, FEATURE_COUNT, type Sources } from '../complete/mixture.js';
import { NgramCache } from '../complete/ngram-cache.js';
import type { CorpusTable } from '../complete/corpus-table.js';
import type { PieceShape } from '../complete/contexts.js';
import { createRandom, type Random } from '../shared/random.js';
import type { GateSamples } from './fit-gate.js';
import type { FilePieces } from './project-pieces.js';

/** One project, as the gate sees it: what stands in the cache of the project, and files to predict. */
export interface GateProject {
  readonly cached: readonly FilePieces[];
  readonly predicted: readonly FilePieces[];
  readonly normalised: boolean;
}

/** What the network says before each piece of a file, `[pieces]`, one row at a time; null for no network. */
export type NetworkOf = ((pieces: Uint16Array) => Iterable<Float32Array>) | null;

export interface GateSampling {
  readonly corpus: CorpusTable;
  /** Share of the places that become samples. */
  readonly rate: number;
  readonly seed: number;
}

/** Sources are left out now and then, so that the gate also serves without them. */
const LEFT_OUT: readonly { readonly share: number; readonly keep: readonly (keyof Sources)[] }[] = [
  { share: 0.1, keep: ['file'] },
  { share: 0.15, keep: ['file', 'corpus'] },
  { share: 0.05, keep: ['file', 'project'] },
];

/** Reads every file from its start, its own cache growing with it, and takes samples on the way. */
export function collectGateSamples(shape: PieceShape, projects: readonly GateProject[], sampling: GateSampling): GateSamples {
  const rows = new SampleRows();
  const random = createRandom(sampling.seed);
  const consultation = new Consultation(shape);
  for (const { cached, predicted, normalised } of projects) {
    const project = new NgramCache(shape);
    for (const { pieces } of cached) project.append(pieces);
    for (const { pieces } of predicted) {
      const file = new NgramCache(shape);
      const sources = draw({ file, project: cached.length === 0 ? null : project, corpus: sampling.corpus }, random);
      let held = 0;
      for (let at = 1; at < pieces.length; at++) {
        if (random.next() >= sampling.rate) continue;
        file.append(pieces.subarray(held, at));
        held = at;
        consultation.ask(sources, pieces, at, null, normalised);
        rows.add(consultation, pieces[at]);
      }
    }
  }
  return rows.take();
}

function draw(sources: Sources, random: Random): Sources {
  let drawn = random.next();
  for (const { share, keep } of LEFT_OUT) {
    if (drawn < share) {
      return {
        file: keep.includes('file') ? sources.file : null,
        project: keep.includes('project') ? sources.project : null,
        corpus: keep.includes('corpus') ? sources.corpus : null,
      };
    }
    drawn -= share;
  }
  return sources;
}

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
    const features = new Float32Array(this.capacity * FEATURE_COUNT);
    features.set(this.features);
    this.features = features;
    const present = new Uint8Array(this.capacity * EXPERT_COUNT);
    present.set(this.present);
    this.present = present;
    const shares = new Float32Array(this.capacity * EXPERT_COUNT);
    shares.set(this.shares);
    this.shares = shares;
  }
}
