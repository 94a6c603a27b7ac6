/**
 * Pairs in arrays, a kilobyte or more each, so that those of all corpora fit into memory. Of more than `most` pairs
 * a uniform sample is kept (Vitter 1985, algorithm R): a data set of any size takes the same memory.
 */
import { textFor, type Bag } from '../../model/search/bags.js';
import { type EncoderKind } from '../../model/search/search-layout.js';
import { type PlacedWord } from '../../search/describe.js';
import { type WordPair } from '../../search/pair-source.js';
import { type WordPieces } from '../../search/word-pieces.js';
import { type Random } from '../../shared/random.js';

/** Words of a text: an index into all words, and a place, each. */
interface PackedText {
  readonly ids: Int32Array;
  readonly fields: Uint8Array;
}

interface PackedPair {
  readonly project: number;
  readonly isNamed: boolean;
  readonly query: PackedText;
  readonly code: PackedText;
}

/** A pair as a network takes it. */
export interface BagPair {
  readonly project: number;
  /** Its question is a function's name. */
  readonly isNamed: boolean;
  readonly query: Bag;
  readonly code: Bag;
}

/** Collects pairs, and knows their words. */
export class PairCollection {
  readonly words: string[] = [];
  private readonly idOf = new Map<string, number>();
  private readonly projects = new Map<string, number>();
  private readonly pairs: PackedPair[] = [];
  /** Pairs that were given. */
  given = 0;

  constructor(private readonly most: number, private readonly random: Random) {}

  add({ project, from, query, code }: WordPair): void {
    this.given++;
    // Where all places are taken, a new pair takes one with the chance that keeps all pairs equally likely.
    const place = this.pairs.length < this.most ? this.pairs.length : this.random.int(this.given);
    if (place >= this.most) return;
    let number = this.projects.get(project);
    if (number === undefined) this.projects.set(project, (number = this.projects.size));
    this.pairs[place] = {
      project: number, isNamed: from === 'name', query: this.pack(query), code: this.pack(code),
    };
  }

  get size(): number {
    return this.pairs.length;
  }

  /** Project of each pair that is kept. */
  kept(): string[] {
    const names = [...this.projects.keys()];
    return this.pairs.map(({ project }) => names[project]!);
  }

  private pack(words: readonly PlacedWord[]): PackedText {
    const ids = Int32Array.from(words, ({ word }) => {
      let id = this.idOf.get(word);
      if (id === undefined) {
        this.idOf.set(word, (id = this.words.length));
        this.words.push(word);
      }
      return id;
    });
    return { ids, fields: Uint8Array.from(words, ({ field }) => field) };
  }

  /**
   * How much each word weighs when pieces are learned, `[words]`: the square root of the texts of a project that have
   * it, summed over projects, so that what many projects use matters more than what one repeats.
   */
  wordWeights(): Float64Array {
    const weights = new Float64Array(this.words.length);
    const byProject = new Map<number, PackedPair[]>();
    for (const pair of this.pairs) {
      const list = byProject.get(pair.project);
      if (list === undefined) byProject.set(pair.project, [pair]);
      else list.push(pair);
    }
    for (const list of byProject.values()) {
      const counts = new Map<number, number>();
      for (const { query, code, isNamed } of list) {
        for (const id of new Set(query.ids)) counts.set(id, (counts.get(id) ?? 0) + (isNamed ? 1 : QUESTION_WEIGHT));
        for (const id of new Set(code.ids)) counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      for (const [id, count] of counts) weights[id]! += Math.sqrt(count);
    }
    return weights;
  }

  /** The pairs in pieces, as encoders take them; those without any in question or function are left out. */
  bags(vocabulary: WordPieces, encoders: { readonly query: EncoderKind; readonly code: EncoderKind }): BagPair[] {
    const [ofQuery, ofCode] = [textFor(encoders.query), textFor(encoders.code)];
    const pieces = this.words.map((word) => vocabulary.encode(word));
    const bagFor = ({ ids, fields }: PackedText, text: typeof ofQuery): Bag => {
      const all: number[] = [];
      const places: number[] = [];
      ids.forEach((id, k) => {
        for (const piece of pieces[id]!) {
          all.push(piece);
          places.push(fields[k]!);
        }
      });
      return text({ pieces: Int32Array.from(all), fields: Uint8Array.from(places) });
    };
    return this.pairs
      .map(({ project, isNamed, query, code }) => (
        { project, isNamed, query: bagFor(query, ofQuery), code: bagFor(code, ofCode) }
      ))
      .filter(({ query, code }) => query.pieces.length > 0 && code.pieces.length > 0);
  }
}

/** A word of a question counts as so many of code, of which there are more. */
const QUESTION_WEIGHT = 3;
