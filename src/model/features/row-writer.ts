import type { NumberRun, Slot } from '../feature-spec.js';

/** Writes features into the row that it stands at. One writer serves all rows, so that none is made for a gap. */
export class RowWriter {
  private slots: Int16Array = new Int16Array();
  private slotAt = 0;
  private numbers: Float32Array = new Float32Array();
  private numberAt = 0;

  /** Moves to the row whose slots and numbers begin at these positions. */
  moveTo(slots: Int16Array, slotAt: number, numbers: Float32Array, numberAt: number): void {
    this.slots = slots;
    this.slotAt = slotAt;
    this.numbers = numbers;
    this.numberAt = numberAt;
  }

  /** Chooses the column of a slot. */
  set(slot: Slot, value: number): void {
    this.slots[this.slotAt + slot.position] = slot.offset + value;
  }

  /** Leaves a slot without a column. */
  leaveOut(slot: Slot): void {
    this.slots[this.slotAt + slot.position] = -1;
  }

  /** Writes number `k` of a run. */
  put(run: NumberRun, k: number, value: number): void {
    this.numbers[this.numberAt + run.position + k] = value;
  }

  /** Writes a run from its start. */
  putAll(run: NumberRun, values: ArrayLike<number>): void {
    for (let k = 0; k < values.length; k++) this.put(run, k, values[k]);
  }

  /** The batch's numbers, for those who write many at once; those of this row's run begin at `startOf(run)`. */
  get batchNumbers(): Float32Array {
    return this.numbers;
  }

  startOf(run: NumberRun): number {
    return this.numberAt + run.position;
  }
}
