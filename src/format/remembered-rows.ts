import type { FeatureBatch } from '../model/feature-batch.js';
import { CLASS_COUNT, COLUMNS, COLUMN_OF_CLASS, KEEP } from '../model/layout-classes.js';
import { isLongLife } from '../shared/engine-flags.js';
import { askNetwork } from './ask-network.js';
import type { GapPredictor } from './format-policy.js';

/** Rows that are remembered at most: about 10 MB. */
const MOST_REMEMBERED = 8192;
/** Gaps of a file from which on it is not worth the memory. */
const MOST_GAPS = 8 * MOST_REMEMBERED;
/** Share of a pass's gaps, as far as it has come, that may change for its rows to be worth remembering. */
const FEW_CHANGES = 0.02;
/** What a gap stays as with less than this is likely to be changed; far less is asked of an edit. */
const LIKELY = 0.1;
/** Rows that there is room for at first. */
const FIRST_ROOM = 1024;

/**
 * What the network has said of a file's gaps, with the rows that it said it of. A pass over a layout in which little
 * has changed asks of most gaps what the pass before has asked: a row that is the same, bit by bit, has the same
 * answer. Each round of a pass has rows of its own. Where a pass is about to change much, all rows of the next one will
 * differ, for each says something of the file as a whole: nothing is remembered of it then. Nor is it while
 * the pass has found nothing that it is likely to change, in a process that ends with its files: no other pass follows.
 */
export class RememberedRows {
  /** `[rows, slots]`, `[rows, numbers]` as bits, `[rows, classes]`, `[rows, COLUMNS]`. */
  private slots = new Int16Array();
  private numbers = new Int32Array();
  private legal = new Uint8Array();
  private answers = new Float32Array();
  private room = 0;
  private used = 0;
  private predictor: GapPredictor | null = null;
  /** Of the pass at hand: gaps that the network would change, and whether those are few. */
  private changes = 0;
  private areFew = true;
  /** Of the pass at hand: whether another one will follow, as something is likely to be changed. */
  private goesOn = false;
  /** By round, per gap: where its row is; -1 for nowhere. */
  private places: Int32Array[] = [];

  /**
   * Begins with a file. Rows of another one are forgotten; those of a text with as many gaps, which is mostly the same
   * one again or what was made of it, may serve.
   *
   * @returns whether the file is worth it: of a huge one next to nothing would be remembered
   */
  begin(gapCount: number): boolean {
    if (this.places[0]?.length !== gapCount) this.forget();
    return gapCount <= MOST_GAPS;
  }

  private forget(): void {
    this.used = 0;
    this.places = [];
  }

  /**
   * Probabilities of described gaps, by what is remembered or by the network.
   *
   * @param batch gaps `from` and behind of the list, whose numbers ascend; it is used up
   * @param out `[gaps, COLUMNS]` for the whole file, of which the rows of these gaps are filled in
   * @param asked.classOf per gap: the class that it has
   */
  ask(predictor: GapPredictor, batch: FeatureBatch, out: Float32Array, asked: {
    readonly round: number;
    readonly gaps: ArrayLike<number>;
    readonly from: number;
    readonly classOf: Uint8Array;
  }): void {
    const { round, gaps, from, classOf } = asked;
    if (round === 0 && from === 0) {
      this.changes = 0;
      this.areFew = true;
      this.goesOn = false;
    }
    if (predictor !== this.predictor) {
      this.forget();
      this.predictor = predictor;
    }
    const { size } = batch;
    const places = (this.places[round] ??= new Int32Array(out.length / COLUMNS).fill(-1));
    const unknown: number[] = [];
    const rows = bitsOf(batch);
    for (let row = 0; row < size; row++) {
      const gap = gaps[from + row];
      const place = places[gap];
      if (place >= 0 && this.holds(place, rows, row)) {
        copyAnswer(this.answers, place, out, gap);
        continue;
      }
      if (unknown.length < row) moveRow(batch, row, unknown.length);
      unknown.push(gap);
    }
    if (unknown.length === 0) return;
    const [first, last] = [unknown[0], unknown[unknown.length - 1]];
    // Gaps that follow one another, as most do, are answered in place.
    const isRun = last - first === unknown.length - 1;
    const answers = isRun
      ? out.subarray(first * COLUMNS, (last + 1) * COLUMNS) : new Float32Array(unknown.length * COLUMNS);
    askNetwork(predictor, unknown.length === size ? batch : { ...batch, size: unknown.length }, answers);
    if (!isRun) for (let k = 0; k < unknown.length; k++) copyAnswer(answers, k, out, unknown[k]);
    if (round === 0) this.countChanges(unknown, out, classOf, from + size);
    if (!this.areFew || !(this.goesOn || isLongLife())) return;
    // What is remembered side by side is copied at once.
    for (let row = 0, from = 0, start = -1; row <= unknown.length; row++) {
      const place = row < unknown.length ? this.placeFor(places, unknown[row], rows) : -1;
      if (start >= 0 && place === start + row - from) continue;
      this.keep(start, rows, from, row, answers);
      [from, start] = [row, place];
    }
  }

