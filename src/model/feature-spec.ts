import { createHash } from 'node:crypto';
import type { FeatureShape } from './feature-batch.js';
import { LAYOUT_CLASSES } from './layout-classes.js';

/** One categorical feature: a name, its number of values, and where its columns start. */
export interface Slot {
  readonly name: string;
  readonly size: number;
  /** Position in a row of `FeatureBatch.slots`. */
  readonly position: number;
  /** First one-hot column within its group. */
  readonly offset: number;
}

/** A run of dense numbers. */
export interface NumberRun {
  readonly name: string;
  readonly size: number;
  /** Position in a row of `FeatureBatch.numbers`. */
  readonly position: number;
}

/**
 * Collects the features as they are declared, so that their positions, the shape of the
 * network's input and the digest that a model file carries follow from one list.
 * Backbone features have to be declared before head features.
 */
export class FeatureSpec {
  private readonly slots: Slot[] = [];
  private readonly runs: NumberRun[] = [];
  private backbone = { slots: 0, columns: 0, numbers: 0 };
  private columns = 0;
  private numberCount = 0;
  private inHead = false;

  slot(name: string, size: number): Slot {
    const slot = { name, size, position: this.slots.length, offset: this.columns };
    this.slots.push(slot);
    this.columns += size;
    return slot;
  }

  numbers(name: string, size: number): NumberRun {
    const run = { name, size, position: this.numberCount };
    this.runs.push(run);
    this.numberCount += size;
    return run;
  }

  /** Ends the backbone group; what is declared from here on may look right. */
  startHead(): void {
    if (this.inHead) throw new Error('the head group has already started');
    this.inHead = true;
    this.backbone = { slots: this.slots.length, columns: this.columns, numbers: this.numberCount };
    this.columns = 0;
  }

  get shape(): FeatureShape {
    return {
      backboneSlots: this.backbone.slots,
      backboneColumns: this.backbone.columns,
      backboneNumbers: this.backbone.numbers,
      headSlots: this.slots.length - this.backbone.slots,
      headColumns: this.columns,
      headNumbers: this.numberCount - this.backbone.numbers,
      labels: LAYOUT_CLASSES.length,
    };
  }

  /** Changes whenever weights trained with another list of features or labels would misread this one. */
  get digest(): string {
    const list = JSON.stringify([this.slots, this.runs, LAYOUT_CLASSES]);
    return createHash('sha256').update(list).digest('hex').slice(0, 16);
  }
}
