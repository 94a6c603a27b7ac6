import { type Matrix } from '../../kernel/matrix.js';

/** What the network remembers of the pieces read; opaque, cheap to copy, never shared by two owners that change it. */
export interface CompletionState {
  /** `[layers, units]` each. */
  readonly states: Float32Array;
  readonly cells: Float32Array;
  memory: PointerMemory;
}

/**
 * The pointer's window: a ring, and what was read since it has been shared. States that were copied from one share its
 * ring, so that a hypothesis costs the keys of its own pieces.
 */
export interface PointerMemory {
  readonly ring: PointerRing;
  /** Pieces behind those of the ring, the latest last; they take the places that come next in it. */
  readonly tail: readonly PointerEntry[];
  /** Several states hold the ring: it stays as it is. */
  shared: boolean;
}

export interface PointerRing {
  /** `[window, key]` */
  readonly keys: Float32Array;
  /** `[window]`, -1 where nothing was read yet. */
  readonly pieces: Int16Array;
  /** Where the next piece goes. */
  at: number;
}

export interface PointerEntry {
  readonly piece: number;
  /** `[key]` */
  readonly key: Float32Array;
}

/** Rows of a text: a piece and the backbone's features after it, as `PieceText` holds them. */
export interface PieceRows {
  readonly pieces: Int16Array;
  readonly slots: Int16Array;
  readonly numbers: Float32Array;
}

/** The last layer's states around some pieces, `[count, units]` each. */
export interface StatesAround {
  readonly before: Matrix;
  readonly after: Matrix;
}

/** Rows of a text read, and states advanced or asked, at a time. */
export const CHUNK = 64;