  /** @param seen gaps that the pass has asked about so far */
  private countChanges(gaps: readonly number[], out: Float32Array, classOf: Uint8Array, seen: number): void {
    for (const gap of gaps) {
      const at = gap * COLUMNS;
      const own = classOf[gap];
      const kept = out[at + KEEP] + (own === KEEP ? 0 : out[at + COLUMN_OF_CLASS[own]]);
      if (kept < 0.5) this.changes++;
      // Of the start of a file, where its own layout is all that is allowed, nothing is likely.
      if (kept < LIKELY && gap > 0) this.goesOn = true;
    }
    this.areFew &&= this.changes <= FEW_CHANGES * seen;
  }

  private holds(place: number, rows: RowBits, row: number): boolean {
    const { slotCount, numberCount, slots, numbers, legal } = rows;
    // What a file says as a whole changes first.
    for (let k = 0, at = place * numberCount, here = row * numberCount; k < numberCount; k++) {
      if (this.numbers[at + k] !== numbers[here + k]) return false;
    }
    for (let k = 0, at = place * slotCount, here = row * slotCount; k < slotCount; k++) {
      if (this.slots[at + k] !== slots[here + k]) return false;
    }
    for (let k = 0, at = place * CLASS_COUNT, here = row * CLASS_COUNT; k < CLASS_COUNT; k++) {
      if (this.legal[at + k] !== legal[here + k]) return false;
    }
    return true;
  }

  /** Takes down the rows from `first` to `last`, in places from `place` on. */
  private keep(place: number, rows: RowBits, first: number, last: number, answers: Float32Array): void {
    if (place < 0) return;
    const { slotCount, numberCount, slots, numbers, legal } = rows;
    this.slots.set(slots.subarray(first * slotCount, last * slotCount), place * slotCount);
    this.numbers.set(numbers.subarray(first * numberCount, last * numberCount), place * numberCount);
    this.legal.set(legal.subarray(first * CLASS_COUNT, last * CLASS_COUNT), place * CLASS_COUNT);
    this.answers.set(answers.subarray(first * COLUMNS, last * COLUMNS), place * COLUMNS);
  }

  private placeFor(places: Int32Array, gap: number, rows: RowBits): number {
    if (places[gap] < 0) places[gap] = this.newPlace(places.length, rows);
    return places[gap];
  }

  /** Room for one more row; -1 where there is none. */
  private newPlace(gapCount: number, { slotCount, numberCount }: RowBits): number {
    if (this.used === MOST_REMEMBERED) return -1;
    if (this.used === this.room) {
      // A quarter more than the gaps, for later rounds ask about some of them again.
      this.room = Math.min(MOST_REMEMBERED, Math.max(FIRST_ROOM, 2 * this.room, Math.ceil(1.25 * gapCount)));
      const { slots, numbers, legal, answers } = this;
      this.slots = new Int16Array(this.room * slotCount);
      this.numbers = new Int32Array(this.room * numberCount);
      this.legal = new Uint8Array(this.room * CLASS_COUNT);
      this.answers = new Float32Array(this.room * COLUMNS);
      if (this.used > 0) {
        this.slots.set(slots);
        this.numbers.set(numbers);
        this.legal.set(legal);
        this.answers.set(answers);
      }
    }
    return this.used++;
  }
}

/** A batch whose numbers are looked at as bits: two zeros that differ, or numbers that are none, are what they are. */
interface RowBits {
  readonly slotCount: number;
  readonly numberCount: number;
  readonly slots: Int16Array;
  readonly numbers: Int32Array;
  readonly legal: Uint8Array;
}

const bitsOf = ({ size, slots, numbers, legal }: FeatureBatch): RowBits => ({
  slotCount: slots.length / size, numberCount: numbers.length / size, slots, legal,
  numbers: new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length),
});

/** An answer is short: a view of it would take longer than it. */
function copyAnswer(answers: Float32Array, row: number, out: Float32Array, gap: number): void {
  const [from, to] = [row * COLUMNS, gap * COLUMNS];
  for (let k = 0; k < COLUMNS; k++) out[to + k] = answers[from + k];
}

function moveRow({ size, slots, numbers, legal }: FeatureBatch, from: number, to: number): void {
  for (const values of [slots, numbers, legal]) {
    const width = values.length / size;
    values.copyWithin(to * width, from * width, (from + 1) * width);
  }
}
