/**
 * The contract between whatever describes gaps (features.ts and its groups) and whatever learns
 * from the description (network.ts, the training loop, the inference kernel).
 *
 * A gap is described by a fixed number of categorical *slots* (one active one-hot
 * column each) and a fixed number of dense numeric values. Slots and numbers come
 * in two groups: the *backbone* group looks only at the token to the left of the
 * gap and at what precedes it, so the completion head can share it; the *head*
 * group may look right.
 */

/** Sizes of the two feature groups and of the output. */
export interface FeatureShape {
  /** Categorical slots that belong to the backbone; they come first in a row. */
  readonly backboneSlots: number;
  /** One-hot columns of all backbone slots together. */
  readonly backboneColumns: number;
  /** Dense numbers that belong to the backbone; they come first in a row. */
  readonly backboneNumbers: number;
  readonly headSlots: number;
  readonly headColumns: number;
  readonly headNumbers: number;
  /** Layout classes. */
  readonly labels: number;
}

/** `size` described gaps, row-major. */
export interface FeatureBatch {
  readonly size: number;
  /**
   * `[size, backboneSlots + headSlots]`. Backbone entries are columns in
   * `[0, backboneColumns)`, head entries in `[0, headColumns)`; -1 means that the
   * slot has no active column.
   */
  readonly slots: Int16Array;
  /** `[size, backboneNumbers + headNumbers]` */
  readonly numbers: Float32Array;
  /** `[size, classes]`, 1 where the layout class may stand in the gap. */
  readonly legal: Uint8Array;
}

/** A batch with the answers: what the loss needs. */
export interface TrainingBatch extends FeatureBatch {
  /**
   * `[size, classes]`, 1 for every layout class that renders the original gap. The
   * loss is -log of their summed probability under the softmax over legal classes.
   */
  readonly target: Uint8Array;
  /** `[size]`, weight of each gap in the loss. */
  readonly weight: Float32Array;
}
