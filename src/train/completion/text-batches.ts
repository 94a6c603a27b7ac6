import { type Project, readSource } from '../../corpus/index.js';
import { type PieceBatch } from '../../model/completion/trainer/training-workspace.js';
import { SourceReadError } from '../../errors.js';
import { createRandom, type Random } from '../../shared/random.js';
import { type BatchSource } from '../batch-source.js';
import { type ReadText, type TextReader } from './text-reader.js';

export interface TextBatchesConfig {
  /** Pieces of each text in a chunk: errors are propagated back over so many. */
  readonly steps: number;
  /** Texts read side by side. */
  readonly sequences: number;
  readonly seed: number | string;
  /** Files of each project in an epoch, so that large projects do not drown the others. */
  readonly filesPerProject: number;
  /** Longer files give a stretch that begins at a random line. */
  readonly maxPieces: number;
  /** Share of the texts that are read without layout and with normalised literals, besides projects that always are. */
  readonly normalisedShare: number;
}

/** A chunk looks back on so many chunks of its own text, at most: see `maxPieces`. */
export const CHUNKS_PER_TEXT = 16;

/** A file that is being read, as the state of the source names it. */
interface Reading {
  readonly path: string;
  readonly start: number;
  readonly normalised: boolean;
  /** The next piece to read. */
  at: number;
}

/** Every sequence of a chunk reads a file of its own to its end and then takes the next one. */
export class TextBatches implements BatchSource<PieceBatch> {
  private readonly random: Random;
  private queue: string[] = [];
  private cursor = 0;
  private started = false;
  private readonly normalised: ReadonlySet<string>;
  private readonly lanes: ({ reading: Reading; text: ReadText } | null)[];

  constructor(
    private readonly projects: readonly Project[],
    private readonly reader: TextReader,
    private readonly config: TextBatchesConfig,
  ) {
    this.random = createRandom(`pieces ${config.seed}`);
    this.normalised = new Set(projects.flatMap((project) => (project.normalised === true ? project.files : [])));
    this.lanes = Array.from({ length: config.sequences }, () => null);
  }

   
  async next(): Promise<PieceBatch | null> {
    if (!this.started) this.startEpoch();
    const { steps, sequences } = this.config;
    const width = this.reader.backboneWidth;
    const size = steps * sequences;
    const pieces = new Int16Array(size).fill(-1);
    const targets = new Int16Array(size).fill(-1);
    const backbone = new Float32Array(size * width);
    const begins = new Uint8Array(sequences);
    let asked = 0;
    for (let lane = 0; lane < sequences; lane++) {
      if (this.lanes[lane] === null || this.isRead(lane)) {
        this.lanes[lane] = this.open();
        begins[lane] = 1;
      }
      const current = this.lanes[lane];
      if (current === null || current === undefined) continue;
      const { reading, text } = current;
      for (let step = 0; step < steps && reading.at + 1 < text.pieces.length; step++, reading.at++) {
        const row = step * sequences + lane;
        pieces[row] = text.pieces[reading.at]!;
        targets[row] = text.pieces[reading.at + 1]!;
        backbone.set(text.vectors.subarray(reading.at * width, (reading.at + 1) * width), row * width);
        asked++;
      }
    }
    if (asked === 0) {
      this.started = false;
      this.lanes.fill(null);
      return null;
    }
    return { size, steps, sequences, pieces, targets, backbone, begins };
  }

  state(): unknown {
    return {
      random: this.random.state(), started: this.started, queue: this.queue, cursor: this.cursor,
      lanes: this.lanes.map((lane) => lane?.reading ?? null),
    };
  }

  restore(state: unknown): void {
    const saved = state as {
      random: number[]; started: boolean; queue: string[]; cursor: number; lanes: (Reading | null)[];
    };
    this.random.restore(saved.random);
    this.started = saved.started;
    this.queue = saved.queue;
    this.cursor = saved.cursor;
    saved.lanes.forEach((reading, lane) => {
      this.lanes[lane] = reading === null ? null : this.read({ ...reading });
    });
  }

  progress(): number {
    return this.queue.length === 0 ? 0 : this.cursor / this.queue.length;
  }

  private startEpoch(): void {
    const { filesPerProject } = this.config;
    this.queue = this.random.shuffle(
      this.projects.flatMap(({ files }) => this.random.shuffle([...files]).slice(0, filesPerProject)),
    );
    this.cursor = 0;
    this.started = true;
  }

  private isRead(lane: number): boolean {
    const { reading, text } = this.lanes[lane]!;
    return reading.at + 1 >= text.pieces.length;
  }

  /** The next file of the epoch that holds anything; null at its end. */
  private open(): { reading: Reading; text: ReadText } | null {
    while (this.cursor < this.queue.length) {
      const path = this.queue[this.cursor++]!;
      const text = textOrNothing(path);
      const most = this.config.maxPieces * this.reader.charactersPerPiece;
      // Half of the long files from their top: what stands there stands nowhere else.
      const cut = text.length > most && this.random.next() < 0.5 ? this.random.int(text.length - most) : 0;
      const start = cut === 0 ? 0 : text.indexOf('\n', cut) + 1;
      const drawn = this.random.next() < this.config.normalisedShare;
      const lane = this.read({ path, start, normalised: drawn || this.normalised.has(path), at: 0 });
      if (lane.text.pieces.length > 8) return lane;
    }
    return null;
  }

  private read(reading: Reading): { reading: Reading; text: ReadText } {
    const { maxPieces } = this.config;
    // Enough for the densest text; lexing a whole file of data would take longer than training on it.
    const length = 4 * this.reader.charactersPerPiece * maxPieces;
    const source = textOrNothing(reading.path).slice(reading.start, reading.start + length);
    return { reading, text: this.reader.read(source, { normalised: reading.normalised, maxPieces }) };
  }
}

/** A file that went away since the corpus was listed does not end a run of hours. */
function textOrNothing(path: string): string {
  try {
    return readSource(path).text;
  } catch (fault) {
    if (fault instanceof SourceReadError) return '';
    throw fault;
  }
}
