import { type Bag, joinBags } from '../../model/search/bags.js';
import { type SearchBatch } from '../../model/search/search-trainer.js';
import { FIELD } from '../../search/describe.js';
import { createRandom, type Random } from '../../shared/random.js';
import { type BatchSource } from '../batch-source.js';
import { type BagPair } from './packed-pairs.js';

export interface PairBatchConfig {
  /** Pairs of a batch, a multiple of 8. */
  readonly batch: number;
  /** Share of the batches whose questions are names of functions. */
  readonly nameShare: number;
  /** Share of the pieces that are left out, anew each time. */
  readonly dropout: number;
  /** Share of the functions that are shown without their name. */
  readonly nameDropout: number;
  readonly seed: number | string;
}

/** Pairs in an order that a round decides, drawn one by one. */
class Deck {
  private order: number[] = [];
  round = 0;
  at = 0;

  constructor(private readonly size: number, private readonly name: string) {
    this.deal();
  }

  next(): number {
    if (this.at >= this.size) {
      this.round++;
      this.at = 0;
      this.deal();
    }
    return this.order[this.at++]!;
  }

  restore({ round, at }: { readonly round: number; readonly at: number }): void {
    this.round = round;
    this.at = at;
    this.deal();
  }

  private deal(): void {
    this.order = createRandom(`${this.name} ${this.round}`).shuffle(Array.from({ length: this.size }, (_, k) => k));
  }
}

interface SourceState {
  readonly docstrings: { readonly round: number; readonly at: number };
  readonly names: { readonly round: number; readonly at: number };
  readonly random: number[];
}

/** Batches of pairs for ever; an epoch is a round of the pairs with docstrings. */
export class PairBatches implements BatchSource<SearchBatch> {
  private readonly docstrings: readonly BagPair[];
  private readonly names: readonly BagPair[];
  private readonly decks: { readonly docstrings: Deck; readonly names: Deck };
  private readonly random: Random;
  private round = 0;

  constructor(pairs: readonly BagPair[], private readonly config: PairBatchConfig) {
    this.docstrings = pairs.filter(({ isNamed }) => !isNamed);
    this.names = pairs.filter(({ isNamed }) => isNamed);
    this.decks = {
      docstrings: new Deck(this.docstrings.length, `docstrings ${config.seed}`),
      names: new Deck(this.names.length, `names ${config.seed}`),
    };
    this.random = createRandom(`batches ${config.seed}`);
  }

  next(): Promise<SearchBatch | null> {
    const { batch, nameShare } = this.config;
    const { docstrings, names } = this.decks;
    if (docstrings.round !== this.round || this.docstrings.length < batch) {
      this.round = docstrings.round;
      return Promise.resolve(null);
    }
    const named = this.random.next() < nameShare && this.names.length >= batch;
    const pairs = Array.from({ length: batch }, () =>
      (named ? this.names[names.next()]! : this.docstrings[docstrings.next()]!));
    return Promise.resolve(batchOf(pairs, (bag, isCode) => this.thin(bag, isCode)));
  }

  state(): SourceState {
    const at = ({ round, at: place }: Deck) => ({ round, at: place });
    return {
      docstrings: at(this.decks.docstrings), names: at(this.decks.names), random: this.random.state(),
    };
  }

  restore(state: unknown): void {
    const saved = state as SourceState;
    this.decks.docstrings.restore(saved.docstrings);
    this.decks.names.restore(saved.names);
    this.random.restore(saved.random);
    this.round = saved.docstrings.round;
  }

  /** A bag without some of its pieces; as it is, where none would be left. */
  private thin(bag: Bag, isCode: boolean): Bag {
    const { dropout, nameDropout } = this.config;
    const withoutName = isCode && this.random.next() < nameDropout;
    const kept: number[] = [];
    for (let k = 0; k < bag.pieces.length; k++) {
      if (withoutName && bag.fields[k] === FIELD.name) continue;
      if (this.random.next() >= dropout) kept.push(k);
    }
    return kept.length === 0 ? bag : {
      pieces: Int32Array.from(kept, (k) => bag.pieces[k]!), fields: Uint8Array.from(kept, (k) => bag.fields[k]!),
      amounts: Float32Array.from(kept, (k) => bag.amounts[k]!),
    };
  }
}

/** One batch of given pairs. Those that ask the same are a group. */
export function batchOf(
  pairs: readonly BagPair[], thin: (bag: Bag, isCode: boolean) => Bag = (bag) => bag,
): SearchBatch {
  const first = new Map<string, number>();
  const groups = Int32Array.from(pairs, ({ query }, k) => {
    const key = query.pieces.join();
    if (!first.has(key)) first.set(key, k);
    return first.get(key)!;
  });
  return {
    size: pairs.length, groups,
    queries: joinBags(pairs.map(({ query }) => thin(query, false))),
    codes: joinBags(pairs.map(({ code }) => thin(code, true))),
  };
}
